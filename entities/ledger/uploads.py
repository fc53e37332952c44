"""The life of an entity ledger's upload: the kit's, and the choice of 换证."""

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.ledger.files import UploadDenied, safe_filename
from jiamusi_foodsafety.kit.ledger.life import UploadLife, UploadStateError, expect

from ..enums import RowAction, UploadMode, UploadState
from ..models import ColumnChoice, LedgerUpload
from . import followers
from .columns import COLUMNS
from .undo import undo_rows

__all__ = [
    "UploadDenied",
    "UploadStateError",
    "asks_twice",
    "columns_choose",
    "missing_share",
    "renewals_choose",
    "safe_filename",
    "upload_accept",
    "upload_confirm",
    "upload_discard",
    "upload_undo",
]


def missing_share(upload: LedgerUpload) -> float:
    """Which part of the register the whole ledger would miss, in percent (0 for 增量)."""
    known = upload.missing + upload.unchanged + upload.changed + upload.renewals
    return 100 * upload.missing / known if upload.mode == UploadMode.FULL and known else 0.0


def asks_twice(upload: LedgerUpload) -> bool:
    """Whether so much would be missing that the page asks twice (LEDGER_MISSING_ALARM_PERCENT)."""
    return missing_share(upload) > settings.LEDGER_MISSING_ALARM_PERCENT


class EntityLife(UploadLife):
    model = LedgerUpload
    choice_model = ColumnChoice
    columns = COLUMNS
    written_name = "名录"

    def tell_audit(self, upload, **what):
        audit(
            object_type="ledgerupload", object_id=upload.reference, area_code=upload.area_id, **what
        )

    def undo_rows(self, upload, *, by_id):
        return undo_rows(upload, by_id=by_id)

    def after_undo(self, upload, *, by):
        followers.undo(upload, by=by)

    def doubt(self, upload):
        if not asks_twice(upload):
            return ""
        return (
            f"名录中有 {upload.missing} 家不在这份全量台账里，占 {missing_share(upload):.1f}%。"
            "请先核对是不是整个县的台账，再勾选“已核对”后写入。"
        )


LIFE = EntityLife()
upload_accept = LIFE.accept
columns_choose = LIFE.choose_columns
upload_confirm = LIFE.confirm
upload_discard = LIFE.discard
upload_undo = LIFE.undo


@transaction.atomic
def renewals_choose(
    *, upload: LedgerUpload, choices: dict[int, str], by, address: str | None = None
) -> int:
    """Decide 换证 offers: row index → "renew", "new" (another licence) or "" (write nothing)."""
    upload = LIFE.locked(upload)
    expect(upload, {UploadState.REVIEW}, "现在不能再选换证")
    changed = 0
    for choice in ("renew", "new", ""):
        indexes = [index for index, picked in choices.items() if picked == choice]
        changed += upload.ledger_rows.filter(
            index__in=indexes, action=RowAction.RENEWAL, is_refused=False
        ).update(choice=choice)
    twice = upload.ledger_rows.filter(action=RowAction.RENEWAL, choice="renew").values("entity_id")
    if twice.annotate(rows=Count("pk")).filter(rows__gt=1).exists():
        raise UploadStateError(
            "同一家主体只能由一行换证。请只勾选其中一行，另一行选“另一张证”或不写入。"
        )
    audit(
        actor=by, action=AuditAction.CHANGE, address=address, object_type="ledgerupload",
        object_id=upload.reference, area_code=upload.area_id,
        detail={"renewals": {str(index): choice for index, choice in choices.items()}},
    )  # fmt: skip
    return changed
