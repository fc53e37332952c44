"""Counters of due visits: for boards (DueTally) and for each cadre (CadreDue)."""

import pgtrigger

_KEY = "period_id, area_id, grade, level, state"
# What a cadre owes: without excused and void lines.
_OWED = "('open', 'done', 'late')"


def after(name, operation, func, declare=None, **tables):
    """A trigger of a whole statement with its transition tables."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),
        declare=declare,
        func=func,
    )


def _tally(source):
    """Add the signed lines to both counters, in key order, so that two writers never deadlock."""
    return f"""
    INSERT INTO inspections_duetally AS t ({_KEY}, total)
    SELECT {_KEY}, sum(sign)::int FROM ({source}) AS delta
    GROUP BY {_KEY} HAVING sum(sign) <> 0 ORDER BY {_KEY}
    ON CONFLICT ({_KEY}) DO UPDATE SET total = t.total + excluded.total;
    INSERT INTO inspections_cadredue AS t (period_id, cadre_id, total, done)
    SELECT period_id, cadre_id, sum(sign)::int, coalesce(sum(sign) FILTER (WHERE state = 'done'), 0)::int
    FROM ({source}) AS delta WHERE cadre_id IS NOT NULL AND state IN {_OWED}
    GROUP BY period_id, cadre_id
    HAVING sum(sign) <> 0 OR coalesce(sum(sign) FILTER (WHERE state = 'done'), 0) <> 0
    ORDER BY period_id, cadre_id
    ON CONFLICT (period_id, cadre_id) DO UPDATE SET
        total = t.total + excluded.total, done = t.done + excluded.done;
    RETURN NULL;
    """


_PLUS = f"SELECT {_KEY}, cadre_id, 1 AS sign FROM new_rows"
_MINUS = f"SELECT {_KEY}, cadre_id, -1 AS sign FROM old_rows"

DUE_TRIGGERS = [
    after("count_insert", pgtrigger.Insert, _tally(_PLUS), new="new_rows"),
    after(
        "count_update",
        pgtrigger.Update,
        _tally(f"{_PLUS} UNION ALL {_MINUS}"),
        old="old_rows",
        new="new_rows",
    ),
    after("count_delete", pgtrigger.Delete, _tally(_MINUS), old="old_rows"),
]
