"""Workbooks for the clerk: his own rows that need work, and a template."""

import io
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from jiamusi_foodsafety.kit.workbook.write import as_bytes, highlight, new_book, put, put_header

from .columns import Column
from .records import UploadRecord

REASON = "问题说明"
RED, AMBER = "F9C9C5", "FFE3A8"


def error_book(upload: UploadRecord, staged_text: Callable[[object, str], str]) -> io.BytesIO:
    """The rows with findings in the uploader's own columns, 问题说明 behind them, the cells coloured
    (red: refused; amber: a hint). One sheet a sheet; corrected and uploaded again it just works.

    `staged_text(row, key)`: a field as the ledger would write it, for rows whose own texts were not kept."""
    by_row = defaultdict(list)
    for finding in upload.ledger_findings.order_by("index", "pk"):
        by_row[finding.index].append(finding)
    rows = upload.ledger_rows.filter(index__in=by_row).order_by("index")
    book = new_book()
    book.remove(book.active)
    for row in rows.iterator():
        page = _page(book, upload, row.sheet)
        headings = _headings(upload, row.sheet)
        cells = row.raw or _staged_cells(upload, row, staged_text)
        cells = [*cells, *[""] * (len(headings) - len(cells))][: len(headings)]
        _put_row(page, headings, cells, by_row[row.index])
    if not book.worksheets:
        page = book.create_sheet("没有问题")
        put(page, 1, 1, "这份台账没有需要处理的行。")
    return io.BytesIO(as_bytes(book))


def _headings(upload, sheet):
    return upload.headers.get(sheet) or list(upload.columns.values())


def _page(book, upload, sheet):
    if sheet in book.sheetnames:
        return book[sheet]
    page = book.create_sheet(sheet[:31])
    put_header(page, [*_headings(upload, sheet), REASON])
    page.column_dimensions[page.cell(row=1, column=page.max_column).column_letter].width = 60
    return page


def _put_row(page, headings, cells, findings):
    number = page.max_row + 1
    for column, text in enumerate(cells, start=1):
        put(page, number, column, text).number_format = "@"
    reasons = []
    for finding in findings:
        is_refusal = finding.code.startswith("R")
        reasons.append(f"【{'拒收' if is_refusal else '提示'}】{finding.column}：{finding.message}")
        if finding.column in headings:
            cell = page.cell(row=number, column=headings.index(finding.column) + 1)
            highlight(cell, finding.message, colour=RED if is_refusal else AMBER)
    put(page, number, len(headings) + 1, "\n".join(reasons))


def _staged_cells(upload, row, staged_text):
    """Rows that only the comparison objects to have their texts from what was staged."""
    fields = {heading: key for key, heading in upload.columns.items()}
    return [
        staged_text(row, fields[heading]) if heading in fields else ""
        for heading in _headings(upload, row.sheet)
    ]


def template_book(
    columns: Sequence[Column], *, title: str, choices: Mapping[str, list[str]]
) -> io.BytesIO:
    """A template: every column with its help, an example row to overwrite, lists to choose from."""
    book = new_book()
    page = book.active
    page.title = title
    put_header(page, [column.heading for column in columns])
    for number, column in enumerate(columns, start=1):
        cell = page.cell(row=1, column=number)
        note = ("必填。" if column.required else "选填。") + column.help
        cell.comment = Comment(note, "系统", width=260, height=80)
        if column.required:
            highlight(cell, colour="FFE3A8")
            cell.comment = Comment(note, "系统", width=260, height=80)
        letter = cell.column_letter
        for row in range(2, 202):
            page.cell(row=row, column=number).number_format = "@"
        if choices.get(column.key):
            rule = DataValidation(
                type="list", formula1='"' + ",".join(choices[column.key]) + '"', allow_blank=True
            )
            page.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}20000")
    help_page = book.create_sheet("填表说明")
    put_header(help_page, ["列", "必填", "怎么填", "例"])
    for number, column in enumerate(columns, start=2):
        for place, text in enumerate(
            (column.heading, "是" if column.required else "", column.help, column.example), start=1
        ):
            put(help_page, number, place, text)
    return io.BytesIO(as_bytes(book))
