"""What a visit does, whoever writes it: its due line, the business's record, the counters.

A visit counts for the one line that it names (`due`). It also makes up for lines whose last day has passed
(LATE). 停产停业 excuses every open line in whose days it was recorded. A void visit gives all of it back.
"""

import pgtrigger

from .dues import after

# The reason of a line that was excused at the door, not by the register.
SUSPENSION_SEEN = "本期登记停产停业"

_ROW = """entity_id, due_id, area_id, kind, mode, grade, must_be_on_site, visited_on, wrong"""
_PLUS = f"SELECT {_ROW}, 1 AS sign FROM new_rows WHERE NOT is_void"
_MINUS = f"SELECT {_ROW}, -1 AS sign FROM old_rows WHERE NOT is_void"
# One pass over the lines: what is true is asked of the visits themselves, by index, so that it holds for one
# phone as for thirty thousand rows. Two passes would take the counters' rows twice, against their order.
_MADE_UP = """EXISTS (SELECT 1 FROM inspections_visit v WHERE v.entity_id = d.entity_id
    AND v.visited_on > d.due_on AND v.kind = 'visit' AND NOT v.is_void)"""
_SUSPENDED = """EXISTS (SELECT 1 FROM inspections_visit v WHERE v.entity_id = d.entity_id
    AND v.visited_on BETWEEN d.starts_on AND d.due_on AND v.kind = 'suspended' AND NOT v.is_void)"""
_STATE = f"""CASE
    WHEN d.state IN ('open', 'excused') AND t.n > 0 AND c.done >= d.needs THEN 'done'
    WHEN d.state = 'done' AND c.done < d.needs
        THEN CASE WHEN {_MADE_UP} THEN 'late' WHEN {_SUSPENDED} THEN 'excused' ELSE 'open' END
    WHEN d.state = 'open' AND {_MADE_UP} THEN 'late'
    WHEN d.state = 'open' AND {_SUSPENDED} THEN 'excused'
    WHEN d.state = 'late' AND NOT {_MADE_UP} THEN 'open'
    WHEN d.state = 'excused' AND d.reason = '{SUSPENSION_SEEN}' AND NOT {_SUSPENDED} THEN 'open'
    ELSE d.state END"""
_TALLY = "area_id, month, period_key, grade, kind, mode, must_be_on_site"


def _follow(source):
    return f"""
    WITH named AS (
        SELECT due_id AS id, sum(sign)::int AS n FROM ({source}) AS s
        WHERE kind = 'visit' AND due_id IS NOT NULL GROUP BY due_id HAVING sum(sign) <> 0
    ), touched AS (
        SELECT id, sum(n)::int AS n FROM (
            SELECT id, n FROM named
            UNION ALL
            SELECT d.id, 0 FROM (SELECT DISTINCT entity_id FROM ({source}) AS s) AS e
            JOIN inspections_duevisit d ON d.entity_id = e.entity_id
            WHERE d.state IN ('open', 'late', 'excused')
        ) AS both_ways GROUP BY id
    ), fate AS MATERIALIZED (
        SELECT d.id, c.done, x.state
        FROM touched t JOIN inspections_duevisit d ON d.id = t.id
        CROSS JOIN LATERAL (SELECT d.done + t.n AS done) AS c
        CROSS JOIN LATERAL (SELECT {_STATE} AS state) AS x
        WHERE (c.done, x.state) IS DISTINCT FROM (d.done, d.state)
        ORDER BY d.id FOR NO KEY UPDATE OF d
    )
    UPDATE inspections_duevisit d SET
        done = fate.done, state = fate.state,
        reason = CASE WHEN fate.state = d.state THEN d.reason
                      WHEN fate.state = 'excused' THEN '{SUSPENSION_SEEN}' ELSE '' END
    FROM fate WHERE d.id = fate.id;

    INSERT INTO inspections_entityrecord AS t (entity_id, visits, last_visit_on, problems, open_problems)
    SELECT entity_id, sum(sign)::int, max(visited_on) FILTER (WHERE sign > 0), 0, 0
    FROM ({source}) AS s WHERE kind = 'visit'
    GROUP BY entity_id HAVING sum(sign) <> 0 ORDER BY entity_id
    ON CONFLICT (entity_id) DO UPDATE SET
        visits = t.visits + excluded.visits,
        last_visit_on = CASE WHEN excluded.visits > 0
            THEN greatest(t.last_visit_on, excluded.last_visit_on)
            ELSE (SELECT max(v.visited_on) FROM inspections_visit v WHERE v.entity_id = t.entity_id
                  AND v.kind = 'visit' AND NOT v.is_void) END;

    INSERT INTO inspections_visittally AS t ({_TALLY}, total, wrong)
    SELECT s.area_id, date_trunc('month', s.visited_on)::date AS month,
           coalesce(d.period_id, 0) AS period_key, s.grade, s.kind, s.mode, s.must_be_on_site,
           sum(sign)::int, coalesce(sum(sign) FILTER (WHERE s.wrong > 0), 0)::int
    FROM ({source}) AS s LEFT JOIN inspections_duevisit d ON d.id = s.due_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING sum(sign) <> 0 OR coalesce(sum(sign) FILTER (WHERE s.wrong > 0), 0) <> 0
    ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT ({_TALLY}) DO UPDATE SET
        total = t.total + excluded.total, wrong = t.wrong + excluded.wrong;
    RETURN NULL;
    """


VISIT_TRIGGERS = [
    after("count_insert", pgtrigger.Insert, _follow(_PLUS), new="new_rows"),
    after(
        "count_update",
        pgtrigger.Update,
        _follow(f"{_PLUS} UNION ALL {_MINUS}"),
        old="old_rows",
        new="new_rows",
    ),
]
