"""Reads of 督导记录: the list, one record, what stands behind one business or one cadre."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from entities.models import Entity
from entities.rules import normalise_code
from responsibility.queries.newest import NewestPage, newest_page

from ..enums import Answer, VisitKind
from ..models import Photo, Problem, Visit
from .checklists import grouped

VIEWS = {"valid": "有效", "wrong": "发现问题", "suspended": "停产停业", "void": "已作废"}
BEHIND = 5


@dataclass(frozen=True)
class VisitWishes:
    """What the list is narrowed by; empty values narrow nothing. Days are Asia/Shanghai's."""

    view: str = "valid"
    area: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None
    period: int = 0
    mode: str = ""
    grade: str = ""
    must: bool = False
    cadre: int = 0
    entity: int = 0
    text: str = ""


def visits_visible(*, user) -> QuerySet[Visit]:
    """The visits that the user may see, unordered."""
    return Visit.objects.visible_to(user)


def visits_in(*, user, wishes: VisitWishes) -> QuerySet[Visit]:
    """The visits that the user may see, narrowed; unordered."""
    return _narrowed(user, wishes).filter(_in_view(wishes.view))


def _in_view(view):
    valid = Q(is_void=False)
    return {
        "valid": valid & Q(kind=VisitKind.VISIT),
        "wrong": valid & Q(wrong__gt=0),
        "suspended": valid & Q(kind=VisitKind.SUSPENDED),
        "void": ~valid,
    }[view]


def _narrowed(user, wishes):
    found = Visit.objects.visible_to(user)
    if wishes.area:
        found = found.within(wishes.area)
    conditions = {
        "visited_on__gte": wishes.first,
        "visited_on__lte": wishes.last,
        "due__period": wishes.period or None,
        "mode": wishes.mode or None,
        "grade": wishes.grade or None,
        "must_be_on_site": wishes.must or None,
        "cadre": wishes.cadre or None,
        "entity": wishes.entity or None,
    }
    found = found.filter(**{name: value for name, value in conditions.items() if value is not None})
    if wishes.text:
        named = Entity.objects.searched(wishes.text, normalise_code(wishes.text))
        found = found.filter(entity__in=named)
    return found


def with_columns(found: QuerySet[Visit]) -> QuerySet[Visit]:
    """With what a row of the list, the export and the API shows."""
    return found.select_related("entity", "cadre", "area__parent__parent__parent")


def visit_page(*, user, wishes: VisitWishes, after="", before="", number=1) -> NewestPage:
    """50 visits, the newest first, with what the row shows."""
    found = with_columns(visits_in(user=user, wishes=wishes))
    return newest_page(found, column="visited_on", after=after, before=before, number=number)


def visit_get(*, user, pk: int) -> Visit | None:
    """One visit with what its page shows; nothing when out of scope."""
    problems = Problem.objects.select_related("kind").order_by("item_code", "pk")
    return (
        Visit.objects.visible_to(user)
        .select_related(
            "entity__category", "cadre", "area__parent__parent__parent", "checklist", "due__period",
            "made_by", "voided_by",
        )
        .prefetch_related(
            Prefetch("problems", queryset=problems),
            Prefetch("photos", queryset=Photo.objects.standing().order_by("pk")),
        )
        .filter(pk=pk)
        .first()
    )  # fmt: skip


@dataclass
class Answered:
    """An item as it was answered."""

    item: object
    answer: str
    problem: Problem | None

    @property
    def word(self) -> str:
        """是, 否, 不涉及."""
        return Answer(self.answer).label


def visit_answers(*, visit: Visit) -> list[dict]:
    """The items that were walked through, under their headings, each with its answer and its problem; what
    the list held for other types is left out. One statement."""
    if visit.checklist is None:
        return []
    problems = {problem.item_code: problem for problem in visit.problems.all()}
    groups = grouped(list(visit.checklist.items.order_by("order", "pk")))
    found = []
    for group in groups:
        rows = [
            Answered(item, visit.answers[item.code], problems.get(item.code))
            for item in group["items"]
            if visit.answers.get(item.code) in Answer.values
        ]
        if rows:
            found.append({"heading": group["heading"].label, "rows": rows})
    return found


def photo_get(*, user, pk: int) -> Photo | None:
    """One photograph of a visit or a problem that the user may see, or his own loose one; nothing when it was
    withdrawn."""
    return Photo.objects.visible_to(user).standing().filter(pk=pk).first()


def photo_to_withdraw(*, user, pk: int) -> Photo | None:
    """One that stands and that the user may take back: his own, or as who may mark visits void."""
    found = Photo.objects.visible_to(user).standing().exclude(visit=None, problem=None)
    if not user.has_perm("inspections.void_visit"):
        found = found.filter(uploaded_by=user)
    return found.filter(pk=pk).first()


def visits_of_entity(*, user, entity) -> tuple[list[Visit], int]:
    """The latest records of one business that the user sees, with the numbers of their problems, and how many
    valid visits the list opens."""
    return _latest(Visit.objects.visible_to(user).filter(entity=entity))


def visits_of_cadre(*, user, cadre) -> tuple[list[Visit], int]:
    """The latest records by one cadre, as above."""
    return _latest(Visit.objects.visible_to(user).filter(cadre=cadre))


def _latest(found):
    rows = found.select_related("cadre", "entity").annotate(found=Count("problems"))
    number = found.filter(_in_view("valid")).count()
    return list(rows.order_by("-visited_on", "-pk")[:BEHIND]), number
