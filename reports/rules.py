"""Progress in plain values: figures, rates, bands, ranks, days and the words of the daily report."""

import datetime
from dataclasses import astuple, dataclass
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
CENT = Decimal("0.01")
# Bands of a rate in a table (domain §6.2), in %.
BEHIND_BELOW = Decimal(80)
REACHED_FROM = Decimal(95)
# Steps of the map: sequential, with 95 % as a border (a map shows how much, a table judges).
MAP_STEPS = (Decimal(92), Decimal(94), Decimal(95), Decimal(96))


@dataclass(frozen=True)
class Figures:
    """One area's counts in 家 (domain §9): 在册 R, 筛除 X, 应包 N = R − X, grades A–D inside 应包 only."""

    registered: int = 0
    screened: int = 0
    obliged: int = 0
    grade_a: int = 0
    grade_b: int = 0
    grade_c: int = 0
    grade_d: int = 0
    surveyed: int = 0
    differing: int = 0
    doubtful: int = 0
    shallow: int = 0

    def __add__(self, other):
        return Figures(
            *(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True))
        )

    def __sub__(self, other):
        return Figures(
            *(mine - its for mine, its in zip(astuple(self), astuple(other), strict=True))
        )

    @property
    def graded(self):
        """已分级 G = A + B + C + D."""
        return self.grade_a + self.grade_b + self.grade_c + self.grade_d

    @property
    def ungraded(self):
        """待分级 = N − G."""
        return self.obliged - self.graded

    @property
    def rate_gross(self):
        """分级率(毛) = 已分级 / 在册, in %."""
        return percent(self.graded, self.registered)

    @property
    def rate_net(self):
        """分级率(净) = 已分级 / 应包, in %."""
        return percent(self.graded, self.obliged)

    @property
    def rate_surveyed(self):
        """摸底率 = 已摸底 / 在册, in %."""
        return percent(self.surveyed, self.registered)


def total_of(rows) -> Figures:
    """Σ of figures; a rate of the total is Σ/Σ, never a mean of rates."""
    return sum(rows, Figures())


def percent(part: int, whole: int) -> Decimal | None:
    """part/whole in % with two decimals, half up; nothing where the denominator is 0."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(CENT, rounding=ROUND_HALF_UP)


def band(rate: Decimal | None) -> str:
    """A rate's colour: red below 80 %, amber to 95 %, green from 95 % (domain §6.2); judged by the
    rate as it is printed."""
    if rate is None:
        return ""
    if rate < BEHIND_BELOW:
        return "red"
    return "green" if rate >= REACHED_FROM else "amber"


def map_step(rate: Decimal | None) -> int:
    """The map's step 1 (light, low) to 5 (dark, high); 0 where there is no rate."""
    if rate is None:
        return 0
    return 1 + sum(rate >= border for border in MAP_STEPS)


def ranks(rates: dict[str, Decimal | None]) -> dict[str, int]:
    """名次 from the highest rate, ties share a place (1, 2, 2, 4); without a rate there is no place."""
    known = {key: rate for key, rate in rates.items() if rate is not None}
    return {key: 1 + sum(other > rate for other in known.values()) for key, rate in known.items()}


def day_of(moment: datetime.datetime) -> datetime.date:
    """The calendar day of a moment in Asia/Shanghai, whatever the server's zone."""
    return moment.astimezone(SHANGHAI).date()


def closing_of(date: datetime.date, hour: int) -> datetime.datetime:
    """When the day's report closes: `hour` o'clock Asia/Shanghai."""
    return datetime.datetime.combine(date, datetime.time(hour), tzinfo=SHANGHAI)


def last_closed_day(moment: datetime.datetime, hour: int) -> datetime.date:
    """The newest day whose report has closed at `moment`."""
    today = day_of(moment)
    return today if moment >= closing_of(today, hour) else today - datetime.timedelta(days=1)


def due_days(
    *, last: datetime.date | None, newest: datetime.date, most: int = 7
) -> list[datetime.date]:
    """The days whose report is missing: after the `last` one up to the `newest` closed day, `most` days
    back at most; without any report before, the newest day only."""
    if last is None:
        return [newest]
    first = max(last + datetime.timedelta(days=1), newest - datetime.timedelta(days=most - 1))
    return [first + datetime.timedelta(days=step) for step in range((newest - first).days + 1)]


def report_title(number: int, as_of: datetime.datetime, city: str) -> str:
    """The report's title (domain §6.2), its moment in Asia/Shanghai."""
    moment = as_of.astimezone(SHANGHAI)
    when = f"{moment.year}年{moment.month:02d}月{moment.day:02d}日{moment.hour:02d}时"
    when += f"{moment.minute:02d}分" if moment.minute else ""
    return f"{city}食品安全“两个责任”工作推进日报表（第{number}期，截至 {when}）"


def report_text(
    *,
    as_of: datetime.datetime,
    total: Figures,
    places: list[tuple[str, Decimal | None]],
    new_graded: int | None,
    new_screened: int | None,
    whole: str = "全市",
) -> list[str]:
    """The report's paragraphs from its figures; `places` are the counties' 分级率(净)."""
    moment = as_of.astimezone(SHANGHAI)
    first = (
        f"截至{moment.month}月{moment.day}日{moment.hour}时，{whole}在册获证食品生产经营主体 "
        f"{total.registered:,} 家，已完成分级梳理 {total.graded:,} 家，完成比例 {_shown(total.rate_gross)}。"
        f"其中 A 级 {total.grade_a:,} 家、B 级 {total.grade_b:,} 家、C 级 {total.grade_c:,} 家、"
        f"D 级 {total.grade_d:,} 家。扣除已批准筛除的异常主体 {total.screened:,} 家，应包主体 "
        f"{total.obliged:,} 家，分级率(净) {_shown(total.rate_net)}。"
    )
    if new_graded is not None and new_screened is not None:
        first += f"较上期{_change('分级', new_graded)}、{_change('筛除', new_screened)}。"
    paragraphs = [first]
    known = sorted(
        ((name, rate) for name, rate in places if rate is not None),
        key=lambda item: item[1],
        reverse=True,
    )
    if len(known) >= 6:
        best = "、".join(f"{name}（{rate}%）" for name, rate in known[:3])
        worst = "、".join(f"{name}（{rate}%）" for name, rate in known[-3:])
        paragraphs.append(f"分级率(净)居前三位的是{best}；居后三位的是{worst}。")
    paragraphs.append(
        f"已摸底 {total.surveyed:,} 家，摸底率 {_shown(total.rate_surveyed)}；待分级 {total.ungraded:,} 家。"
    )
    return paragraphs


def _shown(rate):
    return "—" if rate is None else f"{rate}%"


def _change(word, number):
    if number == 0:
        return f"{word}没有变化"
    return f"{'新增' if number > 0 else '减少'}{word} {abs(number):,} 家"
