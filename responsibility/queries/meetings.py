"""会议 (F06): the list, one meeting with its decisions and tasks, the tasks as a list of their own."""

import datetime
from collections.abc import Iterator

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jiamusi_foodsafety.jurisdiction.scopes import home_code

from ..enums import ActionState
from ..models import Action, Body, Decision, Meeting
from .newest import NewestPage, newest_page

# The tasks' list: key → label.
ACTION_STATES = {
    "open": "办理中",
    "overdue": "逾期",
    "done": "待销账",
    "closed": "已销账",
    "all": "全部",
}


def meetings_visible(*, user) -> QuerySet[Meeting]:
    """The meetings that the user may see, unordered: his own area's, those below, and those above him."""
    return Meeting.objects.visible_to(user)


def meetings_in(*, user, mode="", area="", year="", text="", body="") -> QuerySet[Meeting]:
    """The meetings that meet the conditions."""
    found = meetings_visible(user=user)
    if mode:
        found = found.filter(mode=mode)
    if area:
        found = found.within(area)
    if year:
        found = found.filter(held_on__year=int(year))
    if body:
        found = found.filter(body=int(body))
    if text:
        found = found.filter(
            Q(title__contains=text) | Q(summary__contains=text) | Q(decisions__text__contains=text)
        ).distinct()
    return found


def meeting_page(found: QuerySet[Meeting], *, user, today: datetime.date, **cursor) -> NewestPage:
    """One page, newest first, each with its decisions counted and its tasks as this user may see them."""
    tasks = (
        Action.objects.visible_to(user)
        .filter(decision__meeting=OuterRef("pk"))
        .order_by()
        .values("decision__meeting")
    )
    decisions = Decision.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    rows = found.select_related("area", "body").annotate(
        decision_count=Coalesce(
            Subquery(decisions.annotate(number=Count("pk")).values("number")), 0
        ),
        open_count=Coalesce(
            Subquery(
                tasks.annotate(number=Count("pk", filter=Q(state=ActionState.OPEN))).values(
                    "number"
                )
            ),
            0,
        ),
        overdue_count=Coalesce(
            Subquery(
                tasks.annotate(
                    number=Count("pk", filter=Q(state=ActionState.OPEN, due_on__lt=today))
                ).values("number")
            ),
            0,
        ),
    )
    return newest_page(rows, column="held_on", **cursor)


def meeting_counts(found: QuerySet[Meeting]) -> dict[str, int]:
    """How often one met: in all and by mode (召开 2 次)."""
    modes = dict(found.order_by().values_list("mode").annotate(number=Count("pk", distinct=True)))
    return {"total": sum(modes.values()), **modes}


def meeting_get(*, user, pk: int, to_change: bool = False) -> Meeting | None:
    """One meeting with its decisions in order and the tasks that the user may see; nothing when out of
    scope. `to_change`: only one of his own area scope."""
    rows = Meeting.objects.kept_by(user) if to_change else meetings_visible(user=user)
    return rows.select_related("area", "body", "created_by").filter(pk=pk).first()


def decisions_of(*, user, meeting: Meeting) -> list[Decision]:
    """The decisions of a meeting in order, each with the tasks that the user may see in `shown_tasks`."""
    tasks = (
        Action.objects.visible_to(user)
        .select_related("area", "user", "body", "done_by")
        .order_by("due_on", "pk")
    )
    rows = meeting.decisions.prefetch_related(Prefetch("actions", tasks, to_attr="shown_tasks"))
    return list(rows.order_by("order", "pk"))


def owed_by(user) -> Q:
    """The tasks that a person owes: given to him, or (with the bureau's right) to his own area without a
    person."""
    owed = Q(user=user.pk)
    code = home_code(user) if user.has_perm("responsibility.change_meeting") else None
    return owed | Q(user=None, area=code) if code else owed


def given_by(user) -> Q:
    """The tasks that the person's own unit gave, for who may close them."""
    code = home_code(user) if user.has_perm("responsibility.change_meeting") else None
    return Q(decision__meeting__area=code) if code else Q(pk__in=[])


# Whose tasks: key → (label, condition).
WHOSE = {"owed": ("我该办的", owed_by), "given": ("我单位交办的", given_by)}


def actions_in(
    *, user, today: datetime.date, state="open", area="", body="", whose=""
) -> QuerySet[Action]:
    """Tasks that the user may see, by state (a key of ACTION_STATES), area, group, or whose (WHOSE)."""
    found = Action.objects.visible_to(user)
    if state == "overdue":
        found = found.overdue(today)
    elif state != "all":
        found = found.filter(state=state)
    if area:
        found = found.within(area)
    if body:
        found = found.filter(body=int(body))
    if whose:
        found = found.filter(WHOSE[whose][1](user))
    return found


def action_counts(*, user, today: datetime.date, area="", body="", whose="") -> dict[str, int]:
    """How many tasks each state has under the same other conditions; one statement."""
    found = actions_in(user=user, today=today, state="all", area=area, body=body, whose=whose)
    late = Q(state=ActionState.OPEN, due_on__lt=today)
    return found.aggregate(
        open=Count("pk", filter=Q(state=ActionState.OPEN)),
        overdue=Count("pk", filter=late),
        done=Count("pk", filter=Q(state=ActionState.DONE)),
        closed=Count("pk", filter=Q(state=ActionState.CLOSED)),
        all=Count("pk"),
    )


def action_page(found: QuerySet[Action], **cursor) -> NewestPage:
    """One page of tasks, the latest due day first, with what the list shows."""
    rows = found.select_related("area", "user", "body", "decision__meeting__area")
    return newest_page(rows, column="due_on", **cursor)


def action_get(*, user, pk: int) -> Action | None:
    """One task with its decision and meeting; nothing when out of scope."""
    rows = Action.objects.visible_to(user)
    return (
        rows.select_related(
            "area", "user", "body", "done_by", "decision__meeting__area", "decision__meeting__body"
        )
        .filter(pk=pk)
        .first()
    )


def meeting_bodies(*, user) -> list[Body]:
    """The bodies that may hold a meeting of the user's."""
    return list(Body.objects.kept_by(user).filter(to_on=None).order_by("area_id", "order", "pk"))


def body_name(*, user, pk: str) -> str:
    """The name of a body that the user may see, for a chip; nothing else."""
    if not pk.isdecimal() or len(pk) > 18:
        return ""
    return Body.objects.visible_to(user).filter(pk=pk).values_list("name", flat=True).first() or ""


def meeting_rows(found: QuerySet[Meeting]) -> Iterator[tuple]:
    """The meetings for an export, newest first: as the headings of the page's export say."""
    rows = (
        found.select_related("area", "body")
        .prefetch_related(Prefetch("decisions", Decision.objects.order_by("order", "pk")))
        .order_by("-held_on", "-pk")
    )
    for row in rows.iterator(chunk_size=500):
        yield (
            row.held_on,
            row.title,
            row.get_mode_display(),
            row.area.name,
            row.host,
            row.body.name if row.body else "",
            row.attendance,
            row.attendees,
            row.summary,
            "；".join(f"{one.order}. {one.text}" for one in row.decisions.all()),
            row.minutes_name,
        )
