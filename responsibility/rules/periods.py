"""From a cycle to dates: the period that a day lies in, its label, first day and due day."""

import calendar
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A first visit that would be due within so many days is due a quarter later.
FIRST_LEAST_DAYS = 30
# A key date's visit may be made from so many days before it.
BEFORE_HOLIDAY_DAYS = 15
# Holidays of one name with more days between them are two.
HOLIDAY_GAP_DAYS = 7
FIRST_LABEL = "首次"
_NUMBERS = "一二三四"


@dataclass(frozen=True)
class Period:
    """A period by its label (2022Q4, 2022H2, 2022-11, 2022, 首次, 2023春节; 2022-11-02 is the day on which an
    occasion arose), first day and due day."""

    label: str
    starts_on: datetime.date
    due_on: datetime.date


def _months(label, year, first, last):
    end = calendar.monthrange(year, last)[1]
    return Period(label, datetime.date(year, first, 1), datetime.date(year, last, end))


def quarter(on: datetime.date) -> Period:
    """The quarter of a day; each cycle of visits is one (domain §1.3)."""
    number = (on.month + 2) // 3
    return _months(f"{on.year}Q{number}", on.year, number * 3 - 2, number * 3)


def half_year(on: datetime.date) -> Period:
    """The half-year of a day."""
    number = 1 if on.month <= 6 else 2
    return _months(f"{on.year}H{number}", on.year, number * 6 - 5, number * 6)


def month(on: datetime.date) -> Period:
    """The month of a day."""
    return _months(f"{on:%Y-%m}", on.year, on.month, on.month)


def year(on: datetime.date) -> Period:
    """The year of a day."""
    return _months(str(on.year), on.year, 1, 12)


def first(on: datetime.date) -> Period:
    """What is done once, from `on`: due at the quarter's end, or the next one's when fewer than 30 days
    are left."""
    due = quarter(on).due_on
    if (due - on).days < FIRST_LEAST_DAYS:
        due = quarter(due + datetime.timedelta(days=1)).due_on
    return Period(FIRST_LABEL, on, due)


def before_holidays(days: Iterable[tuple[datetime.date, str]], on: datetime.date) -> list[Period]:
    """The holidays ahead whose 15 days have begun on `on`: due on the day before the first day off.
    `days` are the free days with their names; the year is that of the last day."""
    runs: list[tuple[str, list[datetime.date]]] = []
    for day, name in sorted(days, key=lambda found: (found[1], found[0])):
        if runs and runs[-1][0] == name and (day - runs[-1][1][-1]).days <= HOLIDAY_GAP_DAYS:
            runs[-1][1].append(day)
        else:
            runs.append((name, [day]))
    found = []
    for name, run in sorted(runs, key=lambda each: each[1][0]):
        starts = run[0] - datetime.timedelta(days=BEFORE_HOLIDAY_DAYS)
        if starts <= on < run[0]:
            label = f"{run[-1].year}{name}"[:10]
            found.append(Period(label, starts, run[0] - datetime.timedelta(days=1)))
    return found


# Cycles that make a dated to-do by the calendar alone. 日 makes none; 随时 falls due when somebody gives it.
_BY_CYCLE = {
    "period": quarter,
    "quarter": quarter,
    "half_year": half_year,
    "month": month,
    "year": year,
    "first": first,
}


def periods_of(
    cycle: str, on: datetime.date, holidays: Sequence[tuple[datetime.date, str]] = ()
) -> list[Period]:
    """The periods of a cycle that are open on a day; none for cycles without a date."""
    if cycle == "before_holiday":
        return before_holidays(holidays, on)
    make = _BY_CYCLE.get(cycle)
    return [make(on)] if make else []


def occasion(on: datetime.date, due_on: datetime.date) -> Period:
    """What falls due because something happened on a day."""
    return Period(on.isoformat(), on, due_on)


def period_words(label: str) -> str:
    """A label as people say it: 2022年第四季度, 2022年下半年, 2022年11月, 2022年度, 2022年11月2日."""
    if len(label) == 10 and label[4] == label[7] == "-":
        return f"{label[:4]}年{int(label[5:7])}月{int(label[8:])}日"
    if len(label) == 6 and label[4] == "Q":
        return f"{label[:4]}年第{_NUMBERS[int(label[5]) - 1]}季度"
    if len(label) == 6 and label[4] == "H":
        return f"{label[:4]}年{'上' if label[5] == '1' else '下'}半年"
    if len(label) == 7 and label[4] == "-":
        return f"{label[:4]}年{int(label[5:])}月"
    if len(label) == 4 and label.isdigit():
        return f"{label}年度"
    if label == FIRST_LABEL:
        return label
    return f"{label[:4]}年{label[4:]}节前"
