"""The working calendar as staff keep it."""

import datetime
from dataclasses import dataclass

from ..models import CalendarDay
from ..rules.workdays import add_workdays, workdays_between


@dataclass(frozen=True)
class WorkCalendar:
    """The days that differ from the week's rhythm, read once for any number of questions."""

    holidays: frozenset[datetime.date]
    workdays: frozenset[datetime.date]

    def after(self, day: datetime.date, n: int) -> datetime.date:
        """The n-th working day after `day`."""
        return add_workdays(day, n, holidays=self.holidays, workdays=self.workdays)

    def between(self, first: datetime.date, last: datetime.date) -> int:
        """Working days after `first` up to and with `last`."""
        return workdays_between(first, last, holidays=self.holidays, workdays=self.workdays)


def work_calendar() -> WorkCalendar:
    """The calendar in force; it is the same for everybody, so no user is asked for."""
    days = list(CalendarDay.objects.values_list("date", "is_workday"))
    return WorkCalendar(
        holidays=frozenset(day for day, is_worked in days if not is_worked),
        workdays=frozenset(day for day, is_worked in days if is_worked),
    )
