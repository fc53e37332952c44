"""督导 and 问题 as they stood at a moment, rebuilt from the history: counts by area code for the daily report, and
the rows behind them."""

import datetime
from collections.abc import Sequence

from django.db import connection

from entities.models import Entity
from responsibility.queries.as_of import StoodLine

from ..enums import VERIFIED_STATES, DueState
from ..models import DueVisit, Period, Problem, ProblemMove
from .figures_problems import UNCOUNTED

_DUES = DueVisit.pgh_event_model._meta.db_table
# Lines of the regular periods that the moment's day (Asia/Shanghai) lies in.
DUES = f"""(SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, area_id, entity_id, state, due_on
    FROM {_DUES} WHERE pgh_created_at <= %(moment)s AND period_id IN (
        SELECT id FROM {Period._meta.db_table} WHERE kind = 'regular'
        AND (%(moment)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date BETWEEN starts_on AND ends_on)
    ORDER BY pgh_obj_id, pgh_id DESC)"""
# Where a problem stood, its moves say.
PROBLEMS = f"""(SELECT DISTINCT ON (m.problem_id) m.problem_id AS pgh_obj_id, p.area_id, p.entity_id,
        m.state_to AS state, p.title, p.number, p.found_on
    FROM {ProblemMove._meta.db_table} m JOIN {Problem._meta.db_table} p ON p.id = m.problem_id
    WHERE m.at <= %(moment)s ORDER BY m.problem_id, m.id DESC)"""


def _quoted(states):
    return ", ".join(f"'{state.value}'" for state in states)


OWED = f"state IN ({_quoted((DueState.OPEN, DueState.DONE, DueState.LATE))})"
COUNTED = f"state NOT IN ({_quoted(UNCOUNTED)})"
# figure → the snapshot and what counts in it, as in K09 and K14.
CONDITIONS = {
    "visits_due": (DUES, OWED),
    "visits_done": (DUES, f"state = '{DueState.DONE.value}'"),
    "problems_found": (PROBLEMS, COUNTED),
    "problems_fixed": (PROBLEMS, f"state IN ({_quoted(VERIFIED_STATES)})"),
}


def counts_as_of(
    *, what: str, code: str, moment: datetime.datetime
) -> list[tuple[str, dict[str, int]]]:
    """(area code, {figure: count}) below `code` at `moment`; `what`: visits (of the periods then running) or
    problems. One statement; nothing where none had been made yet."""
    figures = [key for key in CONDITIONS if key.startswith(what)]
    counts = ", ".join(f"count(*) FILTER (WHERE {CONDITIONS[key][1]})" for key in figures)
    snapshot = CONDITIONS[figures[0]][0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT area_id, {counts} FROM {snapshot} AS s WHERE starts_with(area_id, %(code)s) GROUP BY 1",
            {"code": code, "moment": moment},
        )
        return [(area, dict(zip(figures, found, strict=True))) for area, *found in cursor]


def lines_stood(
    *,
    figure: str,
    areas: Sequence[str],
    moment: datetime.datetime,
    after: int = 0,
    limit: int = 51,
) -> tuple[int, list[StoodLine]]:
    """How many rows counted in a figure at `moment` below any of these area codes, and those whose key is
    above `after`. Two statements. Who may see these areas was settled before."""
    snapshot, condition = CONDITIONS[figure]
    is_visit = figure.startswith("visits")
    where = f"FROM {snapshot} AS s WHERE {condition} AND area_id LIKE ANY(%(below)s)"
    about, day = ("state", "due_on") if is_visit else ("number || ' ' || title", "found_on")
    params = {
        "moment": moment, "below": [f"{code}%" for code in areas], "after": after, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {where}", params)
        (total,) = cursor.fetchone()
        cursor.execute(
            f"""SELECT f.pgh_obj_id, f.area_id, e.name, f.about, f.day, f.object_id
                FROM (SELECT pgh_obj_id, area_id, {about} AS about, {day} AS day, entity_id,
                          {"entity_id" if is_visit else "pgh_obj_id"} AS object_id
                      {where} AND pgh_obj_id > %(after)s ORDER BY pgh_obj_id LIMIT %(limit)s) AS f
                JOIN {Entity._meta.db_table} e ON e.id = f.entity_id ORDER BY f.pgh_obj_id""",
            params,
        )
        lines = [StoodLine(*row) for row in cursor.fetchall()]
    if is_visit:
        lines = [
            StoodLine(
                one.pk, one.area_id, one.name, DueState(one.about).label, one.at, one.object_id
            )
            for one in lines
        ]
    return total, lines
