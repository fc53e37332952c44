"""What the pages of a cadre ledger have in common."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.ledger import shown

from ...ledger.columns import COLUMNS
from ...ledger.job import remembered
from ...models import CadreUpload
from ...queries import cadre_uploads as queries

IMPORT = "responsibility.import_cadre"
PAGES = CadreUpload.pages
TITLES = {
    "columns": "选择列",
    "review": "核对后写入",
    "applied": "写入结果",
    "undone": "写入已撤销",
    "discarded": "已放弃的上传",
    "refused": "整份未收",
}


def upload_or_404(request, pk):
    upload = queries.upload_of(user=request.user, pk=pk)
    if upload is None:
        raise Http404
    return upload


def crumbs(upload=None):
    path = [{"label": "包保干部", "url": reverse("responsibility:cadre-list")}]
    if upload is None:
        return [*path, {"label": PAGES.title, "url": ""}]
    return [
        *path,
        {"label": PAGES.title, "url": reverse(PAGES.list)},
        {"label": upload.reference, "url": ""},
    ]


def act(request, upload, step, done=""):
    """Run one step of the upload; a refusal is shown as its sentence, never as an error page."""
    try:
        step(upload)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if done:
            messages.success(request, done)
    return redirect(PAGES.detail, upload.pk)


def headings_of(upload, picked):
    """All headings of the ledger with what is chosen for each now."""
    return shown.headings(upload, picked, COLUMNS, remembered(upload.area_id))


def columns_page(request, upload, *, picked=None, problems=(), status=200):
    headings = headings_of(upload, picked or {})
    is_open = upload.state in {"columns", "review"}
    return render(
        request,
        "ledger/upload_columns.html",
        {
            "upload": upload,
            "crumbs": crumbs(upload),
            "title": TITLES["columns"] if is_open else "列对应",
            "stages": shown.stages(upload),
            "is_open": is_open,
            "is_asked": upload.state == "columns",
            "asked": [item for item in headings if item["state"] != "matched"],
            "matched": [item for item in headings if item["state"] == "matched"],
            "fields": COLUMNS,
            "wanted": shown.wanted(upload, COLUMNS),
            "problems": problems,
            "remember": request.POST.get("remember", "1") == "1",
        },
        status=status,
    )
