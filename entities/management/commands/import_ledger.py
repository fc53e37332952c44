"""`manage.py import_ledger FILE`: the clerk's pipeline from the command line, without the queue."""

from entities.ledger import process, uploads
from entities.management.importing import COUNTS, ImportCommand


class Command(ImportCommand):
    help = "导入一份台账：读取、识别、校验、比对；加 --apply 才写入。退出码：0 已读，1 整份未收，2 用法不对。"
    life = uploads.LIFE
    counts = (*COUNTS, "renewals")

    def work(self, upload_id):
        return process.upload_work(upload_id)
