"""大屏链接: opened for a screen, revoked; each with its record."""

import datetime
import secrets

from django.db import transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..models import WallLink

MOST_LIVE = 20
MOST_DAYS = 366


class WallError(DomainError):
    """A link cannot be opened."""


@transaction.atomic
def wall_link_make(
    *, actor, area: Area, label: str, days: int, at: datetime.datetime, address: str | None = None
) -> tuple[WallLink, str]:
    """Open a link to the wall of `area` for `days` days: the record and the token, which is kept nowhere.
    Raises WallError for an area below a county, for days out of range, and beyond twenty live links."""
    if area.level not in ("city", "county"):
        raise WallError("大屏只能按市或县(市、区)开通，请另选范围。")
    if not 1 <= days <= MOST_DAYS:
        raise WallError(f"有效天数请填 1 到 {MOST_DAYS}。")
    # two who open at once wait for each other, or both would count nineteen
    Area.objects.select_for_update(of=("self",)).get(pk=area.pk[:4])
    live = WallLink.objects.within(area.pk[:4]).filter(revoked_at=None, expires_at__gt=at)
    if live.count() >= MOST_LIVE:
        raise WallError(f"最多同时有 {MOST_LIVE} 个大屏链接，请先停用不用的。")
    token = secrets.token_urlsafe(32)
    link = WallLink.objects.create(
        area=area, label=label.strip(), digest=WallLink.digest_of(token), made_by=actor, made_at=at,
        expires_at=at + datetime.timedelta(days=days),
    )  # fmt: skip
    _tell(actor, link, "open", address)
    return link, token


@transaction.atomic
def wall_link_revoke(
    *, actor, link: WallLink, at: datetime.datetime, address: str | None = None
) -> WallLink:
    """Stop a link: from the next minute its screen shows nothing. Repeatable; the first who did it stays."""
    row = WallLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = at, actor
        row.save(update_fields=["revoked_at", "revoked_by"])
        _tell(actor, row, "revoke", address)
    return row


def _tell(actor, link, act, address):
    audit(
        actor=actor, address=address, action=AuditAction.PERMISSION, object_type="大屏链接",
        object_id=str(link.pk), area_code=link.area_id,
        detail={"act": act, "label": link.label, "until": link.expires_at.isoformat()},
    )  # fmt: skip
