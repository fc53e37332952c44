"""A visit comes in, once; a wrong one is marked void. Its due line, the business's record and the counters
follow by triggers (triggers/visits)."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

import pghistory
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from responsibility.models import Assignment

from ..enums import ChecklistState, DueState, ProblemSource, VisitKind, VisitMode
from ..models import ChecklistItem, DueVisit, ModeRule, Visit
from ..queries.controls import look_columns, look_facts
from ..rules.checklists import applies, checklist_level
from ..rules.problems import Found
from ..rules.visits import (
    MOST_CONTACT,
    MOST_NOTE,
    Item,
    answer_faults,
    clock_faults,
    day_of,
    is_key,
    moment,
    photo_faults,
    problem_faults,
    shape_faults,
)
from .campaigns import campaigns_tag
from .controls import ControlError, controls_record
from .photos import key_lock, photos_bind
from .problems import ProblemError, problems_report

UNREADABLE = "内容的写法不对，请刷新页面后重填。"


class VisitRefused(DomainError):
    """What was sent cannot be stored; `errors` = {field: [sentence]}."""

    def __init__(self, errors: dict[str, list[str]]):
        super().__init__(next(iter(errors.values()))[0])
        self.errors = errors


class VisitKeyTaken(DomainError):
    """The key belongs to another visit."""


class NotBearer(DomainError):
    """The account's cadre neither holds the business nor held it on that day."""


class VisitError(DomainError):
    """A visit that cannot be marked void as asked."""


@dataclass
class _Sent:
    """What was sent, read: plain values, and what is wrong with them."""

    key: str
    entity_id: int
    kind: str
    mode: str
    checklist_id: int | None
    started_at: datetime.datetime
    finished_at: datetime.datetime
    answers: dict
    problems: list[dict]
    photos: list[str]
    controls: dict
    campaigns: list[int]
    contact: str
    note: str
    errors: dict[str, list[str]] = field(default_factory=dict)
    # item → the control of the enterprise that its answer tells of
    item_controls: dict[str, str] = field(default_factory=dict)

    @property
    def day(self) -> datetime.date:
        """The day of the visit, in Asia/Shanghai."""
        return day_of(self.started_at)

    def wrong(self, name, *sentences):
        if sentences:
            self.errors.setdefault(name, []).extend(sentences)

    def refuse_if_wrong(self):
        if self.errors:
            raise VisitRefused(self.errors)


@transaction.atomic
def visit_submit(*, actor, sent: Mapping, at: datetime.datetime) -> tuple[Visit, bool]:
    """Store a visit, or the record of a suspension, as a phone sends it; True when it is new. The same key
    for the same business gives the stored visit, two sends at once store one.

    The account's cadre must hold the business now or have held it on the day of the visit: a draft begun
    before a hand-over is not lost. `checklist` may be a version superseded meanwhile: the phone kept it, and
    the visit keeps it too. At most 12 statements with its problems (§5). `visit.found` = its problems.

    Raises VisitRefused (what was sent is wrong), VisitKeyTaken, NotBearer."""
    told = _read(sent, at)
    key_lock(told.key)
    stored = Visit.objects.filter(key=told.key).first()
    if stored is not None:
        if stored.entity_id != told.entity_id or stored.made_by_id != actor.pk:
            raise VisitKeyTaken("这份督导的编号已用于另一份记录，请刷新页面后重填。")
        return stored, False
    bond = _bond(actor, told)
    items = _check(told, bond)
    with pghistory.context(user=actor.pk, via="visit"):
        visit = _store(actor, told, bond, items, at)
        visit.found = _problems(told, bond, items, visit, at)
        _photos(actor, told, visit)
        campaigns_tag(visit=visit, problems=visit.found, ids=told.campaigns, actor=actor, at=at)
        _controls(actor, told, bond, visit, at)
    return visit, True


def _read(sent, at):
    """The values, with every fault that can be seen without the database."""
    if strange := shape_faults(sent):
        raise VisitRefused({name: [UNREADABLE] for name in strange})
    started, finished = moment(sent.get("started_at")), moment(sent.get("finished_at"))
    told = _Sent(
        key=sent.get("key") or "",
        entity_id=_number(sent.get("entity")) or 0,
        kind=sent.get("kind") or VisitKind.VISIT,
        mode=sent.get("mode") or VisitMode.ON_SITE,
        checklist_id=_number(sent.get("checklist")),
        started_at=started or at,
        finished_at=finished or started or at,
        answers=sent.get("answers") or {},
        problems=sent.get("problems") or [],
        photos=sent.get("photos") or [],
        controls=sent.get("controls") or {},
        campaigns=sent.get("campaigns") or [],
        contact=(sent.get("contact") or "").strip(),
        note=(sent.get("note") or "").strip(),
    )
    if not is_key(told.key):
        told.wrong("key", "督导没有编号，请刷新页面后重填。")
    if not told.entity_id:
        told.wrong("entity", "没有写明是哪一家主体。")
    if told.kind not in VisitKind.values:
        told.wrong("kind", "种类只能是督导或停产停业。")
    if told.mode not in VisitMode.values:
        told.wrong("mode", "没有这种督导方式，请重新选。")
    if started is None or finished is None:
        told.wrong("started_at", "时间的写法不对，请刷新页面后重填。")
    for name, sentence in clock_faults(told.started_at, told.finished_at, at):
        told.wrong(name, sentence)
    if len(told.contact) > MOST_CONTACT:
        told.wrong("contact", f"在场人姓名最多 {MOST_CONTACT} 字。")
    if len(told.note) > MOST_NOTE:
        told.wrong("note", f"备注最多 {MOST_NOTE} 字。")
    told.wrong("photos", *photo_faults(told.photos, told.problems))
    told.refuse_if_wrong()
    return told


def _number(value):
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 < value < 2**63 else None


def _bond(actor, told):
    """The bond by which the actor may visit: that of the day first, else the one in force."""
    day = told.day
    of_day = Q(from_on__lte=day) & (Q(to_on=None) | Q(to_on__gt=day))
    rules = ModeRule.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=day),
        Q(category=None) | Q(category=OuterRef("entity__category")),
        Q(grade="") | Q(grade=OuterRef("entity__grade")),
        Q(risk_grade="") | Q(risk_grade=OuterRef("entity__risk_grade")),
        effective_from__lte=day,
    )
    bonds = (
        Assignment.objects.filter(of_day | Q(to_on=None))
        .filter(entity=told.entity_id, cadre__user=actor)
        .select_related("cadre", "entity__category")
        .annotate(
            on_day=Q(of_day),
            must_be_on_site=Exists(rules),
            items=_items_of(told.checklist_id),
            **look_columns(entity="entity", on=day),
        )
    )
    bond = bonds.order_by("-on_day", "-pk").first()
    if bond is None:
        raise NotBearer("这一家不由您包保，督导那天也不由您包保，不能填报。请与县局联系。")
    return bond


def _check(told, bond):
    """The items that apply, after all that hangs on the business and on the list was looked at."""
    items = []
    if told.kind == VisitKind.VISIT:
        items = _items(told, bond)
        told.wrong("answers", *answer_faults(items, told.answers))
        told.wrong("problems", *problem_faults(told.answers, told.problems))
        if bond.must_be_on_site and told.mode != VisitMode.ON_SITE:
            told.wrong("mode", "高风险主体和学校幼儿园食堂只能现场督导。")
    elif told.answers or told.problems:
        told.wrong("answers", "停产停业只登记情况，不填清单。")
    told.refuse_if_wrong()
    return items


def _items_of(checklist_id):
    """The items of an issued version in their order, as a column: one statement less than by themselves."""
    types = ChecklistItem.categories.through.objects.filter(checklistitem=OuterRef("pk"))
    rows = ChecklistItem.objects.filter(checklist=checklist_id or 0)
    rows = rows.exclude(checklist__state=ChecklistState.DRAFT).order_by("order", "pk")
    columns = {name: name for name in ("code", "text", "na_allowed", "control")}
    return ArraySubquery(
        rows.values(
            json=JSONObject(
                **columns,
                types=ArraySubquery(types.values("category_id")),
                level="checklist__level",
                since="checklist__effective_from",
            )
        )
    )


def _items(told, bond):
    rows, category = bond.items, bond.entity.category
    wanted = checklist_level(bond.level, is_small=category.is_small)
    if not rows or rows[0]["level"] != wanted:
        told.wrong("checklist", "这份清单不用于这家主体，请刷新后再填。")
    elif datetime.date.fromisoformat(rows[0]["since"]) > told.day:
        told.wrong("checklist", "这份清单在督导那天还没有启用，请刷新后再填。")
    told.refuse_if_wrong()
    told.item_controls = {row["code"]: row["control"] for row in rows if row["control"]}
    return [
        Item(row["code"], row["text"], row["na_allowed"])
        for row in rows
        if applies(row["types"], category.pk)
    ]


def _store(actor, told, bond, items, at):
    entity, line = bond.entity, _line(told)
    is_visit = told.kind == VisitKind.VISIT
    return Visit.objects.create(
        key=told.key, entity=entity, area_id=entity.area_id, cadre=bond.cadre, level=bond.level,
        grade=entity.grade, must_be_on_site=bond.must_be_on_site, kind=told.kind, mode=told.mode,
        checklist_id=told.checklist_id if is_visit else None, due=line,
        answers=told.answers if is_visit else {}, checked=len(items),
        wrong=sum(answer == "no" for answer in told.answers.values()), visited_on=told.day,
        started_at=told.started_at, finished_at=told.finished_at, received_at=at,
        contact=told.contact, note=told.note, made_by=actor,
    )  # fmt: skip


def _line(told):
    """The line that this visit is for: open in whose days it lies, that of a key period first, then the one
    that is due first. All lines that the triggers may touch are locked, in the order of their ids."""
    lines = DueVisit.objects.filter(
        entity=told.entity_id, state__in=[DueState.OPEN, DueState.EXCUSED, DueState.LATE]
    )
    lines = list(lines.select_for_update(of=("self",), no_key=True).order_by("pk"))
    states = [DueState.OPEN, DueState.EXCUSED]
    fit = [
        line for line in lines if line.state in states and line.starts_on <= told.day <= line.due_on
    ]
    return min(fit, key=lambda line: (line.due_on, line.starts_on, line.pk), default=None)


def _problems(told, bond, items, visit, at):
    texts = {item.code: item.text for item in items}
    found = [
        Found(
            key=row["key"], title=row["title"].strip(), kind=str(row.get("kind") or ""),
            detail=str(row.get("detail") or "").strip(), item_code=row["item"],
            item_text=texts[row["item"]], on_spot=row.get("on_spot") is True,
            photos=tuple(row.get("photos") or []),
        )
        for row in told.problems
    ]  # fmt: skip
    cadre = bond.cadre
    words = " ".join(part for part in (cadre.name, cadre.unit, cadre.post) if part)
    try:
        return problems_report(
            visit=visit, entity=bond.entity, cadre=cadre, found=found, actor=visit.made_by,
            actor_words=words, at=at, source=ProblemSource.VISIT,
        )  # fmt: skip
    except ProblemError as error:
        raise VisitRefused({"problems": [error.message]}) from error


def _photos(actor, told, visit):
    wanted = dict.fromkeys(told.photos)
    for row, problem in zip(told.problems, visit.found, strict=True):
        wanted |= dict.fromkeys(row.get("photos") or [], problem.pk)
    lacking = len(wanted) - photos_bind(actor=actor, visit=visit, problems=wanted)
    if lacking:
        raise VisitRefused({"photos": [f"有 {lacking} 张照片还没有传上来，请等照片传完再提交。"]})


def _controls(actor, told, bond, visit, at):
    """The enterprise's own controls, from the answers; last, as the order of locks asks."""
    if visit.kind != VisitKind.VISIT:
        return
    facts = look_facts(looks=bond.looks, fresh=bond.fresh, items=told.item_controls.items())
    try:
        controls_record(visit=visit, told=told.controls, actor=actor, at=at, facts=facts)
    except ControlError as error:
        raise VisitRefused({"controls": [error.message]}) from error


@transaction.atomic
def visit_void(
    *, actor, visit: Visit, reason: str, at: datetime.datetime, address: str | None = None
) -> Visit:
    """Mark a wrong record void, with the reason; its due line is given back. It stays to be seen, and so do
    the problems found at it. Void already → VisitError."""
    reason = reason.strip()
    if not reason:
        raise VisitError("请写明作废理由。")
    lines = DueVisit.objects.filter(entity=visit.entity_id).exclude(state=DueState.VOID)
    list(lines.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    locked = (
        Visit.objects.select_for_update(of=("self",), no_key=True)
        .select_related("voided_by")
        .get(pk=visit.pk)
    )
    if locked.is_void:
        who = locked.voided_by.get_full_name() if locked.voided_by else "别人"
        raise VisitError(f"{who}已经作废了这条记录。")
    locked.is_void, locked.void_reason = True, reason[:200]
    locked.voided_by, locked.voided_at = actor, at
    with pghistory.context(user=actor.pk, via="void"):
        locked.save(update_fields=["is_void", "void_reason", "voided_by", "voided_at"])
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="visit",
        object_id=locked.pk, area_code=locked.area_id,
        detail={"act": "void", "reason": locked.void_reason},
    )  # fmt: skip
    return locked
