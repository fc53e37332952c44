"""两员 of a business: appointed, changed, ended; their trainings and exams; its risk list. Nothing is deleted."""

import datetime
from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import Control, EndReason, PersonSource, SafetyPost, Told
from ..models import EntityCompliance, RiskList, SafetyExam, SafetyPerson, SafetyTraining
from ..rules.enterprise import holds_id_card
from ..triggers.enterprise import NAMES_SQL
from .controls import control_note, tell


class SafetyError(DomainError):
    pass


class SafetyChanged(DomainError):
    """Somebody changed the person since the form was opened; nothing was saved."""

    def __init__(self, current):
        super().__init__("刚有人改过，您的修改没有保存。下面是最新内容，请核对后再改。")
        self.current = current


def _no_id_card(values):
    if any(isinstance(value, str) and holds_id_card(value) for value in values.values()):
        raise SafetyError("内容里有身份证号。系统不登记身份证号，请删去。")


@transaction.atomic
def person_add(
    *,
    actor,
    entity: Entity,
    values: Mapping[str, Any],
    source: str = PersonSource.MANUAL,
    address: str | None = None,
) -> SafetyPerson:
    """Register somebody whom the business appointed. Raises SafetyError when he is registered already."""
    _no_id_card(values)
    person = SafetyPerson(entity=entity, source=source, created_by=actor, **values)
    try:
        with transaction.atomic(), pghistory.context(user=actor.pk, via="safety"):
            person.save()
    except IntegrityError as error:
        post = SafetyPost(person.post).label
        raise SafetyError(f"{person.name} 已登记为这家的{post}，不用再登。") from error
    tell(actor, entity, {"act": "person_add", "post": person.post, "person": person.pk}, address)
    return person


def _locked(person):
    row = SafetyPerson.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if row.ended_on is not None:
        raise SafetyError(f"{row.name} 已经离任，不能再改。")
    return row


@transaction.atomic
def person_update(
    *,
    actor,
    person: SafetyPerson,
    revision: int,
    changes: Mapping[str, Any],
    address: str | None = None,
) -> SafetyPerson:
    """Write what was changed of a person seen at `revision`. Raises SafetyChanged when he has moved on,
    SafetyError when he has left or stands there twice."""
    _no_id_card(changes)
    row = _locked(person)
    if row.revision != revision:
        raise SafetyChanged(row)
    if not changes:
        return row
    for name, value in changes.items():
        setattr(row, name, value)
    row.revision += 1
    try:
        with transaction.atomic(), pghistory.context(user=actor.pk, via="safety"):
            row.save()
    except IntegrityError as error:
        raise SafetyError(f"{row.name} 在这个岗位已登记，不用再登。") from error
    detail = {"act": "person_edit", "person": row.pk, "fields": sorted(changes)}
    tell(actor, row.entity, detail, address)
    return row


@transaction.atomic
def person_end(
    *,
    actor,
    person: SafetyPerson,
    on: datetime.date,
    reason: str,
    note: str = "",
    address: str | None = None,
) -> SafetyPerson:
    """End an appointment from the day `on`, with its reason. Raises SafetyError when it has ended."""
    row = _locked(person)
    if reason not in EndReason.values:
        raise SafetyError("请选择离任原因。")
    if row.appointed_on and on < row.appointed_on:
        raise SafetyError("离任日期不能早于任命日期。")
    _no_id_card({"note": note})
    row.ended_on, row.end_reason, row.end_note = on, reason, note.strip()[:200]
    row.revision += 1
    with pghistory.context(user=actor.pk, via="safety"):
        row.save(update_fields=["ended_on", "end_reason", "end_note", "revision"])
    tell(actor, row.entity, {"act": "person_end", "person": row.pk, "reason": reason}, address)
    return row


def person_phone_reveal(*, actor, person: SafetyPerson, address: str | None = None) -> str:
    """The whole number; each look is recorded (个人信息保护法: by role, logged)."""
    audit(
        actor=actor, action=AuditAction.REVEAL, address=address, object_type="safetyperson",
        object_id=person.pk, area_code=person.entity.area_id, detail={"name": person.name},
    )  # fmt: skip
    return person.phone


@transaction.atomic
def training_add(
    *, actor, person: SafetyPerson, values: Mapping[str, Any], address: str | None = None
) -> SafetyTraining:
    """Write down a training. Raises SafetyError when the same one stands there."""
    return _record_add(SafetyTraining, actor, person, values, address)


@transaction.atomic
def exam_add(
    *, actor, person: SafetyPerson, values: Mapping[str, Any], address: str | None = None
) -> SafetyExam:
    """Write down an exam. Raises SafetyError when the same one stands there."""
    return _record_add(SafetyExam, actor, person, values, address)


def _record_add(model, actor, person, values, address):
    person = _locked(person)
    _no_id_card(values)
    # pressed twice, or by two people: files aside, the same record is one
    plain = {name: value for name, value in values.items() if not hasattr(value, "read")}
    plain.pop("certificate_name", None)
    if model.objects.filter(person=person, is_void=False, **plain).exists():
        raise SafetyError("这一条已经登记过了。")
    with pghistory.context(user=actor.pk, via="safety"):
        row = model.objects.create(person=person, made_by=actor, **values)
    detail = {"act": f"{model._meta.model_name}_add", "person": person.pk}
    tell(actor, person.entity, detail, address)
    return row


@transaction.atomic
def record_void(
    *, actor, record: SafetyTraining | SafetyExam, reason: str, address: str | None = None
):
    """Void a training or an exam that was written down wrongly. Raises SafetyError."""
    model = type(record)
    row = model.objects.select_for_update(of=("self",)).select_related("person__entity")
    row = row.get(pk=record.pk)
    if row.is_void:
        raise SafetyError("这一条已经作废。")
    if not reason.strip():
        raise SafetyError("请写明作废理由。")
    row.is_void, row.void_reason = True, reason.strip()[:200]
    with pghistory.context(user=actor.pk, via="void"):
        row.save(update_fields=["is_void", "void_reason"])
    detail = {"act": f"{model._meta.model_name}_void", "person": row.person_id}
    tell(actor, row.person.entity, detail, address)
    return row


@transaction.atomic
def risk_list_add(
    *,
    actor,
    entity: Entity,
    values: Mapping[str, Any],
    at: datetime.datetime,
    address: str | None = None,
) -> RiskList:
    """A new version of the 风险管控清单; it is also a look at that control, on the business's own word.
    Raises SafetyError."""
    _no_id_card(values)
    # one after the other: the version is counted on
    EntityCompliance.objects.select_for_update(of=("self",)).filter(entity=entity).first()
    last = RiskList.objects.filter(entity=entity).aggregate(last=Max("version"))["last"] or 0
    with pghistory.context(user=actor.pk, via="safety"):
        made = RiskList.objects.create(entity=entity, version=last + 1, made_by=actor, **values)
    control_note(
        actor=actor, entity=entity, control=Control.RISK_LIST, on=values["dated_on"], at=at,
        look={"state": Told.SEEN, "note": f"风险管控清单第 {made.version} 版"}, is_present=False,
        address=address,
    )  # fmt: skip
    return made


TAKE = f"""
INSERT INTO inspections_safetyperson
    (entity_id, post, name, phone, duty_scope, document, document_name, end_reason, end_note, source,
     created_by_id, created_at, revision)
SELECT told.entity_id, told.post, told.name, '', '', '', '', '', '', '{PersonSource.LEDGER.value}', %s, %s, 1
FROM entities_entity f CROSS JOIN LATERAL ({NAMES_SQL}) AS told
WHERE f.id = ANY (%s) ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def names_take(
    *, actor, ids: list[int], at: datetime.datetime, address: str | None = None
) -> dict[str, int]:
    """Register whom the ledger names (食品安全总监, 食品安全员) at these businesses, in one statement; whoever
    was ever registered there stays as he is. The caller scoped the ids. Counts: people, entities."""
    chosen = EntityCompliance.objects.filter(pk__in=ids, is_proposed=True).order_by("pk")
    locked = list(chosen.select_for_update(of=("self",)).values_list("pk", flat=True))
    with pghistory.context(user=actor.pk, via="ledger_names"), connection.cursor() as cursor:
        cursor.execute(TAKE, [actor.pk, at, locked])
        people = cursor.rowcount
    if people:
        audit(
            actor=actor, action=AuditAction.CHANGE, address=address,
            object_type="inspections.safety",
            detail={"act": "names_take", "entities": len(locked), "people": people},
        )  # fmt: skip
    return {"people": people, "entities": len(locked) if people else 0}
