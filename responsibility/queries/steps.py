"""包保干部确定 and 台账建立: the second and the fourth step (F17), for the dashboards. One statement."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from entities.enums import OBLIGED
from entities.models import EntityTally
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import COVERED
from ..models import AssignmentTally, LedgerState
from .ledger_states import ledger_areas
from .todo_counts import Added, Counted, read_all


@dataclass(frozen=True)
class Steps:
    """In 家 (covered of obliged) and in 个 (built of towns)."""

    covered: int
    obliged: int
    built: int
    towns: int

    @property
    def rate_covered(self) -> Decimal | None:
        """K04 包保覆盖率 in percent; None without 应包."""
        return Decimal(100 * self.covered) / self.obliged if self.obliged else None

    @property
    def rate_built(self) -> Decimal | None:
        """台账建立率 in percent; None without towns."""
        return Decimal(100 * self.built) / self.towns if self.towns else None

    @property
    def uncovered(self) -> int:
        return self.obliged - self.covered

    @property
    def unbuilt(self) -> int:
        return self.towns - self.built


def steps_of(*, user, area: str) -> Steps:
    """Both steps below `area`, in the user's scope; the same numbers as on the coverage board and on the
    page of the towns' ledgers."""
    inside = area_scope(user).q("area__code") & Q(area__code__startswith=area)
    bonds = AssignmentTally.objects.filter(inside, status__in=OBLIGED, standing__in=COVERED)
    covered = bonds.exclude(grade="")
    obliged = EntityTally.objects.filter(inside, status__in=OBLIGED)
    towns = ledger_areas(user=user).filter(code__startswith=area).order_by()
    built = towns.filter(Exists(LedgerState.objects.filter(area=OuterRef("pk"), is_built=True)))
    row = read_all(
        user=user,
        covered=Added(covered.order_by().values("total")),
        obliged=Added(obliged.order_by().values("total")),
        built=Counted(built.values("pk")),
        towns=Counted(towns.values("pk")),
    )
    return Steps(**row)
