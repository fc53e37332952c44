"""Meetings, papers and trainings as files."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from jiamusi_foodsafety.kit.workbook.write import write_csv, write_xlsx

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def write_table(
    target: BinaryIO,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str,
    format: str,
) -> None:
    """Write rows as xlsx or csv; text stays text, no formula can run."""
    if format == "csv":
        write_csv(target, headings, rows)
    else:
        write_xlsx(target, headings, rows, sheet=sheet)


def table_name(*, what: str, who: str, at: datetime.datetime, format: str) -> str:
    """The file's name says what, who and when."""
    safe = "".join(sign for sign in f"{what}_{who}" if sign.isalnum() or sign in "_-（）")
    return f"{safe}_{at:%Y%m%d-%H%M%S}.{format}"
