"""倒排工期: what should stand on which day, at what pace it goes, when it will be done. Counts in the unit of the
stage (家, 份, 个), days are calendar days."""

import datetime
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

SHORT, LONG = 7, 14
# Days against the target (ui.md §4): green from so many early, amber up to so many late.
EARLY, LATE = 3, 3
# Whoever needs longer than this is told that it cannot be done at this pace.
MOST_DAYS = 3650


@dataclass(frozen=True)
class Point:
    """What a frozen report says of one day: `done` of `whole`."""

    day: datetime.date
    done: int
    whole: int

    @property
    def remaining(self):
        """Never below 0: what shrinks under what was done is done."""
        return max(self.whole - self.done, 0)


@dataclass(frozen=True)
class Pace:
    """So many a day, measured over `days` days (fewer than asked for where the reports are younger)."""

    a_day: Fraction
    days: int

    @property
    def rounded(self):
        """Whole units a day, half up, away from 0 for a pace backwards."""
        return int(_exact(self.a_day).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True)
class Forecast:
    """`earliest` and `latest` finish by the two paces; `latest` is None where one of them never gets there.
    `since`: from when it has been done."""

    point: Point
    short: Pace | None = None
    long: Pace | None = None
    earliest: datetime.date | None = None
    latest: datetime.date | None = None
    since: datetime.date | None = None

    @property
    def is_done(self):
        return self.since is not None


@dataclass(frozen=True)
class Verdict:
    """How a stage stands: a tone, the shape of its mark and the word beside it; `days` late (early: below 0)."""

    tone: str
    shape: str
    word: str
    days: int | None = None

    @property
    def told(self):
        """The word where nothing beside it says that it is a forecast."""
        is_forecast = self.days is not None and self.shape != "overdue"
        return f"预计{self.word}" if is_forecast else self.word


# Nothing to judge by.
UNKNOWN = Verdict("grey", "info", "数据不足")


def _exact(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def pace_of(points: Sequence[Point], *, days: int) -> Pace | None:
    """The pace over the last `days` days up to the newest point: against the newest point that is as old,
    else the oldest there is. Nothing with a single day. Gaps in the reports are days too."""
    if len(points) < 2:
        return None
    last = points[-1]
    begin = last.day - datetime.timedelta(days=days)
    base = next((point for point in reversed(points) if point.day <= begin), points[0])
    span = (last.day - base.day).days
    return Pace(Fraction(last.done - base.done, span), span) if span else None


def finish_on(*, remaining: int, pace: Pace | None, on: datetime.date) -> datetime.date | None:
    """The day on which nothing remains, from what stands at the end of the day `on`; `on` itself where nothing
    remains. Nothing at a pace of 0 or backwards, or beyond ten years."""
    if remaining <= 0:
        return on
    if pace is None or pace.a_day <= 0:
        return None
    days = math.ceil(Fraction(remaining) / pace.a_day)
    return on + datetime.timedelta(days=days) if days <= MOST_DAYS else None


def forecast_of(points: Sequence[Point]) -> Forecast | None:
    """From the points of the frozen reports, oldest first: by the paces of 7 and of 14 days. Nothing without
    any point or without a whole."""
    if not points or not points[-1].whole:
        return None
    last = points[-1]
    short, long = pace_of(points, days=SHORT), pace_of(points, days=LONG)
    if not last.remaining:
        since = last.day
        for point in reversed(points):
            if point.remaining or not point.whole:
                break
            since = point.day
        return Forecast(last, short, long, since, since, since)
    days = [
        finish_on(remaining=last.remaining, pace=pace, on=last.day)
        for pace in (short, long)
        if pace is not None
    ]
    known = [day for day in days if day is not None]
    latest = max(known) if known and len(known) == len(days) else None
    return Forecast(last, short, long, min(known, default=None), latest)


def verdict_of(
    *,
    forecast: Forecast | None,
    starts_on: datetime.date,
    target_on: datetime.date,
    on: datetime.date,
) -> Verdict:
    """Green: done, or three days early or more; amber: nearer, up to three days late; red: later, never at
    this pace, or the target has passed. Grey: not begun, or nothing to judge by."""
    if forecast is not None and forecast.is_done:
        return Verdict("green", "ok", "已完成")
    if on > target_on:
        late = (on - target_on).days
        return Verdict("red", "overdue", f"逾期 {late} 天", late)
    if on < starts_on and (forecast is None or not forecast.point.done):
        return Verdict("grey", "not-due", "未开始")
    if forecast is None or forecast.short is None:
        return UNKNOWN
    if forecast.latest is None:
        return Verdict("red", "error", "按现速完不成")
    late = (forecast.latest - target_on).days
    if late > LATE:
        return Verdict("red", "error", f"晚 {late} 天", late)
    if late > 0:
        return Verdict("amber", "hint", f"晚 {late} 天", late)
    word = f"早 {-late} 天" if late else "刚好到期"
    return (
        Verdict("green", "ok", word, late)
        if late <= -EARLY
        else Verdict("amber", "hint", word, late)
    )


def needed_a_day(*, remaining: int, on: datetime.date, target_on: datetime.date) -> int | None:
    """How many a day are still needed, rounded up; 0 where nothing remains, nothing once the target day is
    reached."""
    if remaining <= 0:
        return 0
    left = (target_on - on).days
    return math.ceil(Fraction(remaining, left)) if left > 0 else None


def planned_share(day: datetime.date, steps: Sequence[tuple[datetime.date, Decimal]]) -> Decimal:
    """The plan's share in % on a day, on straight lines between the steps (day, %), oldest first: counted back
    from each target to the one before. Before the first step its value, after the last one the last."""
    before, share = steps[0]
    if day <= before:
        return share
    for after, aim in steps[1:]:
        if day <= after:
            return share + (aim - share) * (day - before).days / (after - before).days
        before, share = after, aim
    return share


def planned_count(
    day: datetime.date, steps: Sequence[tuple[datetime.date, Decimal]], whole: int
) -> int:
    """The plan's number on a day, half up."""
    exact = planned_share(day, steps) * whole / 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def place_between(day: datetime.date, first: datetime.date, last: datetime.date) -> Decimal:
    """Where a day lies between two, in %, kept inside: 0 is the beginning of `first`, 100 the end of `last`."""
    whole = (last - first).days + 1
    part = Decimal((day - first).days * 100) / whole
    return min(max(part, Decimal(0)), Decimal(100))


def against_plan(*, share: Decimal | None, planned: Decimal) -> Verdict:
    """Where no pace is known: how it stands against the plan of the day, in %."""
    if share is None:
        return UNKNOWN
    if share >= planned:
        return Verdict("blue", "progress", "按计划")
    return Verdict("amber", "hint", "慢于计划")


def plan_fault(
    *,
    starts_on: datetime.date,
    start_share: Decimal,
    targets: Sequence[tuple[datetime.date, Decimal]],
) -> str:
    """What is wrong with a stage's plan, as a sentence; "" for one that can stand: days from the start on and
    rising, shares rising, the last 100 %."""
    if not targets:
        return "请至少填一个目标：日期和应达到的百分比。"
    day, share = starts_on - datetime.timedelta(days=1), start_share
    for on, aim in targets:
        if on <= day:
            return f"目标日期 {on} 不晚于前一个日期 {day}。请按先后填写。"
        if aim <= share:
            return f"{on} 的目标 {aim}% 不高于之前的 {share}%。目标应逐步提高。"
        day, share = on, aim
    return "" if share == 100 else f"最后一个目标是 {share}%，应为 100%。"


def stamp_of(*facts: object) -> str:
    """What a page remembers of the plan that it showed: another stamp means that somebody changed it since."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
