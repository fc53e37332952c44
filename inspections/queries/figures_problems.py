"""K13–K16 and the counts of problems, from the counters (domain §1.8). All counts in 件.

发现 = all but false alarms and those whose business has left. 已整改 = verified: 销号, or the station's review
passed (已反馈, 已闭环). 按期: put right not later than the deadline in force, which an extension moves.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, fields

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Left

from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import Source

from ..enums import OPEN_STATES, PUT_RIGHT, SETTLED_STATES, VERIFIED_STATES, ProblemState
from ..models import Problem, ProblemTally
from ..rules.deadlines import begin_of

MEASURES = (
    "total", "repeats", "extended", "transferred", "claimed_in_time", "fixed", "fixed_in_time",
)  # fmt: skip
UNCOUNTED = (ProblemState.VOID, ProblemState.ENDED)


def _quoted(states):
    return ", ".join(f"'{state.value}'" for state in states)


# K13–K16 for the catalogue of indicators, in 件. What has a deadline that is still to come is taken out of
# K15 again, what is past it and not put right is added: both from the counters by day.
SOURCES = (
    Source(
        keys=(
            "problems", "problems_verified", "problems_settled", "transferred", "claimed_in_time",
            "fixes_due", "fixes_in_time",
        ),
        sql=f"""
        SELECT {{code}}, ARRAY[
            sum(total),
            sum(total) FILTER (WHERE state IN ({_quoted(VERIFIED_STATES)})),
            sum(total) FILTER (WHERE state IN ({_quoted(SETTLED_STATES)})),
            sum(transferred),
            sum(claimed_in_time),
            sum(fixed) FILTER (WHERE state IN ({_quoted(PUT_RIGHT)})),
            sum(fixed_in_time) FILTER (WHERE state IN ({_quoted(PUT_RIGHT)}))
        ]::bigint[]
        FROM inspections_problemtally
        WHERE {{inside}} AND state NOT IN ({_quoted(UNCOUNTED)}) GROUP BY 1""",
    ),
    Source(
        keys=("fixes_due", "fixes_in_time"),
        sql="""
        SELECT {code}, ARRAY[
            coalesce(sum(unfixed) FILTER (WHERE due_on < %(on)s::date), 0)
                - coalesce(sum(fixed) FILTER (WHERE due_on >= %(on)s::date), 0),
            -coalesce(sum(fixed_in_time) FILTER (WHERE due_on >= %(on)s::date), 0)
        ]::bigint[]
        FROM inspections_problemdeadline
        WHERE {inside} AND (due_on >= %(on)s::date OR unfixed > 0) GROUP BY 1""",
    ),
)  # fmt: skip


@dataclass
class ProblemFigures:
    """The counts of one area. Rates are None where the denominator is 0."""

    code: str = ""
    found: int = 0  # 发现问题
    open: int = 0  # 在办
    overdue: int = 0  # 在办而逾期
    settled: int = 0  # 已销号、已闭环: numerator of K16
    verified: int = 0  # 核查通过: numerator of K14
    filed: int = 0  # 转立案
    void: int = 0  # 误报作废
    ended: int = 0  # 主体停业已终止
    repeats: int = 0  # 重复问题
    extended: int = 0  # 在办而已延期
    transferred: int = 0  # 移交: denominator of K13
    claimed_in_time: int = 0  # 时限内认领: numerator of K13
    due: int = 0  # 已到期: denominator of K15
    in_time: int = 0  # 期限内整改: numerator of K15

    @property
    def rate_claimed(self):
        """K13 认领及时率."""
        return _rate(self.claimed_in_time, self.transferred)

    @property
    def rate_fixed(self):
        """K14 问题整改率."""
        return _rate(self.verified, self.found)

    @property
    def rate_in_time(self):
        """K15 按期整改率."""
        return _rate(self.in_time, self.due)

    @property
    def rate_closed(self):
        """K16 闭环率."""
        return _rate(self.settled, self.found)

    def add(self, other: "ProblemFigures") -> None:
        """Add the counts of another area: 合计率 = Σ分子 / Σ分母."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


COUNTS = tuple(field.name for field in fields(ProblemFigures) if field.name != "code")


def _rate(part, whole):
    return part * 100 / whole if whole else None


def sees_by_area(user) -> bool:
    """Whether the user reads figures by area; a cadre reads his own rows instead."""
    scope = area_scope(user)
    return scope.is_all or bool(scope.prefixes)


def problems_within(*, user, code: str = "") -> QuerySet[Problem]:
    """The rows that the figures count: by area alone, as the counters do; for a cadre those that he sees."""
    found = Problem.objects.filter(area__code__startswith=code) if code else Problem.objects.all()
    if sees_by_area(user):
        return found.filter(area_scope(user).q("area__code"))
    return found.filter(pk__in=Problem.objects.visible_to(user).values("pk"))


def tally_within(*, user, code: str = "") -> QuerySet[ProblemTally]:
    """The counters of the same rows."""
    found = ProblemTally.objects.visible_to(user)
    return found.within(code) if code else found


def problems_by_area(
    *, user, code: str, length: int, on: datetime.date, kind: str = ""
) -> list[ProblemFigures]:
    """The figures below the area `code` at the end of the day before `on` and now, by the first `length`
    characters of the area, in the order of the codes; `kind`: of one class. Two statements, whatever the
    number of problems."""
    rows = tally_within(user=user, code=code)
    found = problems_within(user=user, code=code)
    if kind:
        rows, found = rows.filter(kind__code=kind), found.filter(kind__code=kind)
    by_code: dict[str, ProblemFigures] = defaultdict(ProblemFigures)
    sums = {name: Sum(name) for name in MEASURES}
    overdue = Sum("total", filter=Q(clock_on__lt=on), default=0)
    grouped = rows.values("state", part=Left("area_id", length)).annotate(overdue=overdue, **sums)
    for row in grouped.order_by("part", "state"):
        counted(by_code[row["part"]], row)
    parts = correcting(found, on=on)
    numbers = [
        rows.order_by()
        .values(name=Value(name), part=Left("area_id", length))
        .annotate(n=Count("pk"))
        for name, rows in parts.items()
    ]
    for row in numbers[0].union(*numbers[1:], all=True):
        corrected(by_code[row["part"]], {row["name"]: row["n"]})
    for part, figures in by_code.items():
        figures.code = part
    return [by_code[part] for part in sorted(by_code)]


def counted(figures: ProblemFigures, row: dict) -> None:
    """Add one row of the counters: state, the measures, overdue."""
    state, total = row["state"], row["total"]
    figures.void += total * (state == ProblemState.VOID)
    figures.ended += total * (state == ProblemState.ENDED)
    if state in UNCOUNTED:
        return
    figures.found += total
    figures.filed += total * (state == ProblemState.FILED)
    figures.settled += total * (state in SETTLED_STATES)
    figures.verified += total * (state in VERIFIED_STATES)
    figures.repeats += row["repeats"]
    figures.transferred += row["transferred"]
    figures.claimed_in_time += row["claimed_in_time"]
    if state in OPEN_STATES:
        figures.open += total
        figures.overdue += row["overdue"]
        figures.extended += row["extended"]
    if state in PUT_RIGHT:
        figures.due += row["fixed"]
        figures.in_time += row["fixed_in_time"]


def correcting(found: QuerySet[Problem], *, on: datetime.date) -> dict[str, QuerySet[Problem]]:
    """What the counters cannot know of K15, for the day passes by itself: `early` are put right before a
    deadline that has not come yet, `late` are not put right and past it. Both lie in narrow indexes."""
    begin = begin_of(on)
    return {
        "early": found.filter(fixed_at__isnull=False, due_at__gte=begin, state__in=PUT_RIGHT),
        "late": found.filter(fixed_at=None, clock_at__isnull=False, due_at__lt=begin),
    }


def corrected(figures: ProblemFigures, row: dict) -> None:
    """Take `early` out of K15 and `late` into it."""
    figures.due += row.get("late", 0) - row.get("early", 0)
    figures.in_time -= row.get("early", 0)


def problems_brute(*, user, code: str, on: datetime.date) -> ProblemFigures:
    """The same figures counted row by row: what `prove_inspections` compares with."""
    figures, begin = ProblemFigures(code=code), begin_of(on)
    for row in problems_within(user=user, code=code).iterator(chunk_size=2000):
        figures.void += row.state == ProblemState.VOID
        figures.ended += row.state == ProblemState.ENDED
        if row.state in UNCOUNTED:
            continue
        is_open, is_right = row.state in OPEN_STATES, row.state in PUT_RIGHT
        figures.found += 1
        figures.open += is_open
        figures.overdue += is_open and row.clock_at < begin
        figures.extended += is_open and row.extensions > 0
        figures.filed += row.state == ProblemState.FILED
        figures.settled += row.state in SETTLED_STATES
        figures.verified += row.state in VERIFIED_STATES
        figures.repeats += row.is_repeat
        figures.transferred += row.claim_due_on is not None
        figures.claimed_in_time += row.is_claimed_in_time
        is_past = row.due_at < begin
        figures.due += is_past and (is_right or (is_open and row.fixed_at is None))
        figures.in_time += is_past and is_right and row.fixed_at <= row.due_at
    return figures
