"""我的待办 of problems: what a person owes, by what he may do, one press from where it is done."""

import datetime
from functools import reduce
from operator import or_

from django.urls import reverse
from django.utils import timezone

from responsibility.queries.todo import line
from responsibility.queries.todo_counts import Waiting, counted

from .problem_list import owed

# set → (label, hint, tone, the button's words)
LINES = {
    "claim": ("移交来的问题，等认领", "认领时限见清单", "amber", "去认领"),
    "handle": ("认领了的问题，在处置、复查", "办完反馈给包保干部", "amber", "去处置"),
    "verify": ("已整改、已反馈的问题，等核查", "看过以后销号或退回", "amber", "去核查"),
    "look": ("到期还没整改的问题", "去看一看，能销号的销号，改不了的移交", "red", "去看"),
    "extension": ("等决定的延期申请", "批准或不批准", "amber", "去决定"),
    "assign": ("没有监管所的移交", "指派监管所，或由县区局认领", "amber", "去指派"),
    "overdue": ("逾期的问题", "督促办理，或督办", "red", "去看"),
}


def badge_sets(*, user, on: datetime.date) -> dict[str, Waiting]:
    """Behind 问题整改: what waits for this person; no statement."""
    sets = owed(user=user, on=on) if user.has_perm("inspections.view_problem") else {}
    return {"problems": Waiting(reduce(or_, sets.values()))} if sets else {}


def todo(*, user) -> list[dict]:
    """The lines of the page, with the first deadline of each; empty ones are left out. One statement."""
    if not user.has_perm("inspections.view_problem"):
        return []
    sets = owed(user=user, on=timezone.localdate())
    if not sets:
        return []
    waiting = {key: Waiting(rows, "clock_at__date") for key, rows in sets.items()}
    found, _ = counted(user=user, sets=waiting)
    base = reverse("inspections:problem-list")
    lines = []
    for key, (label, hint, tone, act) in LINES.items():
        row = found.get(key)
        if row:
            lines.append(
                line(
                    label,
                    row.count,
                    f"{base}?mine={key}",
                    hint=hint,
                    tone=tone,
                    due=row.due,
                    act=act,
                )
            )
    return lines
