"""我的待办 in this room: what a person owes, by day, one press from where it is done."""

from django.contrib.auth import get_user_model
from django.db.models import Count, Subquery, Value
from django.db.models.functions import Coalesce

from .notifications import unread


def badges(*, user) -> dict[str, int]:
    """The numbers behind the bell and the menu's items; one statement."""
    sets = {"unread": unread(user=user)}
    self_row = get_user_model().objects.filter(pk=user.pk)
    numbers = {f"n_{key}": number_of(found) for key, found in sets.items()}
    row = self_row.values(**numbers).get()
    return {key: row[f"n_{key}"] for key in sets}


def number_of(found):
    """The number of rows of a set as a part of another statement."""
    grouped = found.order_by().annotate(all_in_one=Value(1)).values("all_in_one")
    return Coalesce(Subquery(grouped.annotate(number=Count("pk")).values("number")), 0)
