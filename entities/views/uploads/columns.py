"""Which column is which: what the machine does not know for sure, a person says."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.ledger import shown
from jiamusi_foodsafety.kit.middleware import client_address

from ... import tasks
from ...enums import UploadState
from ...ledger import uploads
from ...ledger.columns import COLUMNS
from ...ledger.job import remembered
from .shared import TITLES, crumbs, upload_or_404

OPEN_STATES = {UploadState.COLUMNS, UploadState.REVIEW}


def columns_page(request, upload, *, picked=None, problems=(), status=200):
    headings = shown.headings(upload, picked or {}, COLUMNS, remembered(upload.area_id))
    return render(
        request,
        "ledger/upload_columns.html",
        {
            "upload": upload,
            "crumbs": crumbs(upload),
            "title": TITLES["columns"] if upload.state in OPEN_STATES else "列对应",
            "stages": shown.stages(upload),
            "is_open": upload.state in OPEN_STATES,
            "is_asked": upload.state == UploadState.COLUMNS,
            "asked": [item for item in headings if item["state"] != "matched"],
            "matched": [item for item in headings if item["state"] == "matched"],
            "fields": COLUMNS,
            "wanted": shown.wanted(upload, COLUMNS),
            "problems": problems,
            "remember": request.POST.get("remember", "1") == "1",
        },
        status=status,
    )


@require_POST
@require("entities.upload_ledger")
def upload_columns(request, pk):
    upload = upload_or_404(request, pk)
    known = {
        item["heading"]: item
        for item in shown.headings(upload, {}, COLUMNS, remembered(upload.area_id))
    }
    sent = zip(request.POST.getlist("heading"), request.POST.getlist("field"), strict=False)
    picked = {heading: field for heading, field in sent if heading in known}
    if not known:
        raise Http404
    problems = shown.problems(picked, shown.wanted(upload, COLUMNS), COLUMNS)
    if not problems:
        try:
            uploads.columns_choose(
                upload=upload,
                choices=shown.said(picked, known),
                remember=request.POST.get("remember") == "1",
                by=request.user,
                at=timezone.now(),
                address=client_address(request),
            )
        except DomainError as error:
            problems = [error.message]
    if problems:
        return columns_page(request, upload, picked=picked, problems=problems, status=422)
    tasks.ring(upload.pk)
    return redirect("entities:upload-detail", upload.pk)
