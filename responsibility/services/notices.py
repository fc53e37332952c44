"""工作提示 from draft to answer: draft, issue, withdraw, 签收, 反馈, 催办 (F16)."""

import datetime
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import home_code
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import NoticeState
from ..models import Notice, NoticeFile, NoticeTarget
from ..queries.recipients import recipients_of
from .notifications import notify

RECEIVE = "responsibility.receive_notice"
# One target is not reminded again within this time: a press too many tells nobody twice.
REMIND_AGAIN = datetime.timedelta(hours=1)
FIELDS = ("number", "title", "topic", "body", "action_required", "needs_answer", "due_at")


class NoticeError(DomainError):
    pass


def _record(actor, address, act, notice, **detail):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="notice",
        object_id=notice.pk, area_code=notice.area_id,
        detail={"act": act, "number": notice.number, "title": notice.title} | detail,
    )  # fmt: skip


def _page(notice):
    return reverse("responsibility:notice-detail", args=[notice.pk])


def _name(notice):
    return f"工作提示第 {notice.number} 期“{notice.title}”"


def _locked(notice):
    return Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)


@transaction.atomic
def notice_save(
    *,
    actor,
    values: dict,
    areas: Iterable[Area],
    files: Iterable = (),
    dropped: Iterable[int] = (),
    notice: Notice | None = None,
    revision: int = 0,
    address: str | None = None,
) -> Notice:
    """Draft a notice, or change a draft: its words, the areas it will go to, its attachments (`files` are
    added, those with a key in `dropped` taken off). Raises NoticeError for a number that is taken, a
    notice that is no draft any more, or one that somebody changed since `revision`."""
    if notice is None:
        notice = Notice(area_id=home_code(actor), created_by=actor)
        if notice.area_id is None:
            raise NoticeError("您的账号没有属地，不能拟工作提示。")
    else:
        notice = _locked(notice)
        if notice.state != NoticeState.DRAFT:
            raise NoticeError("这一期已经下发，不能再改。需要更正的，请撤回后另拟一期。")
        if notice.revision != revision:
            raise NoticeError("这一期刚刚被别人改过，您的修改没有保存。请核对现在的内容后再改。")
        notice.revision += 1
    for name in FIELDS:
        setattr(notice, name, values[name])
    notice.is_example = False  # from now on it is theirs
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError as error:
        raise NoticeError(f"第 {notice.number} 期已经有了，请换一个期号。") from error
    wanted = {area.pk for area in areas}
    notice.targets.exclude(area__in=wanted).delete()
    NoticeTarget.objects.bulk_create(
        [NoticeTarget(notice=notice, area_id=code) for code in sorted(wanted)],
        ignore_conflicts=True,
    )
    notice.files.filter(pk__in=list(dropped)).delete()
    for file in files:
        NoticeFile.objects.create(notice=notice, file=file, name=file.told)
    _record(actor, address, "draft", notice, areas=len(wanted))
    return notice


@transaction.atomic
def notice_issue(*, actor, notice: Notice, at, address: str | None = None) -> int:
    """Issue a draft to its areas and tell their officers; the number of accounts told. Raises NoticeError
    where it is no draft any more, has no area, no words, or a due time that is over."""
    notice = _locked(notice)
    if notice.state != NoticeState.DRAFT:
        raise NoticeError(f"第 {notice.number} 期{notice.get_state_display()}，不必再下发。")
    areas = list(notice.targets.values_list("area_id", flat=True))
    if not areas or not notice.body.strip():
        raise NoticeError("请先写好正文，并至少选一个下发对象。")
    if notice.due_at and notice.due_at <= at:
        raise NoticeError("反馈期限已过，请先改期限。")
    notice.state, notice.issued_by, notice.issued_at = NoticeState.ISSUED, actor, at
    notice.revision += 1
    notice.save(update_fields=["state", "issued_by", "issued_at", "revision"])
    _record(actor, address, "issue", notice, areas=len(areas))
    return notify(
        users=recipients_of(areas=areas, permission=RECEIVE),
        key=f"notice-{notice.pk}",
        text=f"{_name(notice)}已下发，请签收{'并反馈' if notice.needs_answer else ''}",
        url=_page(notice),
    )


@transaction.atomic
def notice_withdraw(
    *, actor, notice: Notice, reason: str, at, address: str | None = None
) -> Notice:
    """Withdraw an issued notice with a reason: nobody owes anything for it any more; what was signed and
    answered stays. Raises NoticeError where it is not in force."""
    if not reason.strip():
        raise NoticeError("请写明撤回原因。")
    notice = _locked(notice)
    if notice.state != NoticeState.ISSUED:
        raise NoticeError(f"第 {notice.number} 期现在是{notice.get_state_display()}，不能撤回。")
    notice.state, notice.withdrawn_at = NoticeState.WITHDRAWN, at
    notice.withdraw_reason = reason.strip()[:200]
    notice.revision += 1
    notice.save(update_fields=["state", "withdrawn_at", "withdraw_reason", "revision"])
    _record(actor, address, "withdraw", notice, reason=notice.withdraw_reason)
    areas = list(notice.targets.values_list("area_id", flat=True))
    notify(
        users=recipients_of(areas=areas, permission=RECEIVE), key=f"notice-{notice.pk}-withdrawn",
        text=f"{_name(notice)}已撤回：{notice.withdraw_reason}", url=_page(notice),
    )  # fmt: skip
    return notice


def _target_locked(target):
    """The target's row under lock, of a notice that is in force."""
    target = (
        NoticeTarget.objects.select_for_update(of=("self",))
        .select_related("notice", "area", "received_by", "answered_by")
        .get(pk=target.pk)
    )
    if target.notice.state != NoticeState.ISSUED:
        raise NoticeError("这一期已经撤回，不必再签收、反馈。")
    return target


def _when(moment):
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


@transaction.atomic
def target_receive(*, actor, target: NoticeTarget, at, address: str | None = None) -> NoticeTarget:
    """签收 for one area. Raises NoticeError where somebody did before, with who and when."""
    target = _target_locked(target)
    if target.received_at:
        raise NoticeError(
            f"{target.area.name}已由{target.received_by or '系统'}在 {_when(target.received_at)} 签收。"
        )
    target.received_at, target.received_by = at, actor
    target.save(update_fields=["received_at", "received_by"])
    _record(actor, address, "receive", target.notice, area=target.area_id)
    return target


@transaction.atomic
def target_answer(
    *, actor, target: NoticeTarget, answer: str, at, file=None, seen: str = "", address=None
) -> NoticeTarget:
    """反馈 of one area, with a file or without; it also signs for the notice if nobody did. A later answer
    replaces the earlier (the history keeps both); `seen` is `answer_mark` of the one that the writer had
    before his eyes. Raises NoticeError where another answered meanwhile."""
    target = _target_locked(target)
    if seen != answer_mark(target):
        raise NoticeError(
            f"{target.answered_by or '系统'}在 {_when(target.answered_at)} 已经反馈，"
            "您写的没有保存。请看过后再补充。"
        )
    changed = ["answer", "answered_at", "answered_by"]
    target.answer, target.answered_at, target.answered_by = answer.strip(), at, actor
    if target.received_at is None:
        target.received_at, target.received_by = at, actor
        changed += ["received_at", "received_by"]
    if file is not None:
        target.file, target.file_name = file, file.told
        changed += ["file", "file_name"]
    target.save(update_fields=changed)
    _record(actor, address, "answer", target.notice, area=target.area_id, file=target.file_name)
    if target.notice.issued_by_id:
        notify(
            users=[target.notice.issued_by_id],
            key=f"notice-{target.notice_id}-answer-{target.pk}-{at:%Y%m%d%H%M%S%f}",
            text=f"{target.area.name}已反馈{_name(target.notice)}",
            url=_page(target.notice),
        )
    return target


def answer_mark(target: NoticeTarget) -> str:
    """What tells one answer of a target from the next."""
    return f"{target.answered_at:%Y%m%d%H%M%S%f}" if target.answered_at else ""


@transaction.atomic
def targets_remind(
    *, actor, notice: Notice, at, target_ids: Iterable[int] | None = None, address=None
) -> dict[str, int]:
    """催办: tell the officers of the areas that have not signed or answered (all, or those with the given
    keys) and count it. Areas reminded within the last hour are left out. Counts: reminded, recent, told."""
    owing = NoticeTarget.objects.undone().filter(notice=notice)
    if target_ids is not None:
        owing = owing.filter(pk__in=list(target_ids))
    rows = list(
        owing.select_for_update(of=("self",)).order_by("pk").values_list(
            "pk", "area_id", "received_at", "reminded_at"
        )
    )  # fmt: skip
    due = [row for row in rows if row[3] is None or at - row[3] >= REMIND_AGAIN]
    if not rows:
        raise NoticeError("没有要催办的：都已办完，或这一期已撤回。")
    NoticeTarget.objects.filter(pk__in=[row[0] for row in due]).update(
        reminded_at=at, reminders=F("reminders") + 1
    )
    told = 0
    for word, areas in (
        ("还没有签收", [area for _, area, received, _ in due if received is None]),
        ("还没有反馈", [area for _, area, received, _ in due if received is not None]),
    ):
        if areas:
            told += notify(
                users=recipients_of(areas=areas, permission=RECEIVE),
                key=f"notice-{notice.pk}-remind-{at:%Y%m%d%H%M}",
                text=f"催办：{_name(notice)}{word}{_until(notice)}",
                url=_page(notice),
            )
    if due:
        _record(actor, address, "remind", notice, areas=[row[1] for row in due])
    return {"reminded": len(due), "recent": len(rows) - len(due), "told": told}


def _until(notice):
    return f"，期限 {_when(notice.due_at)}" if notice.due_at else ""
