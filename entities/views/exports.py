"""The register as a file."""

import tempfile

from django.http import FileResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.middleware import client_address

from ..filters import EntityConditions, selected
from ..ledger.export import FORMATS, export_name, write_register
from ..queries.entities import area_choices

# Up to this size the file stays in memory.
IN_MEMORY = 8 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@require("entities.view_entity", "entities.export_entity")
@limited("entity-export", limit=10, methods=("GET", "POST"))
def entity_export(request):
    user, now = request.user, timezone.localtime()
    format = request.GET.get("format", "xlsx")
    format = format if format in FORMATS else "xlsx"
    conditions = EntityConditions(request.GET, user=user, on=now.date())
    if request.method == "POST":
        found = selected(request.POST, request.GET, user=user, on=now.date())
    else:
        found = conditions.found()
    areas = area_choices(user=user, code=conditions.area)
    scope = next((area.name for area in areas if area.code == conditions.area), "") or (
        areas[0].name if areas else ""
    )
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    write_register(found, user=user, target=file, format=format)
    file.seek(0)
    name = export_name(scope=scope, who=user.get_full_name(), at=now, format=format)
    audit(
        actor=user,
        action=AuditAction.EXPORT,
        address=client_address(request),
        object_type="entity",
        detail={"file": name, "query": request.GET.urlencode()[:500], "format": format},
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS[format])
