"""Who answers for whom as it stood at a moment, rebuilt from the history: cadres in post, bonds that count as
已包, pledges that stand, ledgers built; as counts by area code and as rows."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from entities.models import Entity
from entities.queries.as_of import OBLIGED_SQL
from jiamusi_foodsafety.jurisdiction.enums import Level
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.history import as_it_stood

from ..enums import CadreLevel, PledgeState
from ..models import Assignment, Cadre, LedgerState, Pledge

CADRES = as_it_stood(Cadre, "area_id", "level", "is_in_post", "name", "post", "unit")
BONDS = as_it_stood(
    Assignment, "area_id", "status", "grade", "level", "is_fit", "is_pending", "exception_reason",
    "to_on", "entity_id", "cadre_id", "from_on",
)  # fmt: skip
PLEDGES = as_it_stood(Pledge, "cadre_id", "state", "number", "signed_on")
LEDGERS = as_it_stood(LedgerState, "area_id", "is_built", "built_on")
AREAS = f"""(SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id AS code, name, level, parent_id, is_active
    FROM {Area.pgh_event_model._meta.db_table} WHERE pgh_created_at <= %(moment)s
    ORDER BY pgh_obj_id, pgh_id DESC)"""

# A bond in force of a graded business of 应包.
IN_FORCE = f"s.to_on IS NULL AND s.status IN ({OBLIGED_SQL}) AND s.grade <> ''"
RIGHT = "NOT s.is_pending AND (s.is_fit OR s.exception_reason <> '')"
# Cadres in post with a pledge that stands.
SIGNED = f"""(SELECT key AS pk, max(area_id) AS area_id, max(name) AS name, max(number) AS number,
        max(signed_on) AS signed_on
    FROM (
        SELECT c.pgh_obj_id AS key, c.area_id, c.name, NULL AS number, NULL::date AS signed_on
        FROM {CADRES} AS c WHERE c.is_in_post
        UNION ALL
        SELECT p.cadre_id, NULL, NULL, p.number, p.signed_on FROM {PLEDGES} AS p
        WHERE p.state = '{PledgeState.SIGNED.value}'
    ) AS parts GROUP BY key HAVING max(area_id) IS NOT NULL AND max(number) IS NOT NULL)"""
COUNTS = {
    "cadres": f"""
        SELECT area_id, {
        ", ".join(
            f"count(*) FILTER (WHERE level = '{level.value}') AS cadres_{level.value}"
            for level in CadreLevel
        )
    }
        FROM {CADRES} AS s WHERE is_in_post AND starts_with(area_id, %(code)s) GROUP BY 1""",
    "bonds": f"""
        SELECT area_id, count(*) FILTER (WHERE {RIGHT}) AS covered,
            count(*) FILTER (WHERE s.is_pending) AS pending,
            count(*) FILTER (WHERE NOT s.is_pending AND NOT ({RIGHT})) AS unfit
        FROM {BONDS} AS s WHERE {IN_FORCE} AND starts_with(area_id, %(code)s) GROUP BY 1""",
    # No join: the planner cannot know how many rows a snapshot keeps.
    "pledges": f"""
        SELECT area_id, count(*) AS pledges_signed FROM {SIGNED} AS s
        WHERE starts_with(area_id, %(code)s) GROUP BY 1""",
}
# The areas that keep a ledger of their own: towns in use, and county units without any (高新区).
KEEPERS = f"""(SELECT a.code, a.name FROM {AREAS} AS a
    WHERE a.is_active AND starts_with(a.code, %(code)s)
      AND (a.level = '{Level.TOWNSHIP.value}' OR (a.level = '{Level.COUNTY.value}' AND NOT EXISTS (
        SELECT 1 FROM {AREAS} AS t WHERE t.parent_id = a.code AND t.is_active
          AND t.level = '{Level.TOWNSHIP.value}'))))"""
COUNTS["ledgers"] = f"""
    WITH areas AS MATERIALIZED {AREAS}, keepers AS (
        SELECT a.code FROM areas a
        WHERE a.is_active AND starts_with(a.code, %(code)s)
          AND (a.level = '{Level.TOWNSHIP.value}'
               OR (a.level = '{Level.COUNTY.value}' AND a.code NOT IN (
                    SELECT t.parent_id FROM areas t WHERE t.is_active
                    AND t.level = '{Level.TOWNSHIP.value}' AND t.parent_id IS NOT NULL))))
    SELECT k.code, 1 AS ledgers_due, coalesce(s.is_built, false)::int AS ledgers_built
    FROM keepers k LEFT JOIN {LEDGERS} AS s ON s.area_id = k.code"""


def counts_as_of(*, what: str, code: str, moment: datetime.datetime) -> list[tuple[str, dict]]:
    """(area code, {figure: count}) below `code` at `moment`; `what`: cadres, bonds, pledges, ledgers. One
    statement."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS[what], {"code": code, "moment": moment})
        names = [column.name for column in cursor.description][1:]
        return [(area, dict(zip(names, counts, strict=True))) for area, *counts in cursor]


@dataclass(frozen=True)
class StoodLine:
    """One row behind a figure: what it is, in words, and the key that the pager goes on from."""

    pk: int
    area_id: str
    name: str
    about: str
    at: datetime.date | datetime.datetime | None
    object_id: int | None = None


LEVEL_WORDS = " ".join(f"WHEN '{level.value}' THEN '{level.label}'" for level in CadreLevel)


def _last(model, column, key):
    """One value of an object's last event up to the moment: a look-up a row of the page, by the object's index
    (+ 0: never along all events)."""
    return f"""(SELECT q.{column} FROM {model.pgh_event_model._meta.db_table} q
        WHERE q.pgh_obj_id = {key} AND q.pgh_created_at <= %(moment)s
        ORDER BY q.pgh_id + 0 DESC LIMIT 1)"""


_IN_POST = f"""SELECT s.pgh_obj_id AS pk, s.area_id, s.name, s.level, s.unit, s.post
    FROM {CADRES} AS s WHERE s.is_in_post"""
_CADRE_WORDS = (
    f"f.name, (CASE f.level {LEVEL_WORDS} END) || ' ' || f.unit || ' ' || f.post, NULL::date, f.pk"
)
# figure → the rows that count (pk, area_id, …), and how a row of the page is told: name, about, at, object.
ROWS = {
    **{
        f"cadres_{level.value}": (f"{_IN_POST} AND s.level = '{level.value}'", _CADRE_WORDS)
        for level in CadreLevel
    },
    "cadres": (_IN_POST, _CADRE_WORDS),
    "pledges_due": (_IN_POST, _CADRE_WORDS),
    "covered": (
        f"""SELECT s.pgh_obj_id AS pk, s.area_id, s.entity_id, s.cadre_id, s.grade, s.level, s.from_on
            FROM {BONDS} AS s WHERE {IN_FORCE} AND {RIGHT}""",
        f"""{_last(Entity, "name", "f.entity_id")},
            f.grade || ' 级，' || {_last(Cadre, "name", "f.cadre_id")}
                || '（' || (CASE f.level {LEVEL_WORDS} END) || '）', f.from_on, f.entity_id""",
    ),
    "pledges_signed": (
        f"SELECT s.* FROM {SIGNED} AS s", "f.name, f.number, f.signed_on, f.pk"
    ),
    "ledgers": (
        f"""SELECT s.pgh_obj_id AS pk, s.area_id, s.built_on FROM {LEDGERS} AS s
            WHERE s.is_built AND s.area_id IN (SELECT k.code FROM {KEEPERS} AS k)""",
        f"{_last(Area, 'name', 'f.area_id')}, '台账已建立', f.built_on, NULL::bigint",
    ),
}  # fmt: skip


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
    rows, words = ROWS[figure]
    where = f"FROM ({rows}) AS found WHERE area_id LIKE ANY(%(below)s)"
    params = {
        "moment": moment, "below": [f"{code}%" for code in areas], "after": after, "limit": limit,
        "code": "",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {where}", params)
        (total,) = cursor.fetchone()
        cursor.execute(
            f"""SELECT f.pk, f.area_id, {words} FROM (
                SELECT found.* {where} AND pk > %(after)s ORDER BY pk LIMIT %(limit)s) AS f
                ORDER BY f.pk""",
            params,
        )
        return total, [StoodLine(*row) for row in cursor.fetchall()]
