"""公示编码: drawn once for a business, drawn anew when a plate was lost or copied."""

import datetime
from collections.abc import Iterable

from django.db import transaction

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..models import PublicPlate
from ..queries.plates import without_plate

CHUNK = 2000


class PlateError(DomainError):
    """A plate that cannot be drawn anew."""


@transaction.atomic
def plates_ensure(*, ids: Iterable[int], actor) -> dict[int, PublicPlate]:
    """Business → its plate in use; those without one are given one. Two printing at once make one; three
    statements whatever the number. The businesses were scoped before."""
    ids = sorted(set(ids))
    known = set(_in_use(ids).values_list("entity", flat=True))
    PublicPlate.objects.bulk_create(
        [PublicPlate(entity_id=pk, drawn_by=actor) for pk in ids if pk not in known],
        ignore_conflicts=True,
    )
    return {plate.entity_id: plate for plate in _in_use(ids)}


def plates_draw(*, most: int = 50_000) -> int:
    """A code for each business of the register that has none, some thousands a transaction; how many were
    drawn. Run by a clock: doubled runs do nothing."""
    missing = without_plate(Entity.objects.registered()).order_by("pk")
    drawn = 0
    while drawn < most:
        ids = list(missing.values_list("pk", flat=True)[:CHUNK])
        if not ids:
            break
        plates_ensure(ids=ids, actor=None)
        drawn += len(ids)
    return drawn


def _in_use(ids):
    return PublicPlate.objects.filter(entity__in=ids, revoked_at=None).order_by("entity")


@transaction.atomic
def plate_redraw(
    *, entity: Entity, actor, reason: str, at: datetime.datetime, address=None
) -> PublicPlate:
    """A new public address for the business; the old one leads nowhere from now on. Raises PlateError
    without a reason, or when nobody has printed a plate yet."""
    if not reason.strip():
        raise PlateError("请写明更换的原因，例如公示牌遗失。")
    old = (
        PublicPlate.objects.select_for_update(of=("self",))
        .filter(entity=entity, revoked_at=None)
        .first()
    )
    if old is None:
        raise PlateError("这一家还没有打印过公示牌，直接打印即可。")
    old.revoked_at, old.revoked_by, old.revoke_reason = at, actor, reason.strip()
    old.save()
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="entity",
        object_id=entity.pk, area_code=entity.area_id,
        detail={"act": "plate_redraw", "reason": reason.strip()},
    )  # fmt: skip
    return PublicPlate.objects.create(entity=entity, drawn_by=actor)
