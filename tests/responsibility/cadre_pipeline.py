"""Cadre ledgers through the whole pipeline: the real database and the real child process."""

import datetime

from django.utils import timezone

from entities.enums import UploadChannel, UploadState
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.workbook.write import write_xlsx
from responsibility.ledger import process, uploads
from responsibility.models import Cadre, CadreUpload

COUNTY, OTHER_COUNTY, CITY = "379921", "379902", "3799"
VILLAGE, TOWN = "379921102002", "379921102"
# One good row of 东山县, by heading.
GOOD = {
    "姓名": "王五",
    "职务": "村委会主任",
    "单位": "前柳村委会",
    "包保层级": "村级",
    "乡镇街道": "柳林镇",
    "村社区": "前柳村",
    "电话": "13804540001",
}


def phone(number: int) -> str:
    return f"1380454{number:04d}"


class Roll:
    """Writes workbooks of good rows with some cells changed, and takes them through the pipeline."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    def book(self, *rows, headings=None):
        """A workbook of rows (changes to GOOD, by heading). `headings` = only these columns."""
        self.count += 1
        full = [GOOD | changes for changes in rows]
        headings = headings or list(dict.fromkeys(key for row in full for key in row))
        path = self.folder / f"roll{self.count}.xlsx"
        write_xlsx(path, headings, [[row.get(key) for key in headings] for row in full])
        return path

    def take(self, *rows, headings=None, path=None, **options) -> CadreUpload:
        """Upload and compare; not written yet (state review, unless it is refused)."""
        return take(path or self.book(*rows, headings=headings), **options)

    def write(self, *rows, headings=None, path=None, **options) -> CadreUpload:
        """Upload, compare and write."""
        by = options.get("by")
        return confirm(self.take(*rows, headings=headings, path=path, **options), by=by)


def accept(path, *, area=COUNTY, by=None, mode="partial", channel=UploadChannel.PAGE, **options):
    with open(path, "rb") as source:
        return uploads.LIFE.accept(
            source=source, filename=path.name, area=Area.objects.get(pk=area), by=by, mode=mode,
            channel=channel, at=timezone.now(), **options,
        )  # fmt: skip


def take(path, **options) -> CadreUpload:
    upload = accept(path, **options)
    process.upload_work(upload.pk)
    upload.refresh_from_db()
    return upload


def confirm(upload, *, by=None, is_sure=True) -> CadreUpload:
    assert upload.state == UploadState.REVIEW, (upload.code, upload.message, upload.unsure)
    uploads.LIFE.confirm(upload=upload, by=by, at=timezone.now(), is_sure=is_sure)
    process.upload_work(upload.pk)
    upload.refresh_from_db()
    if upload.state == UploadState.APPLIED:
        assert sum((*counts(upload), upload.conflicts)) == upload.rows
    return upload


def undo(upload, *, by=None) -> CadreUpload:
    return uploads.LIFE.undo(upload=upload, by=by, at=timezone.now())


def counts(upload) -> tuple[int, ...]:
    """(new, changed, unchanged, refused rows)."""
    return upload.new, upload.changed, upload.unchanged, upload.refused_rows


def codes(upload) -> list[str]:
    return sorted(upload.ledger_findings.values_list("code", flat=True))


def snapshot() -> dict:
    """The cadres as they stand, without what only counts changes."""
    columns = [f.attname for f in Cadre._meta.concrete_fields]
    skipped = {"id", "created_at", "updated_at", "revision"}
    return {
        row["id"]: {key: value for key, value in row.items() if key not in skipped}
        for row in Cadre.objects.values(*columns)
    }


def days(number: int) -> datetime.date:
    """A day so many days from today."""
    return timezone.localdate() + datetime.timedelta(days=number)
