"""Undo of a whole upload from the history: what it changed goes back, what it created is withdrawn."""

import pghistory
from django.db import connection

from ..enums import ProposalState, Status
from ..models import Entity, LedgerUpload
from ..services.locks import lock_counties

# Columns that a restoring copies back from the earlier event.
RESTORED = tuple(
    field.column
    for field in Entity._meta.concrete_fields
    if field.column not in {"id", "created_at", "updated_at", "revision"}
)

# The upload's events, with the state before. Untouched = nobody wrote the entity since (revision), and
# nobody registered the licence number that a 换证 had set free.
WRITTEN = """
SELECT w.pgh_obj_id AS entity_id, w.pgh_label = 'insert' AS is_created, p.pgh_id AS before_id,
       e.revision = w.revision AND (p.licence_no IS NULL OR p.licence_no = e.licence_no OR NOT EXISTS (
           SELECT 1 FROM entities_entity o
           WHERE o.licence_no = p.licence_no AND o.id <> e.id
             AND left(o.area_id, 4) = left(p.area_id, 4))) AS is_untouched
FROM entities_entityevent w
JOIN entities_entity e ON e.id = w.pgh_obj_id
LEFT JOIN LATERAL (
    SELECT pgh_id, licence_no, area_id FROM entities_entityevent b
    WHERE b.pgh_obj_id = w.pgh_obj_id AND b.pgh_id < w.pgh_id AND w.pgh_label <> 'insert'
    ORDER BY b.pgh_id DESC LIMIT 1) AS p ON true
WHERE w.pgh_context_id = %(context)s
"""
UNDOABLE = f"CREATE TEMPORARY TABLE ledger_undo ON COMMIT DROP AS {WRITTEN}"

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
WHERE state = '{ProposalState.PROPOSED}'
  AND (upload_id = %(upload)s OR entity_id IN (
      SELECT entity_id FROM ledger_undo WHERE is_created AND is_untouched))
"""


def undo_preview(upload: LedgerUpload) -> dict:
    """What an undo would do now, in 家: {withdrawn, restored, kept}. Reads only."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FILTER (WHERE is_created AND is_untouched),
                       count(*) FILTER (WHERE NOT is_created AND is_untouched),
                       count(*) FILTER (WHERE NOT is_untouched)
                FROM ({WRITTEN}) AS written""",
            {"context": upload.written_context},
        )
        return dict(zip(("withdrawn", "restored", "kept"), cursor.fetchone(), strict=True))


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
