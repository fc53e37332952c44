"""The audit log's one door."""

import unicodedata

from jiamusi_foodsafety.kit.middleware import client_address

from ..models import AuditRecord
from ..scopes import home_code

SYSTEM = "系统"


def audit(
    *,
    actor,
    action,
    request=None,
    address=None,
    object_type="",
    object_id="",
    area_code=None,
    detail=None,
    is_success=True,
    actor_name="",
) -> AuditRecord:
    """Append one record: who (`actor`; None is 系统, or `actor_name` where nobody was recognised), from
    where (`address`, else the request's), what (`action`, `object_type`, `object_id`), in which area
    (else the actor's), with which `detail` and result.

    Write it in the transaction of the change it tells of, so that both stand or fall together.
    """
    if actor is not None and not actor.is_authenticated:
        actor = None
    if request is not None and address is None:
        address = client_address(request)
    name = actor.get_full_name() if actor else actor_name or SYSTEM
    return AuditRecord.objects.create(
        actor=actor,
        actor_name=_printable(name)[:150],
        address=address,
        action=action,
        object_type=str(object_type)[:60],
        object_id=_printable(str(object_id))[:60],
        area_id=area_code or (home_code(actor) if actor else None),
        detail=detail or {},
        is_success=is_success,
    )


def _printable(text):
    """Without control and direction signs: a hostile name must not forge a line of the log."""
    return "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
