"""What a report of problems at one business must know, in one statement."""

import datetime
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject, Left

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area, Station
from jiamusi_foodsafety.jurisdiction.querysets import station_id_of
from responsibility.models import CalendarDay
from responsibility.queries.calendar import WorkCalendar

from ..enums import ProblemState
from ..models import IndustryUnit, Problem, ProblemKind
from ..rules.deadlines import Clocks

# As far as any term reaches from today.
AHEAD = datetime.timedelta(days=400)
CLOCKS = tuple(Clocks.__dataclass_fields__)


@dataclass(frozen=True)
class Place:
    """Where a problem goes: its station (None: the county does the work), the county, the department."""

    area: str
    grade: str
    station_id: int | None
    station: str
    has_officer: bool
    county: str
    industry_unit: str

    @property
    def handed_to(self):
        """The words of a hand-over, plainly where the county must do the station's work."""
        told = f"，同时告知{self.industry_unit}" if self.industry_unit else ""
        if self.station_id is None:
            return f"这里没有指定监管所，由{self.county}局办理{told}"
        if not self.has_officer:
            return f"移交{self.station}{told}；该所没有可用账号，由{self.county}局代办"
        return f"移交{self.station}{told}"


@dataclass(frozen=True)
class Report:
    """The facts: `kinds` code → (key, clocks), the items found wrong here before, the keys stored already."""

    place: Place
    kinds: dict[str, tuple[int, Clocks]]
    calendar: WorkCalendar
    repeated: frozenset[str]
    stored: frozenset[str]


def clocks_of(kind) -> Clocks:
    """The clocks of a ProblemKind."""
    return Clocks(**{name: getattr(kind, name) for name in CLOCKS})


def placed(rows):
    """The facts of Place for a set of businesses, as columns of it."""
    people = get_user_model().objects.filter(station=OuterRef("station_key"), is_active=True)
    units = IndustryUnit.objects.filter(category=OuterRef("category_id"), is_active=True)
    return rows.annotate(
        station_key=station_id_of("area_id", "station_override_id"),
        station_name=Subquery(
            Station.objects.filter(pk=OuterRef("station_key")).values("name")[:1]
        ),
        has_officer=Exists(people),
        county_name=Subquery(
            Area.objects.filter(pk=Left(OuterRef("area_id"), 6)).values("name")[:1]
        ),
        unit_name=Subquery(units.values("name")[:1]),
    )


PLACE = (
    "area_id",
    "grade",
    "station_key",
    "station_name",
    "has_officer",
    "county_name",
    "unit_name",
)


def place_from(row: dict) -> Place:
    """A Place from the columns that `placed` added."""
    county, unit = row["county_name"] or "", row["unit_name"] or ""
    return Place(
        area=row["area_id"],
        grade=row["grade"],
        station_id=row["station_key"],
        station=row["station_name"] or "",
        has_officer=row["has_officer"],
        county=county,
        industry_unit=f"{county}{unit}" if unit else "",
    )


def place_for(*, entity_id: int) -> Place:
    """Where a problem of this business goes now; one statement."""
    return place_from(placed(Entity.objects.filter(pk=entity_id)).values(*PLACE).get())


def report_facts(*, entity_id: int, found, on: datetime.date) -> Report:
    """All that a report of the problems `found` must know; one statement. No user: the caller has scoped the
    business."""
    kinds = ProblemKind.objects.filter(code__in={row.kind for row in found})
    days = CalendarDay.objects.filter(date__range=(on, on + AHEAD))
    before = Problem.objects.filter(
        entity=OuterRef("pk"), item_code__in={row.item_code for row in found if row.item_code}
    ).exclude(state=ProblemState.VOID)
    stored = Problem.objects.filter(key__in={row.key for row in found})
    row = (
        placed(Entity.objects.filter(pk=entity_id))
        .annotate(
            kinds=ArraySubquery(
                kinds.values(
                    row=JSONObject(id="id", code="code", **{name: name for name in CLOCKS})
                )
            ),
            days=ArraySubquery(days.values(row=JSONObject(day="date", is_workday="is_workday"))),
            repeated=ArraySubquery(before.values("item_code").distinct()),
            stored=ArraySubquery(stored.values("key")),
        )
        .values(*PLACE, "kinds", "days", "repeated", "stored")
        .get()
    )
    return Report(
        place=place_from(row),
        kinds={kind.pop("code"): (kind.pop("id"), Clocks(**kind)) for kind in row["kinds"] or []},
        calendar=_calendar(row["days"] or []),
        repeated=frozenset(row["repeated"] or []),
        stored=frozenset(row["stored"] or []),
    )


def _calendar(days):
    dates = {True: set(), False: set()}
    for day in days:
        dates[day["is_workday"]].add(datetime.date.fromisoformat(day["day"]))
    return WorkCalendar(holidays=frozenset(dates[False]), workdays=frozenset(dates[True]))
