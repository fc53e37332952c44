"""Triggers of problems, at statement level: the counters, a business's record, and open problems that follow
their business.

Order of locks: problems, then counters in the order of their key, deadlines in that of theirs, then records by
business."""

import pgtrigger

from ..enums import PUT_RIGHT
from .dues import after

_KEY = "area_id, state, kind_id, found_on, clock_on"
MEASURES = (
    "total", "repeats", "extended", "transferred", "claimed_in_time", "fixed", "fixed_in_time",
)  # fmt: skip
# One problem as the counters see it. `clock_at` is set exactly while it is open (check constraint): what is
# settled goes into one row an area, state and class.
COUNTED = """
    area_id, state, kind_id,
    CASE WHEN clock_at IS NOT NULL THEN found_on END AS found_on,
    (clock_at AT TIME ZONE 'Asia/Shanghai')::date AS clock_on,
    1 AS total,
    is_repeat::int AS repeats,
    (extensions > 0)::int AS extended,
    (claim_due_on IS NOT NULL)::int AS transferred,
    coalesce(((claimed_at AT TIME ZONE 'Asia/Shanghai')::date <= claim_due_on)::int, 0)
        AS claimed_in_time,
    (fixed_at IS NOT NULL)::int AS fixed,
    coalesce((fixed_at <= due_at)::int, 0) AS fixed_in_time
"""
_RIGHT = ", ".join(f"'{state.value}'" for state in PUT_RIGHT)
_IS_RIGHT = f"fixed_at IS NOT NULL AND state IN ({_RIGHT})"
# What the days of the deadlines ask (K15): put right, put right in time, open and not put right.
DEADLINE = f"""
    (due_at AT TIME ZONE 'Asia/Shanghai')::date AS due_on,
    ({_IS_RIGHT})::int AS n_fixed,
    ({_IS_RIGHT} AND fixed_at <= due_at)::int AS n_fixed_in_time,
    (fixed_at IS NULL AND clock_at IS NOT NULL)::int AS n_unfixed
"""
_SUMS = ", ".join(f"sum(sign * {name})::int AS {name}" for name in MEASURES)
_NAMES = ", ".join(MEASURES)
_ADDED = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in MEASURES)
_MOVED = " OR ".join(f"{name} <> 0" for name in MEASURES)


def _count(source):
    # The row that an open problem leaves at each step would stay for good, empty: it goes, while we hold it.
    return f"""
    WITH counted AS (
        INSERT INTO inspections_problemtally AS t ({_KEY}, {_NAMES})
        SELECT {_KEY}, {_NAMES}
        FROM (SELECT {_KEY}, {_SUMS} FROM ({source}) AS delta GROUP BY {_KEY}) AS summed
        WHERE {_MOVED} ORDER BY {_KEY}
        ON CONFLICT ({_KEY}) DO UPDATE SET {_ADDED}
        RETURNING t.id, t.total
    )
    SELECT array_agg(id) FILTER (WHERE total = 0) INTO gone FROM counted;
    DELETE FROM inspections_problemtally WHERE id = ANY(gone);
    INSERT INTO inspections_problemdeadline AS t (area_id, due_on, fixed, fixed_in_time, unfixed)
    SELECT area_id, due_on, fixed, fixed_in_time, unfixed
    FROM (SELECT area_id, due_on, sum(sign * n_fixed)::int AS fixed,
                 sum(sign * n_fixed_in_time)::int AS fixed_in_time,
                 sum(sign * n_unfixed)::int AS unfixed
          FROM ({source}) AS delta WHERE due_on IS NOT NULL GROUP BY area_id, due_on) AS summed
    WHERE fixed <> 0 OR fixed_in_time <> 0 OR unfixed <> 0 ORDER BY due_on, area_id
    ON CONFLICT (due_on, area_id) DO UPDATE SET
        fixed = t.fixed + excluded.fixed, fixed_in_time = t.fixed_in_time + excluded.fixed_in_time,
        unfixed = t.unfixed + excluded.unfixed;
    INSERT INTO inspections_entityrecord AS t (entity_id, visits, problems, open_problems)
    SELECT entity_id, 0, problems, open_problems
    FROM (SELECT entity_id, sum(sign * (state <> 'void')::int)::int AS problems,
                 sum(sign * (clock_on IS NOT NULL)::int)::int AS open_problems
          FROM ({source}) AS delta GROUP BY entity_id) AS summed
    WHERE problems <> 0 OR open_problems <> 0 ORDER BY entity_id
    ON CONFLICT (entity_id) DO UPDATE SET
        problems = t.problems + excluded.problems,
        open_problems = t.open_problems + excluded.open_problems;
    RETURN NULL;
    """


_PLUS = f"SELECT entity_id, 1 AS sign, {COUNTED}, {DEADLINE} FROM new_rows"
_MINUS = f"SELECT entity_id, -1 AS sign, {COUNTED}, {DEADLINE} FROM old_rows"
_GONE = [("gone", "bigint[]")]


PROBLEM_TRIGGERS = [
    after("count_insert", pgtrigger.Insert, _count(_PLUS), _GONE, new="new_rows"),
    after(
        "count_update",
        pgtrigger.Update,
        _count(f"{_PLUS} UNION ALL {_MINUS}"),
        _GONE,
        old="old_rows",
        new="new_rows",
    ),
    after("count_delete", pgtrigger.Delete, _count(_MINUS), _GONE, old="old_rows"),
]

# Declared on a proxy of the register: this room follows it, the register knows nothing of it. Only the
# new rows are read; joining both transition tables turns quadratic (ecosystem notes).
PROBLEMS_FOLLOW = after(
    "problems_follow",
    pgtrigger.Update,
    """
    UPDATE inspections_problem p SET area_id = n.area_id, grade = n.grade, revision = p.revision + 1
    FROM new_rows n
    WHERE p.entity_id = n.id AND p.clock_at IS NOT NULL
      AND (p.area_id <> n.area_id OR p.grade <> n.grade);
    RETURN NULL;
    """,
    new="new_rows",
)
