"""The register written as a ledger: the same headings, so that the file can be uploaded again."""

import datetime
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.db.models import QuerySet

from jiamusi_foodsafety.kit.workbook.write import write_csv, write_xlsx

from ..models import Entity
from ..queries.export import PHONE_KEYS, export_rows, sees_phones
from .columns import COLUMNS

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
# A masked number is no number: under this heading an upload leaves the register's alone.
MASKED = "脱敏"


def export_table(found: QuerySet[Entity], *, user) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Headings and rows of an export for this user (None: the system itself)."""
    with_phones = sees_phones(user)
    headings = [
        f"{MASKED}{column.heading}"
        if column.key in PHONE_KEYS and not with_phones
        else column.heading
        for column in COLUMNS
    ]
    keys = [column.key for column in COLUMNS]
    return headings, export_rows(found, keys=keys, with_phones=with_phones)


def write_register(found: QuerySet[Entity], *, user, target: BinaryIO, format: str) -> None:
    """Write the businesses as xlsx or csv; text stays text, no formula can run."""
    headings, rows = export_table(found, user=user)
    if format == "csv":
        write_csv(target, headings, rows)
    else:
        write_xlsx(target, headings, rows, sheet="主体名录")


def export_name(*, scope: str, who: str, at: datetime.datetime, format: str) -> str:
    """The file's name says what, who and when: an export that leaks tells its origin."""
    safe = "".join(sign for sign in f"主体名录_{scope}_{who}" if sign.isalnum() or sign in "_-（）")
    return f"{safe}_{at:%Y%m%d-%H%M%S}.{format}"
