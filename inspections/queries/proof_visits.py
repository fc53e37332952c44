"""Whether the counters of due visits and visits are what a full count says. Both sides of each proof are
read in one statement, so that writers at work do not disturb it."""

from django.db import connection

DUES = """
WITH counted AS (
    SELECT period_id, area_id, grade, level, state, count(*)::int AS total
    FROM inspections_duevisit GROUP BY 1, 2, 3, 4, 5
)
SELECT '应督导计数', concat_ws(' ', period_id, area_id, grade, level, state),
       coalesce(k.total, 0)::text, coalesce(c.total, 0)::text
FROM inspections_duetally k FULL JOIN counted c USING (period_id, area_id, grade, level, state)
WHERE coalesce(k.total, 0) <> coalesce(c.total, 0) ORDER BY 2
"""
CADRES = """
WITH counted AS (
    SELECT period_id, cadre_id, count(*)::int AS total,
           count(*) FILTER (WHERE state = 'done')::int AS done
    FROM inspections_duevisit WHERE cadre_id IS NOT NULL AND state IN ('open', 'done', 'late')
    GROUP BY 1, 2
)
SELECT '干部督导计数', concat_ws(' ', period_id, cadre_id),
       concat_ws('/', coalesce(k.done, 0), coalesce(k.total, 0)),
       concat_ws('/', coalesce(c.done, 0), coalesce(c.total, 0))
FROM inspections_cadredue k FULL JOIN counted c USING (period_id, cadre_id)
WHERE (coalesce(k.total, 0), coalesce(k.done, 0)) <> (coalesce(c.total, 0), coalesce(c.done, 0))
ORDER BY 2
"""
_KEY = "area_id, month, period_key, grade, kind, mode, must_be_on_site"
VISITS = f"""
WITH counted AS (
    SELECT v.area_id, date_trunc('month', v.visited_on)::date AS month,
           coalesce(d.period_id, 0) AS period_key, v.grade, v.kind, v.mode, v.must_be_on_site,
           count(*)::int AS total, count(*) FILTER (WHERE v.wrong > 0)::int AS wrong
    FROM inspections_visit v LEFT JOIN inspections_duevisit d ON d.id = v.due_id
    WHERE NOT v.is_void GROUP BY 1, 2, 3, 4, 5, 6, 7
)
SELECT '督导计数', concat_ws(' ', {_KEY}),
       concat_ws('/', coalesce(k.wrong, 0), coalesce(k.total, 0)),
       concat_ws('/', coalesce(c.wrong, 0), coalesce(c.total, 0))
FROM inspections_visittally k FULL JOIN counted c USING ({_KEY})
WHERE (coalesce(k.total, 0), coalesce(k.wrong, 0)) <> (coalesce(c.total, 0), coalesce(c.wrong, 0))
ORDER BY 2
"""
RECORDS = """
WITH counted AS (
    SELECT entity_id, count(*)::int AS visits, max(visited_on) AS last_visit_on
    FROM inspections_visit WHERE NOT is_void AND kind = 'visit' GROUP BY 1
)
SELECT '主体督导情况', entity_id::text, concat_ws(' ', coalesce(k.visits, 0), k.last_visit_on),
       concat_ws(' ', coalesce(c.visits, 0), c.last_visit_on)
FROM inspections_entityrecord k FULL JOIN counted c USING (entity_id)
WHERE (coalesce(k.visits, 0), k.last_visit_on)
      IS DISTINCT FROM (coalesce(c.visits, 0), c.last_visit_on)
ORDER BY 2
"""
LINES = """
SELECT '应督导次数', d.id::text, concat_ws(' ', d.state, d.done),
       concat_ws(' ', d.needs, count(v.id) FILTER (WHERE v.id IS NOT NULL))
FROM inspections_duevisit d
LEFT JOIN inspections_visit v ON v.due_id = d.id AND NOT v.is_void AND v.kind = 'visit'
GROUP BY d.id
HAVING d.done <> count(v.id) OR (d.state = 'done') AND d.done < d.needs
ORDER BY d.id
"""


def differences() -> tuple[list[tuple], str]:
    """What differs, as (what, key, kept, counted); and what was counted, in words."""
    found = []
    with connection.cursor() as cursor:
        for statement in (DUES, CADRES, VISITS, RECORDS, LINES):
            cursor.execute(statement)
            found += cursor.fetchall()
        cursor.execute(
            "SELECT (SELECT count(*) FROM inspections_visit), (SELECT count(*) FROM inspections_duevisit)"
        )
        visits, dues = cursor.fetchone()
    return found, f"{visits:,} 户次督导，{dues:,} 家次应督导"
