"""A cadre's 责任清单 as a file."""

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit

from ...documents.cadre_list import cadre_list_paper
from ...queries.cadre_list import cadre_list
from .lists import VIEW, paper_answer


def _paper(request, pk, format):
    found, on = cadre_list(user=request.user, pk=pk), timezone.localdate()
    if found is None:
        raise Http404
    body = cadre_list_paper(found, on=on, format=format)
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type="cadre",
        object_id=pk,
        area_code=found.cadre.area_id,
        detail={"paper": "责任清单", "format": format, "count": len(found.lines)},
    )
    return paper_answer(body, f"责任清单_{found.cadre.name}_{on:%Y%m%d}", format)


@require_GET
@require(VIEW)
@limited("cadre-list-paper", limit=60, methods=("GET",))
def cadre_docx(request, pk):
    return _paper(request, pk, "docx")


@require_GET
@require(VIEW)
@limited("cadre-list-paper", limit=60, methods=("GET",))
def cadre_pdf(request, pk):
    return _paper(request, pk, "pdf")
