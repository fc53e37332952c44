"""督办: an instruction to an area, its answer, its end, and its climb when nobody answers (F18)."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import home_code
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import InstructionState
from ..models import Instruction
from ..queries.recipients import recipients_of
from .notifications import is_own_page, notify

ANSWER = "responsibility.answer_instruction"
HEAR = "responsibility.hear_escalation"


class InstructionError(DomainError):
    pass


def _record(actor, address, act, row, **detail):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="instruction",
        object_id=row.pk, area_code=row.area_id, detail={"act": act, "title": row.title} | detail,
    )  # fmt: skip


def _page(row):
    return reverse("responsibility:instruction-detail", args=[row.pk])


@transaction.atomic
def instructions_create(
    *,
    actor,
    areas: Iterable[Area],
    title: str,
    body: str,
    due_on: datetime.date,
    on: datetime.date,
    source_url: str = "",
    address: str | None = None,
) -> list[Instruction]:
    """One instruction for each area, due on a day, and its officers told. `source_url`: the page of ours that
    the matter came from. Raises InstructionError for a day that is over, no area, or the issuer's own."""
    home = home_code(actor)
    chosen = list(areas)
    if home is None or not chosen:
        raise InstructionError("请选督办对象。")
    if any(area.pk == home for area in chosen):
        raise InstructionError("不能督办本级，请选下级。")
    if due_on < on:
        raise InstructionError("期限已过，请写今天或以后的日期。")
    common = {
        "issuer_area_id": home, "title": title, "body": body, "due_on": due_on, "issued_by": actor,
        "source_url": source_url[:300] if is_own_page(source_url) else "",
    }  # fmt: skip
    rows = Instruction.objects.bulk_create([Instruction(area=area, **common) for area in chosen])
    for row in rows:
        _record(actor, address, "create", row, due_on=due_on)
        notify(
            users=recipients_of(areas=[row.area_id], permission=ANSWER),
            key=f"instruction-{row.pk}",
            text=f"督办：{row.title}，请在 {row.due_on:%m-%d} 前答复",
            url=_page(row),
        )
    return rows


def _locked(row):
    return Instruction.objects.select_for_update(of=("self",)).get(pk=row.pk)


@transaction.atomic
def instruction_answer(
    *, actor, instruction: Instruction, answer: str, at, address=None
) -> Instruction:
    """The area's answer; the issuer is told. Raises InstructionError where it was answered or closed."""
    row = _locked(instruction)
    if row.state != InstructionState.OPEN:
        who = f"，{row.answered_by}答复" if row.answered_by else ""
        raise InstructionError(f"这一件{row.get_state_display()}{who}，您写的没有保存。")
    row.state, row.answer = InstructionState.ANSWERED, answer.strip()
    row.answered_at, row.answered_by = at, actor
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    _record(actor, address, "answer", row)
    notify(
        users=[row.issued_by_id] if row.issued_by_id else [],
        key=f"instruction-{row.pk}-answer-{at:%Y%m%d%H%M%S%f}",
        text=f"{row.area.name}已答复督办“{row.title}”",
        url=_page(row),
    )
    return row


@transaction.atomic
def instruction_close(
    *, actor, instruction: Instruction, note: str = "", at, address=None
) -> Instruction:
    """办结 by the issuer; without an answer a reason is asked for. Raises InstructionError where it is closed."""
    row = _locked(instruction)
    if row.state == InstructionState.CLOSED:
        raise InstructionError("这一件已经办结。")
    if row.state == InstructionState.OPEN and not note.strip():
        raise InstructionError("对方还没有答复，办结须写明原因。")
    row.state, row.closed_at, row.note = InstructionState.CLOSED, at, note.strip()[:200]
    row.save(update_fields=["state", "closed_at", "note"])
    _record(actor, address, "close", row, note=row.note)
    _tell_area(row, at, f"督办“{row.title}”已办结")
    return row


@transaction.atomic
def instruction_return(
    *, actor, instruction: Instruction, note: str, at, address=None
) -> Instruction:
    """Send an answer back with a reason: it is open again, its day stays. Raises InstructionError."""
    row = _locked(instruction)
    if row.state != InstructionState.ANSWERED:
        raise InstructionError(f"这一件现在是{row.get_state_display()}，不能退回。")
    if not note.strip():
        raise InstructionError("退回须写明原因。")
    row.state, row.note = InstructionState.OPEN, note.strip()[:200]
    row.save(update_fields=["state", "note"])
    _record(actor, address, "return", row, note=row.note)
    _tell_area(row, at, f"督办“{row.title}”的答复被退回：{row.note}")
    return row


def _tell_area(row, at, text):
    notify(
        users=recipients_of(areas=[row.area_id], permission=ANSWER),
        key=f"instruction-{row.pk}-{at:%Y%m%d%H%M%S%f}",
        text=text,
        url=_page(row),
    )


@transaction.atomic
def instructions_escalate(*, on: datetime.date, at) -> int:
    """What nobody answered by its day climbs one level, once: the issuer and those who hear of such things at
    the area above are told. Runs twice without harm; rows that another run holds are left to it."""
    late = Instruction.objects.overdue(on).filter(escalated_at=None).select_related("area")
    rows = list(late.select_for_update(of=("self",), skip_locked=True).order_by("pk"))
    Instruction.objects.filter(pk__in=[row.pk for row in rows]).update(escalated_at=at)
    heard = {
        code: recipients_of(areas=[code], permission=HEAR)
        for code in {row.area.parent_id for row in rows if row.area.parent_id}
    }
    for row in rows:
        issuer = [row.issued_by_id] if row.issued_by_id else []
        notify(
            users=[*heard.get(row.area.parent_id, []), *issuer],
            key=f"instruction-{row.pk}-late",
            text=f"督办逾期：{row.area.name}“{row.title}”，期限 {row.due_on:%m-%d}，还没有答复",
            url=_page(row),
        )
    return len(rows)
