"""The clocks of a problem (domain §1.5; every number is a row of ProblemKind). Moments in Asia/Shanghai;
the calendar says which days are worked."""

import datetime
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from .moves import CLEARED, FED_BACK, FIXED, HANDLING, OPEN, TO_CLAIM, TO_REVIEW

ZONE = ZoneInfo("Asia/Shanghai")
DAY = datetime.timedelta(days=1)


class Calendar(Protocol):
    """Which days are worked (responsibility.queries.calendar.WorkCalendar)."""

    def after(self, day: datetime.date, n: int) -> datetime.date: ...


@dataclass(frozen=True)
class Clocks:
    """What a class says of its times."""

    fix_days: int
    counts_workdays: bool = False
    on_spot: bool = False
    must_transfer: bool = False
    claim_workdays: int = 2
    feedback_workdays: int = 5
    climb_workdays: int = 3
    transfer_hours: int | None = None


def day_of(moment: datetime.datetime) -> datetime.date:
    """The day in Asia/Shanghai that a moment lies in."""
    return moment.astimezone(ZONE).date()


def begin_of(day: datetime.date) -> datetime.datetime:
    """The first moment of a day: what had its deadline before it is overdue."""
    return datetime.datetime.combine(day, datetime.time(0), ZONE)


def end_of(day: datetime.date) -> datetime.datetime:
    """The last second of a day: a deadline in days runs until then."""
    return datetime.datetime.combine(day, datetime.time(23, 59, 59), ZONE)


def fix_due(*, clocks: Clocks, found_on: datetime.date, calendar: Calendar) -> datetime.date:
    """The last day to put it right. A term in calendar days that ends on a day off ends on the next working
    day (民法典 §203); 0 days: the same day, worked or not."""
    if not clocks.fix_days:
        return found_on
    if clocks.counts_workdays:
        return calendar.after(found_on, clocks.fix_days)
    return calendar.after(found_on + DAY * (clocks.fix_days - 1), 1)


def first_state(*, clocks: Clocks, on_spot: bool, by_station: bool) -> str:
    """Where a newly reported problem begins: a class that must be handed over waits for its station, what
    was put right before the eyes of the reporter is settled, what a station found it has in hand."""
    if clocks.must_transfer:
        return HANDLING if by_station else TO_CLAIM
    if on_spot:
        return CLEARED
    return HANDLING if by_station else OPEN


def clock_of(
    *,
    state: str,
    due_at: datetime.datetime,
    claim_due_on: datetime.date | None,
    feedback_due_on: datetime.date | None,
) -> datetime.datetime | None:
    """The deadline that counts in a state; None where nobody must act any more."""
    if state in {OPEN, HANDLING}:
        return due_at
    if state == TO_CLAIM:
        return min(end_of(claim_due_on), due_at)
    if state in {FIXED, TO_REVIEW, FED_BACK}:
        return end_of(feedback_due_on)
    return None


def next_climb(*, at: datetime.datetime, clocks: Clocks, calendar: Calendar) -> datetime.datetime:
    """When what has just climbed climbs again: after so many working days more."""
    return end_of(calendar.after(day_of(at), max(clocks.climb_workdays, 1)))


def remind_until(*, on: datetime.date, calendar: Calendar) -> datetime.datetime:
    """Deadlines up to this moment are reminded of on the day `on`: those of the next working day and of the
    days off before it, so that nobody hears on Sunday of what ends on Sunday."""
    return end_of(calendar.after(on, 1))


# Up the areas: 村 → 乡 → 县 → 市, by the length of the code.
_STEPS = (9, 6, 4)
_ABOVE = {"village": 9, "township": 6, "county": 4, "city": 4}


def climb_path(*, state: str, area: str, cadre_level: str) -> list[str]:
    """The areas that hear of an overdue problem, one after the other. What waits for the cadre goes up from
    his own level (a city's stays with the city); what waits for a station, or for a cadre whom nobody has
    named ("" as level), goes to the county first."""
    start = 6 if state in {TO_CLAIM, HANDLING, TO_REVIEW} else _ABOVE.get(cadre_level, 6)
    return [area[:length] for length in _STEPS if length <= min(start, len(area))]
