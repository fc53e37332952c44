"""Who is to be told: the accounts of an area that have a right."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db.models import Q


def recipients_of(*, areas: Iterable[str], permission: str) -> list[int]:
    """The keys of the active accounts with `permission` (app.codename) that stand at one of these areas, or
    in a station that looks after one; one statement."""
    codes = list(areas)
    app, codename = permission.split(".")
    at_place = Q(area__in=codes) | Q(station__areas__in=codes, station__is_active=True)
    found = get_user_model().objects.filter(
        at_place,
        is_active=True,
        groups__permissions__codename=codename,
        groups__permissions__content_type__app_label=app,
    )
    return list(found.order_by("pk").values_list("pk", flat=True).distinct())
