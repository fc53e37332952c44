"""Writing tables: fast plain exports, and small styled books.

Text is always written as text: what somebody typed can never become a formula.
"""

import csv
import io
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jiamusi_foodsafety.kit.workbook.text import FORMULA_STARTS, TEXT_GUARD

MAX_TEXT = 32_767
# Excel keeps 15 digits of a number: longer ones are written as text.
MAX_EXACT = 10**15
HEADER_COLOUR = "DDEBF7"
MARK_COLOUR = "FFE699"
Target = str | os.PathLike | BinaryIO


def write_xlsx(
    target: Target,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str = "Sheet1",
    widths: Sequence[float] | None = None,
) -> None:
    """A plain sheet from an iterator of rows: bold frozen heading, typed values, no formula."""
    from rustpy_xlsxwriter import FastExcel, Format

    unique = unique_headings(headings)
    records = (dict(zip(unique, map(plain, row), strict=True)) for row in rows)
    # The writer takes the headings from the first row: without one it needs the styled way.
    first = next(records, None)
    if first is None:
        write_empty(target, headings, sheet)
        return
    header = Format().set_bold().set_background_color(f"#{HEADER_COLOUR}")
    book = FastExcel(target, output_format="xlsx").format(datetime_format="yyyy-mm-dd")
    book.sheet(
        sheet,
        chained(first, records),
        header_format=header,
        column_widths=list(widths or default_widths(headings)),
    ).freeze(row=1).save()


def chained(first: dict, records: Iterator[dict]) -> Iterator[dict]:
    """The first record, then the others."""
    yield first
    yield from records


def unique_headings(headings: Sequence[str]) -> list[str]:
    """Headings as keys: a repeated one gets blanks behind it, which nobody sees."""
    seen: set[str] = set()
    unique = []
    for heading in headings:
        key = heading
        while key in seen:
            key += " "
        seen.add(key)
        unique.append(key)
    return unique


def write_empty(target: Target, headings: Sequence[str], sheet: str) -> None:
    """A sheet with nothing but its headings."""
    book = new_book()
    page = book.active
    page.title = sheet
    put_header(page, headings)
    book.save(target)


def default_widths(headings: Sequence[str]) -> list[float]:
    """Widths that show a Chinese heading whole, between 10 and 40."""
    return [min(max(10, 2 * len(heading) + 4), 40) for heading in headings]


def plain(value: Any) -> Any:
    """A value as the fast writer takes it: moments and over-long numbers become text."""
    if type(value) is str:
        return value[:MAX_TEXT] if value else None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        # Excel's calendar begins in 1900; earlier days stay readable as text.
        return value if value.year >= 1900 else value.isoformat()
    if isinstance(value, int | float):
        return str(value) if abs(value) >= MAX_EXACT or math.isnan(value) else value
    return str(value)[:MAX_TEXT]


def write_csv(
    target: Target,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    encoding: str = "utf-8-sig",
) -> None:
    """A csv that Excel opens rightly (UTF-8 with mark, or gb18030), safe from formulas."""
    with opened(target) as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, newline="", write_through=False)
        writer = csv.writer(text)
        writer.writerow([csv_field(heading) for heading in headings])
        writer.writerows([csv_field(value) for value in row] for row in rows)
        text.flush()
        text.detach()


class opened:
    """A path opened for writing, or the buffer that was given, left open."""

    def __init__(self, target: Target):
        self.own = isinstance(target, str | os.PathLike)
        self.file = open(target, "wb") if self.own else target  # noqa: SIM115

    def __enter__(self) -> BinaryIO:
        return self.file

    def __exit__(self, *_error: object) -> None:
        if self.own:
            self.file.close()


def csv_field(value: Any) -> Any:
    """A field that no spreadsheet takes for a formula; the reader takes the guard off again."""
    if type(value) is str:
        if value.startswith(FORMULA_STARTS) or (
            value.startswith(TEXT_GUARD) and value[1:].startswith((TEXT_GUARD, *FORMULA_STARTS))
        ):
            return TEXT_GUARD + value
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else value


def new_book() -> Workbook:
    """An empty workbook with one sheet."""
    return Workbook()


def put(page: Worksheet, row: int, column: int, value: Any) -> Cell:
    """Write one value; text stays text, characters that no sheet may hold are dropped."""
    cell = page.cell(row=row, column=column)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:MAX_TEXT]
        cell.data_type = "s"
    elif value is not None:
        value = plain(value)
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    return cell


def put_header(
    page: Worksheet,
    headings: Sequence[str],
    *,
    row: int = 1,
    widths: Sequence[float] | None = None,
) -> None:
    """A styled heading row, column widths, and all above it frozen."""
    line = Side(style="thin", color="BFBFBF")
    for index, heading in enumerate(headings, start=1):
        cell = put(page, row, index, heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color=HEADER_COLOUR)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(left=line, right=line, top=line, bottom=line)
    for index, width in enumerate(widths or default_widths(headings), start=1):
        page.column_dimensions[get_column_letter(index)].width = width
    page.freeze_panes = f"A{row + 1}"  # by name: asking for the cell would make a blank row


def highlight(cell: Cell, note: str = "", *, colour: str = MARK_COLOUR) -> None:
    """Colour a cell, and say in a comment why."""
    cell.fill = PatternFill("solid", start_color=colour)
    if note:
        comment = Comment(note[:2000], "系统", width=320, height=120)
        cell.comment = comment


def as_bytes(book: Workbook) -> bytes:
    """The workbook as a file's content."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
