"""The child's job: what it needs of the database, as plain data."""

from dataclasses import asdict

from django.utils import timezone

from entities.ledger.job import ASKING, area_rows, limits

from ..models import CadreColumnChoice, CadreUpload


def child_job(upload: CadreUpload, *, path: str, findings_path: str) -> dict:
    """The job of `responsibility.ledger.parse` for this upload (see the kit's parse for the keys)."""
    return {
        "path": path,
        "filename": upload.filename,
        "findings_path": findings_path,
        "areas": area_rows(upload.area_id[:4]),
        "caller": upload.area_id,
        "choices": {**remembered(upload.area_id), **upload.choices},
        "today": timezone.localdate().isoformat(),
        "limits": asdict(limits()),
        "require_choice": upload.channel in ASKING,
    }


def remembered(area_code: str) -> dict[str, str]:
    """The county's remembered answers: heading → field."""
    return dict(CadreColumnChoice.objects.filter(area=area_code).values_list("heading", "field"))
