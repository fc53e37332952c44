"""Reads of 督导任务: the due list, what each row says, and what a phone takes with it."""

import datetime
from dataclasses import dataclass, replace

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Left

from entities.models import Entity
from entities.queries.entities import capped_count
from entities.rules import normalise_code
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.models import Cadre
from responsibility.queries.keyed import keyed_page
from responsibility.queries.newest import NewestPage

from ..enums import OPEN_STATES, DueState
from ..models import CadreDue, DueTally, DueVisit, Problem, Visit, VisitSetting
from ..rules.checklists import checklist_level
from ..rules.phone import reasons_of
from ..rules.visits import day_of
from .checklists import checklists_in_force

# Quick views: key → label. 逾期 and 应督导 go over states.
VIEWS = {
    "open": "待督导",
    "overdue": "逾期",
    "done": "已督导",
    "late": "逾期已补",
    "excused": "停产停业",
    "void": "不再应督导",
    "due": "应督导",
}
DUE_STATES = (DueState.OPEN, DueState.DONE, DueState.LATE)
SHAPES = {
    DueState.OPEN: "waiting",
    DueState.DONE: "ok",
    DueState.LATE: "hint",
    DueState.EXCUSED: "half",
    DueState.VOID: "out",
}
DEFAULT_LICENCE_DAYS = 30


@dataclass(frozen=True)
class DueWishes:
    """What the list is narrowed by; empty values narrow nothing. `own`: what is known to the area itself
    only. 逾期 goes over all periods unless one is named."""

    view: str = "open"
    area: str = ""
    period: int = 0
    grade: str = ""
    category: str = ""
    cadre: int = 0
    own: bool = False
    unheld: bool = False
    text: str = ""

    def of(self, **more) -> "DueWishes":
        """The same, with other values."""
        return replace(self, **more)

    @property
    def is_counted(self) -> bool:
        """Whether the counters know how many rows there are."""
        return not (self.category or self.cadre or self.text or self.unheld)


def dues_visible(*, user) -> QuerySet[DueVisit]:
    """The due lines that the user may see, unordered."""
    return DueVisit.objects.visible_to(user)


def dues_in(*, user, wishes: DueWishes, on: datetime.date) -> QuerySet[DueVisit]:
    """The due lines that the user may see, narrowed; unordered."""
    found = DueVisit.objects.visible_to(user)
    if wishes.area:
        found = found.filter(area=wishes.area) if wishes.own else found.within(wishes.area)
    if wishes.period:
        found = found.filter(period=wishes.period)
    if wishes.grade:
        found = found.filter(grade="" if wishes.grade == "-" else wishes.grade)
    if wishes.category:
        found = found.filter(entity__category=wishes.category)
    if wishes.cadre:
        found = found.filter(cadre=wishes.cadre)
    if wishes.unheld:
        found = found.filter(cadre=None)
    if wishes.text:
        named = Entity.objects.searched(wishes.text, normalise_code(wishes.text))
        found = found.filter(entity__in=named)
    return found.filter(_in_view(wishes.view, on))


def _in_view(view, on):
    if view == "overdue":
        return Q(state=DueState.OPEN, due_on__lt=on)
    return Q(state__in=DUE_STATES) if view == "due" else Q(state=view)


def due_counts(*, user, wishes: DueWishes, on: datetime.date) -> dict[str, int]:
    """View → how many lines it holds under the other conditions: from the counters, one statement; where
    they cannot tell (a type, a cadre, a search), of the chosen view only, counted up to a cap. A cadre's own
    few lines are counted themselves."""
    if not wishes.is_counted:
        return {wishes.view: capped_count(dues_in(user=user, wishes=wishes, on=on))}
    if not area_scope(user).prefixes and not area_scope(user).is_all:
        own = DueVisit.objects.visible_to(user)
        own = own.filter(period=wishes.period) if wishes.period else own
        return own.aggregate(**{view: Count("pk", filter=_in_view(view, on)) for view in VIEWS})
    rows = DueTally.objects.visible_to(user).within(wishes.area)
    rows = rows.filter(area=wishes.area) if wishes.own else rows
    if wishes.grade:
        rows = rows.filter(grade="" if wishes.grade == "-" else wishes.grade)
    in_period = Q(period=wishes.period) if wishes.period else Q()
    found = rows.aggregate(
        **{
            state: Sum("total", filter=in_period & Q(state=state), default=0)
            for state in DueState.values
        },
        overdue=Sum(
            "total",
            filter=Q(state=DueState.OPEN, period__ends_on__lt=on)
            & (in_period if wishes.view == "overdue" else Q()),
            default=0,
        ),
    )
    found["due"] = sum(found[state] for state in DUE_STATES)
    return found


def with_columns(found: QuerySet[DueVisit]) -> QuerySet[DueVisit]:
    """With what a row of the list, the export and the API shows; `licence_days` as the city has set it."""
    cities = VisitSetting.objects.filter(area=Left(OuterRef("area_id"), 4))
    return found.select_related(
        "entity__category", "entity__record", "area__parent__parent__parent", "cadre", "period"
    ).annotate(licence_days=Subquery(cities.values("licence_days")[:1]))


def due_page(
    *, user, wishes: DueWishes, on: datetime.date, after="", before="", number=1
) -> NewestPage:
    """50 lines: of one cadre by weight, else by area; with what the row shows."""
    found = with_columns(dues_in(user=user, wishes=wishes, on=on))
    by_weight = bool(wishes.cadre)
    page = keyed_page(
        found, column="weight" if by_weight else "area_id", is_falling=by_weight, after=after,
        before=before, number=number,
    )  # fmt: skip
    describe(page.rows, on=on)
    return page


def describe(rows: list[DueVisit], *, on: datetime.date) -> list[DueVisit]:
    """Adds what a page says of the lines (read `with_columns`): reasons, state word and shape, the open
    problems of their businesses. One statement."""
    problems = open_problems_of(ids=[row.entity_id for row in rows])
    for row in rows:
        row.open_problems = problems.get(row.entity_id, [])
        record = getattr(row.entity, "record", None)
        terms = [day_of(p.due_at) for p in row.open_problems if p.due_at]
        found = reasons_of(
            last_visit=record.last_visit_on if record else None,
            problems=record.problems if record else 0,
            open_problems=record.open_problems if record else 0,
            problem_due=min(terms, default=None),
            expires=row.entity.expires_on,
            due=row.due_on,
            on=on,
            expiry_days=DEFAULT_LICENCE_DAYS if row.licence_days is None else row.licence_days,
        )
        row.reasons = [reason.words for reason in found]
        is_late = row.is_overdue(on)
        row.word = "逾期" if is_late else row.get_state_display()
        row.shape = "overdue" if is_late else SHAPES[row.state]
    return rows


def open_problems_of(*, ids: list[int]) -> dict[int, list[Problem]]:
    """Business → its problems that somebody must still act on, the first due first."""
    found: dict[int, list[Problem]] = {}
    rows = Problem.objects.filter(entity__in=ids, state__in=OPEN_STATES)
    for problem in rows.order_by(F("due_at").asc(nulls_last=True), "pk"):
        found.setdefault(problem.entity_id, []).append(problem)
    return found


def with_phone_needs(rows: list[DueVisit], *, on: datetime.date) -> list[DueVisit]:
    """Adds what a phone takes along: the list that applies and the last answers. Two statements more."""
    describe(rows, on=on)
    lists = checklists_in_force(on=on)
    last = last_answers_of(ids=[row.entity_id for row in rows])
    for row in rows:
        found = None
        if row.level:
            level = checklist_level(row.level, is_small=row.entity.category.is_small)
            found = lists.get(level)
        row.checklist = found.pk if found else None
        row.last_answers = last.get(row.entity_id, {})
    return rows


def last_answers_of(*, ids: list[int]) -> dict[int, dict[str, str]]:
    """Business → the answers of its latest valid visit."""
    rows = Visit.objects.valid().filter(entity__in=ids, kind="visit")
    latest = rows.order_by("entity", "-visited_on", "-pk").distinct("entity")
    return dict(latest.values_list("entity_id", "answers"))


def cadres_due_counts(*, user, code: str, period: int) -> dict[str, int]:
    """How many cadres each view of `cadres_due` holds; one statement."""
    return cadres_due(user=user, code=code, period=period, view="all").aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(done__lt=F("total"))),
        done=Count("pk", filter=Q(done=F("total"))),
    )  # fmt: skip


def cadres_due(*, user, code: str, period: int, view: str) -> QuerySet[CadreDue]:
    """The cadres below an area who owe anything in a period; `view`: all, done (has done all), open."""
    seen = Cadre.objects.visible_to(user).within(code)
    found = CadreDue.objects.filter(period=period, total__gt=0, cadre__in=seen)
    if view == "done":
        found = found.filter(done=F("total"))
    elif view == "open":
        found = found.filter(done__lt=F("total"))
    return found.select_related("cadre__area__parent__parent__parent")


def lines_of_entity(*, user, entity) -> list[DueVisit]:
    """The latest lines of one business. It was scoped before."""
    rows = DueVisit.objects.filter(entity=entity).select_related("period")
    return list(rows.order_by("-due_on", "-pk")[:4])
