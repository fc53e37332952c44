"""Accounts: made, changed, disabled; roles brought to the table; keys of the API."""

import datetime
import secrets
import string

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from jiamusi_foodsafety.kit.errors import DomainError

from .. import roles
from ..enums import AuditAction
from ..models import ApiToken, User
from .audit import audit

API_KEY_DAYS = 365
# Fields of an account that give no right.
PLAIN = ("name", "post", "phone", "must_change_password")
# Without the signs that are read wrongly: 0/O, 1/l/I.
ALPHABET = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))


class AccountError(DomainError):
    pass


@transaction.atomic
def sync_roles(*, strict: bool = True) -> dict[str, int]:
    """Make the groups and their permissions equal to the table in roles.py; returns role → number.
    Raises AccountError (when `strict`) for a permission that no model declares."""
    found = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    unknown = sorted(set(roles.TABLE) - set(found))
    if unknown and strict:
        raise AccountError(f"没有这些权限：{'、'.join(unknown)}。")
    sizes = {}
    for role in roles.ALL:
        group, _ = Group.objects.get_or_create(name=role)
        wanted = [found[name] for name in roles.permissions_of(role) if name in found]
        group.permissions.set(wanted)
        sizes[role] = len(wanted)
    return sizes


@transaction.atomic
def staff_create(
    *,
    username: str,
    role: str,
    area=None,
    station=None,
    counties=(),
    name: str = "",
    post: str = "",
    phone: str = "",
    password: str,
    must_change: bool = True,
    at: datetime.datetime,
    actor=None,
    request=None,
) -> User:
    """Make an account with one role. A 监管所 account needs a station, a 督导组 its counties, everybody
    else an area. Raises AccountError."""
    check_place(role=role, area=area, station=station, counties=counties)
    if actor is not None:
        check_rights(actor=actor, user=None, roles_touched={role})
    username = username.strip()
    if not username or User.objects.filter(username__iexact=username).exists():
        raise AccountError(f"用户名“{username}”已经有了。")
    user = User(username=username, name=name, post=post, phone=phone, area=area, station=station)
    _check_password(password, user)
    user.password = make_password(password)
    user.password_changed_at, user.must_change_password = at, must_change
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise AccountError("".join(error.messages)) from error
    user.save()
    user.groups.set(Group.objects.filter(name=role))
    user.counties.set(counties)
    audit(
        actor=actor,
        action=AuditAction.ACCOUNT,
        request=request,
        object_type="jurisdiction.user",
        object_id=user.pk,
        area_code=_place(user, counties),
        detail={"act": "add", "username": username, **_rights(user)},
    )
    return user


def check_place(*, role, area, station, counties) -> None:
    """Refuse a role whose place is missing or is not of its kind. Raises AccountError."""
    if role not in roles.ALL:
        raise AccountError(f"没有角色“{role}”。可选：{'、'.join(roles.ALL)}。")
    if role == roles.STATION_OFFICER and station is None:
        raise AccountError("监管所人员须选监管所。")
    if role != roles.STATION_OFFICER and station is not None:
        raise AccountError("只有监管所人员才选监管所。")
    if role == roles.SUPERVISION and not counties:
        raise AccountError("督导组须选分管的县(市、区)。")
    if role != roles.SUPERVISION and counties:
        raise AccountError("只有督导组才选分管的县(市、区)。")
    if area is None and role not in (roles.STATION_OFFICER, roles.SUPERVISION):
        raise AccountError("须选属地。")
    if area is not None and role in (roles.STATION_OFFICER, roles.SUPERVISION):
        raise AccountError("监管所人员和督导组不选属地：属地随监管所或分管的县(市、区)。")


def check_rights(*, actor, user, roles_touched: set[str]) -> None:
    """Refuse to change one's own role or place, a superuser's account, or an administrative role that
    the actor has not himself. Raises AccountError."""
    if user is not None and actor.pk == user.pk:
        raise AccountError("不能修改自己的角色、属地和状态，请由另一位管理员办理。")
    if user is not None and user.is_superuser and not actor.is_superuser:
        raise AccountError("这个账号只能由超级管理员修改。")
    beyond = roles_touched - set(grantable_roles(actor))
    if beyond:
        raise AccountError(f"您不能授予或收回“{'、'.join(sorted(beyond))}”。")


def _check_password(password, user):
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountError("".join(error.messages)) from error


def _place(user, counties):
    if user.area_id:
        return user.area_id
    if user.station_id:
        return user.station.county_id
    return sorted(county.pk for county in counties)[0][:4] if counties else None


def _rights(user):
    return {
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "area": user.area_id,
        "station": user.station_id,
        "counties": sorted(user.counties.values_list("code", flat=True)),
        "is_active": user.is_active,
    }


def grantable_roles(user) -> list[str]:
    """The roles that this user may give: a role with an administrative right only who has that right."""
    if user.is_superuser:
        return list(roles.ALL)
    return [
        role
        for role in roles.ALL
        if all(
            user.has_perm(door) for door in roles.ADMIN_DOORS if door in roles.permissions_of(role)
        )
    ]


@transaction.atomic
def account_change(
    *, actor, user: User, role: str, area=None, station=None, counties=(), request=None, **fields
) -> User:
    """Change an account's role, place and plain fields (name, post, phone, is_active). What somebody may
    see or do counts from his next request. Raises AccountError: nobody changes his own role or place,
    nor gives an administrative right that he lacks."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    before, plain = _rights(user), {field: getattr(user, field) for field in PLAIN}
    check_place(role=role, area=area, station=station, counties=counties)
    for field in (*PLAIN, "is_active"):
        if field in fields:
            setattr(user, field, fields[field])
    user.area, user.station = area, station
    user.save()
    user.groups.set(Group.objects.filter(name=role))
    user.counties.set(counties)
    after = _rights(user)
    if before != after:
        check_rights(actor=actor, user=user, roles_touched={*before["roles"], role})
        audit(
            actor=actor,
            action=AuditAction.PERMISSION,
            request=request,
            object_type="jurisdiction.user",
            object_id=user.pk,
            area_code=_place(user, counties),
            detail={"username": user.username, "before": before, "after": after},
        )
    changed = [field for field in PLAIN if getattr(user, field) != plain[field]]
    if changed:
        # values are in the account's history: the log holds no telephone number
        audit(
            actor=actor,
            action=AuditAction.ACCOUNT,
            request=request,
            object_type="jurisdiction.user",
            object_id=user.pk,
            area_code=_place(user, counties),
            detail={"act": "edit", "username": user.username, "fields": changed},
        )
    return user


@transaction.atomic
def password_set(
    *, user: User, password: str, at: datetime.datetime, actor=None, must_change=False, request=None
) -> User:
    """Give an account another password; its other sessions die with it. Set by somebody else, its API keys
    die too. Raises AccountError when the password breaks the rules or is the present one."""
    _check_password(password, user)
    if user.check_password(password):
        raise AccountError("新密码不能与现用密码相同。")
    user.password = make_password(password)
    user.password_changed_at, user.must_change_password = at, must_change
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    if actor is None or actor.pk != user.pk:
        user.api_tokens.filter(revoked_at=None).update(revoked_at=at)
    audit(
        actor=actor,
        action=AuditAction.PASSWORD,
        request=request,
        object_type="jurisdiction.user",
        object_id=user.pk,
        detail={"username": user.username},
    )
    return user


def login_turn(*, account: str, address: str | None) -> None:
    """Wait for one's turn to try a login for this account from this address, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"login:{account}:{address}"]
        )


def text_size_set(*, user: User, is_big: bool) -> None:
    """Remember a person's choice of large type."""
    User.objects.filter(pk=user.pk).update(is_big_type=is_big)


def random_password(length: int = 14) -> str:
    """A password that meets the rules and can be read out on the telephone."""
    while True:
        word = "".join(secrets.choice(ALPHABET) for _ in range(length))
        kinds = (any(map(test, word)) for test in (str.isupper, str.islower, str.isdigit))
        if all(kinds):
            return word


@transaction.atomic
def api_key_create(
    *, user: User, label: str, at: datetime.datetime, request=None
) -> tuple[ApiToken, str]:
    """A new key of the API for a year: the record and the key itself, which is kept nowhere.
    Raises AccountError when the account has five live keys already."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.api_tokens.filter(revoked_at=None, expires_at__gt=at).count() >= 5:
        raise AccountError("最多同时有 5 个接口密钥，请先停用不用的。")
    key = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        label=label.strip(),
        digest=ApiToken.digest_of(key),
        expires_at=at + datetime.timedelta(days=API_KEY_DAYS),
    )
    audit(
        actor=user,
        action=AuditAction.API_KEY,
        request=request,
        object_type="jurisdiction.apitoken",
        object_id=token.pk,
        detail={"act": "add", "label": token.label},
    )
    return token, key


@transaction.atomic
def api_key_revoke(*, user: User, token_id: int, at: datetime.datetime, request=None) -> None:
    """Stop one of the user's own keys; another's key is as unknown as a missing one. Repeatable."""
    token = user.api_tokens.select_for_update(of=("self",)).get(pk=token_id)
    if token.revoked_at:
        return
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    audit(
        actor=user,
        action=AuditAction.API_KEY,
        request=request,
        object_type="jurisdiction.apitoken",
        object_id=token.pk,
        detail={"act": "revoke", "label": token.label},
    )
