"""`manage.py import_cadres FILE`: the cadre ledger's pipeline from the command line, without the queue."""

from entities.management.importing import ImportCommand
from responsibility.ledger import process, uploads


class Command(ImportCommand):
    help = "导入一份干部名册：读取、识别、校验、比对；加 --apply 才写入。退出码：0 已读，1 整份未收，2 用法不对。"
    life = uploads.LIFE

    def work(self, upload_id):
        return process.upload_work(upload_id)
