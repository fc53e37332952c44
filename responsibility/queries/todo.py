"""我的待办 in this room: what a person owes, by day, one press from where it is done."""

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from jiamusi_foodsafety.jurisdiction.scopes import area_scope, home_code

from ..enums import ActionState, ChangeKind, InstructionState, PledgeState
from ..models import Action, Guidance, Instruction, Notice, NoticeTarget, Pledge
from . import duties, organisation_todo, papers_todo
from .changes import changes_visible, in_view
from .coverage_todo import coverage_parts, coverage_told
from .meetings import owed_by
from .notifications import unread
from .todo_counts import Found, Waiting, counted

# Single notices and instructions on the page; the rest is on their own pages.
MOST = 10
# Parts that tell their own lines: each has todo_lines(user=, on=).
PARTS = (duties, papers_todo, organisation_todo)


def badges(*, user) -> dict[str, int]:
    """The numbers behind the bell and the menu's items: what this person himself must do, in the rooms above
    too (settings.BADGE_SETS: functions (user, on) → {badge: Waiting}); one statement for all."""
    on = timezone.localdate()
    sets = {"unread": Waiting(unread(user=user)), **own_sets(user=user, on=on)}
    sets |= _sets_of_parts(user)
    above = {}
    for path in settings.BADGE_SETS:
        above |= import_string(path)(user=user, on=on)
    sets |= above
    found, _ = counted(
        user=user, sets={key: Waiting(waiting.rows) for key, waiting in sets.items()}
    )
    numbers = {key: row.count for key, row in found.items()}
    bell = numbers.pop("unread")
    notices = numbers.get("sign", 0) + numbers.get("answer", 0) + numbers.get("urge", 0)
    papers_due = numbers.get("pledges", 0) + numbers.get("duties", 0)
    return {
        "unread": bell,
        "notices": notices + numbers.get("instructions", 0) + numbers.get("close", 0),
        "papers": papers_due,
        **{key: numbers[key] for key in above},
        "todo": sum(numbers.values()),
    }


def _sets_of_parts(user):
    """What the person owes of the other parts, under the parts' own conditions."""
    sets = {}
    if user.has_perm("responsibility.view_meeting"):
        open_tasks = Action.objects.visible_to(user).open()
        sets["actions"] = Waiting(open_tasks.filter(owed_by(user), state=ActionState.OPEN))
    if user.has_perm("responsibility.sign_pledge"):
        mine = Pledge.objects.filter(cadre__user=user, state=PledgeState.WAITING)
        sets["pledges"] = Waiting(mine)
    if user.has_perm("responsibility.view_duty"):
        sets["duties"] = Waiting(duties.owed(user=user))
    return sets


def own_sets(*, user, on: datetime.date) -> dict[str, Waiting]:
    """What waits for the person in 工作提示, 督办, 点对点指导 and 变更台账, by what he may do; no statement."""
    sets = {}
    if user.has_perm("responsibility.receive_notice"):
        owing = NoticeTarget.objects.visible_to(user).undone()
        sets["sign"] = Waiting(owing.filter(received_at=None), "notice__due_at")
        sets["answer"] = Waiting(owing.filter(received_at__isnull=False), "notice__due_at")
    if user.has_perm("responsibility.issue_notice"):
        kept = Notice.objects.kept_by(user)
        sets["urge"] = Waiting(NoticeTarget.objects.unsigned().filter(notice__in=kept))
    if user.has_perm("responsibility.answer_instruction"):
        sets["instructions"] = Waiting(instructions_owed(user=user), "due_on")
    if user.has_perm("responsibility.add_instruction"):
        answered = Instruction.objects.filter(state=InstructionState.ANSWERED)
        issued = answered.filter(area_scope(user).q("issuer_area__code"))
        sets["close"] = Waiting(issued)
    if user.has_perm("responsibility.answer_guidance"):
        asked = Guidance.objects.kept_by(user).filter(answered_at=None)
        sets["guidance"] = Waiting(asked)
    if _is_bureau_below_city(user):
        sets["changes"] = Waiting(_changes_open(user), "adjust_due_on")
    return sets


def _changes_open(user):
    return in_view(changes_visible(user=user), "open", on=None)


def instructions_owed(*, user):
    """Open instructions to the user's area that came from above it."""
    found = Instruction.objects.visible_to(user).open()
    return found.exclude(area_scope(user).q("issuer_area__code"))


def _is_bureau_below_city(user):
    """The county that must put its bonds right (the city only watches)."""
    code = home_code(user) if user.has_perm("responsibility.assign_entity") else None
    return bool(code) and len(code) > 4


def todo(*, user) -> list[dict]:
    """What waits for this person: label, count, url, tone, hint, due (a day or None), act (the button's
    word); empty ones are left out."""
    on = timezone.localdate()
    sets, parts = own_sets(user=user, on=on), {}
    is_bureau = _is_bureau_below_city(user)
    if is_bureau:
        left = _changes_open(user).filter(kind=ChangeKind.CADRE_LEFT)
        sets["left"] = Waiting(left, "adjust_due_on")
        parts = coverage_parts(user=user)
    found, sums = counted(user=user, sets=sets, **parts)
    lines = [*_notice_lines(user, found, on), *_instruction_lines(user, found, on)]
    lines += _other_lines(found, on)
    if is_bureau:
        lines += _coverage_lines(coverage_told(sums), found["left"].due, on)
    for part in PARTS:
        lines += part.todo_lines(user=user, on=on)
    return [{"due": None, "act": ""} | line for line in lines if line["count"]]


def line(label, count, url, *, hint="", tone="", due=None, act=""):
    """One line of the page."""
    return {
        "label": label, "count": count, "url": url, "tone": tone, "hint": hint, "due": due, "act": act,
    }  # fmt: skip


def _tone(due, on):
    return "red" if due and due < on else "amber"


def _notice_lines(user, found, on):
    owed = found.get("sign", Found(0)).count + found.get("answer", Found(0)).count
    base = reverse("responsibility:notice-list")
    lines = []
    if owed:
        rows = NoticeTarget.objects.visible_to(user).undone().select_related("notice", "area")
        for row in rows.order_by("notice__due_at", "pk")[:MOST]:
            due = timezone.localdate(row.notice.due_at) if row.notice.due_at else None
            act = "去反馈" if row.received_at else "去签收"
            lines.append(
                line(
                    f"工作提示第 {row.notice.number} 期 {row.notice.title}", 1,
                    reverse("responsibility:notice-detail", args=[row.notice_id]),
                    hint=row.notice.action_required or row.area.name, tone=_tone(due, on), due=due,
                    act=act,
                )
            )  # fmt: skip
        if owed > MOST:
            lines.append(line("其他没办完的工作提示", owed - MOST, f"{base}?tab=open", act="去看"))
    urge = found.get("urge")
    if urge:
        lines.append(
            line("工作提示没签收的单位", urge.count, f"{base}?tab=open",
                 hint="可一键催办", tone="amber", act="去催办")
        )  # fmt: skip
    return lines


def _instruction_lines(user, found, on):
    owed = found.get("instructions", Found(0)).count
    lines = []
    if owed:
        rows = instructions_owed(user=user).select_related("issuer_area")
        for row in rows.order_by("due_on", "pk")[:MOST]:
            lines.append(
                line(
                    f"督办：{row.title}", 1,
                    reverse("responsibility:instruction-detail", args=[row.pk]),
                    hint=f"{row.issuer_area.name}督办", tone=_tone(row.due_on, on), due=row.due_on,
                    act="去答复",
                )
            )  # fmt: skip
        if owed > MOST:
            base = reverse("responsibility:instruction-list")
            lines.append(line("其他待答复的督办", owed - MOST, base, act="去看"))
    return lines


def _other_lines(found, on):
    base = reverse("responsibility:instruction-list")
    lines = []
    if close := found.get("close"):
        lines.append(
            line("已答复、等您办结的督办", close.count, f"{base}?tab=answered", tone="amber",
                 hint="看过答复，办结或退回", act="去办结")
        )  # fmt: skip
    if asked := found.get("guidance"):
        lines.append(
            line("县(市、区)的提问", asked.count,
                 f"{reverse('responsibility:guidance-list')}?view=open", tone="amber",
                 hint="点对点指导，还没有答复", act="去答复")
        )  # fmt: skip
    if changes := found.get("changes"):
        lines.append(
            line("干部、主体变更后待调整包保", changes.count,
                 f"{reverse('responsibility:change-list')}?view=open", due=changes.due,
                 tone=_tone(changes.due, on), hint="最早一件的期限", act="去调整")
        )  # fmt: skip
    return lines


def _coverage_lines(wants, due, on):
    base = reverse("responsibility:holding-list")
    pending = wants["pending"]
    return [
        line("未分配包保干部的主体", wants["unassigned"], f"{base}?standing=unassigned", tone="amber",
             hint=f"其中待交接 {pending:,} 家" if pending else "可自动分配", act="去分配"),
        line("干部离任、待交接的主体", pending, f"{base}?standing=pending", due=due,
             tone=_tone(due, on), hint="交接给接任的干部", act="去交接"),
        line("层级或属地不符的包保", wants["unfit"], f"{base}?standing=unfit", tone="amber",
             hint="换相应层级、管这个属地的干部，或写明理由", act="去更换"),
        line("空岗", wants["vacant"], reverse("responsibility:vacancy-list"), tone="amber",
             hint="有主体而没有相应层级的在岗干部", act="去看"),
        line("待分级的主体", wants["ungraded"], f"{base}?standing=ungraded",
             hint="定级以后才能包保", act="去定级"),
    ]  # fmt: skip
