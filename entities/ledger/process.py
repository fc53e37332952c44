"""The work on an entity ledger's upload: the kit's, with this room's models, comparison and writing."""

from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.ledger.lease import LeaseLost, release
from jiamusi_foodsafety.kit.ledger.work import LedgerWork

from ..models import LedgerFinding, LedgerMissing, LedgerRow, LedgerUpload
from . import apply, followers
from .compare import compare, refresh_statistics
from .headers import HEADINGS
from .job import child_job
from .staging import STAGED_FIELDS

__all__ = ["LeaseLost", "release", "upload_work"]


class EntityWork(LedgerWork):
    upload_model = LedgerUpload
    row_model = LedgerRow
    finding_model = LedgerFinding
    other_models = (LedgerMissing,)
    staged_fields = STAGED_FIELDS
    child_module = "entities.ledger.parse"
    meaning = HEADINGS
    written_name = "名录"

    def job(self, upload, *, path, findings_path):
        return child_job(upload, path=path, findings_path=findings_path)

    def prepare(self):
        refresh_statistics()

    def compare(self, upload, *, result):
        return compare(upload, headings=result["columns"])

    def write(self, upload):
        counts = apply.write(upload, columns=upload.columns, by_id=upload.confirmed_by_id)
        followers.apply(upload, by=upload.confirmed_by)
        return counts

    def tell_audit(self, upload, **what):
        audit(
            object_type="ledgerupload", object_id=upload.reference, area_code=upload.area_id, **what
        )


upload_work = EntityWork().run
