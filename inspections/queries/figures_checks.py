"""K17 督查覆盖率 = 已督查下级单位 / 应督查单位 (domain §1.8), by the next tier's units and with its rows."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Substr

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import Source

from ..enums import Cycle
from ..models import CheckCycle, CheckRound
from ..rules.checks import LOWER
from ..rules.frequency import period_of as cycle_period

UNIT_LEVELS = {"city": "county", "county": "township", "township": "village"}


@dataclass(frozen=True)
class Coverage:
    """Below one area code: units of the next tier that are due, and those checked (their letter went out)."""

    code: str
    due: int = 0
    done: int = 0

    @property
    def percent(self):
        return self.done * 100 / self.due if self.due else None


def cycles() -> dict[str, str]:
    """How often each level checks each unit: the table's rows, else half-yearly; one statement."""
    return dict.fromkeys(UNIT_LEVELS, Cycle.HALF_YEAR) | dict(
        CheckCycle.objects.values_list("level", "cycle")
    )


def period_of(level: str, on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """First and last day of the level's period in which a day lies."""
    period = cycle_period(cycles()[level], on)
    return period.starts_on, period.due_on


def units_checked(*, user, level: str, code: str, first: datetime.date, last: datetime.date):
    """The units of the next tier below `code` in the user's scope, by code, each with `is_checked`: a round
    on it whose last day lies in the period and whose letter went out."""
    rounds = CheckRound.objects.valid().filter(
        target=OuterRef("pk"), level=level, issued_at__isnull=False, ends_on__range=(first, last)
    )
    found = Area.objects.active().filter(
        area_scope(user).q("code"),
        level=UNIT_LEVELS[level],
        code__startswith=code,
    )
    return found.annotate(
        is_checked=Exists(rounds),
        round_id=rounds.order_by("-issued_at", "-pk").values("pk")[:1],
        round_on=rounds.order_by("-issued_at", "-pk").values("issued_at")[:1],
    ).order_by("code")


def checked_by_area(
    *, user, level: str, code: str, length: int, first: datetime.date, last: datetime.date
) -> list[Coverage]:
    """K17 below `code`, grouped by the first `length` characters of the unit's code (4 the city, 6 a county, 9
    a town); one statement."""
    rows = (
        units_checked(user=user, level=level, code=code, first=first, last=last)
        .order_by()
        .annotate(group=Substr("code", 1, min(length, LOWER[level])))
        .values("group")
        .annotate(due=Count("pk"), done=Count("pk", filter=Q(is_checked=True)))
        .order_by(F("group"))
    )
    return [Coverage(row["group"], row["due"], row["done"]) for row in rows]


# The first day of the period of a day, by the level's cycle.
_BEGIN = """CASE c.cycle
    WHEN 'month' THEN date_trunc('month', {day}::timestamp)
    WHEN 'quarter' THEN date_trunc('quarter', {day}::timestamp)
    WHEN 'year' THEN date_trunc('year', {day}::timestamp)
    ELSE make_timestamp(extract(year FROM {day})::int,
                        CASE WHEN extract(month FROM {day}) > 6 THEN 7 ELSE 1 END, 1, 0, 0, 0)
    END"""

# 个: units of the next tiers below each area that are due in the period of `on`, and those checked in it: K17
# of all three levels together, for the catalogue of indicators.
COVERAGE = Source(
    keys=("checks_due", "checks_done"),
    area="a.code",
    sql=f"""
        SELECT {{code}}, ARRAY[count(*), count(r.target_id)]::bigint[]
        FROM jurisdiction_area a
        LEFT JOIN (
            SELECT DISTINCT k.target_id FROM inspections_checkround k
            LEFT JOIN inspections_checkcycle c ON c.level = k.level
            WHERE k.state <> 'void' AND k.issued_at IS NOT NULL
              AND {_BEGIN.format(day="k.ends_on")} = {_BEGIN.format(day="%(on)s::date")}
        ) AS r ON r.target_id = a.code
        WHERE {{inside}} AND a.is_active AND a.level IN ('county', 'township', 'village')
        GROUP BY 1""",
)


def checks_due(*, user, code: str, on: datetime.date):
    """The rows of K17's denominator: units of the next tiers, in the user's scope."""
    scope = area_scope(user).q("code")
    levels = list(UNIT_LEVELS.values())
    return Area.objects.active().filter(scope, level__in=levels, code__startswith=code)


def checks_done(*, user, code: str, on: datetime.date):
    """The rows of K17's numerator: units checked in their period of `on`."""
    checked = Q(pk__in=[])
    for level, cycle in cycles().items():
        period = cycle_period(cycle, on)
        rounds = CheckRound.objects.valid().filter(
            level=level,
            issued_at__isnull=False,
            ends_on__range=(period.starts_on, period.due_on),
        )
        checked |= Q(code__in=rounds.values("target"))
    return checks_due(user=user, code=code, on=on).filter(checked)
