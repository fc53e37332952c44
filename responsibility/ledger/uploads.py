"""The life of a cadre ledger's upload: the kit's."""

from django.conf import settings

from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.ledger.life import UploadLife

from ..models import CadreColumnChoice, CadreUpload
from .columns import COLUMNS
from .undo import undo_rows


def missing_share(upload: CadreUpload) -> float:
    """Which part of the cadres in post the whole ledger would miss, in percent (0 for 增量)."""
    known = upload.missing + upload.unchanged + upload.changed
    return 100 * upload.missing / known if upload.mode == "full" and known else 0.0


def asks_twice(upload: CadreUpload) -> bool:
    """Whether so many would be missing that the page asks twice (LEDGER_MISSING_ALARM_PERCENT)."""
    return missing_share(upload) > settings.LEDGER_MISSING_ALARM_PERCENT


class CadreLife(UploadLife):
    model = CadreUpload
    choice_model = CadreColumnChoice
    columns = COLUMNS
    written_name = "干部名册"
    mark = "G"

    def tell_audit(self, upload, **what):
        audit(
            object_type="cadreupload", object_id=upload.reference, area_code=upload.area_id, **what
        )

    def undo_rows(self, upload, *, by_id):
        return undo_rows(upload, by_id=by_id)

    def doubt(self, upload):
        if not asks_twice(upload):
            return ""
        return (
            f"在岗干部中有 {upload.missing} 人不在这份全量名册里，占 {missing_share(upload):.1f}%。"
            "请先核对是不是完整的名册，再勾选“已核对”后写入。"
        )


LIFE = CadreLife()
