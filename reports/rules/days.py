"""Days and moments of the reports. The business day is that of Asia/Shanghai, whatever the server's zone."""

import calendar
import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
ONE_DAY = datetime.timedelta(days=1)


def day_of(moment: datetime.datetime) -> datetime.date:
    """The calendar day of a moment in Asia/Shanghai, whatever the server's zone."""
    return moment.astimezone(SHANGHAI).date()


def moment_of(date: datetime.date, time: datetime.time) -> datetime.datetime:
    """The moment of a day's clock time in Asia/Shanghai."""
    return datetime.datetime.combine(date, time, tzinfo=SHANGHAI)


def closing_of(date: datetime.date, hour: int) -> datetime.datetime:
    """When the day's report closes: `hour` o'clock Asia/Shanghai. Day D is (D−1 close, D close]."""
    return moment_of(date, datetime.time(hour))


def report_day_of(moment: datetime.datetime, hour: int) -> datetime.date:
    """The report that an act applied at `moment` counts in: (D−1 close, D close] is day D."""
    today = day_of(moment)
    return today if moment <= closing_of(today, hour) else today + ONE_DAY


def last_closed_day(moment: datetime.datetime, hour: int) -> datetime.date:
    """The newest day whose report has closed at `moment`."""
    today = day_of(moment)
    return today if moment >= closing_of(today, hour) else today - ONE_DAY


def due_days(
    *, last: datetime.date | None, newest: datetime.date, most: int = 7
) -> list[datetime.date]:
    """The days whose report is missing: after the `last` one up to the `newest` closed day, `most` days
    back at most; without any report before, the newest day only."""
    if last is None:
        return [newest]
    first = max(last + ONE_DAY, newest - datetime.timedelta(days=most - 1))
    return [first + datetime.timedelta(days=step) for step in range((newest - first).days + 1)]


@dataclass(frozen=True)
class Period:
    """A stretch of report days, both ends included."""

    kind: str
    first: datetime.date
    last: datetime.date

    @property
    def name(self):
        """第44周, 2022年11月, 2022年第四季度, 2022年."""
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year}年第{week}周"
        if self.kind == "month":
            return f"{self.first.year}年{self.first.month}月"
        if self.kind == "quarter":
            return f"{self.first.year}年第{'一二三四'[(self.first.month - 1) // 3]}季度"
        return f"{self.first.year}年"


# key → (name of the edition, what its changes are measured from)
PERIODS = {
    "week": ("周报", "较上周"),
    "month": ("月报", "较上月"),
    "quarter": ("季报", "较上季"),
    "year": ("年报", "较上年"),
}


def period_of(kind: str, day: datetime.date) -> Period:
    """The week (Monday to Sunday), month, quarter or year that a report day lies in."""
    if kind == "week":
        first = day - datetime.timedelta(days=day.weekday())
        return Period(kind, first, first + datetime.timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    begin = (day.month - 1) // months * months + 1
    end = begin + months - 1
    last = day.replace(month=end, day=calendar.monthrange(day.year, end)[1])
    return Period(kind, day.replace(month=begin, day=1), last)
