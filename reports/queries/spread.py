"""走势与分布: one measure by day and by child out of the frozen reports; how many businesses each cadre holds; how
long ago each business was visited."""

import datetime
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db import connection

from entities.enums import OBLIGED
from entities.models import Entity
from inspections.models import EntityRecord
from jiamusi_foodsafety.jurisdiction.queries import Place
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import within
from responsibility.enums import CadreLevel
from responsibility.models import Cadre, CadreLoad

from ..models import DailyReport
from ..rules import day_of
from ..rules.plans import Point
from ..rules.spread import DAYS, LOADS, TRENDS, class_words
from ..rules.stages import Measure, counted
from .plans import frozen_lines

# The days since the last visit are counted over the businesses themselves: once in so many seconds.
KEPT_SECONDS = 600
NEVER = "从未督导"


@dataclass
class Spread:
    """A place with one measure: its points by day, the newest one of each child; both distributions as
    {class: count}."""

    place: Place
    at: datetime.datetime
    key: str
    name: str
    measure: Measure
    points: list[Point] = field(default_factory=list)
    children: list[tuple[str, str, Point]] = field(default_factory=list)
    loads: dict[str, dict[str, int]] = field(default_factory=dict)
    since_visit: dict[str, int] = field(default_factory=dict)
    report: DailyReport | None = None


def spread_of(*, user, place: Place, at: datetime.datetime, key: str) -> Spread:
    """Of a place that the reader may see; an unknown key is 主体分级. Three statements."""
    key = key if key in TRENDS else "graded"
    name, measure = TRENDS[key]
    lines = frozen_lines(place)
    found = Spread(place, at, key, name, measure, _points(lines[""], measure))
    found.report = lines[""][-1].report if lines[""] else None
    for area in place.children:
        points = _points(lines[area.code][-1:], measure)
        if points:
            found.children.append((area.code, area.name, points[0]))
    found.loads = loads_of(user=user, code=place.code)
    found.since_visit = days_since_visit(user=user, code=place.code, on=day_of(at))
    return found


def _points(lines, measure):
    known = [(line.report.date, counted(measure, line.figures)) for line in lines]
    return [Point(day, *counts) for day, counts in known if counts]


def _below(user, code):
    scope = area_scope(user)
    return [f"{prefix}%" for prefix in within(None if scope.is_all else scope.prefixes, code)]


def loads_of(*, user, code: str) -> dict[str, dict[str, int]]:
    """{level: {class: cadres in post}} by how many businesses each holds. One statement."""
    classes = class_words(LOADS, "家", first=0)
    found = {level.label: dict.fromkeys(classes, 0) for level in CadreLevel}
    sql = f"""
        SELECT c.level, width_bucket(coalesce(l.total, 0), %(borders)s), count(*)
        FROM {Cadre._meta.db_table} c
        LEFT JOIN {CadreLoad._meta.db_table} l ON l.cadre_id = c.id
        WHERE c.is_in_post AND c.area_id LIKE ANY(%(below)s) GROUP BY 1, 2"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"borders": list(LOADS), "below": _below(user, code)})
        for level, bucket, number in cursor.fetchall():
            found[CadreLevel(level).label][classes[bucket]] = number
    return found


def days_since_visit(*, user, code: str, on: datetime.date) -> dict[str, int]:
    """{class: businesses of 应包} by the days since their last visit, up to ten minutes old. At most one
    statement."""
    below = _below(user, code)
    key = f"days-since-visit:{on}:{'|'.join(below)}"
    found = cache.get(key)
    if found is None:
        found = _days_since_visit(below, on)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _days_since_visit(below, on):
    classes = class_words(DAYS, "天", first=0)
    found = {**dict.fromkeys(classes, 0), NEVER: 0}
    statuses = ", ".join(f"'{status.value}'" for status in OBLIGED)
    sql = f"""
        SELECT width_bucket(%(on)s::date - r.last_visit_on, %(borders)s), count(*)
        FROM {Entity._meta.db_table} e
        LEFT JOIN {EntityRecord._meta.db_table} r ON r.entity_id = e.id
        WHERE e.status IN ({statuses}) AND e.area_id LIKE ANY(%(below)s) GROUP BY 1"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"on": on, "borders": list(DAYS), "below": below})
        for bucket, number in cursor.fetchall():
            found[NEVER if bucket is None else classes[bucket]] += number
    return found
