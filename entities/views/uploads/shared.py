"""What the upload pages have in common."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.ledger import shown

from ...ledger.columns import COLUMNS
from ...ledger.job import remembered
from ...queries import uploads as queries

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


def may_apply(request):
    """Whether the reader may have a ledger written, and have it undone."""
    return request.user.has_perm("entities.apply_ledger")


def crumbs(upload):
    return [
        {"label": "台账上传", "url": reverse("entities:upload-list")},
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
    return redirect("entities:upload-detail", upload.pk)


def recognised(upload):
    """Which heading became which field, and why."""
    return shown.recognised(upload, COLUMNS, remembered(upload.area_id))
