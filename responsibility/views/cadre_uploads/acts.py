"""Decisions on an upload: which column is which, confirm, give up, undo."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from entities.enums import UploadState
from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.ledger import shown
from jiamusi_foodsafety.kit.middleware import client_address

from ... import tasks
from ...ledger import uploads
from ...ledger.columns import COLUMNS
from ...ledger.undo import undo_preview
from .shared import IMPORT, PAGES, act, columns_page, crumbs, headings_of, upload_or_404


@require_POST
@require(IMPORT)
def upload_columns(request, pk):
    upload = upload_or_404(request, pk)
    known = {item["heading"]: item for item in headings_of(upload, {})}
    sent = zip(request.POST.getlist("heading"), request.POST.getlist("field"), strict=False)
    picked = {heading: field for heading, field in sent if heading in known}
    if not known:
        raise Http404
    problems = shown.problems(picked, shown.wanted(upload, COLUMNS), COLUMNS)
    if not problems:
        try:
            uploads.LIFE.choose_columns(
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
    tasks.ring_upload(upload.pk)
    return redirect(PAGES.detail, upload.pk)


@require_POST
@require(IMPORT)
def upload_confirm(request, pk):
    upload = upload_or_404(request, pk)

    def step(upload):
        uploads.LIFE.confirm(
            upload=upload,
            by=request.user,
            at=timezone.now(),
            is_sure=request.POST.get("sure") == "1",
            address=client_address(request),
        )
        tasks.ring_upload(upload.pk)

    return act(request, upload, step)


@require_POST
@require(IMPORT)
def upload_discard(request, pk):
    upload = upload_or_404(request, pk)

    def step(upload):
        uploads.LIFE.discard(upload=upload, by=request.user, address=client_address(request))

    return act(request, upload, step, "已放弃本次上传，干部名册没有改动。")


@require_http_methods(["GET", "POST"])
@require(IMPORT)
def upload_undo(request, pk):
    """GET asks (without script, or from the list); POST does it."""
    upload = upload_or_404(request, pk)
    if request.method == "GET":
        if upload.state != UploadState.APPLIED:
            return redirect(PAGES.detail, upload.pk)
        context = {"upload": upload, "crumbs": crumbs(upload), "undo": undo_preview(upload)}
        return render(request, "ledger/upload_undo.html", context)

    def step(upload):
        done = uploads.LIFE.undo(
            upload=upload, by=request.user, at=timezone.now(), address=client_address(request)
        )
        messages.success(request, f"已撤销，恢复 {done.restored:,} 人。")

    return act(request, upload, step)
