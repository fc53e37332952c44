"""台账建立: which towns have their ledger, and the rate by area."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiamusi_foodsafety.jurisdiction.enums import Level
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.queries import areas_visible

from ..models import LedgerState


@dataclass
class BuiltRate:
    """Towns (and county units without towns) below an area, and how many have their ledger."""

    code: str
    total: int = 0
    built: int = 0

    @property
    def left(self) -> int:
        return self.total - self.built

    @property
    def rate(self) -> Decimal | None:
        """In percent; None without towns."""
        return Decimal(100 * self.built) / self.total if self.total else None


def ledger_areas(*, user) -> QuerySet[Area]:
    """The areas that keep a ledger of their own: towns, and county units without towns (高新区)."""
    towns = Area.objects.active().filter(parent=OuterRef("pk"), level=Level.TOWNSHIP)
    lone = Q(level=Level.COUNTY) & ~Exists(towns)
    return areas_visible(user=user).filter(Q(level=Level.TOWNSHIP) | lone)


def rates(*, user, area: str, length: int = 6) -> list[BuiltRate]:
    """台账建立率 below `area`, by the first `length` characters of the code (6: counties, 9: towns); one
    statement."""
    built = LedgerState.objects.filter(area=OuterRef("pk"), is_built=True)
    rows = ledger_areas(user=user).filter(code__startswith=area).annotate(is_built=Exists(built))
    found: dict[str, BuiltRate] = {}
    for code, is_built in rows.values_list("code", "is_built"):
        entry = found.setdefault(code[:length], BuiltRate(code[:length]))
        entry.total += 1
        entry.built += is_built
    return [found[code] for code in sorted(found)]


def rate_of(*, user, area: str) -> BuiltRate:
    """台账建立率 of everything below `area`."""
    parts = rates(user=user, area=area)
    return BuiltRate(area, sum(row.total for row in parts), sum(row.built for row in parts))


def towns_with_states(*, user, county: str) -> list[Area]:
    """The towns of a county in the user's scope, each with `state` (its LedgerState or None); two
    statements."""
    towns = list(ledger_areas(user=user).filter(code__startswith=county))
    states = LedgerState.objects.filter(area__in=[town.pk for town in towns])
    by_area = {row.area_id: row for row in states.select_related("changed_by")}
    for town in towns:
        town.state = by_area.get(town.pk)
    return towns


def chosen_towns(*, user, codes: list[str]) -> list[Area]:
    """Those of the given towns that lie in the user's scope."""
    return list(ledger_areas(user=user).filter(code__in=codes))
