"""Counting working days (domain guide §9: 15 + 7 working days)."""

import datetime
from collections.abc import Set

DAY = datetime.timedelta(days=1)


def is_workday(
    day: datetime.date, *, holidays: Set[datetime.date], workdays: Set[datetime.date]
) -> bool:
    """Whether a day is worked: Monday to Friday, without `holidays`, with the worked weekends
    `workdays` (调休). A day in both is worked."""
    return day in workdays or (day.weekday() < 5 and day not in holidays)


def add_workdays(
    day: datetime.date, n: int, *, holidays: Set[datetime.date], workdays: Set[datetime.date]
) -> datetime.date:
    """The n-th working day after `day`; the day itself does not count. With n = 0 the day itself."""
    while n > 0:
        day += DAY
        n -= is_workday(day, holidays=holidays, workdays=workdays)
    return day


def workdays_between(
    first: datetime.date,
    last: datetime.date,
    *,
    holidays: Set[datetime.date],
    workdays: Set[datetime.date],
) -> int:
    """How many working days lie after `first` up to and with `last`; negative when `last` is the earlier."""
    if last < first:
        return -workdays_between(last, first, holidays=holidays, workdays=workdays)
    days = (first + DAY * step for step in range(1, (last - first).days + 1))
    return sum(is_workday(day, holidays=holidays, workdays=workdays) for day in days)
