"""Accounts to name in a task or in a list of members."""

from django.db.models import Exists, OuterRef, Q

from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import User
from jiamusi_foodsafety.jurisdiction.scopes import area_scope


def accounts_within(*, user, code: str):
    """Accounts in use of the staff (not of cadres) below an area, within the user's own scope, by name."""
    scope = area_scope(user)
    places = Q()
    for path in ("area__code", "station__county__code"):
        places |= Q(**{f"{path}__startswith": code}) & scope.q(path)
    links = User.counties.through.objects.filter(user_id=OuterRef("pk"))
    allotted = links.filter(scope.q("area__code"), area__code__startswith=code)
    found = User.objects.filter(places | Exists(allotted), is_active=True, is_superuser=False)
    return found.exclude(groups__name=roles.CADRE).order_by("name", "pk")
