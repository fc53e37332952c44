"""对标达标: items made and changed by the city, their progress told by who owes them."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pghistory
from django.db import transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import StandardState
from ..models import StandardFile, StandardItem, StandardNote

FIELDS = ("area", "unit", "heading", "item", "standard", "due_on", "order", "is_active")


class StandardError(DomainError):
    """An act on a review item that is refused."""


class StandardChanged(StandardError):
    """Somebody was faster; nothing was saved. `current` = the item as it stands."""

    def __init__(self, current):
        super().__init__("刚有人改过这一项，您的修改没有保存。下面是现在的内容，请核对后再改。")
        self.current = current


def _locked(item, revision):
    row = StandardItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    if row.revision != revision:
        raise StandardChanged(row)
    return row


def _tell(actor, item, detail, address):
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="inspections.standarditem",
        object_id=item.pk,
        area_code=item.area_id,
        detail=detail,
    )


@transaction.atomic
def standard_save(
    *,
    actor,
    item: StandardItem | None,
    revision: int | None,
    values: Mapping[str, Any],
    address: str | None = None,
) -> StandardItem:
    """A new review item, or the fields of one that was seen at `revision`. Raises StandardChanged when it has
    moved on, StandardError for an owner outside the actor's area."""
    if not area_scope(actor).covers(values["area"].pk):
        raise StandardError("责任属地不在您的范围内。")
    row = StandardItem(created_by=actor) if item is None else _locked(item, revision)
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    if item is not None:
        row.revision += 1
        row.is_example = False
    with pghistory.context(user=actor.pk, via="edit" if item else "create"):
        row.save()
    _tell(actor, row, {"act": "edit" if item else "add", "item": row.item}, address)
    return row


def _proofs(item):
    return StandardFile.objects.standing().filter(note__item=item)


@transaction.atomic
def standard_file_withdraw(
    *, actor, file: StandardFile, reason: str, at: datetime.datetime, address: str | None = None
) -> StandardFile:
    """Take a proof back, with the reason: nobody opens it any more, row and file stay. Raises StandardError
    without a reason, for the only proof of what is reported as 已达标, and when somebody was faster."""
    item = StandardItem.objects.select_for_update(of=("self",), no_key=True).get(
        pk=file.note.item_id
    )
    row = StandardFile.objects.select_related("withdrawn_by").get(pk=file.pk)
    if row.withdrawn_at:
        raise StandardError(f"{row.withdrawn_by or '别人'}已经撤回了这份文件。")
    if not reason.strip():
        raise StandardError("请写明撤回的理由，例如传错文件。")
    if item.state == StandardState.MET and not _proofs(item).exclude(pk=row.pk).exists():
        raise StandardError("这是已达标的唯一一份证明。请先补传正确的材料，或改报推进中，再撤回。")
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = at, actor, reason.strip()[:200]
    with pghistory.context(user=actor.pk, via="withdraw"):
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    _tell(
        actor,
        item,
        {"act": "file_withdraw", "file": row.pk, "reason": row.withdraw_reason},
        address,
    )
    return row


@transaction.atomic
def standard_report(
    *,
    actor,
    item: StandardItem,
    revision: int,
    state: str,
    text: str,
    files: Sequence = (),
    at: datetime.datetime,
    address: str | None = None,
) -> StandardNote:
    """Tell how far an item is, with its proofs. 已达标 needs a proof, now or earlier. Raises StandardChanged when
    somebody was faster."""
    row = _locked(item, revision)
    if not text.strip():
        raise StandardError("请写明进展。")
    if state == StandardState.MET and not files and not _proofs(row).exists():
        raise StandardError("报已达标要有证明材料。请上传文件，或先报推进中。")
    row.state = state
    row.revision += 1
    with pghistory.context(user=actor.pk, via="standard"):
        row.save(update_fields=["state", "revision"])
        note = StandardNote.objects.create(
            item=row, state=state, text=text.strip(), made_by=actor, made_at=at
        )
        for file in files:
            kept = StandardFile(note=note, file_name=file.told)
            kept.file.save(file.told, file, save=False)
            kept.save()
    _tell(actor, row, {"act": "report", "state": state}, address)
    return note
