"""A paper of the library is taken out of use, and back; nothing is deleted."""

import pghistory
from django.db import transaction

from ..models import Document
from .records import RecordError, tell


@transaction.atomic
def document_retire(
    *, actor, document: Document, is_active: bool, address: str | None = None
) -> Document:
    """Take a paper out of use, or bring it back. Raises RecordError when somebody did so already."""
    row = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if row.is_active == is_active:
        raise RecordError("刚有人改过这份文件的状态，请看最新情况。")
    row.is_active = is_active
    row.revision += 1
    with pghistory.context(user=actor.pk, via="edit"):
        row.save(update_fields=["is_active", "revision"])
    tell(actor, row, {"act": "restore" if is_active else "retire"}, address)
    return row
