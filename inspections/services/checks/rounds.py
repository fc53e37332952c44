"""督查 rounds: made with their strata, items and team; closed; made void with a reason."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Max, Q

from entities.enums import Grade
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.enums import CadreLevel, ListKind, ListState
from responsibility.models import Body, ListDocument, Membership

from ...enums import CheckLevel, CheckState, FindingState, SampleKind
from ...models import (
    CheckItemResult,
    CheckMember,
    CheckQuota,
    CheckRound,
    CheckScore,
    CheckStratum,
)
from ...rules.checks import METHOD, fits_target
from .shared import CheckChanged, CheckError, locked_round, tell

STRATA = {
    SampleKind.ENTITY: [*(grade.value for grade in Grade if grade.value), ""],
    SampleKind.CADRE: list(CadreLevel.values),
}


@transaction.atomic
def round_make(
    *,
    actor,
    level: str,
    owner: Area,
    target: Area,
    starts_on: datetime.date,
    ends_on: datetime.date,
    seed: str,
    body: Body | None = None,
    team_name: str = "",
    members: Sequence[Mapping[str, Any]] = (),
    answer_days: int = 15,
    address: str | None = None,
) -> CheckRound:
    """A new round by the list in force, in stage 编组: strata with the quotas of the table, one result a line of
    the list, the team's members (of a 督导组: its members on the first day). Raises CheckError for a target
    that is not of the next tier, and while no list is issued."""
    owner = Area.objects.select_for_update(of=("self",), no_key=True).get(pk=owner.pk)
    if not area_scope(actor).covers(owner.pk):
        raise CheckError("督查单位不在您的属地范围内。")
    if not fits_target(level, owner.pk, target.pk):
        raise CheckError(f"{CheckLevel(level).label}的对象应是{owner.name}直接下一级的单位。")
    document = ListDocument.objects.filter(
        kind=ListKind.SUPERVISION, level=level, state=ListState.ISSUED
    ).first()
    if document is None:
        raise CheckError(
            f"{CheckLevel(level).label}的督查清单还没有印发。请先在“清单与承诺”里印发，再编组。"
        )
    same = CheckRound.objects.filter(level=level, owner=owner, year=starts_on.year)
    number = (same.aggregate(last=Max("number"))["last"] or 0) + 1
    with pghistory.context(user=actor.pk, via="check"):
        made = CheckRound.objects.create(
            level=level, year=starts_on.year, number=number, owner=owner, target=target, body=body,
            team_name=team_name or (body.name if body else ""), document=document,
            starts_on=starts_on, ends_on=ends_on, answer_days=answer_days, seed=seed,
            method=METHOD, created_by=actor,
        )  # fmt: skip
        _strata(made)
        _items(made)
        _team(made, members or _body_members(body, starts_on))
    tell(actor, made, {"act": "make", "level": level, "number": number}, address)
    return made


def _strata(check_round):
    quotas = {
        (row.kind, row.key): row.quota for row in CheckQuota.objects.filter(level=check_round.level)
    }
    CheckStratum.objects.bulk_create(
        CheckStratum(
            check_round=check_round, kind=kind, key=key, order=order,
            quota=quotas.get((kind, key), 0),
        )
        for kind, keys in STRATA.items()
        for order, key in enumerate(keys)
    )  # fmt: skip


def _items(check_round):
    scores = {row.code: row for row in CheckScore.objects.all()}
    rows = []
    for order, item in enumerate(check_round.document.items.order_by("order", "pk"), 1):
        rule = scores.get(item.code) or CheckScore(code=item.code)
        rows.append(
            CheckItemResult(
                check_round=check_round, item=item, order=order, most=rule.most,
                partly_percent=rule.partly_percent, fails_percent=rule.fails_percent,
            )
        )  # fmt: skip
    CheckItemResult.objects.bulk_create(rows)


def _body_members(body, on):
    if body is None:
        return []
    terms = Membership.objects.filter(Q(to_on=None) | Q(to_on__gt=on), body=body, from_on__lte=on)
    return [
        {"role": term.role, "name": term.name, "unit": term.unit, "user": term.user}
        for term in terms.select_related("user").order_by("order", "pk")
    ]


def _team(check_round, members):
    CheckMember.objects.bulk_create(
        CheckMember(check_round=check_round, order=order, **member)
        for order, member in enumerate(members, 1)
    )


@transaction.atomic
def round_change(
    *,
    actor,
    check_round: CheckRound,
    revision: int,
    values: Mapping[str, Any],
    address: str | None = None,
) -> CheckRound:
    """Change the days, the team's name or the days for an answer of a round that has no letter out. Raises
    CheckChanged when somebody was faster."""
    row = locked_round(check_round, "void")
    if row.revision != revision:
        raise CheckChanged("刚有人改过这一轮，您的修改没有保存。请核对后再改。", row)
    for name in ("starts_on", "ends_on", "answer_days", "team_name"):
        if name in values:
            setattr(row, name, values[name])
    row.revision += 1
    with pghistory.context(user=actor.pk, via="check"):
        row.save()
    tell(actor, row, {"act": "change", "fields": sorted(values)}, address)
    return row


@transaction.atomic
def member_join(
    *, actor, check_round: CheckRound, role: str, name: str, unit: str = "", user=None,
    address: str | None = None,
) -> CheckMember:  # fmt: skip
    """Take somebody into the team; somebody who left it comes back."""
    row = locked_round(check_round, "void")
    with pghistory.context(user=actor.pk, via="check"):
        order = row.members.count() + 1
        member, is_new = CheckMember.objects.get_or_create(
            check_round=row, name=name, unit=unit,
            defaults={"role": role, "user": user, "order": order},
        )  # fmt: skip
        if not is_new:
            member.role, member.is_active = role, True
            member.user = user or member.user
            member.save()
    tell(actor, row, {"act": "member", "name": name}, address)
    return member


@transaction.atomic
def member_leave(*, actor, member: CheckMember, address: str | None = None) -> None:
    """Take somebody out of the team; his row stays."""
    row = locked_round(member.check_round, "void")
    with pghistory.context(user=actor.pk, via="check"):
        CheckMember.objects.filter(pk=member.pk, is_active=True).update(is_active=False)
    tell(actor, row, {"act": "member_leave", "name": member.name}, address)


@transaction.atomic
def round_close(*, actor, check_round: CheckRound, at, address: str | None = None) -> CheckRound:
    """End a round whose findings are all put right. Raises CheckError while one is not."""
    row = locked_round(check_round, "close")
    left = row.findings.filter(is_dropped=False).exclude(state=FindingState.FIXED).count()
    if left:
        raise CheckError(f"还有 {left} 个问题没有回头看为“已改”，不能办结。")
    row.state, row.closed_at = CheckState.CLOSED, at
    with pghistory.context(user=actor.pk, via="check"):
        row.save(update_fields=["state", "closed_at"])
    tell(actor, row, {"act": "close"}, address)
    return row


@transaction.atomic
def round_void(
    *, actor, check_round: CheckRound, reason: str, address: str | None = None
) -> CheckRound:
    """Make a round void that has no letter out; it stays with its reason."""
    if not reason.strip():
        raise CheckError("请写明作废的理由。")
    row = locked_round(check_round, "void")
    if row.issued_at:
        raise CheckError("反馈书已经发出，不能作废。")
    row.state, row.void_reason = CheckState.VOID, reason.strip()[:200]
    with pghistory.context(user=actor.pk, via="check"):
        row.save(update_fields=["state", "void_reason"])
    tell(actor, row, {"act": "void", "reason": row.void_reason}, address)
    return row
