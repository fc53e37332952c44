"""Who may see which area. The one place that turns a user into code prefixes."""

from dataclasses import dataclass

from django.db.models import Q

COUNTY_DIGITS = 6


@dataclass(frozen=True)
class AreaScope:
    """The subtrees a user may see: all of them, or those below each prefix."""

    is_all: bool = False
    prefixes: tuple[str, ...] = ()

    def covers(self, code: str) -> bool:
        """Whether the area with this code lies inside the scope."""
        return self.is_all or any(code.startswith(prefix) for prefix in self.prefixes)

    def spans_counties(self, code: str = "") -> bool:
        """Whether what the user sees below the area `code` may lie in more than one county."""
        if len(code) >= COUNTY_DIGITS:
            return False
        counties = {prefix[:COUNTY_DIGITS] for prefix in self.prefixes}
        return self.is_all or len(counties) > 1 or any(len(c) < COUNTY_DIGITS for c in counties)

    def q(self, path: str) -> Q:
        """The filter on the area code found at `path` (a field path that ends at Area's key)."""
        if self.is_all:
            # a condition that always holds: Q() | other would be the other alone
            return Q(pk__isnull=False)
        if not self.prefixes:
            return Q(pk__in=[])
        found = Q()
        for prefix in self.prefixes:
            found |= Q(**{f"{path}__startswith": prefix})
        return found


NOTHING = AreaScope()
EVERYTHING = AreaScope(is_all=True)


class ScreenReader:
    """Who reads for a screen that nobody has logged in to: sees the figures of one subtree, has no account
    and no right. For queries that ask for a scope only."""

    pk = id = area_id = station_id = None
    is_authenticated = is_active = True
    is_superuser = False

    def __init__(self, code: str):
        self._area_scope = AreaScope(prefixes=(code,))

    def has_perm(self, _permission, _row=None):
        return False


def area_scope(user) -> AreaScope:
    """The area scope of a user: superuser all, a station the union of its areas, a 督导组 the
    counties allotted to it, everybody else the subtree of his node; no area, nothing. A role without
    the right to area data (包保干部) sees nothing by area, only what is assigned to him."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOTHING
    if user.is_superuser:
        return EVERYTHING
    cached = getattr(user, "_area_scope", None)
    if cached is None:
        cached = user._area_scope = _scope_of(user)
    return cached


def admin_scope(user) -> AreaScope:
    """The area whose accounts, areas and stations this user administers: his node's subtree, given the right;
    separate from what he may see of the business (三员分立)."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOTHING
    if user.is_superuser:
        return EVERYTHING
    if user.area_id and user.has_perm("jurisdiction.administer"):
        return AreaScope(prefixes=(user.area_id,))
    return NOTHING


def home_code(user) -> str | None:
    """The one area that an act of this user is filed under: his own, his station's county, or for a
    督导组 the city of its counties."""
    if user.area_id:
        return user.area_id
    if user.station_id:
        return user.station.county_id
    counties = user.counties.order_by("pk").values_list("code", flat=True)[:1]
    return counties[0][:4] if counties else None


def codes_above(user) -> set[str]:
    """The areas above (and at) each place where the user stands: what they issue is meant for him too."""
    if user is None or not user.is_authenticated or not user.is_active:
        return set()
    home = home_code(user) if not area_scope(user).prefixes else None
    places = area_scope(user).prefixes or ([home] if home else [])
    return {place[:length] for place in places for length in (4, 6, 9, 12) if length <= len(place)}


def _scope_of(user):
    if not user.has_perm("jurisdiction.view_area_data"):
        return NOTHING
    if user.station_id:
        return AreaScope(prefixes=tuple(sorted(user.station.areas.values_list("code", flat=True))))
    if user.area_id:
        return AreaScope(prefixes=(user.area_id,))
    counties = tuple(sorted(user.counties.values_list("code", flat=True)))
    return AreaScope(prefixes=counties) if counties else NOTHING
