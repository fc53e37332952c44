"""台账建立 per town: built or not, since when (F17, step 4)."""

import datetime
from collections.abc import Iterable

from django.db import transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit

from ..models import LedgerState


@transaction.atomic
def ledger_states_set(
    *,
    actor,
    areas: Iterable[Area],
    is_built: bool,
    built_on: datetime.date | None = None,
    note: str = "",
    at: datetime.datetime,
    address: str | None = None,
) -> int:
    """Write down for each of the towns whether its ledger stands, and since when; the number of towns that
    changed. One INSERT … ON CONFLICT, whatever the number; towns where nothing changes stay untouched."""
    wanted = {area.pk: area for area in areas}
    day = built_on if is_built else None
    locked = LedgerState.objects.select_for_update(of=("self",)).order_by("area_id")
    now = {row.area_id: row for row in locked.filter(area__in=wanted)}
    changed = [code for code in wanted if _differs(now.get(code), is_built, day, note)]
    LedgerState.objects.bulk_create(
        [
            LedgerState(
                area_id=code, is_built=is_built, built_on=day, note=note, changed_by=actor,
                changed_at=at,
            )
            for code in sorted(changed)
        ],
        update_conflicts=True,
        unique_fields=["area"],
        update_fields=["is_built", "built_on", "note", "changed_by", "changed_at"],
    )  # fmt: skip
    if changed:
        audit(
            actor=actor, action=AuditAction.CHANGE, address=address, object_type="ledgerstate",
            object_id=changed[0] if len(changed) == 1 else "",
            detail={"is_built": is_built, "built_on": day, "areas": sorted(changed)},
        )  # fmt: skip
    return len(changed)


def _differs(row, is_built, day, note):
    if row is None:
        return is_built
    return (row.is_built, row.built_on, row.note) != (is_built, day, note)
