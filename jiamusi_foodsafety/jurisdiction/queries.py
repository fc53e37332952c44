"""Reads of the territory: who somebody is, which station looks after a place."""

from .models import ApiToken, Area, StationArea
from .roles import ADMIN_DOORS
from .scopes import admin_scope, area_scope


def has_admin_seat(*, user) -> bool:
    """Whether the user has one of the rights that open the administration."""
    return user.is_superuser or any(user.has_perm(door) for door in ADMIN_DOORS)


def administered_areas(*, user):
    """The areas (with those out of use) that the user administers, by code."""
    return Area.objects.filter(admin_scope(user).q("code")).order_by("code")


def areas_visible(*, user):
    """The areas in use that the user may see, by code."""
    return Area.objects.visible_to(user).active().order_by("code")


def county_name(code: str) -> str:
    """The name of the county in which the area `code` lies, or nothing."""
    return Area.objects.filter(code=code[:6]).values_list("name", flat=True).first() or ""


def api_token_of(*, key: str, at) -> ApiToken | None:
    """The living key's record: not stopped, not run out, its account in use and entitled to the API. A role
    that loses the right takes its keys with it at once."""
    token = (
        ApiToken.objects.select_related("user")
        .filter(
            digest=ApiToken.digest_of(key), revoked_at=None, expires_at__gt=at, user__is_active=True
        )
        .first()
    )
    return token if token and token.user.has_perm("jurisdiction.use_api") else None


def account_facts(*, user) -> dict[str, str]:
    """What the account page says of its owner: name, role, where he belongs."""
    if user.station_id:
        place = f"{user.station.county.name} {user.station.name}"
    elif user.area_id:
        place = user.area.name
    else:
        place = "、".join(user.counties.order_by("code").values_list("name", flat=True))
    return {
        "username": user.username,
        "name": user.get_full_name(),
        "post": user.post,
        "role": "、".join(user.groups.order_by("pk").values_list("name", flat=True)),
        "place": place,
        "password_changed_at": user.password_changed_at or user.date_joined,
    }


def api_keys(*, user, at) -> list:
    """The user's own keys that still work, newest first."""
    return list(
        user.api_tokens.filter(revoked_at=None, expires_at__gt=at).order_by("-created_at", "-pk")
    )


def stations_by_area(*, user) -> dict[str, object]:
    """Area code → its Station, for all station areas that the user may see or that lie above them;
    one statement. `station_for` then finds the station of any place without another."""
    links = StationArea.objects.filter(station__is_active=True).select_related("station")
    scope = area_scope(user)
    return {
        link.area_id: link.station
        for link in links.order_by("area_id")
        if scope.is_all
        or any(
            link.area_id.startswith(prefix) or prefix.startswith(link.area_id)
            for prefix in scope.prefixes
        )
    }


def station_for(code: str, stations: dict[str, object]):
    """The station of the place `code`: that of the longest prefix in `stations`, or None."""
    for length in (12, 9, 6):
        if len(code) >= length and code[:length] in stations:
            return stations[code[:length]]
    return None


def station_codes(station) -> tuple[list[str], list[str]]:
    """The prefixes of a station's places, and the prefixes within them that are another station's
    (a village taken out of a town)."""
    own = sorted(station.station_areas.values_list("area_id", flat=True))
    others = StationArea.objects.exclude(station=station).order_by("area_id")
    taken = [
        code
        for code in others.values_list("area_id", flat=True)
        if any(code.startswith(prefix) for prefix in own)
    ]
    return own, taken
