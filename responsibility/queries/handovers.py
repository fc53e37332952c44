"""Hand-overs: what a cadre holds, who may take it over, the list of those made, and their papers."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from entities.enums import OBLIGED

from ..enums import HandoverState
from ..models import Assignment, Cadre, GradeLevel, Handover
from .cadre_list import CadreList, cadre_list
from .cadres import cadres_visible, with_columns

ON_PAGE = 500


def codes_over(codes) -> set[str]:
    """The codes of areas that cover these: themselves, their towns, counties and city."""
    return {code[:size] for code in codes for size in (4, 6, 9, 12) if size <= len(code)}


def held_rows(*, user, cadre: Cadre) -> list[Assignment]:
    """What a cadre holds now, by area: the rows to tick; some hundreds at most."""
    bonds = Assignment.objects.visible_to(user).active().filter(cadre=cadre)
    rows = bonds.select_related("entity", "area__parent", "cadre").order_by("area_id", "pk")
    return list(rows[:ON_PAGE])


def receivers_for(*, user, cadre: Cadre) -> QuerySet[Cadre]:
    """Cadres in post who may take over something of what this one holds: right level for a grade among it,
    their area covers it. The least loaded first."""
    bonds = Assignment.objects.active().filter(cadre=cadre, status__in=OBLIGED).exclude(grade="")
    pairs = set(bonds.values_list("area_id", "grade").distinct())
    levels = dict(GradeLevel.objects.filter(rank=1).values_list("grade", "level"))
    wanted = Q(pk__in=[])
    for grade in {grade for _, grade in pairs}:
        codes = codes_over(code for code, its in pairs if its == grade)
        wanted |= Q(level=levels.get(grade, ""), area__in=codes)
    if not pairs:
        wanted = Q(level=cadre.level, area=cadre.area_id)
    found = cadres_visible(user=user).in_post().filter(wanted).exclude(pk=cadre.pk)
    found = with_columns(found).annotate(load_now=Coalesce(F("load__total"), Value(0)))
    return found.order_by("load_now", "area_id", "pk")


def handovers_visible(*, user, state: str = "", area: str = "") -> QuerySet[Handover]:
    """The hand-overs that the user may see, with their cadres, unordered."""
    found = Handover.objects.visible_to(user).select_related("cadre__area__parent", "made_by")
    if state in HandoverState.values:
        found = found.filter(state=state)
    return found.within(area) if area else found


def handover_get(*, user, pk: int) -> Handover | None:
    """One hand-over; nothing when out of scope."""
    return handovers_visible(user=user).filter(pk=pk).first()


def _moved(user, handover):
    made = Assignment.objects.visible_to(user).filter(handover=handover, reason="handover")
    rows = made.select_related("entity", "cadre", "area__parent")
    return rows.order_by("cadre_id", "area_id", "pk")


def moved_rows(*, user, handover: Handover) -> list[Assignment]:
    """The bonds that a hand-over made, by receiver and area."""
    return list(_moved(user, handover)[:ON_PAGE])


def people_of(*, user, handover: Handover, receivers: set[int]) -> list[Cadre]:
    """Who is concerned: the one who hands over, then these receivers, each with the state of his pledge."""
    found = with_columns(cadres_visible(user=user).filter(pk__in={handover.cadre_id, *receivers}))
    return sorted(found, key=lambda cadre: (cadre.pk != handover.cadre_id, cadre.pk))


@dataclass(frozen=True)
class HandoverPapers:
    """What a done hand-over prints: the bonds that it made, and the lists of those who hold something now."""

    handover: Handover
    bonds: list[Assignment]
    lists: list[CadreList]


def handover_papers(*, user, handover: Handover) -> HandoverPapers:
    """The papers of a hand-over as they are now; four statements a cadre."""
    bonds = list(_moved(user, handover))
    concerned = [handover.cadre_id, *dict.fromkeys(bond.cadre_id for bond in bonds)]
    lists = [cadre_list(user=user, pk=pk) for pk in concerned]
    held = [its for its in lists if its and its.lines and its.cadre.is_in_post]
    return HandoverPapers(handover=handover, bonds=bonds, lists=held)


def pending_handover_of(*, cadre: Cadre) -> Handover | None:
    """The hand-over of a cadre that waits for its day."""
    waiting = Handover.objects.filter(cadre=cadre, state=HandoverState.SCHEDULED)
    return waiting.select_related("made_by").order_by("on", "pk").first()
