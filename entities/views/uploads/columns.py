"""Which column is which: what the machine does not know for sure, a person says."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ... import tasks
from ...enums import UploadState
from ...ledger import uploads
from ...ledger.columns import BY_KEY, COLUMNS
from ...queries import uploads as queries
from .shared import TITLES, crumbs, recognised, upload_or_404

OPEN_STATES = {UploadState.COLUMNS, UploadState.REVIEW}
# "not said yet": the empty choice means "leave this column alone".
UNSAID = "?"


def columns_page(request, upload, *, picked=None, problems=(), status=200):
    headings = _headings(upload, picked or {})
    return render(
        request,
        "ledger/upload_columns.html",
        {
            "upload": upload,
            "crumbs": crumbs(upload),
            "title": TITLES["columns"] if upload.state in OPEN_STATES else "列对应",
            "stages": queries.stages(upload),
            "is_open": upload.state in OPEN_STATES,
            "is_asked": upload.state == UploadState.COLUMNS,
            "asked": [item for item in headings if item["state"] != "matched"],
            "matched": [item for item in headings if item["state"] == "matched"],
            "fields": COLUMNS,
            "wanted": _wanted(upload),
            "problems": problems,
            "remember": request.POST.get("remember", "1") == "1",
        },
        status=status,
    )


def _headings(upload, picked):
    """All headings of the ledger once, the unsure ones first, with what is chosen for each now."""
    shown = {}
    for item in upload.unsure:
        shown[item["heading"]] = _heading(item, "unsure", UNSAID)
    for item in upload.unmatched:
        shown.setdefault(item["heading"], _heading(item, "unmatched", ""))
    for item in recognised(upload):
        shown.setdefault(item["heading"], _heading(item, "matched", item["key"]))
    for heading, item in shown.items():
        item["field"] = picked.get(heading, item["field"])
    return list(shown.values())


def _heading(item, state, field):
    return {
        "heading": item["heading"],
        "state": state,
        "field": field,
        "why": item.get("why", ""),
        "samples": item.get("samples", []),
        "candidates": [BY_KEY[key] for key in item.get("candidates", []) if key in BY_KEY],
    }


@require_POST
@require("entities.upload_ledger")
def upload_columns(request, pk):
    upload = upload_or_404(request, pk)
    known = {item["heading"]: item for item in _headings(upload, {})}
    sent = zip(request.POST.getlist("heading"), request.POST.getlist("field"), strict=False)
    picked = {heading: field for heading, field in sent if heading in known}
    if not known:
        raise Http404
    problems = _problems(picked, _wanted(upload))
    if not problems:
        try:
            uploads.columns_choose(
                upload=upload,
                choices=_said(picked, known),
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


def _wanted(upload):
    """The required fields that no column was found for, as the upload's sentence names them."""
    if upload.state != UploadState.COLUMNS or not upload.code:
        return []
    names = upload.message.partition("：")[2].partition("。")[0].split("、")
    return [column for column in COLUMNS if column.heading in names]


def _problems(picked, wanted):
    """Sentences about what cannot stay as it was chosen."""
    found = []
    lacking = [column.heading for column in wanted if column.key not in picked.values()]
    if lacking:
        names = "、".join(f"“{name}”" for name in lacking)
        found.append(f"必需的{names}还没有选是哪一列。台账里真的没有，请放弃本次上传，补上后再传。")
    unsaid = [heading for heading, field in picked.items() if field == UNSAID]
    if unsaid:
        names = "、".join(f"“{heading}”" for heading in unsaid)
        found.append(f"{names} 还没有选。请选对应的字段，或选“不导入这一列”。")
    for field in {field for field in picked.values() if field in BY_KEY}:
        same = [heading for heading, other in picked.items() if other == field]
        if len(same) > 1:
            names = "、".join(f"“{heading}”" for heading in same)
            found.append(f"{names} 都选了“{BY_KEY[field].heading}”。一个字段只能对应一列，请改选。")
    return found


def _said(picked, known):
    """What a person said: the answers to questions, and what he changed of the rest."""
    return {
        heading: field
        for heading, field in picked.items()
        if known[heading]["state"] == "unsure" or field != known[heading]["field"]
    }
