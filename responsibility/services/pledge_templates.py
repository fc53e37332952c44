"""The office's own 承诺书 templates: tried before they are accepted."""

from django.core.files.base import ContentFile
from django.db import transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit

from ..enums import CadreLevel
from ..models import PledgeTemplate


@transaction.atomic
def template_use(*, level: str, name: str, data: bytes, actor, address=None) -> PledgeTemplate:
    """From now on new pledges of this level are made from this .docx; earlier ones keep theirs. The caller has
    tried it (documents.pledges.try_template)."""
    PledgeTemplate.objects.filter(level=level, is_active=True).update(is_active=False)
    made = PledgeTemplate(
        level=level, name=f"{CadreLevel(level).label}承诺书模板", file_name=name[-200:],
        uploaded_by=actor,
    )  # fmt: skip
    made.file.save(name, ContentFile(data), save=False)
    made.save()
    _told(actor, address, made.level, "use")
    return made


@transaction.atomic
def template_drop(*, level: str, actor, address=None) -> int:
    """Go back to the product's example for this level; how many templates were in use (0 or 1)."""
    dropped = PledgeTemplate.objects.filter(level=level, is_active=True).update(is_active=False)
    if dropped:
        _told(actor, address, level, "drop")
    return dropped


def _told(actor, address, level, act):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="pledgetemplate",
        object_id=level, detail={"act": act},
    )  # fmt: skip
