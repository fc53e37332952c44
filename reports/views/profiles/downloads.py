"""A template's table as a file, recorded."""

import tempfile

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.utils import timezone
from django.views.decorators.http import require_POST

from entities.queries.export import sees_phones
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.queries import place_of
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import ProfileFormat
from ...exports.profiles import ENDINGS, TYPES, write_profile
from ...queries.profiles.rows import profile_rows
from ...queries.profiles.shown import may_export
from ...services.profiles import export_recorded
from ..downloads import IN_MEMORY
from .pages import VIEW, profile_or_404


@require_POST
@require(VIEW)
@limited("profile-export", limit=10)
def profile_export(request, pk):
    profile, now = profile_or_404(request, pk), timezone.now()
    if not may_export(user=request.user, kind=profile.kind):
        raise PermissionDenied
    format = request.POST.get("format", "")
    format = format if format in ProfileFormat.values else profile.format
    area = request.POST.get("area", "")
    if area and place_of(user=request.user, code=area) is None:
        raise Http404
    found = profile_rows(
        user=request.user, kind=profile.kind, filters=profile.filters, area=area,
        on=timezone.localdate(now),
    )  # fmt: skip
    with_phones = sees_phones(request.user)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    rows = write_profile(
        found, profile=profile, format=format, with_phones=with_phones, target=file
    )
    file.seek(0)
    ending = ENDINGS[format]
    safe = "".join(c for c in f"{profile.name}_{request.user.get_full_name()}" if c.isalnum() or c in "_-（）")  # fmt: skip
    name = f"{safe}_{timezone.localtime(now):%Y%m%d-%H%M%S}.{ending}"
    export_recorded(
        actor=request.user, profile=profile, area=area, format=format, rows=rows,
        with_phones=with_phones, at=now, file=name, address=client_address(request),
    )  # fmt: skip
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[ending])
