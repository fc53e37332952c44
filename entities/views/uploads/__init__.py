"""Pages of the ledger pipeline: upload, follow, choose columns, review, confirm, undo."""

from .acts import (
    upload_confirm,
    upload_discard,
    upload_propose_missing,
    upload_renewals,
    upload_undo,
)
from .columns import upload_columns
from .downloads import upload_error_book, upload_file, upload_template
from .pages import upload_create, upload_detail, upload_list, upload_progress

__all__ = [
    "upload_columns",
    "upload_confirm",
    "upload_create",
    "upload_detail",
    "upload_discard",
    "upload_error_book",
    "upload_file",
    "upload_list",
    "upload_progress",
    "upload_propose_missing",
    "upload_renewals",
    "upload_template",
    "upload_undo",
]
