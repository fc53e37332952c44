"""The dashboard's tables as workbooks."""

from openpyxl.styles import Font

from jiamusi_foodsafety.kit.workbook.write import as_bytes, new_book, put, put_header

from ..queries import Progress
from ..rules import SHANGHAI

PROGRESS_HEADINGS = [
    "代码", "区划", "在册", "筛除", "应包", "A", "B", "C", "D", "已分级", "待分级", "已摸底",
    "分级率(毛)", "分级率(净)", "名次",
]  # fmt: skip


def progress_workbook(page: Progress) -> bytes:
    """The dashboard's table as it stands: 合计 last, rates as percentages."""
    rows = [_progress_row(row, row.name) for row in page.children]
    rows.append(_progress_row(page.total, "合计"))
    moment = page.as_of.astimezone(SHANGHAI)
    title = f"{page.place.name}分级进度（截至 {moment:%Y-%m-%d %H:%M}，单位：家）"
    return _plain_book("分级进度", title, PROGRESS_HEADINGS, rows, rates=(13, 14))


def trend_workbook(page: Progress) -> bytes:
    """已分级 by day, as the daily reports froze it."""
    rows = [
        [
            line.report.date,
            line.report.number,
            line.figures["registered"],
            line.figures["obliged"],
            line.figures["graded"],
            line.figures.get("new_graded"),
        ]
        for line in page.frozen.trend(page.place.code)
    ]
    headings = ["日期", "期号", "在册", "应包", "已分级", "较上期"]
    return _plain_book("走势", f"{page.place.name}已分级家数（日报口径）", headings, rows)


def _progress_row(row, name):
    figures = row.figures
    rates = [figures.rate_gross, figures.rate_net]
    return [
        row.code, name, figures.registered, figures.screened, figures.obliged,
        figures.grade_a, figures.grade_b, figures.grade_c, figures.grade_d,
        figures.graded, figures.ungraded, figures.surveyed,
        *("—" if rate is None else float(rate / 100) for rate in rates), row.rank or "—",
    ]  # fmt: skip


def _plain_book(sheet_name, title, headings, rows, *, rates=()):
    book = new_book()
    sheet = book.active
    sheet.title = sheet_name
    put(sheet, 1, 1, title).font = Font(bold=True, size=13)
    put_header(sheet, headings, row=2, widths=[max(10, 2 * len(text) + 3) for text in headings])
    for at, row in enumerate(rows, start=3):
        for index, value in enumerate(row, start=1):
            cell = put(sheet, at, index, value)
            if index in rates:
                cell.number_format = "0.00%"
            elif isinstance(value, int):
                cell.number_format = "#,##0"
    return as_bytes(book)
