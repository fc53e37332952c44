"""The child's job: what it needs of the database, as plain data."""

from dataclasses import asdict

from django.conf import settings
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import Area, AreaAlias
from jiamusi_foodsafety.kit.workbook.limits import Limits

from ..enums import UploadChannel
from ..models import Category, ColumnChoice, LedgerUpload
from .vocabulary import STATUSES

# Doors where a person can be asked which column is which; the command cannot ask.
ASKING = {UploadChannel.PAGE, UploadChannel.ADMIN, UploadChannel.API}


def limits() -> Limits:
    """The limits of a file, from the settings."""
    return Limits(
        file_bytes=settings.LEDGER_MAX_BYTES,
        unpacked_bytes=settings.LEDGER_MAX_UNPACKED_BYTES,
        ratio=settings.LEDGER_MAX_RATIO,
        rows=settings.LEDGER_MAX_ROWS,
        columns=settings.LEDGER_MAX_COLUMNS,
    )


def child_job(upload: LedgerUpload, *, path: str, findings_path: str) -> dict:
    """The job of `entities.ledger.parse` for this upload (its docstring names the keys)."""
    city = upload.area_id[:4]
    return {
        "path": path,
        "filename": upload.filename,
        "findings_path": findings_path,
        "areas": area_rows(city),
        "caller": upload.area_id,
        "choices": {**remembered(upload.area_id), **upload.choices},
        "categories": [
            list(row)
            for row in Category.objects.order_by("position").values_list("code", "name", "synonyms")
        ],
        "statuses": [list(status) for status in STATUSES],
        "today": timezone.localdate().isoformat(),
        "limits": asdict(limits()),
        "require_choice": upload.channel in ASKING,
    }


def remembered(area_code: str) -> dict[str, str]:
    """The county's remembered answers: heading → field."""
    return dict(ColumnChoice.objects.filter(area=area_code).values_list("heading", "field"))


def area_rows(city: str) -> list[list]:
    """The areas of a city as plain rows, for AreaIndex."""
    aliases = {}
    for code, *alias in AreaAlias.objects.filter(area__code__startswith=city).values_list(
        "area_id", "code", "name"
    ):
        aliases.setdefault(code, []).append(alias)
    rows = Area.objects.active().within(city).order_by("code")
    return [
        [code, name, level, kind, parent, aliases.get(code, [])]
        for code, name, level, kind, parent in rows.values_list(
            "code", "name", "level", "kind", "parent_id"
        )
    ]
