"""Reads of the territory: who somebody is, which station looks after a place, which area a page, a command
or a report is about and what lies around it."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from .models import ApiToken, Area, StationArea, User
from .roles import ADMIN_DOORS
from .scopes import admin_scope, area_scope

LENGTHS = {"city": 6, "county": 9, "township": 12, "village": 12}


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


@dataclass
class Place:
    """An area with its children; or, with an empty code, the several areas of one user's scope."""

    code: str
    name: str
    level: str
    # from the city down, without the area itself; each has `is_open`: the reader may go there
    ancestors: list[Area] = field(default_factory=list)
    # in the order of their codes; each has `has_children`
    children: list[Area] = field(default_factory=list)
    area: Area | None = None

    @property
    def city_code(self):
        return (self.code or self.children[0].code)[:4]

    @property
    def group_length(self):
        """How many characters of an area code tell the children apart."""
        return LENGTHS[self.level] if self.code else max(len(area.code) for area in self.children)


def everybody() -> User:
    """The reader of commands run by an administrator of the server: sees the whole register."""
    return User(username="系统", is_superuser=True)


def area_for_command(*, code: str | None) -> Area | None:
    """The area with this code or former code; without a code the only city, else nothing."""
    if code:
        found = Area.objects.filter(code=code).first()
        return found or Area.objects.filter(aliases__code=code).order_by("pk").first()
    cities = list(Area.objects.filter(level="city").order_by("pk")[:2])
    return cities[0] if len(cities) == 1 else None


def place_of(*, user, code: str) -> Place | None:
    """The area with this code, its ancestors and children in one statement; nothing where it does not
    exist or the user may not see it."""
    scope = area_scope(user)
    if not scope.covers(code):
        return None
    above = [code[:length] for length in (4, 6, 9) if length < len(code)]
    areas = list(_with_children(Q(pk__in=[*above, code]) | Q(parent=code)))
    for area in areas:
        area.is_open = scope.covers(area.code)
    own = next((area for area in areas if area.code == code), None)
    if own is None:
        return None
    return Place(
        own.code,
        own.name,
        own.level,
        [area for area in areas if area.code in above],
        [area for area in areas if area.parent_id == code],
        own,
    )


def home_place(*, user) -> Place | None:
    """What a user's first page is about: his own area; for a station or a 督导组 all of its areas; for
    whoever sees everything the only city. Nothing for a user without an area."""
    scope = area_scope(user)
    if len(scope.prefixes) == 1:
        return place_of(user=user, code=scope.prefixes[0])
    if scope.is_all:
        roots = list(_with_children(Q(level="city")))
        name = "全部"
    else:
        roots = list(_with_children(Q(pk__in=scope.prefixes)))
        name = user.station.name if user.station_id else "分管县(市、区)"
    if not roots:
        return None
    if len(roots) == 1:
        return place_of(user=user, code=roots[0].code)
    return Place("", name, roots[0].level, [], roots)


def _with_children(wanted):
    return (
        Area.objects.filter(wanted)
        .annotate(has_children=Exists(Area.objects.filter(parent=OuterRef("pk"))))
        .order_by("pk")
    )
