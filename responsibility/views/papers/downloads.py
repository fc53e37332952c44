"""承诺书 on paper: one, many, as a spreadsheet; and the scans."""

import contextlib
import tempfile

from django.contrib import messages
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ...documents.pledges import pledge_docx, pledges_pdf, pledges_zip
from ...exports.papers import file_name, write_pledges
from ...filters.papers import pledge_conditions
from ...queries.pledges import pledge_annex, pledges_with_annex
from ...services.pledges import copies_follow
from ..papers_out import paper_response
from .pledges import ISSUE, MOST_IN_ONE, MOST_IN_ZIP, VIEW
from .shared import DOCX, back, pledge_or_404

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
    response = HttpResponse(body, content_type=DOCX if format == "docx" else "application/pdf")
    name = f"承诺书_{pledge.name}_{pledge.number}.{format}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


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


@require_GET
@require(VIEW, ISSUE)
@limited("pledge-bundle", limit=6, methods=("GET",))
def bundle(request):
    # up to sixty as one PDF, else a zip of Word or PDF files
    format = request.GET.get("as", "")
    format = format if format in ("pdf", "docx", "one") else "pdf"
    found = pledge_conditions(request.GET, user=request.user).found()
    number = found.count()
    most = MOST_IN_ONE if format == "one" else MOST_IN_ZIP
    if not number or number > most:
        said = (
            f"一次最多下载 {most:,} 份，请先选县(市、区)或乡镇。"
            if number
            else "没有可下载的承诺书。"
        )
        messages.error(request, said)
        return back(request, "responsibility:pledge-list")
    _audited(request, detail={"format": format, "count": number})
    papers = pledges_with_annex(found=found, on=timezone.localdate())
    who, at = request.user.get_full_name(), timezone.localtime()
    if format == "one":
        with contextlib.suppress(DomainError):
            body = pledges_pdf(papers, title="承诺书")
            response = HttpResponse(body, content_type="application/pdf")
            name = file_name("承诺书", who=who, at=at, ending="pdf")
            response.headers["Content-Disposition"] = content_disposition_header(True, name)
            return response
        messages.error(request, "有一份生成不了。请逐份打开，看是哪一级的模板有问题。")
        return back(request, "responsibility:pledge-list")
    response = StreamingHttpResponse(
        pledges_zip(papers, format=format), content_type="application/zip"
    )
    name = file_name("承诺书", who=who, at=at, ending="zip")
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
