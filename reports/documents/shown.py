"""How a figure of a report is written: the same on the page, in Word, in the PDF and in the plain text."""

from decimal import Decimal

from ..queries.reports import ReportPage, ReportRow, correction_words
from ..rules import SHANGHAI, band
from ..rules.columns import BUILT, CHANGE, COLUMNS, RANK, RATE, WORDS, Column, built_word
from ..rules.days import PERIODS
from ..rules.words import clock_words, day_words, report_title, table_title

NOTHING, MINUS = "—", "−"
DEFAULT_BAND = (80, 95)


def number(value: int | None, *, is_signed: bool = False) -> str:
    """27,748; −3; with `is_signed` +24; nothing is —."""
    if value is None:
        return NOTHING
    sign = "+" if is_signed and value > 0 else ""
    return f"{sign}{value:,}".replace("-", MINUS)


def shown(column: Column, row: ReportRow, page: ReportPage) -> str:
    """What stands in a cell of the 日报表."""
    is_total = row is page.total
    if column.kind == RATE:
        rate = row.rate(column.key)
        return NOTHING if rate is None else f"{rate}%"
    if column.kind == RANK:
        return "" if is_total else str(row.rank or NOTHING)
    if column.kind == BUILT:
        return _built(row, page)
    if column.kind == WORDS:
        return "" if is_total else words_of(column.key, row)
    return number(row.count(column.key), is_signed=column.kind == CHANGE)


def _built(row, page):
    if row is not page.total or row.counts.get("ledgers_due") in (None, 0):
        return built_word(row.counts)
    if page.place:
        return f"{row.counts['ledgers_built']}/{row.counts['ledgers_due']}"
    words = [built_word(one.counts) for one in page.rows if not one.is_rest]
    return f"{words.count('是')}/{len(words)}"


def words_of(key: str, row: ReportRow) -> str:
    """填报人, 审核人, 备注 of a county's line, as it confirmed it."""
    if row.standing is None:
        return ""
    review = row.standing.review
    if key == "reporter":
        return review.confirmed_by.get_full_name() if review.confirmed_by else ""
    return getattr(review, key)


def tone_of(column: Column, rate: Decimal | None, page: ReportPage) -> str:
    """A rate's colour by the borders that the report was built with."""
    bands = page.report.bands
    amber, green = bands.get(column.key) or bands.get("") or DEFAULT_BAND
    return band(rate, amber=Decimal(str(amber)), green=Decimal(str(green)))


def name_of(page: ReportPage) -> str:
    """第 24 期, or 2022年11月 月报."""
    if page.period:
        return f"{page.period.name}{PERIODS[page.period.kind][0]}"
    return f"第 {page.report.number} 期"


def title_of(page: ReportPage) -> str:
    """The title of the table."""
    city, report = page.report.area.name, page.report
    where = f"{city}{page.place.name}" if page.place else city
    if not page.period:
        return report_title(report.number, report.as_of, where)
    name = table_title(where).replace("日报表", f"{PERIODS[page.period.kind][0]}表")
    return f"{name}（{page.period.name}，截至 {as_of_words(page)}）"


def as_of_words(page: ReportPage) -> str:
    """2022年11月2日17时."""
    moment = page.report.as_of.astimezone(SHANGHAI)
    return f"{day_words(moment)}{clock_words(moment)}"


def notes_of(page: ReportPage) -> list[str]:
    """The footnotes of the table."""
    notes = []
    if not page.place:
        notes.append("名次按分级率(净)排，只排县(市、区)，并列同名次。")
    cadres, pledges = page.own.get("cadres_city"), page.own.get("pledges_signed")
    if cadres:
        notes.append(
            f"市级包保干部 {cadres:,} 人、承诺书 {pledges or 0:,} 份由市食安办管理，不计入各县(市、区)和合计。"
        )
    if page.previous is None:
        notes.append("没有上一期，当日和较昨日不计。")
    if not page.is_whole and not page.place:
        notes.append("本表只含本账号分管的县(市、区)，名次为全市名次。")
    notes += [f"{words}，目前显示“—”。" for words in page.missing]
    return notes


def unreported_of(page: ReportPage) -> str:
    """未报：抚远市。 or nothing."""
    return f"未报：{'、'.join(page.unreported)}。" if page.unreported else ""


def corrections_of(page: ReportPage) -> list[str]:
    """更正, one sentence each."""
    return [f"{correction_words(row)}。" for row in page.corrections]


def columns_for(page: ReportPage) -> list[Column]:
    """The columns of a page's table: towns have no place and no confirmation of their own, a period none
    of the latter."""
    left_out = set()
    if page.place:
        left_out = {"rank", "reporter", "checker", "remark"}
    elif page.period:
        left_out = {"reporter", "checker", "remark"}
    return [column for column in COLUMNS if column.key not in left_out]


def share_of(column: Column) -> float:
    """How wide a column is on paper, beside the others."""
    if column.kind == WORDS:
        return 3 if column.key == "remark" else 1.7
    if column.kind == RATE:
        return 1.3
    narrow = {"A": 0.75, "B": 0.8, "C": 1, "D": 1.2, "市": 0.8, "县": 0.8}
    if column.kind in (RANK, CHANGE):
        return 0.9
    return narrow.get(column.heading, 1.15)
