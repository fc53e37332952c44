"""What a person owes of pledges and letters, for 我的待办; the days come from the papers' own rows."""

import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse

from ..enums import LetterState, PledgeState
from ..models import Letter, Pledge
from .pledges import TO_RESIGN

WAITING = Q(state=PledgeState.WAITING)


def todo_lines(*, user, on: datetime.date) -> list[dict]:
    """What the user owes of papers: his own pledge; pledges to put before their cadres, to have signed, to
    make anew; letters to have signed. Each: label, count, url, tone, hint, due (the earliest day) and act;
    empty ones are left out."""
    lines = []
    if user.has_perm("responsibility.sign_pledge"):
        mine = Pledge.objects.filter(cadre__user=user, state=PledgeState.WAITING)
        mine = mine.aggregate(count=Count("pk"), due=Min("due_on"))
        words = {"hint": "读完附件，输入姓名即可", "act": "去签订"}
        url = reverse("responsibility:pledge-mine")
        lines.append(_line("签订本人的承诺书", mine, url, on=on, **words))
    if user.has_perm("responsibility.issue_pledge"):
        lines += _pledge_lines(user, on)
    if user.has_perm("responsibility.sign_letter"):
        waiting = Letter.objects.visible_to(user).filter(state=LetterState.WAITING)
        found = waiting.aggregate(
            count=Count("pk"), due=Min("due_on"), late=Count("pk", filter=Q(due_on__lt=on))
        )
        words = {"hint": "签订后登记日期和扫描件", "act": "去登记"}
        url = f"{reverse('responsibility:letter-list')}?view=waiting"
        lines.append(_line("未签的责任状", found, url, on=on, **words))
    return [line for line in lines if line["count"]]


def _pledge_lines(user, on):
    sets = {"draft": Q(state=PledgeState.DRAFT), "waiting": WAITING, "resign": TO_RESIGN}
    numbers = Pledge.objects.visible_to(user).aggregate(
        **{f"{view}_count": Count("pk", filter=rule) for view, rule in sets.items()},
        **{f"{view}_due": Min("due_on", filter=rule) for view, rule in sets.items()},
        **{
            f"{view}_late": Count("pk", filter=rule & Q(due_on__lt=on))
            for view, rule in sets.items()
        },
    )
    told = {
        "draft": ("待送签的承诺书草稿", "核对后送签", "去送签"),
        "waiting": ("待签的承诺书", "催承诺人签订", "去催签"),
        "resign": ("要重签的承诺书", "层级、职务或主体变了，重新生成后送签", "去生成"),
    }
    base = reverse("responsibility:pledge-list")
    return [
        _line(
            label,
            {name: numbers[f"{view}_{name}"] for name in ("count", "due", "late")},
            f"{base}?view={view}",
            on=on,
            hint=hint,
            act=act,
        )
        for view, (label, hint, act) in told.items()
    ]


def _line(label, found, url, *, on, hint, act):
    """One line: red when the earliest day is over, amber when there is a day."""
    due, late = found["due"], found.get("late")
    return {
        "label": label,
        "count": found["count"],
        "url": url,
        "tone": "" if due is None else "red" if due < on else "amber",
        "hint": f"其中逾期 {late:,} 份，{hint}" if late else hint,
        "due": due,
        "act": act,
    }
