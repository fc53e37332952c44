"""What a whole ledger lacks becomes proposals when somebody presses for it; never by the upload itself."""

from django.db import connection, transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit

from ..enums import OBLIGED, ProposalKind, ProposalSource, Status
from ..models import LedgerUpload

PROPOSE_MISSING = f"""
INSERT INTO entities_proposal
    (entity_id, area_id, kind, status_from, status_to, grade_from, grade_to, reason, evidence,
     evidence_name, source, upload_id, state, proposed_by_id, proposed_at, decision_note,
     sample_state, sample_note)
SELECT e.id, e.area_id, '{ProposalKind.SCREEN}', e.status, '{Status.CLOSED}', '', '',
       '全量台账中没有这一家：' || %(reference)s, '', '', '{ProposalSource.MISSING}',
       %(upload)s, 'proposed', %(by)s, statement_timestamp(), '', '', ''
FROM entities_ledgermissing m JOIN entities_entity e ON e.id = m.entity_id
WHERE m.upload_id = %(upload)s
  AND e.status IN ({", ".join(f"'{status}'" for status in OBLIGED)})
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def propose_missing(*, upload: LedgerUpload, by) -> int:
    """Propose 疑似停业未注销 for the businesses that the whole ledger lacks; those with an open proposal
    are left alone. Gives the number of new proposals."""
    with connection.cursor() as cursor:
        cursor.execute(
            PROPOSE_MISSING,
            {"upload": upload.pk, "by": by.pk if by else None, "reference": upload.reference},
        )
        count = cursor.rowcount
    audit(
        actor=by,
        action=AuditAction.REVIEW,
        object_type="ledgerupload",
        object_id=upload.reference,
        area_code=upload.area_id,
        detail={"proposed_missing": count},
    )
    return count
