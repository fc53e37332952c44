"""What was seen of a business's controls (日管控、周排查、月调度 …): at a visit, or by hand."""

import datetime
from collections.abc import Mapping

import pghistory
from django.db import transaction
from django.utils import timezone

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import Control, Told, VisitMode
from ..models import ControlCheck
from ..queries.controls import LookFacts, facts_of_entity, facts_of_visit
from ..rules.enterprise import control_state, controls_from_answers, holds_id_card

# Somebody stood in the premises and held the papers in his hands.
PRESENT = (VisitMode.ON_SITE, VisitMode.GROUP)


class ControlError(DomainError):
    pass


def controls_record(
    *,
    visit,
    told: Mapping[str, Mapping] | None,
    actor,
    at: datetime.datetime,
    facts: LookFacts | None = None,
) -> list[ControlCheck]:
    """Store what a visit saw of the controls, in the visit's transaction and in two statements (one, where
    the caller has read the `facts`): what the
    answers say by the items' `control` (yes: seen that day, no: missing, na: not required), and over it what
    was told itself, `{"daily": {"state": "seen" | "missing" | "na", "last_on": "2022-11-01"}}`. Repeatable: a
    control of a visit is stored once. Call it last: the order of locks ends with these rows. Raises
    ControlError with the sentence for whoever sent it."""
    facts = facts or facts_of_visit(visit=visit)
    derived = controls_from_answers(visit.answers or {}, facts.items)
    told = {**derived, **_checked(told or {}, on=visit.visited_on)}
    rows = [
        _check(
            facts, control, look, entity_id=visit.entity_id, visit=visit, on=visit.visited_on,
            is_present=visit.mode in PRESENT, actor=actor, at=at,
        )
        for control, look in told.items()
    ]  # fmt: skip
    if rows:
        ControlCheck.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def _checked(told, *, on):
    """What somebody told, with days as days. Raises ControlError."""
    found = {}
    for control, look in told.items():
        is_known = isinstance(look, Mapping) and look.get("state") in Told.values
        if control not in Control.values or not is_known:
            raise ControlError("制度的名称或所见读不懂，请刷新页面后再报。")
        last_on = look.get("last_on") or None
        try:
            last_on = datetime.date.fromisoformat(last_on) if isinstance(last_on, str) else last_on
            if last_on is not None and not isinstance(last_on, datetime.date):
                raise ValueError(last_on)
        except ValueError as error:
            raise ControlError("最近记录日期读不懂。请写成 2022-11-01 这样的日期。") from error
        if last_on and last_on > on:
            raise ControlError("最近记录日期不能晚于查看当天。")
        found[control] = {**look, "last_on": last_on}
    return found


def _check(facts, control, look, *, entity_id, visit, on, is_present, actor, at):
    told, last_on = look["state"], look.get("last_on")
    is_right = look.get("is_sampled_right")
    return ControlCheck(
        entity_id=entity_id,
        visit=visit,
        control=control,
        told=told,
        checked_on=on,
        last_on=last_on,
        is_sampled_right=is_right,
        note=look.get("note", ""),
        state=control_state(
            told=told,
            was_seen=control in facts.seen,
            is_present=is_present,
            checked_on=on,
            last_on=last_on,
            is_sampled_right=is_right,
            fresh_days=facts.fresh.get(control),
        ),
        made_by=actor,
        made_at=at,
    )


@transaction.atomic
def control_note(
    *,
    actor,
    entity: Entity,
    control: str,
    look: Mapping,
    on: datetime.date,
    at: datetime.datetime,
    is_present: bool = True,
    address: str | None = None,
) -> ControlCheck:
    """Store one look by hand on the day `on`. `look`: state, last_on, is_sampled_right, note. Raises
    ControlError."""
    if on > timezone.localdate(at):
        raise ControlError("查看日期不能晚于今天。")
    if holds_id_card(look.get("note", "")):
        raise ControlError("说明里有身份证号。系统不登记身份证号，请删去。")
    look = _checked({control: look}, on=on)[control]
    check = _check(
        facts_of_entity(entity_id=entity.pk, on=on), control, look, entity_id=entity.pk, visit=None, on=on,
        is_present=is_present, actor=actor, at=at,
    )  # fmt: skip
    with pghistory.context(user=actor.pk, via="control"):
        check.save()
    tell(actor, entity, {"act": "control", "control": control, "state": check.state}, address)
    return check


@transaction.atomic
def control_void(
    *, actor, check: ControlCheck, reason: str, address: str | None = None
) -> ControlCheck:
    """Void a look that was written down wrongly; the one before it counts again. A visit's is voided with
    the visit. Raises ControlError."""
    row = ControlCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if row.visit_id:
        raise ControlError("这一条来自督导记录，请作废那次督导。")
    if row.is_void:
        raise ControlError("这一条已经作废。")
    if not reason.strip():
        raise ControlError("请写明作废理由。")
    row.is_void, row.void_reason = True, reason.strip()[:200]
    with pghistory.context(user=actor.pk, via="void"):
        row.save(update_fields=["is_void", "void_reason"])
    tell(actor, row.entity, {"act": "control_void", "control": row.control}, address)
    return row


def tell(actor, entity, detail, address):
    """One line of the audit log on a business's own responsibility."""
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="inspections.safety",
        object_id=entity.pk,
        area_code=entity.area_id,
        detail=detail,
    )
