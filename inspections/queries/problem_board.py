"""问题整改: the board of one area, from the counters."""

import datetime
from dataclasses import dataclass, field

from django.db.models import BooleanField, Case, Count, F, Q, Sum, Value, When

from responsibility.queries.todo_counts import Counted

from ..enums import OPEN_STATES, ProblemState
from ..rules.ages import AGES, found_between
from ..rules.deadlines import begin_of
from ..rules.moves import WAITS_FOR
from .figures_problems import (
    MEASURES,
    UNCOUNTED,
    ProblemFigures,
    corrected,
    correcting,
    counted,
    problems_within,
    sees_by_area,
    tally_within,
)


@dataclass
class StateLine:
    """One state of the table 状态与时长: how many of each age, in all, and overdue."""

    state: str
    label: str
    waits: str
    ages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(AGES, 0))
    total: int = 0
    overdue: int = 0


@dataclass
class Board:
    """The tiles' figures and the lines; `total` is the line of all open ones."""

    figures: ProblemFigures
    total: StateLine
    lines: list[StateLine]
    # code and name of the classes that there are problems of
    kinds: list[tuple[str, str]] = field(default_factory=list)

    def number(self, *, state: str = "", age: str = "", is_overdue: bool = False) -> int:
        """How many open ones have this state, age or both; overdue ones only without an age."""
        line = next((line for line in self.lines if line.state == state), self.total)
        if is_overdue:
            return line.overdue
        return line.ages[age] if age else line.total


def _age(path, on):
    """The column that a day lies in, as an expression; "" without a day."""
    cases = []
    for key in AGES:
        first, last = found_between(key, on)
        inside = Q(**{f"{path}__isnull": False})
        if first:
            inside &= Q(**{f"{path}__gte": first})
        if last:
            inside &= Q(**{f"{path}__lte": last})
        cases.append(When(inside, then=Value(key)))
    return Case(*cases, default=Value(""))


def _over(condition):
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def board(*, user, code: str, kind: str = "", on: datetime.date) -> Board:
    """The board below an area on a day, of one class if named, and the classes there are; one statement,
    whatever the number of problems. A cadre's is counted from his own rows."""
    if sees_by_area(user):
        rows = tally_within(user=user, code=code)
        sums = {name: Sum(name) for name in MEASURES}
        late = Q(clock_on__lt=on)
    else:
        rows = problems_within(user=user, code=code)
        sums = _own_sums()
        late = Q(clock_at__lt=begin_of(on))
    found = problems_within(user=user, code=code)
    if kind:
        found = found.filter(kind__code=kind)
    missed = {name: Counted(part.values("pk")) for name, part in correcting(found, on=on).items()}
    keys = ("state", "kind__order", "kind__code", "kind__name")
    grouped = list(
        rows.values(*keys, age=_age("found_on", on), is_over=_over(late), **missed)
        .annotate(**sums)
        .order_by("kind__order", "kind__code", "state")
    )
    shown = _summed([row for row in grouped if not kind or row["kind__code"] == kind], code)
    shown.kinds = list({row["kind__code"]: row["kind__name"] for row in grouped}.items())
    if grouped:
        corrected(shown.figures, grouped[0])
    return shown


def _summed(rows, code):
    figures, total = ProblemFigures(code=code), StateLine("", "在办合计", "")
    lines = {
        state.value: StateLine(state.value, state.label, WAITS_FOR[state.value][1])
        for state in OPEN_STATES
    }
    for row in rows:
        number = row["total"]
        counted(figures, row | {"overdue": number * row["is_over"]})
        if row["state"] in lines:
            for line in (lines[row["state"]], total):
                line.total += number
                line.overdue += number * row["is_over"]
                if row["age"]:
                    line.ages[row["age"]] += number
    return Board(figures, total, list(lines.values()))


def _own_sums():
    claimed = Q(claimed_at__date__lte=F("claim_due_on"))
    return {
        "total": Count("pk"),
        "repeats": Count("pk", filter=Q(is_repeat=True)),
        "extended": Count("pk", filter=Q(extensions__gt=0)),
        "transferred": Count("pk", filter=Q(claim_due_on__isnull=False)),
        "claimed_in_time": Count("pk", filter=claimed),
        "fixed": Count("pk", filter=Q(fixed_at__isnull=False)),
        "fixed_in_time": Count("pk", filter=Q(fixed_at__lte=F("due_at"))),
    }


# The tabs of the page: which states each of them holds.
TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("在办", OPEN_STATES),
    "settled": ("已闭环", (ProblemState.CLEARED, ProblemState.CLOSED)),
    "filed": ("转立案", (ProblemState.FILED,)),
    "out": ("作废、终止", UNCOUNTED),
    # 发现问题: what the three first hold together
    "found": ("全部", tuple(state for state in ProblemState if state not in UNCOUNTED)),
}


def tab_counts(figures: ProblemFigures) -> dict[str, int]:
    """How many rows each tab has."""
    return {
        "": figures.open,
        "settled": figures.settled,
        "filed": figures.filed,
        "out": figures.void + figures.ended,
        "found": figures.found,
    }
