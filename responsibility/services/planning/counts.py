"""What a plan comes to: the figures that a person looks at before he presses 执行."""

from operator import attrgetter
from typing import Any

from jiamusi_foodsafety.jurisdiction.models import Area

from ...enums import PlanMove
from ...models import GradeLevel

# Without a row of the plan a business with one of these has no bearer of the right level and area afterwards.
UNHELD = f"('{PlanMove.NEW}', '{PlanMove.PENDING}', '{PlanMove.UNFIT}', '{PlanMove.AREA}')"

# A cadre before and after: in post in the plan's area, or touched by the plan from above it.
LOADS = """
CREATE TEMPORARY TABLE plan_load ON COMMIT DROP AS
WITH touched AS (
    SELECT id, sum(gained)::int AS gained, sum(lost)::int AS lost FROM (
        SELECT cadre_to AS id, 1 AS gained, 0 AS lost FROM plan_dealt
        UNION ALL
        SELECT cadre_from, 0, 1 FROM plan_dealt WHERE cadre_from IS NOT NULL
    ) AS moves GROUP BY id
)
SELECT c.id, c.level, c.area_id, c.is_in_post, p.most,
       coalesce(t.gained, 0) AS gained, coalesce(t.lost, 0) AS lost,
       coalesce(l.total, 0) AS before,
       coalesce(l.total, 0) + coalesce(t.gained, 0) - coalesce(t.lost, 0) AS after
FROM responsibility_cadre c
LEFT JOIN touched t ON t.id = c.id
LEFT JOIN responsibility_cadreload l ON l.cadre_id = c.id
LEFT JOIN responsibility_loadcap p ON p.level = c.level
WHERE t.id IS NOT NULL OR (c.is_in_post AND c.area_id LIKE %(within)s)
"""

OUTCOMES = f"""
SELECT {{key}} AS key, count(*)::int AS eligible,
       (count(*) FILTER (WHERE r.move = '{PlanMove.NEW}'))::int AS assigned,
       (count(*) FILTER (WHERE r.move <> '{PlanMove.NEW}'))::int AS moved,
       (count(*) FILTER (WHERE r.id IS NULL AND b.move IN {UNHELD}))::int AS uncovered
FROM plan_business b
LEFT JOIN plan_dealt r ON r.id = b.id
GROUP BY 1 ORDER BY 1
"""

LOAD_SUMS = """
SELECT {key} AS key, max(before) AS max_before, max(after) AS max_load, min(after) AS min_load,
       (count(*) FILTER (WHERE before > most))::int AS over_before,
       (count(*) FILTER (WHERE after > most))::int AS over_cap
FROM plan_load WHERE is_in_post GROUP BY 1
"""

TOUCHED = """
SELECT (count(*) FILTER (WHERE gained > lost))::int AS cadres_gaining,
       (count(*) FILTER (WHERE lost > gained))::int AS cadres_losing,
       (count(*) FILTER (WHERE is_in_post AND after > most))::int AS over_cap,
       max(after) FILTER (WHERE is_in_post) AS max_load,
       min(after) FILTER (WHERE is_in_post) AS min_load
FROM plan_load
"""

# 空岗: nobody in post of the level that the grade asks for stands above these businesses.
VACANCIES = f"""
SELECT b.area_id AS key, b.grade, g.level,
       (count(*) FILTER (WHERE p.level IS NULL))::int AS uncovered,
       count(p.level)::int AS substituted
FROM plan_business b
LEFT JOIN plan_place p ON p.area_id = b.area_id AND p.grade = b.grade
LEFT JOIN responsibility_gradelevel g ON g.grade = b.grade AND g.rank = 1
WHERE b.move IN {UNHELD} AND coalesce(p.rank, 0) <> 1
GROUP BY 1, 2, 3 ORDER BY 1, 2
"""
_SUMS = ("eligible", "assigned", "moved", "uncovered")
NO_LOADS = {
    "max_before": None,
    "max_load": None,
    "min_load": None,
    "over_before": 0,
    "over_cap": 0,
}


def plan_counts(cursor, *, within: str) -> dict[str, Any]:
    """The figures of a plan, right after `distribute` in the same transaction (its tables are read).

    Always eligible = kept + assigned + moved + uncovered; loads are of cadres in post of the area."""
    values = {"within": f"{within}%", "digits": _child_digits(within)}
    cursor.execute(LOADS, values)
    counts = _one(cursor, OUTCOMES.format(key="''"), values)
    counts |= _one(cursor, TOUCHED, values)
    areas = _rows(cursor, OUTCOMES.format(key="left(b.area_id, %(digits)s)"), values)
    _add(areas, _rows(cursor, LOAD_SUMS.format(key="left(area_id, %(digits)s)"), values))
    grades = _rows(cursor, OUTCOMES.format(key="b.grade"), values)
    level_of = dict(GradeLevel.objects.filter(rank=1).values_list("grade", "level"))
    for row in grades:
        row["grade"], row["key"] = row["key"], level_of.get(row["key"], "")
    _add(grades, _rows(cursor, LOAD_SUMS.format(key="level"), values))
    for row in grades:
        row["level"] = row.pop("key")
    vacancies = _rows(cursor, VACANCIES, values)
    cursor.execute("DROP TABLE plan_load")
    _name(areas, attrgetter("name"))
    _name(vacancies, attrgetter("path_name"))
    del counts["key"]
    return counts | {"areas": areas, "levels": grades, "vacancies": vacancies}


def _child_digits(code):
    return {4: 6, 6: 9}.get(len(code), 12)


def _rows(cursor, sql, values):
    cursor.execute(sql, values)
    names = [column.name for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        if "eligible" in row:
            row["kept"] = row["eligible"] - row["assigned"] - row["moved"] - row["uncovered"]
    return rows


def _one(cursor, sql, values):
    rows = _rows(cursor, sql, values)
    return rows[0] if rows else {"key": "", **dict.fromkeys((*_SUMS, "kept"), 0)}


def _add(rows, loads):
    """The loads beside the outcomes of the same key; nobody in post there: no load at all."""
    by_key = {load["key"]: load for load in loads}
    for row in rows:
        row.update(by_key.get(row["key"], NO_LOADS))


def _name(rows, name_of):
    known = Area.objects.filter(pk__in={row["key"] for row in rows})
    names = {area.pk: name_of(area) for area in known.select_related("parent__parent__parent")}
    for row in rows:
        row["area"] = row.pop("key")
        row["name"] = names.get(row["area"], row["area"])
