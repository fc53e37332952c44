"""承诺书 on paper: one, many, as a spreadsheet; and the scans."""

import tempfile

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.queries import home_place, place_of
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ... import tasks
from ...documents.pledges import pledge_docx, pledges_pdf
from ...exports.papers import file_name, write_pledges
from ...filters.papers import pledge_conditions
from ...queries.pledges import batch_get, pledge_annex, pledges_with_annex
from ...services.bundles import bundle_start
from ...services.pledges import copies_follow
from ..papers_out import paper_response
from .pledges import ISSUE, MOST_IN_ONE, VIEW
from .shared import back, download, pledge_or_404

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _audited(request, *, detail, object_id=""):
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="pledge",
        object_id=object_id, detail=detail,
    )  # fmt: skip


def _paper(request, pk, format):
    pledge = pledge_or_404(request, pk)
    annex = pledge_annex(pledge=pledge, on=timezone.localdate())
    if pledge.annex is None:
        copies_follow(pledge)
    try:
        if format == "pdf":
            body = pledges_pdf([(pledge, annex)], title=f"承诺书 {pledge.number}")
        else:
            body = pledge_docx(pledge, annex)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("responsibility:pledge-detail", pk=pk)
    _audited(request, detail={"format": format}, object_id=pledge.number)
    return download(body, f"承诺书_{pledge.name}_{pledge.number}.{format}")


@require_GET
@require(VIEW)
@limited("pledge-paper", limit=60, methods=("GET",))
def docx(request, pk):
    return _paper(request, pk, "docx")


@require_GET
@require(VIEW)
@limited("pledge-paper", limit=60, methods=("GET",))
def pdf(request, pk):
    return _paper(request, pk, "pdf")


@require_GET
@require(VIEW)
def scan(request, pk):
    pledge = pledge_or_404(request, pk)
    return paper_response(pledge.scan, pledge.scan_name)


@require_GET
@require(VIEW, ISSUE)
@limited("pledge-export", limit=10, methods=("GET",))
def export(request):
    conditions = pledge_conditions(request.GET, user=request.user)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    number = write_pledges(conditions.found(), target=file)
    file.seek(0)
    _audited(request, detail={"format": "xlsx", "count": number})
    name = file_name(
        "承诺书", who=request.user.get_full_name(), at=timezone.localtime(), ending="xlsx"
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _found(request):
    return pledge_conditions(request.GET, user=request.user).found()


@require_GET
@require(VIEW, ISSUE)
@limited("pledge-print", limit=6, methods=("GET",))
def print_all(request):
    """A few as one PDF, at once; more are bundled by the worker."""
    found = _found(request)
    number = found.count()
    if not number or number > MOST_IN_ONE:
        said = (
            f"一次最多合成 {MOST_IN_ONE} 份，更多的请打包下载。"
            if number
            else "没有可下载的承诺书。"
        )
        messages.error(request, said)
        return back(request, "responsibility:pledge-list")
    papers = pledges_with_annex(found=found, on=timezone.localdate())
    try:
        body = pledges_pdf(papers, title="承诺书")
    except DomainError:
        messages.error(request, "有一份生成不了。请逐份打开，看是哪一级的模板有问题。")
        return back(request, "responsibility:pledge-list")
    _audited(request, detail={"format": "one", "count": number})
    return download(body, _name(request, "pdf"))


def _name(request, ending):
    who = request.user.get_full_name()
    return file_name("承诺书", who=who, at=timezone.localtime(), ending=ending)


@require_POST
@require(VIEW, ISSUE)
@limited("pledge-bundle", limit=20)
def bundle(request):
    area = request.GET.get("area", "").strip()
    place = place_of(user=request.user, code=area) if area else home_place(user=request.user)
    if place is None or place.area is None:
        raise Http404
    try:
        batch = bundle_start(
            pledges=_found(request),
            area=place.area,
            actor=request.user,
            format=request.POST.get("as", ""),
            name=_name(request, "zip"),
            address=client_address(request),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return back(request, "responsibility:pledge-list")
    tasks.ring(batch.pk)
    return redirect("responsibility:pledge-batch", pk=batch.pk)


@require_GET
@require(VIEW, ISSUE)
def bundle_file(request, pk):
    batch = batch_get(user=request.user, pk=pk)
    if batch is None:
        raise Http404
    _audited(request, detail={"format": "zip", "count": batch.done, "batch": batch.pk})
    return paper_response(batch.file, batch.file_name)
