"""Plans of distribution: the list, one with its rows and with who gains and loses."""

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce

from ..enums import PlanState
from ..models import AssignmentPlan, Cadre, LoadCap, PlanRow
from .keyed import keyed_page

PER_PAGE = 50
SHORT = 30


@dataclass(frozen=True)
class Shift:
    """A cadre who gains or loses: 家 before and after."""

    cadre: Cadre
    gained: int
    lost: int
    before: int
    most: int | None

    @property
    def after(self) -> int:
        return self.before + self.gained - self.lost

    @property
    def is_over(self) -> bool:
        return self.most is not None and self.after > self.most


def plans_visible(*, user) -> QuerySet[AssignmentPlan]:
    """The plans of the user's scope, newest first."""
    found = AssignmentPlan.objects.visible_to(user)
    return found.select_related("area", "made_by", "applied_by", "undone_by").order_by("-pk")


def plan_get(*, user, pk: int) -> AssignmentPlan | None:
    """One plan; nothing when out of scope."""
    return plans_visible(user=user).filter(pk=pk).first()


def plan_waiting(*, user, area: str) -> AssignmentPlan | None:
    """The newest plan of this very area that waits to be applied."""
    return plans_visible(user=user).filter(area=area, state=PlanState.PLANNED).first()


def plan_page(*, user, after: int = 0) -> tuple[list[AssignmentPlan], int]:
    """A page of plans, newest first, and the key of the next page (0: none)."""
    found = plans_visible(user=user)
    rows = list((found.filter(pk__lt=after) if after else found)[: PER_PAGE + 1])
    return rows[:PER_PAGE], rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else 0


def plan_rows(
    *, plan: AssignmentPlan, cadre: int | None = None, move: str = "", after="", before="", number=1
):
    """A page of a plan's rows by area; of one cadre who gains, or of one reason only."""
    found = plan.rows.select_related(
        "entity", "area__parent__parent__parent", "cadre_from", "cadre_to__area"
    )
    if cadre:
        found = found.filter(cadre_to=cadre)
    if move:
        found = found.filter(move=move)
    return keyed_page(found, column="area_id", after=after, before=before, number=number)


def move_counts(*, plan: AssignmentPlan) -> dict[str, int]:
    """How many rows of a plan have each reason."""
    return dict(plan.rows.order_by().values_list("move").annotate(Count("pk")))


def plan_shifts(*, plan: AssignmentPlan, caps: dict[str, int]) -> list[Shift]:
    """The cadres whose load changes most, those above the cap first; SHORT of them. While the plan waits,
    loads are today's. Three statements."""
    gained = dict(plan.rows.order_by().values_list("cadre_to").annotate(Count("pk")))
    lost = plan.rows.exclude(cadre_from=None).order_by().values_list("cadre_from")
    lost = dict(lost.annotate(Count("pk")))
    cadres = Cadre.objects.filter(pk__in={*gained, *lost}).select_related("area__parent")
    shifts = [
        Shift(
            cadre, gained.get(cadre.pk, 0), lost.get(cadre.pk, 0), cadre.held, caps.get(cadre.level)
        )
        for cadre in cadres.annotate(held=Coalesce(F("load__total"), 0))
    ]
    shifts.sort(key=lambda s: (not s.is_over, -abs(s.gained - s.lost), s.cadre.area_id, s.cadre.pk))
    return shifts[:SHORT]


def plan_export_rows(*, plan: AssignmentPlan):
    """One tuple a row of the plan for the workbook."""
    rows = PlanRow.objects.filter(plan=plan).select_related(
        "entity", "area__parent__parent__parent", "cadre_from", "cadre_to"
    )
    for row in rows.order_by("area_id", "pk").iterator(chunk_size=2000):
        yield (
            row.area.path_name,
            row.entity.name,
            row.entity.licence_no,
            row.entity.grade,
            row.get_move_display(),
            row.cadre_from.name if row.cadre_from else "",
            row.cadre_to.name,
            row.cadre_to.get_level_display(),
            row.cadre_to.post,
        )


def cap_table() -> dict[str, int]:
    """Level → soft cap in 家."""
    return dict(LoadCap.objects.values_list("level", "most"))
