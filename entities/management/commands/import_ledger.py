"""`manage.py import_ledger FILE`: the clerk's pipeline from the command line, without the queue."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from entities.enums import UploadChannel, UploadMode, UploadState
from entities.ledger import process, uploads
from entities.models import LedgerUpload
from jiamusi_foodsafety.jurisdiction.models import Area, User
from jiamusi_foodsafety.kit.errors import DomainError

COUNTS = ("rows", "new", "changed", "unchanged", "missing", "refused_rows", "renewals", "conflicts")


class Usage(Exception):
    pass


class Command(BaseCommand):
    help = "导入一份台账：读取、识别、校验、比对；加 --apply 才写入。退出码：0 已读，1 整份未收，2 用法不对。"

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--area", metavar="CODE", help="以哪个区划的名义（缺省：账号的属地或全市）"
        )
        parser.add_argument(
            "--as", dest="username", metavar="USERNAME", help="操作人（缺省：系统）"
        )
        parser.add_argument("--mode", choices=["full", "partial"], default="partial")
        parser.add_argument("--apply", action="store_true", help="比对后写入")
        parser.add_argument("--json", action="store_true", help="标准输出只有一行 JSON")

    def handle(self, *args, **options):
        try:
            upload = self._run(options)
        except (Usage, DomainError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(result_of(upload), ensure_ascii=False))
        else:
            self._tell(upload)
        sys.exit(1 if upload.state == UploadState.REFUSED else 0)

    def _run(self, options):
        by, area = actor_and_area(options["username"], options["area"])
        path = Path(options["file"])
        if not path.is_file():
            raise Usage(f"没有这个文件：{options['file']}")
        with path.open("rb") as source:
            upload = uploads.upload_accept(
                source=source, filename=path.name, area=area, by=by, at=timezone.now(),
                channel=UploadChannel.COMMAND, mode=UploadMode(options["mode"]),
                wants_apply=options["apply"],
            )  # fmt: skip
        process.upload_work(upload.pk)
        upload.refresh_from_db()
        if options["apply"] and upload.state == UploadState.REVIEW:
            uploads.upload_confirm(upload=upload, by=by, at=timezone.now(), is_sure=True)
            process.upload_work(upload.pk)
        return LedgerUpload.objects.get(pk=upload.pk)

    def _tell(self, upload):
        if upload.state == UploadState.REFUSED:
            self.stderr.write(f"{upload.code}：{upload.message}")
            return
        self.stdout.write(
            f"{upload.reference} {upload.get_state_display()}：{upload.rows} 行，新增 {upload.new}，"
            f"变更 {upload.changed}，未变 {upload.unchanged}，拒收 {upload.refused_rows}"
        )
        for code, count in upload.findings.items():
            self.stdout.write(f"  {code} {count}")


def actor_and_area(username, code):
    """Who acts and for which area. Without a name the system acts; without an area the actor's own,
    else the only city."""
    by = None
    if username:
        by = User.objects.filter(username=username, is_active=True).first()
        if by is None:
            raise Usage(f"没有这个账号：{username}")
    if code:
        area = Area.objects.active().filter(pk=code).first()
        if area is None:
            raise Usage(f"没有这个区划代码：{code}")
        if by and not Area.objects.visible_to(by).filter(pk=code).exists():
            raise Usage(f"{code} 不在该账号的属地内。")
        return by, area
    if by and by.area_id:
        return by, by.area
    cities = list(Area.objects.active().filter(level="city").order_by("pk")[:2])
    if len(cities) != 1:
        raise Usage("请用 --area 写明区划代码。")
    return by, cities[0]


def result_of(upload: LedgerUpload) -> dict:
    """The upload as the command's JSON line."""
    result = {"upload": upload.pk, "reference": upload.reference, "state": upload.state}
    if upload.code:
        result |= {"code": upload.code, "message": upload.message}
    return result | {
        "sheets": upload.sheets,
        "columns": upload.columns,
        "unmatched": list(dict.fromkeys(column["heading"] for column in upload.unmatched)),
        **{name: getattr(upload, name) for name in COUNTS},
        "findings": upload.findings,
        "notices": upload.notices,
        "seconds": upload.seconds,
    }
