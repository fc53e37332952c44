"""Reads of 对标达标."""

import datetime

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from ..enums import StandardState
from ..models import StandardFile, StandardItem, StandardNote

SOON = datetime.timedelta(days=15)


def standards_in(
    *, user, on: datetime.date, view="all", state="", area="", text=""
) -> QuerySet[StandardItem]:
    """The review items that the user may see and that meet the conditions."""
    found = StandardItem.objects.visible_to(user).filter(is_active=True)
    if area:
        found = found.within(area)
    if state:
        found = found.filter(state=state)
    if text:
        found = found.filter(
            Q(item__contains=text) | Q(standard__contains=text) | Q(unit__contains=text)
        )
    return in_view(found, view, on=on)


def in_view(found, view, *, on):
    """The rows of one quick view."""
    if view == "due":
        return found.owed().filter(due_on__lte=on + SOON)
    if view == "overdue":
        return found.owed().filter(due_on__lt=on)
    return found


def standard_counts(found: QuerySet[StandardItem], *, on: datetime.date) -> dict[str, int]:
    """The numbers by view and by state; one statement."""
    owed = ~Q(state=StandardState.MET)
    return found.order_by().aggregate(
        all=Count("pk"),
        due=Count("pk", filter=owed & Q(due_on__lte=on + SOON)),
        overdue=Count("pk", filter=owed & Q(due_on__lt=on)),
        **{state: Count("pk", filter=Q(state=state)) for state in StandardState.values},
    )


def with_last(found: QuerySet[StandardItem]) -> QuerySet[StandardItem]:
    """By due day, each with its last entry (`last_text`) and its number of proofs (`proofs`)."""
    last = StandardNote.objects.filter(item=OuterRef("pk")).order_by("-pk")
    return (
        found.select_related("area__parent__parent")
        .annotate(
            last_text=Subquery(last.values("text")[:1]),
            proofs=Count("notes__files", filter=Q(notes__files__withdrawn_at=None), distinct=True),
        )
        .order_by("order", "due_on", "pk")
    )


def standard_get(*, user, pk: int) -> StandardItem | None:
    """One review item; nothing when out of scope."""
    rows = StandardItem.objects.visible_to(user).select_related("area__parent__parent")
    return rows.filter(pk=pk).first()


def notes_of(*, item: StandardItem) -> list[StandardNote]:
    """The way of an item, the newest first, with its proofs, withdrawn ones too."""
    files = StandardFile.objects.select_related("withdrawn_by").order_by("pk")
    rows = item.notes.select_related("made_by").prefetch_related(Prefetch("files", files))
    return list(rows.order_by("-pk")[:200])


def standard_file_get(*, user, pk: int) -> StandardFile | None:
    """One proof that stands; nothing when it was withdrawn or is out of scope."""
    items = StandardItem.objects.visible_to(user).values("pk")
    rows = StandardFile.objects.standing().select_related("note__item")
    return rows.filter(note__item__in=items, pk=pk).first()
