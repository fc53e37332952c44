"""The official holidays and worked weekends (调休) of the years that the package knows."""

import chinese_calendar

from ..models import CalendarDay


def load() -> None:
    """Add the days from 2022 on that the table lacks; days that staff edited stay as they are."""
    days = [
        CalendarDay(date=day, is_workday=is_workday, name=chinese_calendar.Holiday(name).chinese)
        for table, is_workday in (
            (chinese_calendar.holidays, False),
            (chinese_calendar.workdays, True),
        )
        for day, name in sorted(table.items())
        # a holiday on a weekend changes nothing
        if day.year >= 2022 and (is_workday or day.weekday() < 5)
    ]
    CalendarDay.objects.bulk_create(days, ignore_conflicts=True)
