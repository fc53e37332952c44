"""Apply: write what was previewed, in one transaction, under the locks of the units concerned."""

import datetime

import pghistory
from django.db import connection, transaction

from ..enums import LeaveReason
from ..models import Cadre
from ..services.cadre_lines import LineBook
from .compare import diff_rows, match_rows
from .merging import MERGED, merged_select

# First key of the advisory locks: uploads and undo of one unit queue up behind each other.
UNIT_LOCKS = 230802

LOCK_CADRES = """
SELECT count(*) FROM (
    SELECT c.id FROM responsibility_cadre c WHERE c.id IN (SELECT cadre_id FROM cadre_match)
    ORDER BY c.id FOR NO KEY UPDATE) AS locked
"""

# The same rows once more, now under the locks: what stands here differently than previewed moved on.
RECHECK = """
CREATE TEMPORARY TABLE cadre_recheck ON COMMIT DROP AS
SELECT r.id AS row_id, d.cadre_id AS now_cadre, r.action = 'new' AS is_new,
       CASE
         WHEN d.row_id IS NOT NULL AND d.diff IS NULL AND NOT d.revives THEN 'same'
         WHEN r.action = 'new' AND m.row_id IS NULL THEN 'insert'
         WHEN r.action = 'new' AND d.revives THEN 'update'
         WHEN r.action = 'changed' AND d.cadre_id = r.cadre_id AND d.diff = r.diff THEN 'update'
         ELSE 'conflict'
       END AS act
FROM responsibility_cadrerow r
LEFT JOIN cadre_match m ON m.row_id = r.id
LEFT JOIN cadre_diff d ON d.row_id = r.id
WHERE r.upload_id = %(upload)s AND NOT r.is_refused
"""

# Another cadre in post stands where this row would put somebody of the same name and number.
COLLIDING = f"""
UPDATE cadre_recheck x SET act = 'conflict'
FROM ({merged_select()}) AS g
WHERE x.row_id = g.row_id AND x.act IN ('insert', 'update') AND g.is_in_post AND EXISTS (
    SELECT 1 FROM responsibility_cadre o
    WHERE o.is_in_post AND o.area_id = g.area_id AND o.level = g.level AND o.name = g.name
      AND o.phone = g.phone AND o.id IS DISTINCT FROM g.cadre_id)
"""

_FIELDS = ", ".join(MERGED)

INSERT = f"""
INSERT INTO responsibility_cadre ({_FIELDS}, leave_reason)
SELECT {_FIELDS}, '' FROM ({merged_select()}) AS g
WHERE row_id IN (SELECT row_id FROM cadre_recheck WHERE act = 'insert')
ORDER BY area_id, name
ON CONFLICT DO NOTHING
RETURNING id, area_id, name, level, phone
"""

# The insert met somebody taken in a moment ago.
LATE = """
UPDATE cadre_recheck x SET act = 'conflict'
FROM responsibility_cadrerow r
WHERE x.row_id = r.id AND x.act = 'insert' AND NOT EXISTS (
    SELECT 1 FROM responsibility_cadre c
    WHERE c.id = ANY(%(made)s) AND c.name = r.name AND c.area_id = r.area_id AND c.level = r.level)
"""

UPDATE = f"""
UPDATE responsibility_cadre AS c SET {", ".join(f"{field} = g.{field}" for field in MERGED)},
    leave_reason = CASE WHEN g.is_in_post OR c.leave_reason = '{LeaveReason.WITHDRAWN}'
                        THEN '' ELSE c.leave_reason END
FROM ({merged_select()}) AS g
WHERE c.id = g.cadre_id AND g.row_id IN (SELECT row_id FROM cadre_recheck WHERE act = 'update')
"""

CONFLICTS = """
UPDATE responsibility_cadrerow r SET outcome = 'conflict'
FROM cadre_recheck x WHERE x.row_id = r.id AND x.act = 'conflict'
"""


def lock_units(cursor, codes) -> None:
    """Take the units' locks, in ascending code, until the transaction ends."""
    for code in sorted(set(codes)):
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [UNIT_LOCKS, code])


def _units(cursor, upload_id):
    cursor.execute(
        """SELECT DISTINCT left(area_id, 6) FROM responsibility_cadrerow
           WHERE upload_id = %s AND NOT is_refused AND area_id IS NOT NULL""",
        [upload_id],
    )
    return [code for (code,) in cursor.fetchall()]


def write(upload, *, by, at: datetime.datetime, today: datetime.date) -> dict:
    """Write the previewed rows of the upload; rows whose cadre moved on are left out and marked. Each cadre
    taken in, moved, gone or back leaves a line in the 变更台账.

    Must run in a transaction. Gives {new, changed, unchanged, conflicts, written_context}."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("write() needs a transaction")
    params = {"upload": upload.pk, "today": today}
    context = pghistory.context(user=by.pk if by else None, cadre_upload=upload.pk, via="ledger")
    with context as tracked, connection.cursor() as cursor:
        lock_units(cursor, _units(cursor, upload.pk))
        match_rows(cursor, params)
        cursor.execute(LOCK_CADRES)
        diff_rows(cursor, params)
        cursor.execute(RECHECK, params)
        cursor.execute(COLLIDING, params)
        lines = LineBook(note=f"名册 {upload.reference}", on=today)
        written = _update(cursor, params, lines) + _insert(cursor, params, lines)
        cursor.execute(CONFLICTS)
        counts = _outcome(cursor)
        cursor.execute("DROP TABLE cadre_recheck, cadre_match, cadre_diff")
        lines.record(by=by, at=at)
    counts["written_context"] = tracked.id if written else None
    return counts


def _update(cursor, params, lines):
    """Those who change before those who come: a number given up in the file is free for another."""
    cursor.execute("SELECT now_cadre, is_new FROM cadre_recheck WHERE act = 'update'")
    acts = dict(cursor.fetchall())
    if not acts:
        return 0
    before = Cadre.objects.filter(pk__in=acts)
    lines.remember(before)
    cursor.execute(UPDATE, params)
    lines.compare(revived={pk for pk, is_new in acts.items() if is_new})
    return len(acts)


def _insert(cursor, params, lines):
    cursor.execute("SELECT count(*) FROM cadre_recheck WHERE act = 'insert'")
    (wanted,) = cursor.fetchone()
    if not wanted:
        return 0
    cursor.execute(INSERT, params)
    made = [pk for pk, *_ in cursor.fetchall()]
    lines.taken_in(made)
    if len(made) < wanted:
        cursor.execute(LATE, {"made": made})
    return len(made)


def _outcome(cursor):
    cursor.execute(
        """SELECT count(*) FILTER (WHERE act = 'insert' OR (act = 'update' AND is_new)),
                  count(*) FILTER (WHERE act = 'update' AND NOT is_new),
                  count(*) FILTER (WHERE act = 'same'),
                  count(*) FILTER (WHERE act = 'conflict')
           FROM cadre_recheck"""
    )
    return dict(zip(("new", "changed", "unchanged", "conflicts"), cursor.fetchone(), strict=True))
