"""Which area a page, a command or a report is about, and what lies around it."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from jiamusi_foodsafety.jurisdiction.models import Area, User
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

LENGTHS = {"city": 6, "county": 9, "township": 12, "village": 12}


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
