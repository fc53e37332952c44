"""The figures of the whole catalogue for an area and what lies below it: one statement over the counters."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from entities.queries.figures import REGISTER
from inspections.queries.figures_checks import COVERAGE
from inspections.queries.figures_enterprise import RATES
from inspections.queries.figures_problems import SOURCES as PROBLEMS
from inspections.queries.figures_visits import SOURCES as VISITS
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import read, within
from responsibility.queries.figures import SOURCES as RESPONSIBILITY

from .catalogue import INDICATORS, Indicator
from .reviews import REVIEWS

SOURCES = (REGISTER, *RESPONSIBILITY, *VISITS, *PROBLEMS, COVERAGE, RATES, REVIEWS)


@dataclass(frozen=True)
class Figure:
    """One indicator of one area: numerator, denominator, value (None where the denominator is 0)."""

    indicator: Indicator
    part: int
    whole: int
    value: Decimal | None


@dataclass
class AreaFigures:
    """The counts of one area, its own and all below it, by key."""

    code: str
    counts: Counter = field(default_factory=Counter)

    def figure(self, indicator: Indicator) -> Figure:
        """One indicator of this area."""
        return Figure(
            indicator,
            indicator.numerator.of(self.counts),
            indicator.denominator.of(self.counts),
            indicator.value(self.counts),
        )

    @property
    def figures(self) -> list[Figure]:
        """All of them, in the catalogue's order."""
        return [self.figure(indicator) for indicator in INDICATORS]


def counts_of(*, user, code: str, on: datetime.date, length: int = 9) -> dict[str, Counter]:
    """The counts below `code` that the user may see, by the first `length` characters of the area code
    (6 county, 9 town, 12 village); what is known to a higher level only keeps its shorter code. Periods
    of a year are those of `on`. One statement."""
    scope = area_scope(user)
    prefixes = within(None if scope.is_all else scope.prefixes, code)
    return read(SOURCES, prefixes=prefixes, length=length, params={"on": on})


def figures_of_area(
    *, user, code: str, on: datetime.date, length: int = 9
) -> dict[str, AreaFigures]:
    """The areas at and below `code` down to codes of `length` characters, each summed over all that lies
    below it; Σ/Σ follows. One statement."""
    found: dict[str, AreaFigures] = {}
    for part, counts in counts_of(user=user, code=code, on=on, length=length).items():
        for size in (4, 6, 9, 12):
            if len(code) <= size <= len(part):
                upper = part[:size]
                found.setdefault(upper, AreaFigures(upper)).counts += counts
        if len(part) < len(code):
            found.setdefault(part, AreaFigures(part)).counts += counts
    return dict(sorted(found.items()))


def total_of_scope(*, user, on: datetime.date, code: str = "") -> AreaFigures:
    """Σ over all that the user may see below `code`."""
    total = AreaFigures(code)
    for counts in counts_of(user=user, code=code, on=on, length=4).values():
        total.counts += counts
    return total
