"""The list of uploads, taking a file, and the page of one upload in whatever state it is."""

import hashlib
import uuid

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from entities.enums import Stage, UploadChannel, UploadMode, UploadState
from entities.ledger.pulse import worker_state
from entities.queries.uploads import upload_areas
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.ledger import shown
from jiamusi_foodsafety.kit.middleware import client_address

from ... import tasks
from ...ledger import uploads
from ...ledger.columns import COLUMNS
from ...ledger.job import remembered
from ...queries import cadre_uploads as queries
from .review import review_page
from .shared import IMPORT, PAGES, columns_page, crumbs, upload_or_404


@require_GET
@require(IMPORT)
def upload_list(request):
    state = request.GET.get("state", "")
    state = state if state in UploadState.values else ""
    before, after = _key_of(request, "before"), _key_of(request, "after")
    rows, previous, following = queries.uploads(
        user=request.user, state=state, before=before, after=after
    )
    params = f"&state={state}" if state else ""
    return render(
        request,
        "ledger/upload_list.html",
        {
            "pages": PAGES,
            "crumbs": crumbs(),
            "may_apply": True,
            "uploads": rows,
            "state": state,
            "states": UploadState.choices,
            "is_filtered": bool(state or before or after),
            "areas": upload_areas(user=request.user),
            "key": uuid.uuid4().hex,
            "worker": worker_state(at=timezone.now()),
            "previous_url": f"?after={previous}{params}" if previous else "",
            "next_url": f"?before={following}{params}" if following else "",
        },
    )


def _key_of(request, name):
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 18 else None


@require_POST
@require(IMPORT)
@limited("upload", limit=60)
def upload_create(request):
    areas = {area.pk: area for area in upload_areas(user=request.user)}
    area = areas.get(request.POST.get("area", "")) or next(iter(areas.values()), None)
    file = request.FILES.get("file")
    if file is None or area is None:
        wanted = "请先选择名册文件，再按“上传名册”。"
        messages.error(request, wanted if area else "账号没有县(市、区)属地，不能上传名册。")
        return redirect(PAGES.list)
    mode = request.POST.get("mode", "")
    mode = mode if mode in UploadMode.values else UploadMode.PARTIAL
    try:
        upload = uploads.LIFE.accept(
            source=file.file,
            filename=file.name,
            area=area,
            by=request.user,
            channel=UploadChannel.PAGE,
            mode=mode,
            at=timezone.now(),
            idempotency_key=_once(request, file, mode, area),
            address=client_address(request),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(PAGES.list)
    if upload.state == UploadState.QUEUED:
        tasks.ring_upload(upload.pk)
    return redirect(PAGES.detail, upload.pk)


def _once(request, file, mode, area):
    """The form's key: pressing twice uploads once. Another file, sent from the same form after going
    back, is another upload."""
    key = request.POST.get("key", "")
    if not (len(key) == 32 and key.isalnum()):
        return None
    what = f"{file.name}|{file.size}|{mode}|{area.pk}".encode()
    return f"page-{key}-{hashlib.blake2s(what, digest_size=8).hexdigest()}"


@require_GET
@require(IMPORT)
def upload_detail(request, pk):
    upload = upload_or_404(request, pk)
    if not upload.is_finished:
        context = _progress(upload) | {
            "crumbs": crumbs(upload),
            "uploads": queries.recent_uploads(user=request.user),
            "may_apply": True,
        }
        return render(request, "ledger/upload_progress.html", context)
    if upload.state == UploadState.REFUSED:
        sheets = shown.sheets_read(upload)
        context = {"upload": upload, "crumbs": crumbs(upload), "sheets": sheets}
        return render(request, "ledger/upload_refused.html", context)
    if upload.state == UploadState.COLUMNS or request.GET.get("show") == "columns":
        return columns_page(request, upload)
    return review_page(request, upload)


def _progress(upload):
    now = timezone.now()
    began = upload.confirmed_at or upload.created_at
    is_queued = upload.state == UploadState.QUEUED
    return {
        "upload": upload,
        "stages": shown.stages(upload),
        "worker": worker_state(at=now),
        "is_queued": is_queued,
        "is_counted": upload.stage == Stage.CHECK and bool(upload.progress.get("total")),
        "place": queries.waiting_before(upload) if is_queued else 0,
        "elapsed": max(0, int((now - began).total_seconds())),
        "matched": shown.recognised(upload, COLUMNS, remembered(upload.area_id)),
        "sheets": shown.sheets_read(upload),
    }


@require_GET
@require(IMPORT)
def upload_progress(request, pk):
    upload = upload_or_404(request, pk)
    response = render(request, "ledger/_progress.html", _progress(upload))
    if upload.is_finished:
        response["HX-Refresh"] = "true"
    return response
