"""Undo of a whole upload from the history: what it changed goes back, what it created is withdrawn."""

import pghistory
from django.db import connection

from ..enums import ProposalState, Status
from ..models import Entity, LedgerUpload
from .apply import lock_counties

# Columns that a restoring copies back from the earlier event.
RESTORED = tuple(
    field.column
    for field in Entity._meta.concrete_fields
    if field.column not in {"id", "created_at", "updated_at", "revision"}
)

# The upload's events, with the state before. Untouched = nobody wrote the entity since (revision).
UNDOABLE = """
CREATE TEMPORARY TABLE ledger_undo ON COMMIT DROP AS
SELECT w.pgh_obj_id AS entity_id, w.pgh_id AS event_id, w.pgh_label = 'insert' AS is_created,
       e.revision = w.revision AS is_untouched, left(e.area_id, 6) AS county,
       (SELECT p.pgh_id FROM entities_entityevent p
        WHERE p.pgh_obj_id = w.pgh_obj_id AND p.pgh_id < w.pgh_id
        ORDER BY p.pgh_id DESC LIMIT 1) AS before_id
FROM entities_entityevent w
JOIN entities_entity e ON e.id = w.pgh_obj_id
WHERE w.pgh_context_id = %(context)s
"""

WITHDRAW_CREATED = f"""
UPDATE entities_entity AS e SET status = '{Status.WITHDRAWN}'
FROM ledger_undo u WHERE u.entity_id = e.id AND u.is_created AND u.is_untouched
"""

RESTORE_CHANGED = """
UPDATE entities_entity AS e SET {assignments}
FROM ledger_undo u JOIN entities_entityevent p ON p.pgh_id = u.before_id
WHERE u.entity_id = e.id AND NOT u.is_created AND u.is_untouched
""".format(assignments=", ".join(f"{column} = p.{column}" for column in RESTORED))

CLOSE_PROPOSALS = f"""
UPDATE entities_proposal SET state = '{ProposalState.WITHDRAWN}', decision_note = '台账写入已撤销',
       decided_by_id = %(by)s, decided_at = statement_timestamp()
WHERE upload_id = %(upload)s AND state = '{ProposalState.PROPOSED}'
"""


def undo_rows(upload: LedgerUpload, *, by_id: int | None) -> dict:
    """Undo the upload's writing; gives {restored, kept, undone_context}. Rows that somebody wrote since
    are kept. Must run in a transaction that holds the upload's row."""
    params = {"context": upload.written_context, "upload": upload.pk, "by": by_id}
    context = pghistory.context(user=by_id, upload=upload.pk, via="undo")
    with context as tracked, connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT left(e.area_id, 6) FROM entities_entityevent w
               JOIN entities_entity e ON e.id = w.pgh_obj_id WHERE w.pgh_context_id = %(context)s""",
            params,
        )
        lock_counties(cursor, [code for (code,) in cursor.fetchall()])
        cursor.execute(
            """SELECT e.id FROM entities_entity e WHERE e.id IN (
                   SELECT pgh_obj_id FROM entities_entityevent WHERE pgh_context_id = %(context)s)
               ORDER BY e.id FOR UPDATE OF e""",
            params,
        )
        cursor.execute("DROP TABLE IF EXISTS ledger_undo")
        cursor.execute(UNDOABLE, params)
        cursor.execute("ANALYZE ledger_undo")
        cursor.execute(WITHDRAW_CREATED)
        restored = cursor.rowcount
        cursor.execute(RESTORE_CHANGED)
        restored += cursor.rowcount
        cursor.execute(CLOSE_PROPOSALS, params)
        cursor.execute("SELECT count(*) FROM ledger_undo WHERE NOT is_untouched")
        (kept,) = cursor.fetchone()
        cursor.execute("DROP TABLE ledger_undo")
    return {"restored": restored, "kept": kept, "undone_context": tracked.id}
