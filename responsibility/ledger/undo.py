"""Undo of a whole upload from the history: whom it changed goes back, whom it took in is withdrawn."""

import datetime

import pghistory
from django.db import connection
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import User

from ..enums import LeaveReason
from ..models import Cadre, CadreUpload
from ..services.cadre_lines import LineBook
from .apply import lock_units

# What he is, and whose account: that is not the ledger's.
_KEPT = {"id", "user_id", "created_at", "updated_at", "revision"}
RESTORED = tuple(field.column for field in Cadre._meta.concrete_fields if field.column not in _KEPT)

# The upload's events with the state before. Untouched = nobody wrote the cadre since (revision), nobody
# stands where he would come back to, and who was taken in holds nothing yet.
WRITTEN = """
SELECT w.pgh_obj_id AS cadre_id, p.pgh_id AS before_id,
       p.pgh_id IS NULL OR p.leave_reason = 'withdrawn' AND NOT p.is_in_post AS is_created,
       c.revision = w.revision
       AND CASE WHEN p.pgh_id IS NULL OR p.leave_reason = 'withdrawn' AND NOT p.is_in_post
           THEN c.user_id IS NULL AND NOT EXISTS (
                SELECT 1 FROM responsibility_assignment b WHERE b.cadre_id = c.id AND b.to_on IS NULL)
           ELSE NOT p.is_in_post OR NOT EXISTS (
                SELECT 1 FROM responsibility_cadre o
                WHERE o.is_in_post AND o.id <> c.id AND o.area_id = p.area_id AND o.level = p.level
                  AND o.name = p.name AND o.phone = p.phone) END AS is_untouched
FROM responsibility_cadreevent w
JOIN responsibility_cadre c ON c.id = w.pgh_obj_id
LEFT JOIN LATERAL (
    SELECT * FROM responsibility_cadreevent b
    WHERE b.pgh_obj_id = w.pgh_obj_id AND b.pgh_id < w.pgh_id
    ORDER BY b.pgh_id DESC LIMIT 1) AS p ON true
WHERE w.pgh_context_id = %(context)s
"""
UNDOABLE = f"CREATE TEMPORARY TABLE cadre_undo ON COMMIT DROP AS {WRITTEN}"

# The day after the last on which he may have been in post: never before he began.
WITHDRAW = f"""
UPDATE responsibility_cadre c
SET is_in_post = false, in_post_to = greatest(c.in_post_from, %(today)s),
    leave_reason = '{LeaveReason.WITHDRAWN}'
FROM cadre_undo u WHERE u.cadre_id = c.id AND u.is_created AND u.is_untouched
"""

RESTORE = """
UPDATE responsibility_cadre AS c SET {assignments}
FROM cadre_undo u JOIN responsibility_cadreevent p ON p.pgh_id = u.before_id
WHERE u.cadre_id = c.id AND NOT u.is_created AND u.is_untouched
""".format(assignments=", ".join(f"{column} = p.{column}" for column in RESTORED))


def undo_preview(upload: CadreUpload) -> dict:
    """What an undo would do now, in 人: {withdrawn, restored, kept}. Reads only."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FILTER (WHERE is_created AND is_untouched),
                       count(*) FILTER (WHERE NOT is_created AND is_untouched),
                       count(*) FILTER (WHERE NOT is_untouched)
                FROM ({WRITTEN}) AS written""",
            {"context": upload.written_context},
        )
        return dict(zip(("withdrawn", "restored", "kept"), cursor.fetchone(), strict=True))


def undo_rows(upload: CadreUpload, *, by_id: int | None) -> dict:
    """Undo the upload's writing; gives {restored, kept, undone_context}. Cadres whom somebody changed since,
    and new ones who hold businesses by now, are kept. Must run in a transaction that holds the upload's row."""
    at = timezone.now()
    today: datetime.date = timezone.localdate(at)
    params = {"context": upload.written_context, "today": today}
    context = pghistory.context(user=by_id, cadre_upload=upload.pk, via="undo")
    with context as tracked, connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT left(c.area_id, 6) FROM responsibility_cadreevent w
               JOIN responsibility_cadre c ON c.id = w.pgh_obj_id
               WHERE w.pgh_context_id = %(context)s""",
            params,
        )
        lock_units(cursor, [code for (code,) in cursor.fetchall()])
        cursor.execute(
            """SELECT c.id FROM responsibility_cadre c WHERE c.id IN (
                   SELECT pgh_obj_id FROM responsibility_cadreevent WHERE pgh_context_id = %(context)s)
               ORDER BY c.id FOR NO KEY UPDATE""",
            params,
        )
        cursor.execute(UNDOABLE, params)
        cursor.execute("SELECT cadre_id FROM cadre_undo WHERE is_untouched")
        lines = LineBook(note=f"撤销名册 {upload.reference}", on=today)
        lines.remember(Cadre.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]))
        cursor.execute(WITHDRAW, params)
        restored = cursor.rowcount
        cursor.execute(RESTORE)
        restored += cursor.rowcount
        cursor.execute("SELECT count(*) FROM cadre_undo WHERE NOT is_untouched")
        (kept,) = cursor.fetchone()
        cursor.execute("DROP TABLE cadre_undo")
        lines.compare()
        lines.record(by=User.objects.filter(pk=by_id).first(), at=at)
    return {"restored": restored, "kept": kept, "undone_context": tracked.id}
