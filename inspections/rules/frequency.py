"""How often a business is visited, in which periods, and whether on site only (domain §1.3, §10 trap 8)."""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from responsibility.rules.periods import Period, half_year, month, period_words, quarter, year

_OF_CYCLE = {"month": month, "quarter": quarter, "half_year": half_year, "year": year}
DAY = datetime.timedelta(days=1)


class Line(NamedTuple):
    """A line of the frequency table; blank conditions fit all."""

    grade: str
    category: str
    risk_grade: str
    cycle: str
    times: int


class OnSite(NamedTuple):
    """A line of the table of businesses that are visited on site only; blank conditions fit all."""

    grade: str
    category: str
    risk_grade: str


class Key(NamedTuple):
    """A key period: what it names by grade and type; empty: all."""

    grades: Sequence[str]
    categories: Sequence[str]


def period_of(cycle: str, on: datetime.date) -> Period:
    """The period of a cycle in which a day (Asia/Shanghai) lies: 2022-11, 2022Q4, 2022H2, 2022."""
    return _OF_CYCLE[cycle](on)


def period_name(label: str) -> str:
    """A period's label as people say it: 2022年第四季度."""
    return period_words(label)


def _fits(line, grade, category, risk_grade):
    return (
        line.grade in ("", grade)
        and line.category in ("", category)
        and line.risk_grade in ("", risk_grade)
    )


def frequency_of(
    lines: Iterable[Line], *, grade: str, category: str, risk_grade: str
) -> Line | None:
    """The first line that fits (lines in their order), or None: then no visit falls due."""
    return next((line for line in lines if _fits(line, grade, category, risk_grade)), None)


def must_be_on_site(lines: Iterable[OnSite], *, grade: str, category: str, risk_grade: str) -> bool:
    """Whether the business may be visited on site only: 高风险 (风险等级 D is the highest, A the lowest) and
    学校幼儿园食堂."""
    return any(_fits(line, grade, category, risk_grade) for line in lines)


def key_fits(key: Key, *, grade: str, category: str) -> bool:
    """Whether a key period adds a visit for a business of this grade and type."""
    return (not key.grades or grade in key.grades) and (
        not key.categories or category in key.categories
    )


def takes_new(
    *, starts_on: datetime.date, ends_on: datetime.date, on: datetime.date, least_days: int
) -> bool:
    """Whether a business that comes in on the day `on`, after the period's list was made, is still due in
    it: when at least `least_days` days are left, that day and the last one counted. Of a period shorter
    than three times that, a third of its days suffices. Else it is due from the next period on."""
    whole = (ends_on - starts_on).days + 1
    left = (ends_on - on).days + 1
    return left >= min(least_days, whole // 3)
