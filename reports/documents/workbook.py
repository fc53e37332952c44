"""The daily report as a styled workbook: two-row head, one row a county, 合计 with live formulas."""

from collections.abc import Iterable

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from jiamusi_foodsafety.kit.workbook.formulas import book_with_values, put_formula
from jiamusi_foodsafety.kit.workbook.write import new_book, put, put_header

from ..queries.behind import change_row
from ..queries.reports import ReportPage
from ..rules import SHANGHAI
from ..rules.columns import (
    BUILT,
    CHANGE,
    COUNT,
    MINUS,
    RANK,
    RATE,
    SAME,
    SUM,
    WORDS,
    head_groups,
)  # fmt: skip
from .shown import (
    columns_for,
    corrections_of,
    name_of,
    notes_of,
    shown,
    title_of,
    tone_of,
    unreported_of,
)  # fmt: skip

FIRST = 5  # the first row of data: title, line of units, two rows of headings stand above
# Fill and ink of a rate's band (domain §6.2).
COLOURS = {
    "red": ("FCEBE9", "A81E1E"),
    "amber": ("FFF2D9", "7D4B00"),
    "green": ("E3F3E9", "14663B"),
}
HEAD, TOTAL, LINE = "E4EEF9", "F3F7FC", "C9D0D9"
FACE = "微软雅黑"
UNITS = "单位：家、人、份、个、次。分级率(毛)＝已分级/在册，分级率(净)＝已分级/应包，包保覆盖率＝已分配/应包，合计率＝Σ分子/Σ分母。"
BEFORE = "上期"
# Which figures of the report before a change is taken against, and their column in the sheet 上期.
AGAINST = {"new_screened": ("screened", "B"), "new_graded": ("graded", "C")}


def daily_report_workbook(page: ReportPage, changes: Iterable = ()) -> bytes:
    """The workbook of a report as the user sees it. 应包 = 在册 − 筛除, 小计, rates, 合计, 名次 and 较昨日 are
    formulas, so that a corrected cell carries through; 合计率 = Σ/Σ. Further sheets: the report before, the
    changes of the day, the text with checks and corrections."""
    sheet = _Sheet(page)
    sheet.head()
    for at, row in enumerate(page.rows, start=FIRST):
        sheet.row(at, row)
    sheet.total()
    sheet.frame()
    sheet.foot()
    _before(sheet.book, page)
    _changes(sheet.book, page, changes)
    _words(sheet.book, page)
    return book_with_values(sheet.book, sheet.values)


class _Sheet:
    """The table of a page, while it is written."""

    def __init__(self, page):
        self.page, self.book, self.values = page, new_book(), {}
        self.columns = columns_for(page)
        self.sheet = self.book.active
        self.sheet.title = name_of(page).replace(" ", "")
        self.letters = {
            column.key: get_column_letter(at) for at, column in enumerate(self.columns, start=3)
        }
        self.width = len(self.columns) + 2
        self.last = FIRST + len(page.rows) - 1
        self.total_at = self.last + 1
        self.ranked = FIRST + sum(not row.is_rest for row in page.rows) - 1

    def head(self):
        sheet, last = self.sheet, get_column_letter(self.width)
        sheet.merge_cells(f"A1:{last}1")
        title = put(sheet, 1, 1, title_of(self.page))
        title.font = Font(name=FACE, bold=True, size=16)
        title.alignment = Alignment(horizontal="center", vertical="center")
        sheet.row_dimensions[1].height = 32
        sheet.merge_cells(f"A2:{last}2")
        put(sheet, 2, 1, UNITS)
        at = 3
        for index, (heading, width) in enumerate(
            (("序号", 6), ("乡镇(街道)" if self.page.place else "县(市、区)", 14)), start=1
        ):
            put(sheet, 3, index, heading)
            sheet.merge_cells(start_row=3, end_row=4, start_column=index, end_column=index)
            sheet.column_dimensions[get_column_letter(index)].width = width
        for group, columns in head_groups(self.columns):
            put(sheet, 3, at, group)
            for step, column in enumerate(columns):
                sheet.column_dimensions[get_column_letter(at + step)].width = column.width
                if column.heading:
                    put(sheet, 4, at + step, column.heading)
            if not columns[0].heading:
                sheet.merge_cells(start_row=3, end_row=4, start_column=at, end_column=at)
            elif len(columns) > 1:
                end = at + len(columns) - 1
                sheet.merge_cells(start_row=3, end_row=3, start_column=at, end_column=end)
            at += len(columns)
        sheet.freeze_panes = sheet.cell(FIRST, 3)
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = "3:4"

    def row(self, at, row):
        put(self.sheet, at, 1, at - FIRST + 1)
        put(self.sheet, at, 2, row.name)
        for index, column in enumerate(self.columns, start=3):
            self.cell(self.sheet.cell(at, index), column, row, self.formula(column, row, at))

    def total(self):
        at, total = self.total_at, self.page.total
        self.sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=2)
        put(self.sheet, at, 1, "合计")
        for index, column in enumerate(self.columns, start=3):
            self.cell(self.sheet.cell(at, index), column, total, self.sum(column, at))

    def formula(self, column, row, at):
        """The live formula of a cell, or nothing where the value was counted (or is not known)."""
        cell = {key: f"{letter}{at}" for key, letter in self.letters.items()}
        if (
            column.kind == RATE
            and row.rate(column.key) is None
            and self._has_no_source(column, row)
        ):
            return ""
        if column.kind == RATE:
            part, whole = (cell[key] for key in column.parts)
            return f'=IF({whole}=0,"—",ROUND({part}/{whole},4))'
        if column.kind in (SUM, MINUS, SAME) and row.count(column.key) is None:
            return ""
        if column.kind == SUM:
            return f"=SUM({cell[column.parts[0]]}:{cell[column.parts[-1]]})"
        if column.kind == MINUS:
            return f"={cell[column.parts[0]]}-{cell[column.parts[1]]}"
        if column.kind == SAME:
            return f"={cell[column.parts[0]]}"
        if column.kind == RANK and self.page.is_whole and row.rank:
            letter = self.letters[column.parts[0]]
            return f"=RANK({letter}{at},{letter}${FIRST}:{letter}${self.ranked})"
        if column.key in AGAINST and row.count(column.key) is not None and not row.is_rest:
            of, letter = AGAINST[column.key]
            return f"={cell[of]}-'{BEFORE}'!{letter}{at - FIRST + 2}"
        return ""

    def sum(self, column, at):
        letter = self.letters[column.key]
        span = f"{letter}{FIRST}:{letter}{self.last}"
        if not self.page.rows:
            return ""
        if column.kind == BUILT and not self.page.place and column.rows:
            if not self.page.total.counts.get("ledgers_due"):
                return ""  # nobody owes a ledger: "—" as everywhere
            units = f"{letter}{FIRST}:{letter}{self.ranked}"
            return f'=COUNTIF({units},"是")&"/"&ROWS({units})'
        if column.kind in (COUNT, CHANGE):
            return f"=SUM({span})" if self.page.total.count(column.key) is not None else ""
        return self.formula(column, self.page.total, at)

    @staticmethod
    def _has_no_source(column, row):
        return None in [row.count(key) for key in column.parts]

    def cell(self, cell, column, row, formula):
        value = self.value(column, row)
        if formula:
            put_formula(cell, formula, value, self.values)
        else:
            put(self.sheet, cell.row, cell.column, value)
        cell.number_format = {RATE: "0.00%", CHANGE: "+#,##0;−#,##0;0"}.get(column.kind, "#,##0")
        if column.is_banded:
            colour = COLOURS.get(tone_of(column, row.rate(column.key), self.page))
            if colour:
                cell.fill = PatternFill("solid", start_color=colour[0])
                cell.font = Font(name=FACE, size=11, color=colour[1])

    def value(self, column, row):
        if column.kind == RATE:
            rate = row.rate(column.key)
            return "—" if rate is None else float(rate / 100)
        if column.kind == RANK and row.rank:
            return row.rank
        if column.kind in (RANK, BUILT, WORDS):
            return shown(column, row, self.page) or None
        count = row.count(column.key)
        return "—" if count is None else count

    def frame(self):
        side = Side(style="thin", color=LINE)
        left = {2} | {at for at, column in enumerate(self.columns, start=3) if column.kind == WORDS}
        centred = {1} | {
            at for at, column in enumerate(self.columns, start=3) if column.kind in (RANK, BUILT)
        }
        for row in self.sheet.iter_rows(min_row=3, max_row=self.total_at, max_col=self.width):
            self.sheet.row_dimensions[row[0].row].height = 21
            for cell in row:
                cell.border = Border(left=side, right=side, top=side, bottom=side)
                is_head, is_total = cell.row < FIRST, cell.row == self.total_at
                way = "left" if cell.column in left else "right"
                cell.alignment = Alignment(
                    horizontal="center" if is_head or cell.column in centred else way,
                    vertical="center",
                    wrap_text=is_head or cell.column in left,
                )
                cell.font = Font(
                    name=FACE, size=11, bold=is_head or is_total, color=cell.font.color
                )
                if (is_head or is_total) and cell.fill.fill_type is None:
                    cell.fill = PatternFill("solid", start_color=HEAD if is_head else TOTAL)

    def foot(self):
        page = self.page
        amber, green = page.report.bands.get("") or (80, 95)
        words = [
            *notes_of(page), unreported_of(page),
            f"颜色：{amber:g}% 以下红，{amber:g}%–{green:g}% 橙，{green:g}% 以上绿。",
            f"生成时间 {page.report.built_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}。",
        ]  # fmt: skip
        at = self.total_at + 1
        self.sheet.merge_cells(f"A{at}:{get_column_letter(self.width)}{at}")
        cell = put(self.sheet, at, 1, "".join(words))
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        self.sheet.row_dimensions[at].height = 34


def _before(book, page):
    """The report before, which the changes are taken against."""
    sheet = book.create_sheet(BEFORE)
    put_header(sheet, ["属地", "筛除累计", "已分级小计"], widths=[16, 12, 12])
    for at, row in enumerate(page.rows, start=2):
        put(sheet, at, 1, row.name)
        for index, (key, (of, _)) in enumerate(AGAINST.items(), start=2):
            new, change = row.count(of), row.count(key)
            put(sheet, at, index, None if None in (new, change) else new - change)


def _changes(book, page, changes):
    sheet = book.create_sheet("变更明细")
    put_header(sheet, ["登记时间", "属地代码", "名称", "变更"], widths=[18, 15, 40, 60])
    for at, change in enumerate(changes, start=2):
        row = change_row(change)
        put(sheet, at, 1, f"{row.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
        put(sheet, at, 2, row.area_id)
        put(sheet, at, 3, row.name)
        put(sheet, at, 4, row.about)


def _words(book, page):
    sheet = book.create_sheet("文字说明")
    sheet.column_dimensions["A"].width = 110
    lines = [title_of(page), *page.paragraphs, "", "一致性检查"]
    if page.is_whole and not page.period:
        for check in page.report.checks:
            note = page.report.notes.get(check["key"])
            lines.append(
                f"{'成立' if check['holds'] else '需说明'}　{check['words']}　{check['note']}"
                f"{f'　说明：{note}' if note else ''}"
            )
    else:
        lines.pop()
    if page.corrections:
        lines += ["", "更正", *corrections_of(page)]
    for at, line in enumerate(lines, start=1):
        put(sheet, at, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(name=FACE, bold=True, size=13)
