"""迁入: the city decides whether a business that two counties name moves."""

import pghistory
from django.db import transaction
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import TransferState
from ..models import Entity, Transfer


class TransferError(DomainError):
    pass


@transaction.atomic
def transfer_decide(
    *, actor, transfer: Transfer, is_accepted: bool, note: str = "", address: str | None = None
) -> Transfer:
    """Move the business to the area that asked for it, or refuse. A moved business loses its
    appointed station and the area text of its former county. A refusal stands against later ledgers;
    accepting takes it back. Raises TransferError when somebody decided already, or when it is refused
    without a reason."""
    locked = Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    may_decide = [TransferState.OPEN, *([TransferState.REJECTED] if is_accepted else [])]
    if locked.state not in may_decide:
        who = locked.decided_by.get_full_name() if locked.decided_by else "系统"
        raise TransferError(f"这一条{who}已处理：{locked.get_state_display()}。您的操作没有执行。")
    if not is_accepted and not note.strip():
        raise TransferError("请写明不属实的原因。")
    locked.state = TransferState.ACCEPTED if is_accepted else TransferState.REJECTED
    locked.decided_by, locked.decided_at, locked.note = actor, timezone.now(), note.strip()
    with pghistory.context(user=actor.pk, via="transfer"):
        locked.save(update_fields=["state", "decided_by", "decided_at", "note"])
        if is_accepted:
            entity = Entity.objects.select_for_update(of=("self",)).get(pk=locked.entity_id)
            entity.area_id = locked.to_area_id
            entity.area_text = ""
            entity.station_override = None
            entity.save(update_fields=["area", "area_text", "station_override"])
    audit(
        actor=actor,
        action=AuditAction.REVIEW,
        address=address,
        object_type="transfer",
        object_id=locked.pk,
        area_code=locked.to_area_id,
        detail={"act": "accept" if is_accepted else "reject", "note": note.strip()},
    )
    return locked
