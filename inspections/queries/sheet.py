"""All that one visit page shows: the list to walk through, how it was last time, what is open here, and in
which modes the visit may be made."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Q

from entities.models import Entity
from responsibility.models import Assignment

from ..enums import (
    OPEN_STATES,
    SETTLED_STATES,
    Answer,
    ChecklistState,
    Heading,
    ProblemState,
    VisitKind,
    VisitMode,
)
from ..models import (
    Campaign,
    Checklist,
    ChecklistItem,
    DueVisit,
    EntityRecord,
    ModeRule,
    Problem,
    ProblemKind,
    Visit,
)
from ..rules.checklists import checklist_level
from .campaigns import campaigns_active
from .phone import page_stamp, record_of

HISTORY, PROBLEMS = 5, 50


@dataclass
class Line:
    """One item as the page shows it; `last` is last time's answer in words."""

    number: int
    item: ChecklistItem
    last: str = ""
    # what a form without script has told of it: answer, phrases, detail, on_spot, kind
    told: dict = field(
        default_factory=lambda: {
            "answer": "",
            "phrases": [],
            "detail": "",
            "on_spot": False,
            "kind": "",
        }
    )

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What may be answered, with its word."""
        wanted = [Answer.YES, Answer.NO]
        if self.item.na_allowed:
            wanted.append(Answer.NOT_APPLICABLE)
        return [(answer.value, answer.label) for answer in wanted]


@dataclass
class Sheet:
    """One visit page."""

    entity: Entity
    bond: Assignment
    record: EntityRecord
    checklist: Checklist | None
    groups: list[tuple[str, list[Line]]]
    due: DueVisit | None = None
    on_site_reason: str = ""
    visits: list[Visit] = field(default_factory=list)
    open_problems: list[Problem] = field(default_factory=list)
    repeats: list[Problem] = field(default_factory=list)
    kinds: list[ProblemKind] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """The items in their order."""
        return [line for _, lines in self.groups for line in lines]

    @property
    def modes(self) -> list[tuple[str, str]]:
        """The modes allowed here: 现场 alone where a rule says so."""
        return VisitMode.choices[:1] if self.on_site_reason else VisitMode.choices

    @property
    def stamp(self) -> str:
        """The word by which a kept page is known to be still right."""
        return page_stamp(self.entity, self.record, self.due)


def sheet_of(*, user, bond: Assignment, on: datetime.date) -> Sheet:
    """The visit page of the business of this bond (see `phone.may_open`); ten statements."""
    entity = bond.entity
    due = DueVisit.objects.open().filter(entity=entity, starts_on__lte=on)
    due = due.order_by("due_on", "pk").first()
    visits = Visit.objects.valid().filter(entity=entity).select_related("cadre")
    visits = list(visits.order_by("-visited_on", "-pk")[:HISTORY])
    problems = Problem.objects.filter(entity=entity).exclude(state=ProblemState.VOID)
    problems = list(problems.select_related("kind").order_by("-pk")[:PROBLEMS])
    checklist, items = _items(bond, on)
    return Sheet(
        entity=entity,
        bond=bond,
        record=record_of(entity),
        checklist=checklist,
        groups=_groups(items, visits, problems),
        due=due,
        on_site_reason=_on_site_reason(entity, due, on),
        visits=visits,
        open_problems=[problem for problem in problems if problem.state in OPEN_STATES],
        repeats=[problem for problem in problems if problem.is_repeat],
        campaigns=campaigns_active(on=on),
        kinds=list(ProblemKind.objects.filter(is_active=True).order_by("order", "pk")),
    )


def _items(bond, on):
    """The list in force for this business on this day, and those of its items that apply."""
    category = bond.entity.category
    level = checklist_level(bond.level, is_small=category.is_small)
    checklist = Checklist.objects.filter(level=level, state=ChecklistState.ISSUED)
    checklist = checklist.filter(effective_from__lte=on).first()
    if checklist is None:
        return None, []
    items = checklist.items.filter(Q(categories=None) | Q(categories=category.pk))
    return checklist, list(items.order_by("order", "pk").distinct())


def _groups(items, visits, problems):
    last = next((visit for visit in visits if visit.kind == VisitKind.VISIT), None)
    found = {}
    if last is not None:
        found = {p.item_code: p for p in reversed(problems) if p.visit_id == last.pk}
    groups = {}
    for number, item in enumerate(items, 1):
        answer = last.answers.get(item.code, "") if last else ""
        line = Line(number, item, _last_words(answer, found.get(item.code)))
        groups.setdefault(Heading(item.heading).label, []).append(line)
    return list(groups.items())


def _last_words(answer, problem):
    if answer not in Answer.values:
        return ""
    words = Answer(answer).label
    if answer == Answer.NO and problem is not None:
        words += "，已整改" if problem.state in SETTLED_STATES else "，还没整改"
    return words


def _on_site_reason(entity, due, on):
    """Why this business may only be visited on site, or nothing (domain §1.3)."""
    rules = ModeRule.objects.filter(
        Q(category=None) | Q(category=entity.category_id),
        Q(grade="") | Q(grade=entity.grade),
        Q(risk_grade="") | Q(risk_grade=entity.risk_grade),
        Q(effective_to=None) | Q(effective_to__gte=on),
        effective_from__lte=on,
    )
    rule = rules.order_by("pk").first()
    if rule is not None:
        return rule.basis or "高风险主体、学校和幼儿园食堂只能现场督导"
    return "这一家按规定只能现场督导" if due is not None and due.must_be_on_site else ""
