"""The counties of 督导组 accounts, as the organisation says."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from jiamusi_foodsafety.kit.errors import DomainError

from .. import roles
from ..enums import AuditAction
from ..models import User
from ..scopes import area_scope
from .audit import audit


class AllotmentError(DomainError):
    pass


@transaction.atomic
def counties_allot(
    *, actor, allotted: Mapping[int, Iterable[str]], why: str, address: str | None = None
) -> int:
    """Set the allotted counties of these accounts (key → county codes); returns how many changed. What
    they see counts from their next request. Accounts that are not a 督导组's keep what they have: their
    sight comes from an area or a station. Raises AllotmentError for a county outside the actor's own
    scope, and for his own account."""
    scope = area_scope(actor)
    users = (
        User.objects.select_for_update(of=("self",))
        .filter(pk__in=allotted, groups__name=roles.SUPERVISION, area=None, station=None)
        .order_by("pk")
    )
    changed = 0
    for user in users:
        before = set(user.counties.values_list("code", flat=True))
        after = set(allotted[user.pk])
        if before == after:
            continue
        if user.pk == actor.pk:
            raise AllotmentError("不能调整自己分管的县(市、区)，请由另一位办理。")
        if not all(scope.covers(code) for code in before ^ after):
            raise AllotmentError("所选县(市、区)不在您的属地范围内。")
        user.counties.set(after)
        changed += 1
        audit(
            actor=actor,
            action=AuditAction.PERMISSION,
            address=address,
            object_type="jurisdiction.user",
            object_id=user.pk,
            area_code=min(before | after)[:4],
            detail={
                "username": user.username,
                "why": why,
                "before": {"counties": sorted(before)},
                "after": {"counties": sorted(after)},
            },
        )
    return changed
