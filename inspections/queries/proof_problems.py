"""Whether the counters of problems are what a full count says."""

from django.db import connection

from ..triggers.problems import COUNTED, DEADLINE, MEASURES

_KEY = "area_id, state, kind_id, found_on, clock_on"
_NAMES = ", ".join(MEASURES)
_KEPT, _REAL = (
    ", ".join(f"coalesce(sum({name}) FILTER (WHERE {side}), 0)" for name in MEASURES)
    for side in ("is_kept", "NOT is_kept")
)

# Both sides of each proof are read in one statement, so that writers at work do not disturb it.
TALLY = f"""
WITH sides AS (
    SELECT {_KEY}, {_NAMES}, true AS is_kept FROM inspections_problemtally
    UNION ALL
    SELECT {_KEY}, {_NAMES}, false FROM (SELECT {COUNTED} FROM inspections_problem) AS p
)
SELECT '问题计数', concat_ws(' ', {_KEY}), concat_ws(' ', {_KEPT}), concat_ws(' ', {_REAL})
FROM sides GROUP BY {_KEY} HAVING ({_KEPT}) <> ({_REAL})
ORDER BY 2
"""

DEADLINES = f"""
WITH counted AS (
    SELECT area_id, due_on, sum(n_fixed)::int AS fixed, sum(n_fixed_in_time)::int AS in_time,
           sum(n_unfixed)::int AS unfixed
    FROM (SELECT area_id, {DEADLINE} FROM inspections_problem) AS p
    WHERE due_on IS NOT NULL GROUP BY 1, 2
), sides AS (
    SELECT area_id, due_on,
           concat_ws('/', coalesce(k.fixed, 0), coalesce(k.fixed_in_time, 0), coalesce(k.unfixed, 0))
               AS kept,
           concat_ws('/', coalesce(c.fixed, 0), coalesce(c.in_time, 0), coalesce(c.unfixed, 0))
               AS counted
    FROM inspections_problemdeadline k FULL JOIN counted c USING (area_id, due_on)
)
SELECT '问题期限计数', concat_ws(' ', area_id, due_on), kept, counted
FROM sides WHERE kept <> counted ORDER BY 2
"""

RECORDS = """
WITH counted AS (
    SELECT entity_id, (count(*) FILTER (WHERE state <> 'void'))::int AS problems,
           (count(*) FILTER (WHERE clock_at IS NOT NULL))::int AS open_problems
    FROM inspections_problem GROUP BY 1
)
SELECT '主体问题数', coalesce(k.entity_id, c.entity_id)::text,
       concat_ws(' ', coalesce(k.problems, 0), coalesce(k.open_problems, 0)),
       concat_ws(' ', coalesce(c.problems, 0), coalesce(c.open_problems, 0))
FROM inspections_entityrecord k FULL JOIN counted c USING (entity_id)
WHERE (coalesce(k.problems, 0), coalesce(k.open_problems, 0))
      <> (coalesce(c.problems, 0), coalesce(c.open_problems, 0))
ORDER BY 2
"""

# Open problems follow where their business stands; a row that has a clock is open, and the reverse.
COPIES = """
SELECT '问题副本', p.number, concat_ws(' ', p.area_id, p.grade), concat_ws(' ', e.area_id, e.grade)
FROM inspections_problem p JOIN entities_entity e ON e.id = p.entity_id
WHERE p.clock_at IS NOT NULL AND (p.area_id, p.grade) <> (e.area_id, e.grade)
ORDER BY 2
"""

# Each problem's state is where its last move left it, and its moves follow one another.
STORIES = """
WITH told AS (
    SELECT m.problem_id, m.id, m.state_from, m.state_to,
           lag(m.state_to, 1, '') OVER w AS before, row_number() OVER w AS number,
           count(*) OVER (PARTITION BY m.problem_id) AS total
    FROM inspections_problemmove m WINDOW w AS (PARTITION BY m.problem_id ORDER BY m.id)
)
SELECT '问题经过', p.number, concat_ws('→', t.state_from, t.state_to), concat_ws(' ', t.before, p.state)
FROM told t JOIN inspections_problem p ON p.id = t.problem_id
WHERE t.state_from <> t.before OR (t.number = t.total AND t.state_to <> p.state)
ORDER BY 2
"""


def differences() -> tuple[list[tuple], str]:
    """What differs, as (what, key, kept, counted), of counters, records, copies and stories; and what was
    counted, in words."""
    found = []
    with connection.cursor() as cursor:
        for statement in (TALLY, DEADLINES, RECORDS, COPIES, STORIES):
            cursor.execute(statement)
            found += cursor.fetchall()
        cursor.execute("SELECT count(*) FROM inspections_problem")
        (problems,) = cursor.fetchone()
    return found, f"{problems:,} 件问题"
