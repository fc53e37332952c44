"""What the pages of coverage, bonds and plans share."""

import tempfile

from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.queries import home_place, place_of
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.middleware import client_address

from ...exports.cadres import file_name

VIEW = "responsibility.view_assignment"
ASSIGN = "responsibility.assign_entity"
EXPORT = "entities.export_entity"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 8 * 1024 * 1024


def place_or_404(request, code):
    """The area that the page is about: `code`, or without one the user's own."""
    place = place_of(user=request.user, code=code) if code else home_place(user=request.user)
    if place is None:
        raise Http404
    return place


def board_url(code=""):
    return reverse("responsibility:coverage") + (f"?area={code}" if code else "")


def crumbs_of(place, *, last=""):
    """From the first area that the reader may open down to this one."""
    above = [area for area in place.ancestors if area.is_open]
    found = [{"label": area.name, "url": board_url(area.code)} for area in above]
    if last:
        found.append({"label": place.name, "url": board_url(place.code)})
    return [{"label": "包保分配", "url": board_url()}, *found] if found or last else []


def workbook(request, write, *, what, scope, detail=None, object_type="assignment"):
    """The file that `write(target)` makes, as a download that is written down in the audit log."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    write(file)
    file.seek(0)
    who, now = request.user.get_full_name(), timezone.localtime()
    name = file_name(what, scope=scope, who=who, at=now)
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        address=client_address(request),
        object_type=object_type,
        detail={"file": name, "query": request.GET.urlencode()[:500], **(detail or {})},
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
