"""K17 督查覆盖率 = 已督查下级单位 / 应督查单位 (domain §1.8), by the next tier's units and with its rows."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Substr

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import Source

from ..models import CheckRound
from ..rules.checks import LOWER

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


def half_year(on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The half-year of a day: the period in which each unit is checked once (任务清单 J10)."""
    if on.month <= 6:
        return datetime.date(on.year, 1, 1), datetime.date(on.year, 6, 30)
    return datetime.date(on.year, 7, 1), datetime.date(on.year, 12, 31)


def quarter(on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The quarter of a day (乡督村: 任务清单 J10)."""
    first = 3 * ((on.month - 1) // 3) + 1
    starts = datetime.date(on.year, first, 1)
    after = datetime.date(on.year + first // 10, (first + 3) % 12 or 12, 1)
    return starts, after - datetime.timedelta(days=1)


def period_of(level: str, on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The period of a level: a half-year, for 乡督村 a quarter (任务清单 J10; 示例，可修改)."""
    return quarter(on) if level == "township" else half_year(on)


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


# 个: units of the next tiers below each area that are due in the period of `on` (a half-year; villages a
# quarter), and those checked in it: K17 of all three levels together, for the catalogue of indicators.
COVERAGE = Source(
    keys=("checks_due", "checks_done"),
    area="a.code",
    sql="""
        SELECT {code}, ARRAY[count(*), count(r.target_id)]::bigint[]
        FROM jurisdiction_area a
        LEFT JOIN (
            SELECT DISTINCT target_id FROM inspections_checkround
            WHERE state <> 'void' AND issued_at IS NOT NULL
              AND CASE WHEN level = 'township'
                  THEN date_trunc('quarter', ends_on) = date_trunc('quarter', %(on)s::date)
                  ELSE extract(year FROM ends_on) = extract(year FROM %(on)s::date)
                   AND (extract(month FROM ends_on) > 6) = (extract(month FROM %(on)s::date) > 6)
                  END
        ) AS r ON r.target_id = a.code
        WHERE {inside} AND a.is_active AND a.level IN ('county', 'township', 'village') GROUP BY 1""",
)


def checks_due(*, user, code: str, on: datetime.date):
    """The rows of K17's denominator: units of the next tiers, in the user's scope."""
    scope = area_scope(user).q("code")
    levels = list(UNIT_LEVELS.values())
    return Area.objects.active().filter(scope, level__in=levels, code__startswith=code)


def checks_done(*, user, code: str, on: datetime.date):
    """The rows of K17's numerator: units checked in their period of `on`."""
    checked = Q(pk__in=[])
    for level in UNIT_LEVELS:
        rounds = CheckRound.objects.valid().filter(
            level=level, issued_at__isnull=False, ends_on__range=period_of(level, on)
        )
        checked |= Q(code__in=rounds.values("target"))
    return checks_due(user=user, code=code, on=on).filter(checked)
