"""Files that leave: the workbook of what needs work, the original, our template."""

from django.http import FileResponse, Http404
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit

from ...ledger import books
from ...queries.cadre_uploads import has_rows, sees_phones
from .shared import IMPORT, upload_or_404

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _attachment(content, name, content_type):
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _record(request, upload, what):
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type="cadreupload",
        object_id=upload.reference,
        area_code=upload.area_id,
        detail={"what": what, "with_phones": sees_phones(user=request.user, upload=upload)},
    )


@require_GET
@require(IMPORT)
@limited("export", limit=30, methods=("GET",))
def upload_error_book(request, pk):
    upload = upload_or_404(request, pk)
    if not has_rows(upload):
        raise Http404
    book = books.error_book(upload)
    _record(request, upload, "error book")
    return _attachment(book, f"问题工作簿-{upload.reference}.xlsx", XLSX)


@require_GET
@require(IMPORT)
@limited("export", limit=30, methods=("GET",))
def upload_file(request, pk):
    upload = upload_or_404(request, pk)
    if not upload.file:
        raise Http404
    _record(request, upload, "original")
    return _attachment(upload.file.open("rb"), upload.filename, "application/octet-stream")


@require_GET
@require(IMPORT)
def upload_template(request):
    return _attachment(books.template_book(), "包保干部名册-模板.xlsx", XLSX)
