"""Stations: which areas each looks after."""

from django.db import transaction

from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import AuditAction, Kind, Level
from ..models import Area, Station, StationArea
from .audit import audit

# Towns that one station of the demonstration looks after, by what they are.
SEATS = {Kind.SUBDISTRICT: 1, Kind.SPECIAL: 4}
OTHER_SEATS = 2


class StationError(DomainError):
    pass


def check_areas(*, station: Station, county: Area, areas) -> None:
    """Refuse areas outside the county, or another station's. Raises StationError."""
    for area in areas:
        if not area.code.startswith(county.code):
            raise StationError(f"“{area.name}”不在{county.name}。")
    taken = (
        StationArea.objects.filter(area__in=areas)
        .exclude(station_id=station.pk)
        .select_related("area", "station")
        .order_by("area_id")
        .first()
    )
    if taken:
        raise StationError(f"“{taken.area.name}”已归{taken.station.name}管辖。")


@transaction.atomic
def station_save(*, actor, station: Station, areas: list[Area], request=None) -> Station:
    """Save a station with exactly these areas. Raises StationError when one lies outside its county or
    belongs to another station."""
    check_areas(station=station, county=station.county, areas=areas)
    station.save()
    wanted = {area.pk for area in areas}
    StationArea.objects.filter(station=station).exclude(area__in=wanted).delete()
    has = set(StationArea.objects.filter(station=station).values_list("area_id", flat=True))
    StationArea.objects.bulk_create(
        [StationArea(station=station, area_id=code) for code in sorted(wanted - has)]
    )
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        request=request,
        object_type="jurisdiction.station",
        object_id=station.pk,
        area_code=station.county_id,
        detail={"name": station.name, "areas": sorted(wanted), "is_active": station.is_active},
    )
    return station


@transaction.atomic
def seed_stations(*, city: Area) -> int:
    """Demonstration: stations for each county of `city` that has none yet; every town in exactly one, a
    county without towns in one of its own. Returns how many were made; repeatable."""
    made = 0
    towns = {}
    for town in (
        Area.objects.active()
        .filter(level=Level.TOWNSHIP, code__startswith=city.code)
        .order_by("code")
    ):
        towns.setdefault(town.code[:6], []).append(town)
    for county in (
        Area.objects.active().counties().filter(code__startswith=city.code).order_by("code")
    ):
        if county.stations.exists():
            continue
        for name, group in example_stations(county, towns.get(county.code, [])):
            station = Station.objects.create(county=county, name=name)
            StationArea.objects.bulk_create([StationArea(station=station, area=a) for a in group])
            made += 1
    return made


def example_stations(county, towns) -> list[tuple[str, list]]:
    """Demonstration: names of a county's stations, each with its towns (in the order of their codes; with
    name and kind); a county without towns is one station's."""
    named = {}
    for group in _groups(towns) or [[county]]:
        named[_station_name(group, named)] = group
    return list(named.items())


def _groups(towns):
    """Neighbouring codes of one kind together: a street alone, towns in pairs, farms and zones in fours."""
    groups = []
    for seats, kinds in _by_seats(towns).items():
        groups += [kinds[start : start + seats] for start in range(0, len(kinds), seats)]
    return groups


def _by_seats(towns):
    sorted_out = {}
    for town in towns:
        seats = SEATS.get(town.kind, OTHER_SEATS)
        sorted_out.setdefault(seats, []).append(town)
    return sorted_out


def _station_name(areas, taken):
    """Called after its first town; 建国街道 and 建国镇 of one district keep their endings."""
    full = areas[0].name
    stem = full
    for ending in ("街道", "镇", "乡"):
        if full.endswith(ending) and len(full) > len(ending) + 1:
            stem = full.removesuffix(ending)
    name = f"{stem}市场监督管理所"
    return f"{full}市场监督管理所" if name in taken else name
