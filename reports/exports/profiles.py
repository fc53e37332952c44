"""A template's table as a file."""

from collections.abc import Iterator
from typing import BinaryIO

from django.db.models import QuerySet

from jiamusi_foodsafety.kit.workbook.write import write_csv, write_xlsx

from ..enums import ProfileFormat
from ..models import ExportProfile
from ..queries.profiles.rows import headings_of, table_rows

ENCODINGS = {ProfileFormat.CSV: "utf-8-sig", ProfileFormat.GB18030: "gb18030"}
ENDINGS = {ProfileFormat.XLSX: "xlsx", ProfileFormat.CSV: "csv", ProfileFormat.GB18030: "csv"}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


class _Counted:
    """Rows, counted as they are written."""

    def __init__(self, rows: Iterator[tuple]):
        self.rows, self.number = rows, 0

    def __iter__(self):
        return self

    def __next__(self):
        row = next(self.rows)
        self.number += 1
        return row


def write_profile(
    found: QuerySet, *, profile: ExportProfile, format: str, with_phones: bool, target: BinaryIO
) -> int:
    """Write the rows by the template, streamed; text stays text, no formula can run. The number of rows."""
    columns = profile.columns
    headings = headings_of(kind=profile.kind, columns=columns, with_phones=with_phones)
    rows = _Counted(table_rows(found, kind=profile.kind, columns=columns, with_phones=with_phones))
    if format == ProfileFormat.XLSX:
        write_xlsx(target, headings, rows, sheet=profile.get_kind_display())
    else:
        write_csv(target, headings, rows, encoding=ENCODINGS[format])
    return rows.number
