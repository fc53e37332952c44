"""The daily report as a styled workbook: two-row head, one row a county, 合计 with live formulas."""

from dataclasses import dataclass

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from jiamusi_foodsafety.kit.workbook.formulas import book_with_values, put_formula
from jiamusi_foodsafety.kit.workbook.write import as_bytes, new_book, put, put_header

from .queries import Progress
from .queries.reports import ReportPage
from .rules import SHANGHAI, Figures, band, percent, report_title

FIRST = 5  # the first row of data: title, line of units, two rows of headings stand above
# Fill and ink of a rate's band (domain §6.2).
COLOURS = {
    "red": ("FCEBE9", "A81E1E"),
    "amber": ("FFF2D9", "7D4B00"),
    "green": ("E3F3E9", "14663B"),
}
HEAD, TOTAL, LINE = "E4EEF9", "F3F7FC", "C9D0D9"
FACE = "微软雅黑"


@dataclass(frozen=True)
class Column:
    """One column: its group and heading, the value of a row, its formula (with {row}) and its width.
    `adds` says that 合计 is the sum of the column."""

    group: str
    heading: str
    value: object
    formula: str = ""
    adds: bool = True
    is_rate: bool = False
    is_change: bool = False
    width: float = 9.5


def _rate(name):
    def value(row):
        rate = getattr(row.figures, name)
        return "—" if rate is None else float(rate / 100)

    return value


def _count(name):
    return lambda row: getattr(row.figures, name)


def _ratio(part, whole):
    return f'=IF({whole}{{row}}=0,"—",ROUND({part}{{row}}/{whole}{{row}},4))'


# A 序号 and B 县(市、区) come before.
COLUMNS = [
    Column("在册获证主体", "", _count("registered"), width=11),
    Column("筛除异常", "累计", _count("screened")),
    Column("筛除异常", "当日", lambda row: row.new_screened, is_change=True),
    Column("应包主体", "", _count("obliged"), "=C{row}-D{row}", adds=False, width=10),
    Column("摸底调查", "已摸底", _count("surveyed")),
    Column("摸底调查", "率", _rate("rate_surveyed"), _ratio("G", "C"), adds=False, is_rate=True),
    Column("主体分级", "A", _count("grade_a"), width=7),
    Column("主体分级", "B", _count("grade_b"), width=7),
    Column("主体分级", "C", _count("grade_c"), width=8),
    Column("主体分级", "D", _count("grade_d")),
    Column("主体分级", "小计", _count("graded"), "=SUM(I{row}:L{row})", adds=False),
    Column("主体分级", "率(毛)", _rate("rate_gross"), _ratio("M", "C"), adds=False, is_rate=True),
    Column("主体分级", "率(净)", _rate("rate_net"), _ratio("M", "F"), adds=False, is_rate=True),
    Column("主体分级", "当日新增", lambda row: row.new_graded, is_change=True),
    Column("变更", "干部", lambda row: row.changed_cadres, width=7),
    Column("变更", "主体", lambda row: row.changed_entities, width=7),
    Column("名次", "", lambda row: row.rank or "—", adds=False, width=7),
]
RANK = len(COLUMNS) + 2
LAST = get_column_letter(RANK)


def daily_report_workbook(page: ReportPage) -> bytes:
    """The workbook of a report as the user sees it. 应包 = 在册 − 筛除, 小计 = A + B + C + D, rates and 合计
    are formulas, so that a corrected cell carries through; 合计率 = Σ/Σ."""
    book, values = new_book(), {}
    sheet = book.active
    sheet.title = f"第{page.report.number}期"
    _head(sheet, page)
    last = FIRST + len(page.rows) - 1
    ranked = FIRST + sum(bool(row.rank) or row.code != page.report.area_id for row in page.rows) - 1
    for number, row in enumerate(page.rows, start=1):
        at = FIRST + number - 1
        put(sheet, at, 1, number)
        put(sheet, at, 2, row.name)
        for index, column in enumerate(COLUMNS, start=3):
            _cell(sheet.cell(at, index), column, row, column.formula.format(row=at), values)
        if page.is_whole and row.rank:
            rank = f"=RANK(O{at},O${FIRST}:O${ranked})"
            put_formula(sheet.cell(at, RANK), rank, row.rank, values)
    _total(sheet, page, last, values)
    _frame(sheet, last + 1)
    _foot(sheet, page, last + 2)
    return book_with_values(book, values)


def _head(sheet, page):
    sheet.merge_cells(f"A1:{LAST}1")
    title = put(
        sheet, 1, 1, report_title(page.report.number, page.report.as_of, page.report.area.name)
    )
    title.font = Font(name=FACE, bold=True, size=16)
    title.alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 32
    sheet.merge_cells(f"A2:{LAST}2")
    put(
        sheet,
        2,
        1,
        "单位：家。分级率(毛)＝已分级/在册，分级率(净)＝已分级/应包，合计率＝Σ分子/Σ分母。",
    )
    heads = [("序号", "", 6), ("县(市、区)", "", 14)]
    heads += [(column.group, column.heading, column.width) for column in COLUMNS]
    start = 1
    for index, (group, heading, width) in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
        if index == 1 or heads[index - 2][0] != group:
            start = index
            put(sheet, 3, index, group)
        put(sheet, 4, index, heading or None)
        is_last = index == len(heads) or heads[index][0] != group
        if not heading:
            sheet.merge_cells(start_row=3, end_row=4, start_column=index, end_column=index)
        elif is_last and index > start:
            sheet.merge_cells(start_row=3, end_row=3, start_column=start, end_column=index)
    sheet.freeze_panes = sheet.cell(FIRST, 3)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "3:4"


def _cell(cell, column, row, formula, values):
    value = column.value(row)
    if formula:
        put_formula(cell, formula, value, values)
    else:
        put(cell.parent, cell.row, cell.column, "—" if value is None else value)
    _style(cell, column, row.figures)


def _style(cell, column, figures: Figures):
    cell.number_format = "#,##0"
    if column.is_change:
        cell.number_format = "+#,##0;−#,##0;0"
    if column.is_rate:
        cell.number_format = "0.00%"
    if column.heading == "率(净)":
        colour = COLOURS.get(band(percent(figures.graded, figures.obliged)))
        if colour:
            cell.fill = PatternFill("solid", start_color=colour[0])
            cell.font = Font(name=FACE, size=11, color=colour[1])


def _total(sheet, page, last, values):
    at = last + 1
    sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=2)
    put(sheet, at, 1, "合计")
    for index, column in enumerate(COLUMNS, start=3):
        letter = get_column_letter(index)
        value = column.value(page.total)
        is_sum = column.adds and value is not None and page.rows
        formula = (
            f"=SUM({letter}{FIRST}:{letter}{last})" if is_sum else column.formula.format(row=at)
        )
        _cell(sheet.cell(at, index), column, page.total, formula, values)
    sheet.cell(at, RANK).value = None


def _frame(sheet, total_at):
    side = Side(style="thin", color=LINE)
    for row in sheet.iter_rows(min_row=3, max_row=total_at, max_col=RANK):
        sheet.row_dimensions[row[0].row].height = 21
        for cell in row:
            cell.border = Border(left=side, right=side, top=side, bottom=side)
            is_head, is_total = cell.row < FIRST, cell.row == total_at
            is_centred = is_head or cell.column in (1, RANK)
            cell.alignment = Alignment(
                horizontal="center" if is_centred else "left" if cell.column == 2 else "right",
                vertical="center",
                wrap_text=is_head,
            )
            cell.font = Font(name=FACE, size=11, bold=is_head or is_total, color=cell.font.color)
            if (is_head or is_total) and cell.fill.fill_type is None:
                cell.fill = PatternFill("solid", start_color=HEAD if is_head else TOTAL)


def _foot(sheet, page, at):
    text = "名次按分级率(净)排，只排县(市、区)，并列同名次。"
    if page.previous is None:
        text += "没有上一期，当日一栏不计。"
    if not page.is_whole:
        text += "本表只含本账号分管的县(市、区)，名次为全市名次。"
    built = page.report.built_at.astimezone(SHANGHAI)
    text += f"颜色：80% 以下红，80%–95% 橙，95% 以上绿。生成时间 {built:%Y-%m-%d %H:%M}。"
    sheet.merge_cells(f"A{at}:{LAST}{at}")
    put(sheet, at, 1, text).alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[at].height = 30


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
