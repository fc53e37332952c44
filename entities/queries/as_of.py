"""The register as it stood at a moment, rebuilt from its history: the rows behind a figure of a past report,
and how many businesses were newly graded between two reports."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from jiamusi_foodsafety.kit.history import as_it_stood

from ..enums import OBLIGED, REGISTERED, SCREENED
from ..models import Entity

OBLIGED_SQL, REGISTERED_SQL, SCREENED_SQL = (
    ", ".join(f"'{status.value}'" for status in statuses)
    for statuses in (OBLIGED, REGISTERED, SCREENED)
)
GRADED = f"s.status IN ({OBLIGED_SQL}) AND s.grade <> ''"
# What counts in a figure, of the snapshot `s`.
CONDITIONS = {
    "registered": f"s.status IN ({REGISTERED_SQL})",
    "screened": f"s.status IN ({SCREENED_SQL})",
    "obliged": f"s.status IN ({OBLIGED_SQL})",
    "surveyed": f"s.status IN ({REGISTERED_SQL}) AND s.surveyed_on IS NOT NULL",
    "graded": GRADED,
    **{f"grade_{letter.lower()}": f"{GRADED} AND s.grade = '{letter}'" for letter in "ABCD"},
}
COLUMNS = ("area_id", "status", "grade", "name", "licence_no", "surveyed_on")
NEWLY = "newly_graded"


@dataclass(frozen=True)
class StoodRow:
    """One business as it stood: the moment of its last event up to then is `at`."""

    pk: int
    area_id: str
    name: str
    licence_no: str
    status: str
    grade: str
    at: datetime.datetime


def _source(figure):
    """FROM and WHERE of a figure's rows: the snapshot `s`, for a change also the one before."""
    snapshot = as_it_stood(Entity, *COLUMNS, "pgh_created_at")
    if figure == NEWLY:
        before = as_it_stood(Entity, "status", "grade", moment="since")
        return (
            f"{snapshot} AS s LEFT JOIN {before} AS b ON b.pgh_obj_id = s.pgh_obj_id",
            f"{GRADED} AND NOT coalesce(b.status IN ({OBLIGED_SQL}) AND b.grade <> '', false)",
        )
    return f"{snapshot} AS s", CONDITIONS[figure]


def entities_stood(
    *,
    figure: str,
    areas: Sequence[str],
    moment: datetime.datetime,
    since: datetime.datetime | None = None,
    after: int = 0,
    limit: int = 51,
) -> tuple[int, list[StoodRow]]:
    """How many businesses counted in a figure at `moment`, below any of these area codes, and those whose id
    is above `after`. `since` is the report before (for 当日新增). Two statements. Who may see these areas was
    settled before."""
    source, condition = _source(figure)
    params = {
        "moment": moment,
        "since": since or moment,
        "below": [f"{code}%" for code in areas],
        "after": after,
        "limit": limit,
    }
    where = f"{condition} AND s.area_id LIKE ANY(%(below)s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {source} WHERE {where}", params)
        (total,) = cursor.fetchone()
        cursor.execute(
            f"""SELECT s.pgh_obj_id, s.area_id, s.name, s.licence_no, s.status, s.grade,
                s.pgh_created_at FROM {source} WHERE {where} AND s.pgh_obj_id > %(after)s
                ORDER BY s.pgh_obj_id LIMIT %(limit)s""",
            params,
        )
        return total, [StoodRow(*row) for row in cursor.fetchall()]


def newly_graded(
    *, code: str, moment: datetime.datetime, since: datetime.datetime
) -> dict[str, int]:
    """当日新增: businesses below `code` that count as graded at `moment` and did not at `since`, by area code.
    Only what has an event between the two is looked at; one statement."""
    table = Entity.pgh_event_model._meta.db_table
    sql = f"""
        WITH touched AS (
            SELECT pgh_obj_id, max(pgh_id) AS last FROM {table}
            WHERE pgh_created_at > %(since)s AND pgh_created_at <= %(moment)s GROUP BY 1
        ), before AS (
            SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, status, grade FROM {table}
            WHERE pgh_created_at <= %(since)s AND pgh_obj_id IN (SELECT pgh_obj_id FROM touched)
            ORDER BY pgh_obj_id, pgh_id DESC
        )
        SELECT s.area_id, count(*)
        FROM touched t JOIN {table} s ON s.pgh_id = t.last
        LEFT JOIN before b ON b.pgh_obj_id = t.pgh_obj_id
        WHERE {GRADED} AND starts_with(s.area_id, %(code)s)
          AND NOT coalesce(b.status IN ({OBLIGED_SQL}) AND b.grade <> '', false)
        GROUP BY 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"since": since, "moment": moment, "code": code})
        return dict(cursor.fetchall())
