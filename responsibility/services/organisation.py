"""Members of the bodies and the counties of the 督导组: a change ends one row and begins another."""

import datetime
from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import IntegrityError, transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.jurisdiction.services import audit, counties_allot
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import BodyKind
from ..models import Body, Document, Membership, TeamCounty
from ..rules.organisation import moved_counties


class OrganisationError(DomainError):
    pass


class OrganisationChanged(OrganisationError):
    """Somebody changed it since the page was opened; nothing was saved."""


def _changed(actor, body, detail, address):
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="responsibility.body",
        object_id=body.pk,
        area_code=body.area_id,
        detail=detail,
    )


def _not_later(on, today):
    if on > today:
        raise OrganisationError("日期不能晚于今天：到了那一天再调整。")


@transaction.atomic
def body_save(*, actor, body: Body, address: str | None = None) -> Body:
    """Write a body that was made or changed by hand."""
    with pghistory.context(user=actor.pk, via="organisation"):
        is_new = body.pk is None
        body.save()
    _changed(actor, body, {"act": "add" if is_new else "edit", "name": body.name}, address)
    return body


@transaction.atomic
def member_add(
    *, actor, body: Body, values: Mapping[str, Any], today: datetime.date, address=None
) -> Membership:
    """Begin a member's term. Raises OrganisationError when he is in the body already in this role, or the
    day lies ahead. A 督导组 member's account gets the team's counties."""
    _not_later(values["from_on"], today)
    body = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    same = {key: values[key] for key in ("role", "name", "unit")}
    if body.memberships.filter(to_on=None, **same).exists():
        raise OrganisationError(f"{values['name']}已在{body.name}的名单中。")
    with pghistory.context(user=actor.pk, via="organisation"):
        member = Membership.objects.create(body=body, **values)
    _follow(actor, body, {member.user_id}, address)
    _changed(actor, body, {"act": "member_add", "name": member.name, "role": member.role}, address)
    return member


def _ended(member, on, note, today):
    """The member's row, locked and ended on a day; refused when somebody ended it before."""
    _not_later(on, today)
    row = (
        Membership.objects.select_for_update(of=("self",)).select_related("body").get(pk=member.pk)
    )
    if row.to_on is not None:
        raise OrganisationChanged(f"{row.name}刚被别人调整过，您的修改没有保存。请看最新名单。")
    if on < row.from_on:
        raise OrganisationError(f"日期不能早于任期起（{row.from_on}）。")
    row.to_on, row.end_note = on, note
    row.save(update_fields=["to_on", "end_note"])
    return row


@transaction.atomic
def member_end(
    *, actor, member: Membership, on: datetime.date, note: str, today: datetime.date, address=None
) -> Membership:
    """End a member's term on `on`, the first day that he no longer serves. Raises OrganisationChanged when
    somebody was faster. His account loses the team's counties."""
    with pghistory.context(user=actor.pk, via="organisation"):
        row = _ended(member, on, note, today)
    _follow(actor, row.body, {row.user_id}, address)
    detail = {"act": "member_end", "name": row.name, "role": row.role, "note": note}
    _changed(actor, row.body, detail, address)
    return row


@transaction.atomic
def member_replace(
    *,
    actor,
    member: Membership,
    on: datetime.date,
    note: str,
    values: Mapping[str, Any],
    today: datetime.date,
    address=None,
) -> Membership:
    """End one member's term and begin his successor's on the same day, in the same role and place of the
    list. Raises OrganisationChanged when somebody was faster."""
    with pghistory.context(user=actor.pk, via="organisation"):
        row = _ended(member, on, note, today)
        new = Membership.objects.create(
            body=row.body,
            role=row.role,
            order=row.order,
            predecessor=row,
            from_on=on,
            **values,
        )
    _follow(actor, row.body, {row.user_id, new.user_id}, address)
    detail = {"act": "member_replace", "from": row.name, "to": new.name, "note": note}
    _changed(actor, row.body, detail, address)
    return new


@transaction.atomic
def member_correct(
    *,
    actor,
    member: Membership,
    seen: int,
    values: Mapping[str, Any],
    today: datetime.date,
    address=None,
) -> Membership:
    """Put a member's record right (a slip of the pen, his account), seen at the event `seen` of its history.
    Raises OrganisationChanged when it has moved on, OrganisationError for a day ahead or after its end."""
    _not_later(values["from_on"], today)
    row = (
        Membership.objects.select_for_update(of=("self",)).select_related("body").get(pk=member.pk)
    )
    if member_version(row) != seen:
        raise OrganisationChanged(f"{row.name}刚被别人调整过，您的修改没有保存。请看最新名单。")
    if row.to_on is not None and values["from_on"] > row.to_on:
        raise OrganisationError(f"任期起不能晚于离任日期（{row.to_on}）。")
    users, changed = {row.user_id}, []
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    if not changed:
        return row
    with pghistory.context(user=actor.pk, via="organisation"):
        row.save(update_fields=changed)
    _follow(actor, row.body, users | {row.user_id}, address)
    detail = {"act": "member_correct", "name": row.name, "fields": sorted(changed)}
    _changed(actor, row.body, detail, address)
    return row


def member_version(member: Membership) -> int:
    """The last event of a member's history: tells two states of the record apart."""
    return member.events.order_by("-pgh_id").values_list("pgh_id", flat=True).first() or 0


def _follow(actor, body, users, address):
    """Give the accounts of a 督导组's members the counties of their teams, all in this transaction."""
    users = {user for user in users if user}
    if body.kind != BodyKind.SUPERVISION_TEAM or not users:
        return 0
    allotted = {user: set() for user in users}
    rows = Membership.objects.filter(
        user__in=users,
        to_on=None,
        body__kind=BodyKind.SUPERVISION_TEAM,
        body__counties__to_on=None,
        body__counties__isnull=False,
    )
    for user, code in rows.values_list("user_id", "body__counties__county_id"):
        allotted[user].add(code)
    return counties_allot(actor=actor, allotted=allotted, why=f"{body.name}调整", address=address)


@transaction.atomic
def teams_allot(
    *,
    actor,
    area: str,
    seen: Mapping[str, int],
    wanted: Mapping[str, int | None],
    on: datetime.date,
    basis: Document | None = None,
    today: datetime.date,
    address: str | None = None,
) -> dict[str, int]:
    """Give counties to 督导组 from `on`: one entry, and the members' accounts follow in the same transaction.
    `seen` is the allotment that the page showed; returns how many counties and accounts changed.

    Raises OrganisationChanged when it is no longer so, OrganisationError for a day ahead or before the
    present allotment began, and for a county or team of elsewhere."""
    _not_later(on, today)
    teams = {
        team.pk: team
        for team in Body.objects.select_for_update(of=("self",))
        .filter(area=area, kind=BodyKind.SUPERVISION_TEAM, to_on=None)
        .order_by("pk")
    }
    rows = {
        row.county_id: row
        for row in TeamCounty.objects.select_for_update(of=("self",))
        .filter(to_on=None, county__code__startswith=area)
        .order_by("pk")
    }
    now = {code: row.body_id for code, row in rows.items()}
    if now != dict(seen):
        raise OrganisationChanged("分片刚被别人调整过，您的修改没有保存。请核对最新分片后再调整。")
    moves = moved_counties(now, wanted)
    _check_moves(actor, area, teams, moves)
    with pghistory.context(user=actor.pk, via="organisation"):
        for code, (_, team) in moves.items():
            _move(rows.get(code), code, team, on, basis)
    touched = {team for pair in moves.values() for team in pair if team}
    users = set(
        Membership.objects.filter(body__in=touched, to_on=None, user__isnull=False).values_list(
            "user_id", flat=True
        )
    )
    accounts = 0
    if moves:
        some = Body.objects.get(pk=min(touched))
        accounts = _follow(actor, some, users, address)
        detail = {"act": "teams_allot", "moves": {code: list(pair) for code, pair in moves.items()}}
        _changed(actor, some, detail, address)
    return {"counties": len(moves), "accounts": accounts}


def _check_moves(actor, area, teams, moves):
    scope = area_scope(actor)
    for code, (_, team) in moves.items():
        if not (code.startswith(area) and scope.covers(code)):
            raise OrganisationError("所选县(市、区)不在您的属地范围内。")
        if team is not None and team not in teams:
            raise OrganisationError("没有这个督导组，请刷新后再选。")


def _move(row, code, team, on, basis):
    if row is not None:
        if on < row.from_on:
            raise OrganisationError(f"日期不能早于现有分片的开始日期（{row.from_on}）。")
        row.to_on = on
        row.save(update_fields=["to_on"])
    if team is not None:
        try:
            with transaction.atomic():
                TeamCounty.objects.create(body_id=team, county_id=code, from_on=on, basis=basis)
        except IntegrityError as error:
            raise OrganisationError("这个县(市、区)不存在或已有督导组。") from error
