"""The annexes of pledges: what cadres hold (附件 1) and the task list in force (附件 2), for one or for all."""

import datetime
import json
from collections.abc import Iterable

from django.db import connection

from entities.enums import OBLIGED

from ..enums import ListKind, ListState

OBLIGED_SQL = ", ".join(f"'{status.value}'" for status in OBLIGED)
_LISTED = ", ".join(f"'{state.value}'" for state in (ListState.ISSUED, ListState.SUPERSEDED))

# The list in force on the day, by level.
_TASKS = f"""
SELECT DISTINCT ON (d.level) d.level, jsonb_build_object(
    'id', d.id, 'title', d.title, 'version', d.version, 'items',
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'code', i.code, 'clause', i.clause, 'cycle', i.cycle,
        'deliverable', i.deliverable, 'mark', i.mark) ORDER BY i."order", i.id), '[]'::jsonb)
     FROM responsibility_listitem i WHERE i.document_id = d.id)) AS annex
FROM responsibility_listdocument d
WHERE d.kind = '{ListKind.TASK.value}' AND d.state IN ({_LISTED})
  AND d.effective_from <= %(on)s AND (d.effective_to IS NULL OR d.effective_to >= %(on)s)
ORDER BY d.level, d.version DESC
"""

# Which station looks after which area; the longest prefix of a business's area counts.
_STATIONS = """
SELECT l.area_id, o.name FROM jurisdiction_stationarea l
JOIN jurisdiction_station o ON o.id = l.station_id AND o.is_active
"""

# Of each cadre: cadre_id, total, annex. Businesses of 应包 alone; no telephone numbers.
ANNEX_SQL = f"""
SELECT c.id AS cadre_id, count(e.id)::int AS total, jsonb_build_object(
    'as_of', %(on)s::date, 'task_list', t.annex, 'entities',
    coalesce(jsonb_agg(jsonb_build_object(
        'id', e.id, 'name', e.name, 'credit_code', e.credit_code, 'licence_no', e.licence_no,
        'address', e.address, 'category', k.name, 'grade', e.grade,
        'legal_person', e.legal_person, 'station', coalesce(own.name, village.name, town.name, county.name), 'from_on', a.from_on
    ) ORDER BY e.area_id, e.id) FILTER (WHERE e.id IS NOT NULL), '[]'::jsonb)) AS annex
FROM responsibility_cadre c
LEFT JOIN responsibility_assignment a
    ON a.cadre_id = c.id AND a.to_on IS NULL AND a.status IN ({OBLIGED_SQL})
LEFT JOIN entities_entity e ON e.id = a.entity_id
LEFT JOIN entities_category k ON k.code = e.category_id
LEFT JOIN jurisdiction_station own ON own.id = e.station_override_id
LEFT JOIN ({_STATIONS}) village ON village.area_id = e.area_id AND length(e.area_id) = 12
LEFT JOIN ({_STATIONS}) town ON town.area_id = left(e.area_id, 9)
LEFT JOIN ({_STATIONS}) county ON county.area_id = left(e.area_id, 6)
LEFT JOIN ({_TASKS}) t ON t.level = c.level
WHERE c.id = ANY(%(cadres)s)
GROUP BY c.id, t.annex
"""


def pledge_annexes(*, cadres: Iterable[int], on: datetime.date) -> dict[int, dict]:
    """{cadre: annex} as the pledge would be frozen now: {as_of, entities: […], task_list: {…} or None}."""
    ids = sorted(set(cadres))
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(ANNEX_SQL, {"on": on, "cadres": ids})
        return {cadre: _loaded(annex) for cadre, _, annex in cursor.fetchall()}


def _loaded(value):
    return json.loads(value) if isinstance(value, str) else value
