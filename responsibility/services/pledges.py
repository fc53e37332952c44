"""承诺书, one at a time: issue, sign by typing, record a signed scan, withdraw. Many at once: pledges_bulk.

Scoping is the caller's: every pledge comes from a query with `user`. The annex is frozen at signing; the
database refuses to change it afterwards. A signed pledge replaces the cadre's old one.
"""

import datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import PledgeState, SignedVia
from ..models import Pledge, ResignRule
from ..queries.pledge_annex import pledge_annexes
from ..rules.pledges import content_mark, same_name, valid_until
from .duties import duties_close_signed
from .notifications import notify

OPEN = (PledgeState.DRAFT, PledgeState.WAITING)
IN_FORCE = (PledgeState.SIGNED, PledgeState.RESIGN)
COPIES = ("name", "post", "unit", "level")
READ = "我已阅读责任清单和任务清单，并作出以上承诺"


class PledgeError(DomainError):
    pass


def resign_rule() -> ResignRule:
    """The rule in force: the one row, or its defaults."""
    return ResignRule.objects.order_by("pk").first() or ResignRule()


def sign_by(at: datetime.datetime) -> datetime.date:
    """The day by which a pledge that is put before its cadre now is to be signed."""
    return timezone.localdate(at) + datetime.timedelta(days=resign_rule().sign_days)


def pledge_mark(pledge: Pledge, annex: dict) -> str:
    """The fingerprint of what the cadre reads before he signs."""
    return content_mark({name: getattr(pledge, name) for name in COPIES}, annex)


def _locked(pk) -> Pledge:
    """The pledge under lock; whoever comes second sees what the first did."""
    rows = Pledge.objects.select_for_update(of=("self",)).select_related("cadre")
    return rows.get(pk=pk)


def _refuse_unless_open(pledge):
    if pledge.state == PledgeState.SIGNED:
        raise PledgeError(f"这份承诺书已于 {pledge.signed_on:%Y-%m-%d} 签订，不必再签。")
    if pledge.state == PledgeState.RESIGN:
        raise PledgeError("这份承诺书已签过，现在要重签：请经办人生成新的一份。")
    if pledge.state == PledgeState.VOID:
        raise PledgeError("这份承诺书已失效。请刷新后看最新的一份。")
    if not pledge.cadre.is_in_post:
        raise PledgeError("承诺人已离岗，不能再签订。")


@transaction.atomic
def pledges_issue(*, pledges: QuerySet[Pledge], actor, at: datetime.datetime, address=None) -> int:
    """Put drafts before their cadres (草稿 → 待签); the number of those that were drafts."""
    made = pledges.filter(state=PledgeState.DRAFT).update(
        state=PledgeState.WAITING, issued_at=at, issued_by=actor, due_on=sign_by(at)
    )
    if made:
        audit(
            actor=actor, action=AuditAction.CHANGE, address=address, object_type="pledge",
            detail={"act": "issue", "count": made},
        )  # fmt: skip
    return made


@transaction.atomic
def pledge_sign(
    *, pledge: Pledge, actor, typed: str, has_read: bool, mark: str, at: datetime.datetime,
    on: datetime.date, address=None,
) -> Pledge:  # fmt: skip
    """The cadre himself signs by typing his name (domain §1.6). `mark` is the fingerprint of what he was
    shown: where his businesses or the task list changed since, he reads again. Raises PledgeError."""
    found = _locked(pledge.pk)
    if found.cadre.user_id != actor.pk:
        raise PledgeError("只能由承诺人本人登录后签订。")
    _refuse_unless_open(found)
    if found.state == PledgeState.DRAFT:
        raise PledgeError("这份承诺书还没有送签，请等经办人送签后再签。")
    if not has_read:
        raise PledgeError("请先阅读两个附件，并勾选“我已阅读”。")
    if not same_name(typed, found.name):
        raise PledgeError(f"输入的姓名与承诺书上的“{found.name}”不一致，请重新输入。")
    annex = pledge_annexes(cadres=[found.cadre_id], on=on)[found.cadre_id]
    copies_follow(found)
    if pledge_mark(found, annex) != mark:
        raise PledgeError("您包保的主体或清单刚刚有变动，请再看一遍下面的附件，然后签订。")
    found.signed_via, found.confirmation = SignedVia.TYPED, f"{found.name}：{READ}"
    _freeze(found, annex, signed_on=on, at=at, actor=actor)
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="pledge",
        object_id=found.number, area_code=found.area_id, detail={"act": "sign", "via": "typed"},
    )  # fmt: skip
    return found


@transaction.atomic
def pledge_record_scan(
    *, pledge: Pledge, actor, file: File, name: str, signed_on: datetime.date,
    at: datetime.datetime, on: datetime.date, address=None,
) -> Pledge:  # fmt: skip
    """The office records a paper signed by hand with its scan and its day. Raises PledgeError."""
    found = _locked(pledge.pk)
    _refuse_unless_open(found)
    if signed_on > on:
        raise PledgeError("签订日期不能晚于今天。")
    annex = pledge_annexes(cadres=[found.cadre_id], on=on)[found.cadre_id]
    copies_follow(found)
    found.signed_via, found.scan_name = SignedVia.SCAN, name[-200:]
    found.scan.save(name, file, save=False)
    _freeze(found, annex, signed_on=signed_on, at=at, actor=actor)
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="pledge",
        object_id=found.number, area_code=found.area_id, detail={"act": "sign", "via": "scan"},
    )  # fmt: skip
    return found


def copies_follow(pledge: Pledge) -> None:
    """Bring name, post, unit and level of an unsigned pledge up to those of its cadre (in memory)."""
    for name in COPIES:
        setattr(pledge, name, getattr(pledge.cadre, name))


def _freeze(pledge, annex, *, signed_on, at, actor):
    """Signed from now on; the cadre's earlier pledge is 失效."""
    others = Pledge.objects.filter(cadre=pledge.cadre_id, state__in=IN_FORCE).exclude(pk=pledge.pk)
    others.update(state=PledgeState.VOID, void_reason=f"已由 {pledge.number} 替代")
    pledge.state, pledge.annex = PledgeState.SIGNED, annex
    pledge.held_count = len(annex["entities"])
    pledge.signed_on, pledge.signed_at, pledge.signed_by = signed_on, at, actor
    pledge.issued_at = pledge.issued_at or at
    pledge.valid_to = valid_until(signed_on, resign_rule().valid_months)
    pledge.due_on = None
    pledge.save()
    duties_close_signed(cadres=[pledge.cadre_id])


@transaction.atomic
def pledge_void(*, pledge: Pledge, actor, reason: str, address=None) -> Pledge:
    """Withdraw a pledge with a reason (→ 失效). Raises PledgeError."""
    found = _locked(pledge.pk)
    if found.state == PledgeState.VOID:
        raise PledgeError("这份承诺书已经失效。")
    reason = reason.strip()
    if not reason:
        raise PledgeError("请写明失效原因。")
    found.state, found.void_reason = PledgeState.VOID, reason[:120]
    found.save(update_fields=["state", "void_reason"])
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="pledge",
        object_id=found.number, area_code=found.area_id, detail={"act": "void", "reason": reason},
    )  # fmt: skip
    return found


@transaction.atomic
def pledges_remind(
    *,
    pledges: QuerySet[Pledge],
    actor,
    url: str,
    at: datetime.datetime,
    on: datetime.date,
    address=None,
) -> dict[str, int]:
    """催签: tell the cadres of these pledges that theirs waits, once a day each. Counts: told, silent (cadres
    without an account: they must be called)."""
    rows = pledges.filter(state=PledgeState.WAITING)
    found = dict(rows.order_by("pk").values_list("pk", "cadre__user_id"))
    users = [user for user in found.values() if user]
    if users:
        notify(
            users=users, key=f"pledge-sign-{on.isoformat()}", url=url,
            text="您的食品安全承诺书还没有签，请阅读附件后签订。",
        )  # fmt: skip
        Pledge.objects.filter(pk__in=[pk for pk, user in found.items() if user]).update(
            reminded_at=at
        )
        audit(
            actor=actor, action=AuditAction.CHANGE, address=address, object_type="pledge",
            detail={"act": "remind", "count": len(users)},
        )  # fmt: skip
    return {"told": len(users), "silent": len(found) - len(users)}
