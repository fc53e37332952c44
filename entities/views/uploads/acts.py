"""Decisions on an upload: 换证, confirm, give up, undo, propose what a whole ledger lacks."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.middleware import client_address

from ... import tasks
from ...enums import ProposalSource, Status, UploadState
from ...ledger import uploads
from ...ledger.undo import undo_preview
from ...queries import upload_review as queries
from ...services import screening
from .shared import act, crumbs, upload_or_404


@require_POST
@require("entities.upload_ledger")
def upload_renewals(request, pk):
    upload = upload_or_404(request, pk)
    choices = {
        int(name.removeprefix("row-")): value
        for name, value in request.POST.items()
        if name.startswith("row-")
        and name[4:].isdecimal()
        and len(name) < 14
        and value in {"", "new", "renew"}
    }

    def step(upload):
        uploads.renewals_choose(
            upload=upload, choices=choices, by=request.user, address=client_address(request)
        )

    return act(request, upload, step, "换证的选择已保存，确认写入时生效。")


@require_POST
@require("entities.apply_ledger")
def upload_confirm(request, pk):
    upload = upload_or_404(request, pk)

    def step(upload):
        uploads.upload_confirm(
            upload=upload,
            by=request.user,
            at=timezone.now(),
            is_sure=request.POST.get("sure") == "1",
            address=client_address(request),
        )
        tasks.ring(upload.pk)

    return act(request, upload, step)


@require_POST
@require("entities.upload_ledger")
def upload_discard(request, pk):
    upload = upload_or_404(request, pk)

    def step(upload):
        uploads.upload_discard(upload=upload, by=request.user, address=client_address(request))

    return act(request, upload, step, "已放弃本次上传，名录没有改动。")


@require_http_methods(["GET", "POST"])
@require("entities.apply_ledger")
def upload_undo(request, pk):
    """GET asks (without script, or from the list); POST does it."""
    upload = upload_or_404(request, pk)
    if request.method == "GET":
        if upload.state != UploadState.APPLIED:
            return redirect("entities:upload-detail", upload.pk)
        return render(
            request,
            "ledger/upload_undo.html",
            {"upload": upload, "crumbs": crumbs(upload), "undo": undo_preview(upload)},
        )

    def step(upload):
        done = uploads.upload_undo(
            upload=upload, by=request.user, at=timezone.now(), address=client_address(request)
        )
        messages.success(request, f"已撤销，恢复 {done.restored:,} 家。")

    return act(request, upload, step)


@require_POST
@require("entities.propose_screening")
def upload_propose_missing(request, pk):
    upload = upload_or_404(request, pk)

    def step(upload):
        if upload.state not in {UploadState.REVIEW, UploadState.APPLIED}:
            raise uploads.UploadStateError("这份台账已不能再提请筛除。请从主体名录提请。")
        counts = screening.screening_propose(
            actor=request.user,
            entities=queries.missing_all(user=request.user, upload=upload),
            status_to=Status.CLOSED,
            reason=f"全量台账 {upload.reference} 中没有这一家",
            source=ProposalSource.MISSING,
            upload=upload,
            address=client_address(request),
        )
        messages.success(request, f"已提请筛除 {counts['made']:,} 家，等待县局复核。")

    return act(request, upload, step)
