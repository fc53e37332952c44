"""两员与日周月 for the list, the page of one business, its card and the export."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.phones import mask_phone

from ..enums import (
    ROUND_CONTROLS,
    Control,
    ControlState,
    SafetyPost,
)
from ..models import (
    ComplianceTally,
    ControlCheck,
    ControlRule,
    EntityCompliance,
    RiskList,
    SafetyExam,
    SafetyPerson,
    SafetyTraining,
)
from ..rules.enterprise import FACT_NAMES, names_in

# Quick views of the list: key → label. The keys are measures of the counters.
VIEWS = {
    "entities": "全部应包",
    "lacking": "应配未配",
    "open": "待补事实",
    "proposed": "台账待确认",
    "exam_due": "超期未考核",
    "hours_short": "学时未满",
    "failing": "制度未落实",
}
DEFAULT_VIEW = "entities"
SHAPES = {
    ControlState.ABSENT: "error",
    ControlState.BUILT: "progress",
    ControlState.VERIFIED: "ok",
    ControlState.FAILED: "error",
    ControlState.NOT_REQUIRED: "out",
}
LATEST = 20


def compliance_visible(*, user) -> QuerySet[EntityCompliance]:
    """The 应包 businesses that the user may see, unordered: what filters and exports start from."""
    return EntityCompliance.objects.visible_to(user).filter(is_obliged=True)


def in_view(found: QuerySet[EntityCompliance], view: str) -> QuerySet[EntityCompliance]:
    """The rows of one quick view."""
    if view == "lacking":
        return found.lacking()
    if view == "open":
        return found.undecided()
    tests = {
        "proposed": {"is_proposed": True},
        "exam_due": {"is_exam_due": True},
        "hours_short": {"is_hours_short": True},
        "failing": {"failing__gt": 0},
    }
    return found.filter(**tests.get(view, {}))


def view_counts(found: QuerySet[EntityCompliance] | None, *, user, area: str) -> dict[str, int]:
    """How many businesses each quick view holds: from the counters (one statement whatever the register's
    size) where nothing narrows but the area, else (`found`) counted. A cadre's few are counted."""
    if found is None:
        measures = _measures(user=user, area=area)
        return {view: measures.get(view, 0) for view in VIEWS}
    return found.order_by().aggregate(
        entities=Count("pk"),
        lacking=Count(
            "pk",
            filter=Q(need_director=True, directors=0) | Q(need_officer=True, officers=0),
        ),
        open=Count("pk", filter=Q(need_director=None) | Q(need_officer=None)),
        proposed=Count("pk", filter=Q(is_proposed=True)),
        exam_due=Count("pk", filter=Q(is_exam_due=True)),
        hours_short=Count("pk", filter=Q(is_hours_short=True)),
        failing=Count("pk", filter=Q(failing__gt=0)),
    )


def _measures(*, user, area):
    rows = ComplianceTally.objects.filter(
        area_scope(user).q("area__code"), area__code__startswith=area
    )
    return dict(rows.values_list("measure").annotate(total=Sum("total")))


def with_columns(found: QuerySet[EntityCompliance], *, on: datetime.date):
    """With what the list shows: the business, its area's names, who is in post."""
    people = SafetyPerson.objects.in_post(on).order_by("post", "pk")
    return found.select_related(
        "entity__category", "area__parent__parent", "director_rule", "officer_rule"
    ).prefetch_related(Prefetch("entity__safety_people", queryset=people, to_attr="people_in_post"))


def compliance_get(*, user, pk: int) -> EntityCompliance | None:
    """One business; nothing when out of scope. One outside 应包 keeps its page."""
    found = EntityCompliance.objects.visible_to(user).filter(pk=pk)
    return found.select_related(
        "entity__category", "entity__area__parent__parent__parent", "director_rule", "officer_rule"
    ).first()


def person_get(*, user, pk: int) -> SafetyPerson | None:
    found = SafetyPerson.objects.visible_to(user)
    return found.select_related("entity__area__parent__parent").filter(pk=pk).first()


def record_get(*, user, kind: str, pk: int) -> SafetyTraining | SafetyExam | None:
    """A training or an exam; nothing when out of scope."""
    model = {"training": SafetyTraining, "exam": SafetyExam}[kind]
    found = model.objects.visible_to(user).select_related("person__entity")
    return found.filter(pk=pk).first()


def check_get(*, user, pk: int) -> ControlCheck | None:
    found = ControlCheck.objects.visible_to(user).select_related("entity", "visit")
    return found.filter(pk=pk).first()


def risk_list_get(*, user, pk: int) -> RiskList | None:
    found = RiskList.objects.visible_to(user).select_related("entity")
    return found.filter(pk=pk).first()


def may_add(*, user, entity: Entity) -> bool:
    """Whether the user may write down what he sees of this business: staff in their area, a cadre (or a
    leader who is one) where he holds it."""
    if not user.has_perm("inspections.add_safety"):
        return False
    if user.has_perm("inspections.change_safety"):
        return True
    return entity.assignments.filter(cadre__user=user, cadre__is_in_post=True, to_on=None).exists()


def seen_person(*, person: SafetyPerson, revision: int) -> SafetyPerson:
    """The person as he stood at an earlier revision, from his history; unsaved."""
    event = person.events.filter(revision=revision).order_by("-pgh_id").first()
    if event is None:
        return person
    names = [field.attname for field in SafetyPerson._meta.concrete_fields]
    return SafetyPerson(**{name: getattr(event, name) for name in names})


def rules_of_controls(*, on: datetime.date) -> dict[str, ControlRule]:
    """What is asked of each control on the day `on`."""
    rules = ControlRule.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on), effective_from__lte=on
    )
    return {rule.control: rule for rule in rules.order_by("effective_from", "pk")}


def control_lines(
    *, row: EntityCompliance, rules: dict[str, ControlRule], only: tuple = ()
) -> list[dict]:
    """Each control with its state, when it was looked at, the newest record, and what asks for it. One that
    is asked only of businesses with a director is left out elsewhere, unless it was looked at or named in
    `only`."""
    lines = []
    for control in only or Control:
        look, rule = row.controls.get(control), rules.get(control)
        is_asked = not (rule and rule.needs_director and row.need_director is False)
        if not (look or is_asked or only):
            continue
        state = look["state"] if look else ""
        lines.append(
            {
                "control": Control(control),
                "state": ControlState(state).label if state else "未查看",
                "shape": SHAPES[state] if state else "not-due",
                "on": _day(look and look["on"]),
                "last_on": _day(look and look["last_on"]),
                "rule": rule,
            }
        )
    return lines


def _day(text):
    return datetime.date.fromisoformat(text) if text else None


def _with_hours(*, row: EntityCompliance, on: datetime.date) -> QuerySet[SafetyPerson]:
    """The people of a business with the hours of the year, in one statement."""
    mine = SafetyTraining.objects.filter(
        person=OuterRef("pk"), held_on__year=on.year, is_void=False
    ).order_by()
    total = Subquery(mine.values("person").annotate(total=Sum("hours")).values("total"))
    people = SafetyPerson.objects.filter(entity=row.pk).order_by("post", "pk")
    return people.annotate(hours=Coalesce(total, Decimal(0)))


def person_lines(*, row: EntityCompliance, on: datetime.date) -> dict[str, list]:
    """The people of a business with this year's hours and the newest exam: `now` and `before`."""
    people = list(_with_hours(row=row, on=on))
    exams = {
        exam.person_id: exam
        for exam in SafetyExam.objects.filter(person__in=people, is_void=False).order_by(
            "held_on", "pk"
        )
    }
    found = defaultdict(list)
    for person in people:
        person.exam = exams.get(person.pk)
        person.shown_phone = mask_phone(person.phone) if person.phone else ""
        found["now" if person.is_in_post(on) else "before"].append(person)
    return {"now": found["now"], "before": found["before"]}


def proposals_of(*, entity: Entity) -> list[dict]:
    """Whom the ledger names and nobody registered: post and name."""
    known = set(SafetyPerson.objects.filter(entity=entity).values_list("post", "name"))
    cells = (
        (SafetyPost.DIRECTOR, entity.safety_director),
        (SafetyPost.OFFICER, entity.safety_officer),
    )
    return [
        {"post": post, "name": name}
        for post, text in cells
        for name in names_in(text)
        if (post, name) not in known
    ]


def need_lines(row: EntityCompliance) -> list[dict]:
    """总监 and 安全员: needed or not, how many there are, the rule, or what is missing to tell."""
    missing = "、".join(FACT_NAMES[name] for name in row.missing)
    return [
        _need(SafetyPost.DIRECTOR, row.need_director, row.directors, row.director_rule, missing),
        _need(SafetyPost.OFFICER, row.need_officer, row.officers, row.officer_rule, missing),
    ]


def _need(post, is_needed, count, rule, missing):
    if is_needed is None:
        word, shape = "缺事实，判不了", "hint"
    elif is_needed:
        word, shape = ("已配", "ok") if count else ("应配未配", "error")
    else:
        word, shape = ("不必配，已配", "ok") if count else ("不必配", "out")
    lacks = missing if is_needed is None else ""
    return {
        "post": post,
        "word": word,
        "shape": shape,
        "count": count,
        "rule": rule,
        "missing": lacks,
    }


def records_of(*, row: EntityCompliance) -> dict[str, list]:
    """The newest looks, risk lists, trainings and exams of a business."""
    mine = {"person__entity": row.pk}
    return {
        "checks": list(
            ControlCheck.objects.filter(entity=row.pk)
            .select_related("visit", "made_by")
            .order_by("-checked_on", "-pk")[:LATEST]
        ),
        "risk_lists": list(
            RiskList.objects.filter(entity=row.pk)
            .select_related("made_by")
            .order_by("-version")[:LATEST]
        ),
        "trainings": list(
            SafetyTraining.objects.filter(**mine)
            .select_related("person")
            .order_by("-held_on", "-pk")[:LATEST]
        ),
        "exams": list(
            SafetyExam.objects.filter(**mine)
            .select_related("person")
            .order_by("-held_on", "-pk")[:LATEST]
        ),
    }


def safety_card(*, user, entity: Entity, on: datetime.date) -> dict | None:
    """What the page of one business shows of 企业主体责任, in three statements; nothing for who may not
    read it."""
    if not user.has_perm("inspections.view_entitycompliance"):
        return None
    row = compliance_get(user=user, pk=entity.pk)
    if row is None:
        return None
    rules = rules_of_controls(on=on)
    shown = (*ROUND_CONTROLS, Control.RISK_LIST)
    return {
        "template": "inspections/_safety_card.html",
        "is_side": True,
        "needs": need_lines(row),
        "people": [person for person in _with_hours(row=row, on=on) if person.is_in_post(on)],
        "lines": control_lines(row=row, rules=rules, only=shown),
        "hours_due": hours_due(rules),
        "proposed": row.is_proposed,
        "url": reverse("inspections:safety-detail", args=[entity.pk]),
    }


def hours_due(rules: dict[str, ControlRule]):
    """The hours of training that a year asks for; nothing where no rule is in force."""
    rule = rules.get(Control.TRAINING)
    return rule.hours if rule else None


def export_rows(found: QuerySet[EntityCompliance], *, on: datetime.date) -> Iterator[tuple]:
    """The rows of an export in the order of the areas, streamed; phones are not in it."""
    names = dict(Area.objects.values_list("code", "name"))
    rows = with_columns(found, on=on).order_by("area_id", "pk")
    words = {True: "应配", False: "不必配", None: "缺事实"}
    for row in rows.iterator(chunk_size=2000):
        entity, code = row.entity, row.area_id
        people = defaultdict(list)
        for person in entity.people_in_post:
            people[person.post].append(person.name)
        yield (
            names.get(code[:6], "") if len(code) >= 6 else "",
            names.get(code[:9], "") if len(code) >= 9 else "",
            names.get(code, "") if len(code) == 12 else "",
            entity.name, entity.licence_no, entity.category.name, entity.grade,
            words[row.need_director], row.director_rule.title if row.director_rule else "",
            "、".join(people[SafetyPost.DIRECTOR]),
            words[row.need_officer], "、".join(people[SafetyPost.OFFICER]),
            "、".join(FACT_NAMES[name] for name in row.missing),
            "是" if row.is_exam_due else "", "是" if row.is_hours_short else "",
            *(_state_word(row.controls.get(control)) for control in Control),
            row.checked_on,
        )  # fmt: skip


def _state_word(look):
    return ControlState(look["state"]).label if look else ""


def people_named(*, user, name: str) -> QuerySet:
    """The businesses where somebody of this very name is in post: ids, to be part of another statement."""
    return SafetyPerson.objects.visible_to(user).filter(name=name, ended_on=None).values("entity")


def ids_of(found: QuerySet[EntityCompliance]) -> list[int]:
    """The businesses of a selection by their ids."""
    return list(found.order_by("pk").values_list("pk", flat=True))


def people_visible(*, user, entity: int | None = None, area: str = "") -> QuerySet[SafetyPerson]:
    """The people appointed now that the user may see, of one business or of a subtree."""
    found = SafetyPerson.objects.visible_to(user).filter(ended_on=None).select_related("entity")
    if entity is not None:
        found = found.filter(entity=entity)
    return found.within(area) if area else found
