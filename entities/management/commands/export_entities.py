"""`manage.py export_entities`: the register given back, in the fields and words of the ledger."""

import io
import json
import sys
from datetime import date

from django.core.management.base import BaseCommand

from entities.ledger.columns import COLUMNS
from entities.ledger.export import FORMATS, write_register
from entities.models import Entity
from entities.queries.export import export_rows
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit

# Beside the ledger's fields: what the register alone knows.
MORE = ("area_id", "licence_kind", "grade_source", "suggested_grade")


class Command(BaseCommand):
    help = "导出在册主体（json、csv 或 xlsx）；不写 --out 则写到标准输出。"

    def add_arguments(self, parser):
        parser.add_argument("--area", default="", help="区划代码；不写为全部")
        parser.add_argument("--format", choices=["json", *FORMATS], default="json")
        parser.add_argument("--out", help="文件名")
        parser.add_argument("--all", action="store_true", help="连同不在册的（注销、迁出等）")

    def handle(self, *args, **options):
        area = options["area"]
        if area and not Area.objects.filter(pk=area).exists():
            self.stderr.write(f"没有这个区划：{area}")
            sys.exit(2)
        audit(
            actor=None,
            action=AuditAction.EXPORT,
            object_type="entity",
            area_code=area or None,
            detail={"by": "export_entities", "format": options["format"], "all": options["all"]},
        )
        found = Entity.objects.within(area)
        if not options["all"]:
            found = found.registered()
        if options["format"] == "json":
            text = json.dumps(self.records(found), ensure_ascii=False, default=date.isoformat)
            content = (text + "\n").encode()
            self.write(options["out"], lambda target: target.write(content))
        else:
            self.write(
                options["out"],
                lambda target: write_register(
                    found, user=None, target=target, format=options["format"]
                ),
            )

    def records(self, found):
        keys = [*(column.key for column in COLUMNS), *MORE]
        rows = export_rows(found, keys=keys, with_phones=True)
        return [dict(zip(keys, row, strict=True)) for row in rows]

    def write(self, path, fill):
        if path:
            with open(path, "wb") as target:
                fill(target)
            return
        buffer = getattr(self.stdout._out, "buffer", None)
        if buffer is None:
            # No terminal but a text stream, as call_command gives.
            content = io.BytesIO()
            fill(content)
            self.stdout.write(content.getvalue().decode("utf-8-sig"), ending="")
            return
        fill(buffer)
        buffer.flush()
