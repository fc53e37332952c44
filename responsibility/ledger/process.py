"""The work on a cadre ledger's upload: the kit's, with this room's models, comparison and writing."""

from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.ledger.work import LedgerWork

from ..models import CadreFinding, CadreMissing, CadreRow, CadreUpload
from . import apply
from .compare import compare
from .headers import HEADINGS
from .job import child_job
from .staging import STAGED_FIELDS


class CadreWork(LedgerWork):
    upload_model = CadreUpload
    row_model = CadreRow
    finding_model = CadreFinding
    other_models = (CadreMissing,)
    staged_fields = STAGED_FIELDS
    child_module = "responsibility.ledger.parse"
    meaning = HEADINGS
    written_name = "干部名册"

    def job(self, upload, *, path, findings_path):
        return child_job(upload, path=path, findings_path=findings_path)

    def compare(self, upload, *, result):
        return compare(upload, headings=result["columns"], today=timezone.localdate())

    def write(self, upload):
        at = timezone.now()
        return apply.write(upload, by=upload.confirmed_by, at=at, today=timezone.localdate(at))

    def tell_audit(self, upload, **what):
        audit(
            object_type="cadreupload", object_id=upload.reference, area_code=upload.area_id, **what
        )


upload_work = CadreWork().run
