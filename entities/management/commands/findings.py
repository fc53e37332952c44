"""`manage.py findings UPLOAD --json`: every finding of an upload, by sheet, row and column."""

import json
import sys

from django.core.management.base import BaseCommand
from django.db.models import Q

from entities.models import LedgerUpload

FIELDS = ("sheet", "row", "index", "column", "value", "code", "message")


class Command(BaseCommand):
    help = "列出一次上传的全部问题。UPLOAD 为编号（数字或 230882-20221103-02）。"

    def add_arguments(self, parser):
        parser.add_argument("upload", metavar="UPLOAD")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, **options):
        wanted = options["upload"]
        which = Q(reference=wanted) | (Q(pk=wanted) if wanted.isdigit() else Q(pk__in=[]))
        upload = LedgerUpload.objects.filter(which).first()
        if upload is None:
            self.stderr.write(f"没有这次上传：{wanted}")
            sys.exit(2)
        found = upload.ledger_findings.order_by("index", "pk").values(*FIELDS)
        if options["json"]:
            self.stdout.write(json.dumps(list(found), ensure_ascii=False))
            return
        for finding in found.iterator():
            self.stdout.write(" ".join(str(finding[field]) for field in FIELDS))
