"""The office's own templates of 承诺书 and 责任状: tried before they are accepted."""

from django.core.files.base import ContentFile
from django.db import transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit

from ..models.pledges import OfficeTemplate


@transaction.atomic
def template_use(
    *, model: type[OfficeTemplate], of: str, name: str, data: bytes, actor, address=None
) -> OfficeTemplate:
    """From now on new papers of this level or kind are made from this .docx; earlier pledges keep theirs. The
    caller has tried it (try_template of documents.pledges and documents.letters)."""
    model.objects.filter(**{model.of: of}, is_active=True).update(is_active=False)
    made = model(file_name=name[-200:], uploaded_by=actor, **{model.of: of})
    label = getattr(made, f"get_{model.of}_display")()
    made.name = f"{label}{model._meta.verbose_name}"[:80]
    made.file.save(name, ContentFile(data), save=False)
    made.save()
    _told(actor, address, model, of, "use")
    return made


@transaction.atomic
def template_drop(*, model: type[OfficeTemplate], of: str, actor, address=None) -> int:
    """Go back to the product's example; how many templates were in use (0 or 1)."""
    dropped = model.objects.filter(**{model.of: of}, is_active=True).update(is_active=False)
    if dropped:
        _told(actor, address, model, of, "drop")
    return dropped


def _told(actor, address, model, of, act):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address,
        object_type=model._meta.model_name, object_id=of, detail={"act": act},
    )  # fmt: skip
