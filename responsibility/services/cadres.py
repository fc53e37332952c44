"""One cadre at a time: taken in, changed, leaving his post, his phone shown. Leaving by the calendar.

A cadre is in post until the day `in_post_to`; from that day what he held is 待交接 (a trigger sees to it).
"""

import datetime
from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import IntegrityError, transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import User
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import ChangeKind
from ..models import Cadre, Change
from .changes import changes_record
from .pledges_bulk import pledges_review

# What a person calls another post: its change stands in the 变更台账.
POST_FIELDS = ("level", "area", "post", "unit")
PHONE_FIELDS = ("phone", "liaison_phone")


class CadreError(DomainError):
    pass


class CadreConflict(CadreError):
    """Somebody changed the cadre since the form was opened; nothing was saved."""

    def __init__(self, current: Cadre):
        super().__init__(f"{current.name}刚被别人改过，您的修改没有保存。")
        self.current = current


@contextmanager
def _told():
    """What the database refuses, told as the constraint's own sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        sentences = {c.name: c.violation_error_message for c in Cadre._meta.constraints}
        name = getattr(error.__cause__.diag, "constraint_name", "")
        if name not in sentences:
            raise
        raise CadreError(sentences[name]) from error


@transaction.atomic
def cadre_create(
    *,
    actor,
    values: Mapping[str, Any],
    on: datetime.date,
    at: datetime.datetime,
    address: str | None = None,
) -> Cadre:
    """Take a cadre in. Raises CadreError where the same person stands here already, or the level does not
    fit the area."""
    cadre = Cadre(**values)
    cadre.is_in_post = _is_there(cadre, on)
    with pghistory.context(user=actor.pk, via="create"), _told():
        cadre.save(force_insert=True)
    change = Change(
        kind=ChangeKind.CADRE_NEW,
        area_id=cadre.area_id,
        cadre=cadre,
        after=post_words(cadre),
        happened_on=cadre.in_post_from or on,
    )
    changes_record(changes=[change], by=actor, at=at)
    _audit(actor, cadre, address, {"act": "create"})
    return cadre


@transaction.atomic
def cadre_update(
    *,
    actor,
    cadre: Cadre,
    revision: int,
    changes: Mapping[str, Any],
    on: datetime.date,
    at: datetime.datetime,
    address: str | None = None,
) -> Cadre:
    """Write the changed fields of a cadre, seen at `revision`; another post, leaving and coming back stand
    in the 变更台账. Raises CadreConflict when he has moved on, CadreError where the new values collide."""
    locked = Cadre.objects.select_for_update(of=("self",), no_key=True).get(pk=cadre.pk)
    if locked.revision != revision:
        raise CadreConflict(locked)
    if not changes:
        return locked
    before, was_there = post_words(locked), locked.is_in_post
    for field, value in changes.items():
        setattr(locked, field, value)
    locked.is_in_post = _is_there(locked, on)
    if locked.is_in_post:
        locked.leave_reason = ""
    with pghistory.context(user=actor.pk, via="edit"), _told():
        locked.save(update_fields={*changes, "is_in_post", "leave_reason"})
    kind = _kind_of(was_there, locked.is_in_post, changes)
    if kind:
        row = Change(
            kind=kind, area_id=locked.area_id, cadre=locked, before=before, after=post_words(locked),
            happened_on=on,
        )  # fmt: skip
        if kind == ChangeKind.CADRE_LEFT:
            row.after, row.happened_on = leave_words(locked), locked.in_post_to
            close_account(locked, actor, address)
        changes_record(changes=[row], by=actor, at=at)
        # what he signed no longer says what he is: 待重签 or 失效 from now on, not from the next hour
        pledges_review(on=on, cadres=[locked.pk])
    _audit(actor, locked, address, {"act": "edit", "fields": sorted(changes)})
    locked.refresh_from_db()
    return locked


def _kind_of(was_there, is_there, changes):
    if was_there != is_there:
        return ChangeKind.CADRE_BACK if is_there else ChangeKind.CADRE_LEFT
    return ChangeKind.CADRE_POST if set(changes) & set(POST_FIELDS) and is_there else None


def _is_there(cadre, on):
    return cadre.in_post_to is None or cadre.in_post_to > on


def post_words(cadre: Cadre) -> str:
    """A cadre's place in words: 东山县 城关街道 村级 村委会主任."""
    parts = (cadre.area.path_name, cadre.get_level_display(), cadre.unit, cadre.post)
    return " ".join(part for part in parts if part)


def leave_words(cadre: Cadre) -> str:
    """Why and from when a cadre is gone: 调任，2022-11-02 起."""
    return f"{cadre.get_leave_reason_display() or '离任'}，{cadre.in_post_to} 起"


@transaction.atomic
def cadre_leave(
    *,
    cadre: Cadre,
    reason: str,
    on: datetime.date,
    by=None,
    at: datetime.datetime,
    address: str | None = None,
) -> Cadre:
    """A cadre leaves his post on the day `on`, today or earlier; what he still holds is 待交接, with the
    clocks of domain §9. Call it with the row locked; a cadre who has left is left as he is."""
    if not cadre.is_in_post:
        return cadre
    before = post_words(cadre)
    cadre.is_in_post, cadre.in_post_to, cadre.leave_reason = False, on, reason
    with _told():
        cadre.save(update_fields=["is_in_post", "in_post_to", "leave_reason"])
    row = Change(
        kind=ChangeKind.CADRE_LEFT, area_id=cadre.area_id, cadre=cadre, before=before,
        after=leave_words(cadre), happened_on=on,
    )  # fmt: skip
    changes_record(changes=[row], by=by, at=at)
    close_account(cadre, by, address)
    return cadre


@transaction.atomic
def cadres_leave(*, on: datetime.date, at: datetime.datetime) -> int:
    """The calendar's part: cadres whose `in_post_to` has come leave. Set-based, repeatable; returns their
    number."""
    due = Cadre.objects.in_post().filter(in_post_to__lte=on).order_by("pk")
    cadres = list(
        due.select_for_update(of=("self",), no_key=True).select_related("area__parent__parent")
    )
    if not cadres:
        return 0
    changes = [
        Change(
            kind=ChangeKind.CADRE_LEFT, area_id=cadre.area_id, cadre=cadre, before=post_words(cadre),
            after=leave_words(cadre), happened_on=cadre.in_post_to,
        )
        for cadre in cadres
    ]  # fmt: skip
    with pghistory.context(via="leave"):
        Cadre.objects.filter(pk__in=[cadre.pk for cadre in cadres]).update(is_in_post=False)
        changes_record(changes=changes, at=at)
        for cadre in cadres:
            close_account(cadre, None, None)
    return len(cadres)


def close_account(cadre, by, address):
    """An account that serves nobody else than the cadre ends with his post."""
    if cadre.user_id is None:
        return
    user = User.objects.filter(pk=cadre.user_id, is_active=True).first()
    if user is None or user.has_perm("jurisdiction.view_area_data") or user.is_superuser:
        return
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit(
        actor=by, action=AuditAction.ACCOUNT, address=address, object_type="jurisdiction.user",
        object_id=user.pk, area_code=cadre.area_id,
        detail={"act": "disable", "username": user.username, "cadre": cadre.pk},
    )  # fmt: skip


def cadre_phones_reveal(*, actor, cadre: Cadre, address: str | None = None) -> dict[str, str]:
    """The whole numbers of a cadre and his liaison; each look is recorded (个人信息保护法: by role, logged)."""
    audit(
        actor=actor,
        action=AuditAction.REVEAL,
        address=address,
        object_type="cadre",
        object_id=cadre.pk,
        area_code=cadre.area_id,
        detail={"name": cadre.name},
    )
    return {name: getattr(cadre, name) for name in PHONE_FIELDS}


def _audit(actor, cadre, address, detail):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="cadre",
        object_id=cadre.pk, area_code=cadre.area_id, detail=detail,
    )  # fmt: skip
