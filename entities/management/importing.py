"""A clerk's pipeline from the command line, without the queue: every room's import command is one of these."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from entities.enums import UploadChannel, UploadMode, UploadState
from jiamusi_foodsafety.jurisdiction.models import Area, User
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.ledger.life import UploadLife
from jiamusi_foodsafety.kit.ledger.records import UploadRecord

COUNTS = ("rows", "new", "changed", "unchanged", "missing", "refused_rows", "conflicts")


class Usage(Exception):
    pass


class ImportCommand(BaseCommand):
    """A room names its upload's life and its worker's part; `counts` are told in the JSON line."""

    life: UploadLife
    counts = COUNTS

    def work(self, upload_id: int) -> str:
        """The worker's part."""
        raise NotImplementedError

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
            self.stdout.write(json.dumps(self.result_of(upload), ensure_ascii=False))
        else:
            self._tell(upload)
        sys.exit(1 if upload.state == UploadState.REFUSED else 0)

    def _run(self, options):
        by, area = actor_and_area(options["username"], options["area"])
        path = Path(options["file"])
        if not path.is_file():
            raise Usage(f"没有这个文件：{options['file']}")
        with path.open("rb") as source:
            upload = self.life.accept(
                source=source, filename=path.name, area=area, by=by, at=timezone.now(),
                channel=UploadChannel.COMMAND, mode=UploadMode(options["mode"]),
                wants_apply=options["apply"],
            )  # fmt: skip
        self.work(upload.pk)
        upload.refresh_from_db()
        if options["apply"] and upload.state == UploadState.REVIEW:
            self.life.confirm(upload=upload, by=by, at=timezone.now(), is_sure=True)
            self.work(upload.pk)
        upload.refresh_from_db()
        return upload

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

    def result_of(self, upload: UploadRecord) -> dict:
        """The upload as the command's JSON line."""
        result = {"upload": upload.pk, "reference": upload.reference, "state": upload.state}
        if upload.code:
            result |= {"code": upload.code, "message": upload.message}
        return result | {
            "sheets": upload.sheets,
            "columns": upload.columns,
            "unmatched": list(dict.fromkeys(column["heading"] for column in upload.unmatched)),
            **{name: getattr(upload, name) for name in self.counts},
            "findings": upload.findings,
            "notices": upload.notices,
            "seconds": upload.seconds,
        }


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
