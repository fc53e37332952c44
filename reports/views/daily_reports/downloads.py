"""A report as a file: Excel, Word, PDF, plain text; of a day or of a period, of the city or of a county."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from responsibility.enums import CADRE_CHANGES, ENTITY_CHANGES
from responsibility.queries.changes import recorded_rows

from ...documents import daily_report_workbook, report_docx, report_pdf, report_plain
from ...documents.shown import name_of
from ...rules.words import table_title
from ..downloads import XLSX
from .shared import VIEW, page_or_404

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {
    "xlsx": XLSX,
    "docx": DOCX,
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}
# Rows of changes in the workbook; a county's day has some dozens.
MOST_CHANGES = 5000


@require_safe
@require(VIEW)
@limited("export", limit=30, methods=("GET",))
def report_export(request, pk):
    return file_of(request, page_or_404(request, pk, area=request.GET.get("area", "")), "xlsx")


@require_safe
@require(VIEW)
@limited("export", limit=30, methods=("GET",))
def report_file(request, pk, format):
    if format not in TYPES:
        raise Http404
    return file_of(request, page_or_404(request, pk, area=request.GET.get("area", "")), format)


def file_of(request, page, format):
    """The page as a file, told in the audit log."""
    report = page.report
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type="日报",
        object_id=str(report.pk),
        area_code=page.place.pk if page.place else report.area_id,
        detail={"format": format, "edition": name_of(page)},
    )
    where = page.place.name if page.place else report.area.name
    title = table_title(where).replace("食品安全“两个责任”", "两个责任")
    name = f"{title}（{name_of(page).replace(' ', '')}）.{format}"
    response = HttpResponse(_content(page, format), content_type=TYPES[format])
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _content(page, format):
    if format == "docx":
        return report_docx(page, on=localdate())
    if format == "pdf":
        return report_pdf(page, on=localdate())
    if format == "txt":
        return report_plain(page)
    kinds = [kind.value for kind in (*CADRE_CHANGES, *ENTITY_CHANGES)]
    changes = recorded_rows(
        areas=page.areas, after=page.since, until=page.report.as_of, kinds=kinds,
        limit=MOST_CHANGES,
    )  # fmt: skip
    return daily_report_workbook(page, changes)
