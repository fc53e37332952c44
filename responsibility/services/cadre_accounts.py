"""Accounts of cadres: made singly or for a list, joined with one that exists, taken away."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import pghistory
from django.db import transaction

from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import User
from jiamusi_foodsafety.jurisdiction.services import audit, staff_create
from jiamusi_foodsafety.jurisdiction.services.accounts import random_password

from ..models import Cadre
from .cadres import CadreError

# A password takes a good part of a second to be hashed: more at once would keep a person waiting.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class NewAccount:
    """A new account and its first password, which is shown once and kept nowhere."""

    cadre: Cadre
    username: str
    password: str


@transaction.atomic
def account_create(
    *, actor, cadre: Cadre, username: str = "", at: datetime.datetime, request=None
) -> NewAccount:
    """Make an account with the role 包保干部 for a cadre; without a name he gets "gb" and his number.
    Raises CadreError when he has left or has one, AccountError when the name is taken."""
    locked = _locked(cadre)
    if not locked.is_in_post:
        raise CadreError(f"{locked.name}已离任，不能开通账号。")
    if locked.user_id:
        raise CadreError(f"{locked.name}已有账号“{locked.user.username}”。")
    password = random_password()
    user = staff_create(
        username=username or f"gb{locked.pk}", role=roles.CADRE, area=locked.area, name=locked.name,
        post=locked.post, phone=locked.phone, password=password, at=at, actor=actor, request=request,
    )  # fmt: skip
    _join(actor, locked, user)
    return NewAccount(locked, user.username, password)


@transaction.atomic
def accounts_create(
    *, actor, cadres: Iterable[Cadre], at: datetime.datetime, request=None
) -> list[NewAccount]:
    """Accounts for those of a list who are in post and have none, all or nothing. Raises CadreError for
    more than 100 at once, AccountError when a name is taken."""
    wanted = [cadre for cadre in cadres if cadre.is_in_post and cadre.user_id is None]
    if len(wanted) > MOST_AT_ONCE:
        raise CadreError(f"一次最多开通 {MOST_AT_ONCE} 个账号，请先筛选，再分批开通。")
    return [
        account_create(actor=actor, cadre=cadre, at=at, request=request)
        for cadre in sorted(wanted, key=lambda cadre: cadre.pk)
    ]


@transaction.atomic
def account_link(*, actor, cadre: Cadre, username: str, request=None) -> User:
    """Join a cadre with an account that exists. Raises CadreError when there is none of this name in his
    area or above it, or when it is another cadre's."""
    locked = _locked(cadre)
    if locked.user_id:
        raise CadreError(f"{locked.name}已有账号“{locked.user.username}”。")
    code = locked.area_id
    above = [code[:size] for size in (4, 6, 9, 12) if size <= len(code)]
    found = User.objects.filter(username__iexact=username.strip(), is_active=True, area__in=above)
    user = found.select_for_update(of=("self",)).first()
    if user is None:
        raise CadreError(f"本属地没有在用的账号“{username}”。请核对用户名，或新建一个。")
    if Cadre.objects.filter(user=user).exists():
        raise CadreError(f"账号“{user.username}”已是另一位干部的。")
    _join(actor, locked, user)
    _told(actor, locked, request, {"act": "link", "username": user.username})
    return user


@transaction.atomic
def account_unlink(*, actor, cadre: Cadre, request=None) -> None:
    """Part a cadre from his account; the account itself stays as it is. Repeatable."""
    locked = _locked(cadre)
    if locked.user_id is None:
        return
    username = locked.user.username
    _join(actor, locked, None)
    _told(actor, locked, request, {"act": "unlink", "username": username})


def _locked(cadre):
    rows = Cadre.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("area", "user").get(pk=cadre.pk)


def _join(actor, cadre, user):
    cadre.user = user
    with pghistory.context(user=actor.pk, via="account"):
        cadre.save(update_fields=["user"])


def _told(actor, cadre, request, detail):
    audit(
        actor=actor, action=AuditAction.ACCOUNT, request=request, object_type="cadre",
        object_id=cadre.pk, area_code=cadre.area_id, detail=detail,
    )  # fmt: skip
