"""What visits put on a person's first page: a cadre what he owes in the open periods; who looks after an
area, what was not visited in time there, by town."""

import datetime

from django.db.models import Count, Min, Q, Sum
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.queries.todo_counts import Waiting

from ..enums import DueState
from ..models import DueTally, DueVisit

MOST_TOWNS = 3


def owed(*, user, on):
    """The open lines of the cadre who this user is, in whose days `on` lies."""
    return DueVisit.objects.open().filter(cadre__user=user, starts_on__lte=on, due_on__gte=on)


def badge_sets(*, user, on: datetime.date) -> dict[str, Waiting]:
    """Behind 督导任务: what the cadre himself still has to visit; no statement."""
    if not user.has_perm("inspections.make_visit"):
        return {}
    return {"dues": Waiting(owed(user=user, on=on))}


def todo(*, user) -> list[dict]:
    """The lines of 我的待办; empty ones are left out."""
    on, lines = timezone.localdate(), []
    if user.has_perm("inspections.make_visit"):
        lines += _own(user, on)
    if user.has_perms(["inspections.view_duevisit", "responsibility.assign_entity"]):
        lines += _overdue(user, on)
    return [{"due": None, "act": ""} | line for line in lines if line["count"]]


def _own(user, on):
    found = owed(user=user, on=on).aggregate(
        count=Count("pk"), due=Min("due_on"), extra=Count("pk", filter=Q(period__kind="key"))
    )
    hint = f"其中重要节点 {found['extra']:,} 家" if found["extra"] else "本期应督导的主体"
    url = reverse("inspections:phone")
    return [
        {"label": "待督导的主体", "count": found["count"], "url": url, "tone": "", "hint": hint,
         "due": found["due"], "act": "去督导"}
    ]  # fmt: skip


def _overdue(user, on):
    """Counted by the counters; the towns with most are named."""
    rows = DueTally.objects.filter(
        area_scope(user).q("area__code"), state=DueState.OPEN, period__ends_on__lt=on, total__gt=0
    )
    towns = {}
    for code, total in rows.values_list("area_id").annotate(Sum("total")).order_by():
        towns[code[:9]] = towns.get(code[:9], 0) + total
    count = sum(towns.values())
    if not count:
        return []
    url = f"{reverse('inspections:due-list')}?view=overdue#rows"
    return [
        {"label": "逾期没有督导的主体", "count": count, "url": url, "tone": "red",
         "hint": _towns(towns), "act": "看名单"}
    ]  # fmt: skip


def _towns(towns):
    most = sorted(towns.items(), key=lambda item: (-item[1], item[0]))[:MOST_TOWNS]
    names = dict(Area.objects.filter(pk__in=[code for code, _ in most]).values_list("pk", "name"))
    words = "、".join(f"{names.get(code, code)} {total:,} 家" for code, total in most)
    return f"{words}{' 等' if len(towns) > MOST_TOWNS else ''}"
