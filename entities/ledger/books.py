"""Workbooks for the clerk: his own rows that need work, and our template."""

import io
from collections import defaultdict

from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from jiamusi_foodsafety.kit.workbook.write import as_bytes, highlight, new_book, put, put_header

from ..models import Category, LedgerUpload
from .columns import COLUMNS

REASON = "问题说明"
RED, AMBER = "F9C9C5", "FFE3A8"
# Staged columns whose name is not the ledger's key.
STAGED_AS = {"station": "station_text", "category": "category_code"}


def error_book(upload: LedgerUpload) -> io.BytesIO:
    """The rows with findings in the uploader's own columns, 问题说明 behind them, the cells coloured
    (red: refused; amber: a hint). One sheet a sheet; corrected and uploaded again it just works."""
    by_row = defaultdict(list)
    for finding in upload.ledger_findings.order_by("index", "pk"):
        by_row[finding.index].append(finding)
    rows = upload.ledger_rows.filter(index__in=by_row).order_by("index")
    book = new_book()
    book.remove(book.active)
    for row in rows.iterator():
        page = _page(book, upload, row.sheet)
        _put_row(page, upload, row, by_row[row.index])
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


def _put_row(page, upload, row, findings):
    headings = _headings(upload, row.sheet)
    number = page.max_row + 1
    for column, text in enumerate(_cells(upload, row, headings), start=1):
        put(page, number, column, text).number_format = "@"
    reasons = []
    for finding in findings:
        is_refusal = finding.code.startswith("R")
        reasons.append(f"【{'拒收' if is_refusal else '提示'}】{finding.column}：{finding.message}")
        if finding.column in headings:
            cell = page.cell(row=number, column=headings.index(finding.column) + 1)
            highlight(cell, finding.message, colour=RED if is_refusal else AMBER)
    put(page, number, len(headings) + 1, "\n".join(reasons))


def _cells(upload, row, headings):
    """The row's own texts; rows that only the register objects to have them from what was staged."""
    if row.raw:
        return [*row.raw, *[""] * (len(headings) - len(row.raw))][: len(headings)]
    fields = {heading: key for key, heading in upload.columns.items()}
    return [_staged_text(row, fields.get(heading)) for heading in headings]


def _staged_text(row, key):
    if key is None:
        return ""
    if key == "expires_on" and row.is_permanent:
        return "长期"
    value = getattr(row, STAGED_AS.get(key, key), None)
    return "" if value is None else str(value)


def template_book() -> io.BytesIO:
    """Our template: every column with its help, an example row to overwrite, lists to choose from."""
    book = new_book()
    page = book.active
    page.title = "主体台账"
    put_header(page, [column.heading for column in COLUMNS])
    choices = {
        "category": list(Category.objects.order_by("position").values_list("name", flat=True)),
        "grade": ["A", "B", "C", "D"],
        "risk_grade": ["A", "B", "C", "D"],
    }
    for number, column in enumerate(COLUMNS, start=1):
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
    for number, column in enumerate(COLUMNS, start=2):
        for place, text in enumerate(
            (column.heading, "是" if column.required else "", column.help, column.example), start=1
        ):
            put(help_page, number, place, text)
    return io.BytesIO(as_bytes(book))
