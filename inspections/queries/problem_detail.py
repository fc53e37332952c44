"""One problem with its story, and what its page offers to choose from."""

from dataclasses import dataclass

from django.db.models import Prefetch

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Station
from responsibility.models import Assignment, Cadre

from ..models import Photo, Problem, ProblemKind, ProblemMove


def problem_get(*, user, pk: int) -> Problem | None:
    """One problem with its moves and photographs; None where the user may not see it. Three statements."""
    photos = Photo.objects.order_by("pk")
    moves = ProblemMove.objects.order_by("-pk").prefetch_related(
        Prefetch("photos", queryset=photos)
    )
    found = Problem.objects.visible_to(user).select_related(
        "entity", "area", "kind", "cadre", "station", "visit", "climbed_to"
    )
    return (
        found.prefetch_related(
            Prefetch("moves", queryset=moves, to_attr="story"),
            Prefetch("photos", queryset=photos.filter(move=None), to_attr="first_photos"),
        )
        .filter(pk=pk)
        .first()
    )


def problem_kinds(*, is_active: bool = True) -> list[ProblemKind]:
    """The classes to choose from, in their order."""
    found = ProblemKind.objects.filter(is_active=True) if is_active else ProblemKind.objects.all()
    return list(found.order_by("order", "pk"))


def stations_of(*, problem: Problem) -> list[Station]:
    """The stations of the problem's county that it may be given to."""
    found = Station.objects.filter(county=problem.area_id[:6], is_active=True)
    return list(found.exclude(pk=problem.station_id).order_by("pk"))


def photos_visible(*, user):
    """The photographs of problems that the user sees."""
    return Photo.objects.filter(problem__in=Problem.objects.visible_to(user).values("pk"))


@dataclass(frozen=True)
class Shop:
    """A business at which a problem is reported, and who holds it (None: nobody)."""

    entity: Entity
    cadre: Cadre | None


def shop_for_report(*, user, pk: int) -> Shop | None:
    """The business with its bearer; None where the user may not see it."""
    entity = (
        Entity.objects.visible_to(user).select_related("area", "category").filter(pk=pk).first()
    )
    if entity is None:
        return None
    bond = Assignment.objects.active().filter(entity=entity).select_related("cadre").first()
    return Shop(entity, bond.cadre if bond else None)
