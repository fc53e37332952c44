"""The words of a report, written from its figures in the office's own manner."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from .columns import BY_KEY, count_of, rate_of
from .days import SHANGHAI

NOBODY = "—"


def clock_words(moment: datetime.datetime) -> str:
    """17时 or 9时30分."""
    moment = moment.astimezone(SHANGHAI)
    return f"{moment.hour}时" + (f"{moment.minute:02d}分" if moment.minute else "")


def day_words(day: datetime.date, *, year: bool = True) -> str:
    """2022年11月2日 or 11月2日."""
    return (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"


def table_title(city: str) -> str:
    """The table's name (domain §6.2)."""
    return f"{city}食品安全“两个责任”工作推进日报表"


def report_title(number: int, as_of: datetime.datetime, city: str) -> str:
    """The report's title (domain §6.2), its moment in Asia/Shanghai."""
    moment = as_of.astimezone(SHANGHAI)
    when = f"{moment.year}年{moment.month:02d}月{moment.day:02d}日{moment.hour:02d}时"
    when += f"{moment.minute:02d}分" if moment.minute else ""
    return f"{table_title(city)}（第{number}期，截至 {when}）"


@dataclass(frozen=True)
class Told:
    """What the text is written from. `places` = [(county, 分级率(净))]; `since` = 较昨日, 较上期, 较上周 …;
    `late`, `missing`: counties that confirmed late, not at all; `own` = what the city keeps for itself."""

    as_of: datetime.datetime
    counts: dict
    places: list[tuple[str, Decimal | None]]
    since: str = "较上期"
    whole: str = "全市"
    late: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    is_judged: bool = False
    corrections: list[str] = field(default_factory=list)


def report_text(told: Told) -> list[str]:
    """The report's paragraphs: how far it is, who is first and last, who answers, who did not report, what
    was corrected."""
    paragraphs = [_progress(told), _places(told), _answering(told), _changes(told), _reported(told)]
    paragraphs += told.corrections and ["更正：" + "；".join(told.corrections) + "。"]
    return [words for words in paragraphs if words]


def _progress(told):
    counts = told.counts
    moment = told.as_of.astimezone(SHANGHAI)
    figure = {key: count_of(BY_KEY[key], counts) or 0 for key in BY_KEY}
    words = (
        f"截至{moment.month}月{moment.day}日{clock_words(moment)}，{told.whole}在册获证食品生产经营主体 "
        f"{figure['registered']:,} 家，已完成分级梳理 {figure['graded']:,} 家，完成比例 "
        f"{_rate('rate_gross', counts)}。其中 A 级 {figure['grade_a']:,} 家、B 级 {figure['grade_b']:,} 家、"
        f"C 级 {figure['grade_c']:,} 家、D 级 {figure['grade_d']:,} 家。扣除已批准筛除的异常主体 "
        f"{figure['screened']:,} 家，应包主体 {figure['obliged']:,} 家，分级率(净) "
        f"{_rate('rate_net', counts)}，待分级 {figure['obliged'] - figure['graded']:,} 家。"
        f"已摸底 {figure['surveyed']:,} 家，摸底率 {_rate('rate_surveyed', counts)}。"
    )
    graded, screened = counts.get("new_graded"), counts.get("new_screened")
    if None not in (graded, screened):
        words += f"{told.since}{_change('分级', graded)}、{_change('筛除', screened)}。"
    return words


def _places(told):
    known = sorted(
        ((name, rate) for name, rate in told.places if rate is not None),
        key=lambda item: item[1],
        reverse=True,
    )
    if len(known) < 6:
        return ""
    best = "、".join(f"{name}（{rate}%）" for name, rate in known[:3])
    worst = "、".join(f"{name}（{rate}%）" for name, rate in known[-3:])
    return f"分级率(净)居前三位的是{best}；居后三位的是{worst}。"


def _answering(told):
    counts = told.counts
    if counts.get("covered") is None:
        return ""
    words = (
        f"已落实包保干部的主体 {counts['covered']:,} 家，包保覆盖率 {_rate('rate_covered', counts)}"
    )
    if counts.get("pledges_signed") is not None:
        words += (
            f"；包保干部签订承诺书 {counts['pledges_signed']:,} 份，签订率 "
            f"{_rate('rate_pledges', counts)}"
        )
    return words + "。"


def _changes(told):
    cadres = told.counts.get("changed_cadres")
    entities = told.counts.get("changed_entities")
    if cadres is None or entities is None or not (cadres or entities):
        return ""
    return f"登记干部变更 {cadres:,} 次、主体变更 {entities:,} 次。"


def _reported(told):
    if not told.is_judged:
        return ""
    parts = []
    if told.missing:
        names = "、".join(told.missing)
        parts.append(f"{names}未按时核对，本表按系统 {clock_words(told.as_of)}数据列入")
    if told.late:
        parts.append(f"{'、'.join(told.late)}迟报")
    if told.excused:
        parts.append(f"{'、'.join(told.excused)}经批准延后核对")
    return "；".join(parts or ["各县(市、区)均已按时核对"]) + "。"


def _rate(key, counts):
    rate = rate_of(BY_KEY[key], counts)
    return NOBODY if rate is None else f"{rate}%"


def _change(word, number):
    if number == 0:
        return f"{word}没有变化"
    return f"{'新增' if number > 0 else '减少'}{word} {abs(number):,} 家"
