"""Ledgers through the whole pipeline: the real database and the real child process."""

import contextlib
import datetime
import io
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from psycopg2.extensions import make_dsn

from entities.enums import OBLIGED, REGISTERED, UploadChannel, UploadState
from entities.ledger import process, uploads
from entities.models import Entity, LedgerRow, LedgerUpload
from entities.queries.tally import tally_differences
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from .ledgers import EXAMPLES

COUNTY, OTHER_COUNTY, CITY = "379921", "379902", "3799"
FILES = EXAMPLES / "files"
# One good row of 东山县, by heading.
GOOD = {
    "主体名称": "东山县好又多超市",
    "统一社会信用代码": "92379921MA01000166",
    "许可证编号": "JY13799210000019",
    "主体类别": "食品销售",
    "乡镇街道": "石桥乡",
}


@dataclass
class Ran:
    """What a command left: its exit code, its standard output, its standard error."""

    code: int
    out: str
    err: str
    result: dict = field(default_factory=dict)


def run(*arguments) -> Ran:
    """A management command in this process."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stderr(err):
        try:
            call_command(*map(str, arguments), stdout=out, stderr=err)
        except SystemExit as end:
            code = end.code
    result = json.loads(out.getvalue()) if "--json" in arguments and out.getvalue() else {}
    return Ran(code, out.getvalue(), err.getvalue(), result)


def import_file(path, *options, area=COUNTY) -> dict:
    """`import_ledger … --apply --json`; its JSON."""
    return run("import_ledger", path, "--area", area, "--apply", "--json", *options).result


def findings(upload) -> list[dict]:
    return run("findings", upload, "--json").result


class Ledger:
    """Writes workbooks of good rows with some cells changed, and takes them through the pipeline."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    def book(self, *rows, headings=None) -> str:
        """A workbook of rows (changes to GOOD, by heading). `headings` = only these columns."""
        self.count += 1
        full = [GOOD | changes for changes in rows]
        headings = headings or list(dict.fromkeys(key for row in full for key in row))
        path = self.folder / f"ledger{self.count}.xlsx"
        write_xlsx(path, headings, [[row.get(key) for key in headings] for row in full])
        return path

    def take(self, *rows, headings=None, path=None, **options) -> LedgerUpload:
        """Upload and compare; not written yet (state review, unless it is refused)."""
        return take(path or self.book(*rows, headings=headings), **options)

    def write(self, *rows, headings=None, path=None, **options) -> LedgerUpload:
        """Upload, compare and write."""
        return confirm(self.take(*rows, headings=headings, path=path, **options))


def accept(path, *, area=COUNTY, by=None, mode="partial", channel=UploadChannel.PAGE, **options):
    with open(path, "rb") as source:
        return uploads.upload_accept(
            source=source, filename=path.name, area=Area.objects.get(pk=area), by=by, mode=mode,
            channel=channel, at=timezone.now(), **options,
        )  # fmt: skip


def take(path, **options) -> LedgerUpload:
    upload = accept(path, **options)
    process.upload_work(upload.pk)
    upload.refresh_from_db()
    return upload


def confirm(upload, *, by=None, is_sure=True) -> LedgerUpload:
    assert upload.state == UploadState.REVIEW, (upload.code, upload.message)
    uploads.upload_confirm(upload=upload, by=by, at=timezone.now(), is_sure=is_sure)
    process.upload_work(upload.pk)
    upload.refresh_from_db()
    prove(upload)
    return upload


def undo(upload, *, by=None) -> LedgerUpload:
    upload = uploads.upload_undo(upload=upload, by=by, at=timezone.now())
    prove()
    return upload


def counts(upload) -> tuple[int, ...]:
    """(new, changed, unchanged, refused rows)."""
    return upload.new, upload.changed, upload.unchanged, upload.refused_rows


def prove(upload=None) -> None:
    """The counters equal a full count; every row of the upload went one way."""
    assert tally_differences()[0] == []
    if upload is not None and upload.state == UploadState.APPLIED:
        parts = (*counts(upload), upload.conflicts, upload.renewals)
        assert sum(parts) == upload.rows


def entity(licence=GOOD["许可证编号"], **others) -> Entity:
    return Entity.objects.get(licence_no=licence, **others)


def snapshot() -> dict:
    """The register as it stands, without what only counts changes."""
    columns = [f.attname for f in Entity._meta.concrete_fields]
    skipped = {"id", "created_at", "updated_at", "revision"}
    return {
        row["id"]: {key: value for key, value in row.items() if key not in skipped}
        for row in Entity.objects.values(*columns)
    }


def figures(code) -> dict:
    """R, N and the grades below an area code, counted from the register itself."""
    rows = Entity.objects.filter(area__code__startswith=code).values_list("status", "grade")
    grades = Counter(grade for status, grade in rows if status in OBLIGED and grade)
    registered = sum(status in REGISTERED for status, _ in rows)
    return {"registered": registered, **{grade: grades[grade] for grade in "ABCD"}}


def environment() -> dict[str, str]:
    """For another process on the tests' own database and upload store."""
    parts = connection.settings_dict
    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    dsn = make_dsn(**{key: parts[name] for key, name in names.items() if parts[name]})
    return os.environ | {
        "DATABASE_URL": dsn,
        "DJANGO_SETTINGS_MODULE": "jiamusi_foodsafety.settings.development",
        "PYTHONWARNINGS": "ignore",
    }


def start(*arguments) -> subprocess.Popen:
    """`manage.py …` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=settings.BASE_DIR, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


SECOND = {
    "主体名称": "东山县第二粮店",
    "统一社会信用代码": "92379921MA0100022Y",
    "许可证编号": "JY13799210000027",
}
NEW_LICENCE = "JY13799210009995"


def codes(upload):
    return [finding["code"] for finding in findings(upload.pk)]


def row_of(upload, index=1):
    return LedgerRow.objects.get(upload=upload, index=index)


OLD = {"经营地址": "石桥乡 石桥村１号"}
RENEWED = {
    "经营地址": "石桥乡石桥村1号",
    "许可证编号": NEW_LICENCE,
    "许可证有效期至": datetime.date(2032, 1, 1),
}
SMALL = {"主体类别": "小餐饮", "统一社会信用代码": None, "许可证编号": "小餐登0001"}
