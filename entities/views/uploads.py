"""Pages of the ledger pipeline: upload, follow, choose columns, review, confirm, undo."""

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from .. import tasks
from ..enums import ProposalSource, RowAction, Status, UploadChannel, UploadMode, UploadState
from ..ledger import books, uploads
from ..ledger.columns import COLUMNS
from ..ledger.findings import BY_CODE
from ..ledger.pulse import worker_state
from ..queries import uploads as queries
from ..services import screening

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND_NAMES = {code: kind.name for code, kind in BY_CODE.items()}
# ?show= of the review page → which rows
SHOWS = {
    "new": RowAction.NEW,
    "unchanged": RowAction.UNCHANGED,
}


def _upload_or_404(request, pk):
    upload = queries.upload_of(user=request.user, pk=pk)
    if upload is None:
        raise Http404
    return upload


@require_GET
@require("entities.upload_ledger")
def upload_list(request):
    def key(name):
        value = request.GET.get(name, "")
        return int(value) if value.isdigit() and len(value) < 18 else None

    state = request.GET.get("state", "")
    rows, previous, following = queries.uploads(
        user=request.user,
        state=state if state in UploadState.values else "",
        before=key("before"),
        after=key("after"),
    )
    params = f"&state={state}" if state in UploadState.values else ""
    return render(
        request,
        "entities/upload_list.html",
        {
            "uploads": rows,
            "state": state,
            "states": UploadState.choices,
            "areas": queries.upload_areas(user=request.user),
            "key": uuid.uuid4().hex,
            "worker": worker_state(at=timezone.now()),
            "previous_url": f"?after={previous}{params}" if previous else "",
            "next_url": f"?before={following}{params}" if following else "",
        },
    )


@require_POST
@require("entities.upload_ledger")
@limited("upload", limit=60)
def upload_create(request):
    areas = {area.pk: area for area in queries.upload_areas(user=request.user)}
    area = areas.get(request.POST.get("area", "")) or next(iter(areas.values()), None)
    file = request.FILES.get("file")
    if file is None or area is None:
        messages.error(
            request,
            "请先选择台账文件，再按“上传台账”。"
            if area
            else "账号没有县(市、区)属地，不能上传台账。",
        )
        return redirect("entities:upload-list")
    mode = request.POST.get("mode", "")
    try:
        upload = uploads.upload_accept(
            source=file.file,
            filename=file.name,
            area=area,
            by=request.user,
            channel=UploadChannel.PAGE,
            mode=mode if mode in UploadMode.values else UploadMode.PARTIAL,
            at=timezone.now(),
            idempotency_key=_key(request),
            address=client_address(request),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("entities:upload-list")
    if upload.state == UploadState.QUEUED:
        tasks.ring(upload.pk)
    return redirect("entities:upload-detail", upload.pk)


def _key(request):
    key = request.POST.get("key", "")
    return f"page-{key}" if len(key) == 32 and key.isalnum() else None


@require_GET
@require("entities.upload_ledger")
def upload_detail(request, pk):
    upload = _upload_or_404(request, pk)
    if upload.state == UploadState.COLUMNS:
        return render(request, "entities/upload_columns.html", _columns_context(upload))
    if not upload.is_finished or upload.state == UploadState.REFUSED:
        return render(request, "entities/upload_progress.html", _progress_context(upload))
    return render(request, "entities/upload_review.html", _review_context(request, upload))


def _progress_context(upload):
    return {
        "upload": upload,
        "stages": queries.stages(upload),
        "worker": worker_state(at=timezone.now()),
        "place": queries.waiting_before(upload) if upload.state == UploadState.QUEUED else 0,
        "matched": _matched(upload),
    }


def _matched(upload):
    headings = {column.key: column.heading for column in COLUMNS}
    return [
        {"heading": heading, "field": headings.get(key, key)}
        for key, heading in upload.columns.items()
    ]


@require_GET
@require("entities.upload_ledger")
def upload_progress(request, pk):
    upload = _upload_or_404(request, pk)
    response = render(request, "entities/_upload_progress.html", _progress_context(upload))
    if upload.is_finished:
        response["HX-Refresh"] = "true"
    return response


def _columns_context(upload):
    offered = {item["heading"]: item for item in upload.unsure}
    for item in upload.unmatched:
        offered.setdefault(
            item["heading"], {"heading": item["heading"], "why": item.get("why", "")}
        )
    taken = set(upload.columns)
    return {
        "upload": upload,
        "stages": queries.stages(upload),
        "offered": list(offered.values()),
        "fields": [column for column in COLUMNS if column.key not in taken],
        "matched": _matched(upload),
    }


def _review_context(request, upload):
    show = request.GET.get("show", "")
    kind = request.GET.get("kind", "")
    field = request.GET.get("field", "")
    if not show:
        show = "findings" if upload.findings else "changed"
    families = queries.finding_families(upload, KIND_NAMES)
    for family in families:
        family["url"], family["current"] = (
            f"?show=findings&kind={family['key']}",
            kind == family["key"],
        )
        for item in family["kinds"]:
            item["url"], item["current"] = f"?show=findings&kind={item['key']}", kind == item["key"]
    context = {
        "upload": upload,
        "show": show,
        "kind": kind,
        "stages": queries.stages(upload),
        "families": families,
        "is_open": upload.state == UploadState.REVIEW,
        "asks_twice": uploads.asks_twice(upload),
        "missing_share": uploads.missing_share(upload),
        "conflicts": queries.conflicts(upload) if upload.conflicts else [],
        "kept": queries.kept(user=request.user, upload=upload) if upload.kept else [],
        "can_apply": request.user.has_perm("entities.apply_ledger"),
        "finding_total": sum(upload.findings.values()),
        "renewing": 0,
    }
    if show == "findings":
        context["findings"] = queries.findings(upload, kind=kind)
    elif show == "changed":
        context["fields"] = [
            {
                "label": name,
                "count": count,
                "url": f"?show=changed&field={key}",
                "current": key == field,
            }
            for key, name, count in queries.diff_fields(upload)
        ]
        context["groups"] = _linked(queries.diff_groups(upload, field=field))
        context["field"] = field
    elif show == "missing":
        context["missing"] = queries.missing(user=request.user, upload=upload)
    elif show == "renewals":
        context["renewals"] = queries.renewals(upload)
    elif show in SHOWS:
        context["rows"] = queries.rows_of(upload, action=SHOWS[show])
    if context["is_open"]:
        context["effect"] = queries.rate_effect(upload)
        context["renewing"] = queries.renewals_chosen(upload)
    return context


def _linked(groups):
    for group in groups:
        group["url"] = (
            reverse("entities:entity-detail", args=[group["entity"]]) if group["entity"] else ""
        )
    return groups


def _act(request, upload, act, done):
    """Run one step of the upload; a refusal is shown as its sentence, never as an error page."""
    try:
        act(upload)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if done:
            messages.success(request, done)
    return redirect("entities:upload-detail", upload.pk)


@require_POST
@require("entities.upload_ledger")
def upload_columns(request, pk):
    upload = _upload_or_404(request, pk)
    headings = request.POST.getlist("heading")
    fields = request.POST.getlist("field")
    choices = dict(zip(headings, fields, strict=False))

    def act(upload):
        uploads.columns_choose(
            upload=upload,
            choices=choices,
            remember=request.POST.get("remember") == "1",
            by=request.user,
            at=timezone.now(),
        )
        tasks.ring(upload.pk)

    return _act(request, upload, act, "")


@require_POST
@require("entities.upload_ledger")
def upload_renewals(request, pk):
    upload = _upload_or_404(request, pk)
    choices = {
        int(name.removeprefix("row-")): value
        for name, value in request.POST.items()
        if name.startswith("row-") and name[4:].isdigit() and value in {"", "new", "renew"}
    }

    def act(upload):
        uploads.renewals_choose(upload=upload, choices=choices, by=request.user)

    return _act(request, upload, act, "换证的选择已保存，确认写入时生效。")


@require_POST
@require("entities.apply_ledger")
def upload_confirm(request, pk):
    upload = _upload_or_404(request, pk)

    def act(upload):
        uploads.upload_confirm(
            upload=upload,
            by=request.user,
            at=timezone.now(),
            is_sure=request.POST.get("sure") == "1",
            address=client_address(request),
        )
        tasks.ring(upload.pk)

    return _act(request, upload, act, "")


@require_POST
@require("entities.upload_ledger")
def upload_discard(request, pk):
    upload = _upload_or_404(request, pk)

    def act(upload):
        uploads.upload_discard(upload=upload, by=request.user, address=client_address(request))

    return _act(request, upload, act, "已放弃本次上传，名录没有改动。")


@require_POST
@require("entities.apply_ledger")
def upload_undo(request, pk):
    upload = _upload_or_404(request, pk)

    def act(upload):
        uploads.upload_undo(
            upload=upload, by=request.user, at=timezone.now(), address=client_address(request)
        )

    return _act(request, upload, act, "本次写入已撤销。")


@require_POST
@require("entities.propose_screening")
def upload_propose_missing(request, pk):
    upload = _upload_or_404(request, pk)

    def act(upload):
        counts = screening.screening_propose(
            actor=request.user,
            entities=queries.missing_all(user=request.user, upload=upload),
            status_to=Status.CLOSED,
            reason=f"全量台账 {upload.reference} 中没有这一家",
            source=ProposalSource.MISSING,
            upload=upload,
            address=client_address(request),
        )
        messages.success(request, f"已提请筛除 {counts['made']} 家，等待县局复核。")

    return _act(request, upload, act, "")


def _attachment(content, name, content_type):
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@require("entities.upload_ledger")
@limited("export", limit=30, methods=("GET",))
def upload_error_book(request, pk):
    upload = _upload_or_404(request, pk)
    book = books.error_book(upload)
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type="ledgerupload",
        object_id=upload.reference,
        area_code=upload.area_id,
        detail={"what": "error book"},
    )
    return _attachment(book, f"问题工作簿-{upload.reference}.xlsx", XLSX)


@require_GET
@require("entities.upload_ledger")
@limited("export", limit=30, methods=("GET",))
def upload_file(request, pk):
    upload = _upload_or_404(request, pk)
    if not upload.file:
        raise Http404
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type="ledgerupload",
        object_id=upload.reference,
        area_code=upload.area_id,
        detail={"what": "original"},
    )
    return _attachment(upload.file.open("rb"), upload.filename, "application/octet-stream")


@require_GET
@require("entities.upload_ledger")
def upload_template(request):
    return _attachment(books.template_book(), "食品经营主体台账-模板.xlsx", XLSX)
