"""Whether what is kept of the enterprise's own responsibility is what a full count says. Both sides of each
proof are read in one statement, so that writers at work do not disturb it."""

from django.db import connection

from ..triggers.enterprise import tally_sql

TALLY = f"""
SELECT '企业主体责任计数', concat_ws(' ', area_id, measure), coalesce(k.total, 0)::text,
       coalesce(c.total, 0)::text
FROM inspections_compliancetally k
FULL JOIN ({tally_sql("SELECT *, 1 AS sign FROM inspections_entitycompliance")}) c
     USING (area_id, measure)
WHERE coalesce(k.total, 0) <> coalesce(c.total, 0) ORDER BY 2
"""
ROWS = """
SELECT '企业主体责任', e.id::text, coalesce(c.area_id, ''), e.area_id
FROM entities_entity e LEFT JOIN inspections_entitycompliance c ON c.entity_id = e.id
WHERE c.area_id IS DISTINCT FROM e.area_id ORDER BY e.id
"""
PEOPLE = """
WITH counted AS (
    SELECT entity_id, count(*) FILTER (WHERE post = 'director') AS directors,
           count(*) FILTER (WHERE post = 'officer') AS officers
    FROM inspections_safetyperson
    WHERE (ended_on IS NULL OR ended_on > (now() AT TIME ZONE 'Asia/Shanghai')::date)
      AND (appointed_on IS NULL OR appointed_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date)
    GROUP BY 1
)
SELECT '两员人数', c.entity_id::text, concat_ws('/', c.directors, c.officers),
       concat_ws('/', coalesce(n.directors, 0), coalesce(n.officers, 0))
FROM inspections_entitycompliance c LEFT JOIN counted n USING (entity_id)
WHERE (c.directors, c.officers) <> (coalesce(n.directors, 0), coalesce(n.officers, 0))
ORDER BY c.entity_id
"""
LOOKS = """
WITH newest AS (
    SELECT DISTINCT ON (entity_id, control) entity_id, control, state
    FROM inspections_controlcheck WHERE NOT is_void
    ORDER BY entity_id, control, checked_on DESC, id DESC
), kept AS (
    SELECT entity_id, key AS control, value ->> 'state' AS state
    FROM inspections_entitycompliance CROSS JOIN LATERAL jsonb_each(controls)
)
SELECT '制度状态', concat_ws(' ', entity_id, control), coalesce(k.state, ''), coalesce(n.state, '')
FROM kept k FULL JOIN newest n USING (entity_id, control)
WHERE k.state IS DISTINCT FROM n.state ORDER BY 2
"""


def differences() -> tuple[list[tuple], str]:
    """What differs, as (what, key, kept, counted); and what was counted, in words."""
    found = []
    with connection.cursor() as cursor:
        for statement in (TALLY, ROWS, PEOPLE, LOOKS):
            cursor.execute(statement)
            found += cursor.fetchall()
        cursor.execute(
            "SELECT (SELECT count(*) FROM inspections_entitycompliance),"
            " (SELECT count(*) FROM inspections_safetyperson)"
        )
        rows, people = cursor.fetchone()
    return found, f"{rows:,} 家企业主体责任，{people:,} 名两员"
