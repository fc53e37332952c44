"""What waits for a person in 会议与文件."""

import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse

from ..enums import ActionState
from ..models import Action
from .meetings import given_by, owed_by


def todo_lines(*, user, on: datetime.date) -> list[dict]:
    """Open tasks that the person owes (given to him, or to his own area without a person), and those that
    wait for his unit to close them; one statement; empty ones are left out."""
    owed = owed_by(user) & Q(state=ActionState.OPEN)
    given = given_by(user) & Q(state=ActionState.DONE)
    counts = (
        Action.objects.visible_to(user)
        .filter(owed | given)
        .aggregate(
            owed=Count("pk", filter=owed),
            late=Count("pk", filter=owed & Q(due_on__lt=on)),
            owed_due=Min("due_on", filter=owed),
            given=Count("pk", filter=given),
        )
    )
    address = reverse("responsibility:meeting-action-list")
    rows = [
        ("会议议定的任务", counts["owed"], counts["owed_due"], f"{address}?whose=owed&state=open",
         "red" if counts["late"] else "amber",
         f"其中逾期 {counts['late']:,} 项" if counts["late"] else "办好后填写结果，等开会单位销账"),
        ("待销账的会议任务", counts["given"], None, f"{address}?whose=given&state=done", "amber",
         "责任单位已报办结，核实后销账或退回"),
    ]  # fmt: skip
    return [
        {"label": label, "count": count, "url": url, "tone": tone, "hint": hint, "due": due}
        for label, count, due, url, tone, hint in rows
        if count
    ]
