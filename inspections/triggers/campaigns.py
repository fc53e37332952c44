"""Counters of campaigns: how many visits, problems, tasks and rounds carry each, by area."""

import pgtrigger

_KEY = "campaign_id, area_id, kind"


def _count(name, operation, source, **tables):
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),
        func=f"""
            INSERT INTO inspections_campaigntally AS t ({_KEY}, total)
            SELECT {_KEY}, sum(sign)::int FROM ({source}) AS delta
            GROUP BY {_KEY} HAVING sum(sign) <> 0 ORDER BY {_KEY}
            ON CONFLICT ({_KEY}) DO UPDATE SET total = t.total + excluded.total;
            RETURN NULL;
        """,
    )


_PLUS = f"SELECT {_KEY}, 1 AS sign FROM new_rows WHERE is_active"
_MINUS = f"SELECT {_KEY}, -1 AS sign FROM old_rows WHERE is_active"

CAMPAIGN_TRIGGERS = [
    _count("count_insert", pgtrigger.Insert, _PLUS, new="new_rows"),
    _count(
        "count_update",
        pgtrigger.Update,
        f"{_PLUS} UNION ALL {_MINUS}",
        old="old_rows",
        new="new_rows",
    ),
    _count("count_delete", pgtrigger.Delete, _MINUS, old="old_rows"),
]
