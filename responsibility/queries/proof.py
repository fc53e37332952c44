"""Whether counters and copies of the bonds are what a full count says."""

from django.db import connection

from entities.enums import OBLIGED

OBLIGED_SQL = ", ".join(f"'{status.value}'" for status in OBLIGED)

# Both sides of each proof are read in one statement, so that writers at work do not disturb it.
TALLY = """
WITH counted AS (
    SELECT area_id, status, grade, level, standing, count(*)::int AS total
    FROM responsibility_assignment WHERE to_on IS NULL GROUP BY 1, 2, 3, 4, 5
)
SELECT '包保计数', concat_ws(' ', area_id, status, grade, level, standing),
       coalesce(k.total, 0), coalesce(c.total, 0)
FROM responsibility_assignmenttally k FULL JOIN counted c USING (area_id, status, grade, level, standing)
WHERE coalesce(k.total, 0) <> coalesce(c.total, 0)
ORDER BY 2
"""

LOADS = f"""
WITH counted AS (
    SELECT cadre_id, count(*)::int AS total FROM responsibility_assignment
    WHERE to_on IS NULL AND status IN ({OBLIGED_SQL}) GROUP BY 1
)
SELECT '干部负荷', cadre_id::text, coalesce(k.total, 0), coalesce(c.total, 0)
FROM responsibility_cadreload k FULL JOIN counted c USING (cadre_id)
WHERE coalesce(k.total, 0) <> coalesce(c.total, 0)
ORDER BY 2
"""

COPIES = """
SELECT '副本', b.id::text,
       concat_ws(' ', b.area_id, b.status, b.grade, b.level, b.is_pending, b.is_fit),
       concat_ws(' ', e.area_id, e.status, e.grade, c.level, NOT c.is_in_post,
                 g.id IS NOT NULL AND starts_with(e.area_id, c.area_id))
FROM responsibility_assignment b
JOIN entities_entity e ON e.id = b.entity_id
JOIN responsibility_cadre c ON c.id = b.cadre_id
LEFT JOIN responsibility_gradelevel g ON g.grade = e.grade AND g.level = c.level AND g.rank = 1
WHERE b.to_on IS NULL
  AND (b.area_id, b.status, b.grade, b.level, b.is_pending, b.is_fit)
      IS DISTINCT FROM (e.area_id, e.status, e.grade, c.level, NOT c.is_in_post,
                        g.id IS NOT NULL AND starts_with(e.area_id, c.area_id))
ORDER BY b.id
"""


def coverage_differences() -> tuple[list[tuple], int]:
    """What differs, as (what, key, kept, counted), of counters, loads and copies; and how many bonds are in
    force."""
    found = []
    with connection.cursor() as cursor:
        for statement in (TALLY, LOADS, COPIES):
            cursor.execute(statement)
            found += cursor.fetchall()
        cursor.execute("SELECT count(*) FROM responsibility_assignment WHERE to_on IS NULL")
        (bonds,) = cursor.fetchone()
    return found, bonds
