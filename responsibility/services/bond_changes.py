"""The lines of the 变更台账 that a change of bonds leaves, written for many at once."""

import datetime

from ..enums import ChangeKind

# `pairs` gives entity_id, cadre_from_id, cadre_to_id; one of the two may be missing.
LINES = """
INSERT INTO responsibility_change
    (kind, area_id, entity_id, cadre_id, before, after, note, happened_on, recorded_at, recorded_by_id)
SELECT CASE WHEN p.cadre_from_id IS NULL THEN '{new}' WHEN p.cadre_to_id IS NULL THEN '{ended}'
            ELSE '{moved}' END,
       e.area_id, e.id, coalesce(p.cadre_to_id, p.cadre_from_id),
       coalesce(old.name, ''), coalesce(new.name, ''), %(note)s, %(on)s, %(at)s, %(by)s
FROM ({pairs}) AS p (entity_id, cadre_from_id, cadre_to_id)
JOIN entities_entity e ON e.id = p.entity_id
LEFT JOIN responsibility_cadre old ON old.id = p.cadre_from_id
LEFT JOIN responsibility_cadre new ON new.id = p.cadre_to_id
ORDER BY e.area_id, e.id
"""


def record_bond_changes(
    cursor,
    *,
    pairs: str,
    on: datetime.date,
    at: datetime.datetime,
    by_id: int | None,
    note: str = "",
    params: dict | None = None,
) -> int:
    """Write one line a business: 新增包保, 更换包保干部 or 解除包保. `pairs` is a SELECT of (business,
    cadre before, cadre after), `params` its values; the number of lines."""
    sql = LINES.format(
        pairs=pairs,
        new=ChangeKind.BOND_NEW.value,
        moved=ChangeKind.BOND_MOVED.value,
        ended=ChangeKind.BOND_ENDED.value,
    )
    cursor.execute(sql, {**(params or {}), "on": on, "at": at, "by": by_id, "note": note[:200]})
    return cursor.rowcount
