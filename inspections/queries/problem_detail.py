"""One problem with its story, and what its page offers to choose from."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Station
from responsibility.models import Assignment, Cadre

from ..models import Photo, Problem, ProblemKind, ProblemMove

SHOWN = ("entity", "area", "kind", "cadre", "station", "climbed_to")


def problem_get(*, user, pk: int) -> Problem | None:
    """One problem with its story; None where the user may not see it. Three statements."""
    found = Problem.objects.visible_to(user).select_related(*SHOWN).filter(pk=pk).first()
    return with_story(found) if found else None


def with_story(problem: Problem) -> Problem:
    """The problem with `story`, its moves newest first, each with `shown_photos`, and `first_photos`, those of
    the report; two statements. Its relations SHOWN must have been read."""
    photos = defaultdict(list)
    for photo in Photo.objects.standing().filter(problem=problem).order_by("pk"):
        photos[photo.move_id].append(photo)
    problem.story = list(ProblemMove.objects.filter(problem=problem).order_by("-pk"))
    for move in problem.story:
        move.shown_photos = photos[move.pk]
    problem.first_photos = photos[None]
    return problem


def kinds_known() -> QuerySet[ProblemKind]:
    """All classes, those out of use too, unordered: they belong to no area."""
    return ProblemKind.objects.all()


def problem_kinds() -> list[ProblemKind]:
    """The classes to choose from, in their order."""
    return list(ProblemKind.objects.filter(is_active=True).order_by("order", "pk"))


def stations_of(*, problem: Problem) -> list[Station]:
    """The stations of the problem's county that it may be given to."""
    found = Station.objects.filter(county=problem.area_id[:6], is_active=True)
    return list(found.exclude(pk=problem.station_id).order_by("pk"))


def photos_visible(*, user):
    """The photographs of problems that the user sees."""
    return Photo.objects.standing().filter(
        problem__in=Problem.objects.visible_to(user).values("pk")
    )


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
