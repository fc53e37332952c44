"""The filled list of one visit, to print and to leave with the business."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError

from ...documents.task_list import task_list_docx, task_list_pdf
from ...queries.papers import visit_paper_of
from ...queries.plates import plates_of
from .plates import VIEW
from .shared import public_address

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MAKERS = {"pdf": task_list_pdf, "docx": task_list_docx}


def _paper(request, pk, ending):
    found = visit_paper_of(user=request.user, pk=pk)
    if found is None:
        raise Http404
    entity = found.visit.entity
    plate = plates_of(ids=[entity.pk]).get(entity.pk)
    address = public_address(request, plate.token) if plate else ""
    try:
        body = MAKERS[ending](found, address=address)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("entities:entity-detail", entity.pk)
    response = HttpResponse(body, content_type=TYPES[ending])
    name = f"督导任务清单_{entity.name}_{found.visit.visited_on:%Y%m%d}.{ending}"
    # a PDF opens on the phone; a Word file is kept
    response.headers["Content-Disposition"] = content_disposition_header(ending == "docx", name)
    return response


@require_GET
@require(VIEW)
@limited("visit-paper", limit=60, methods=("GET",))
def pdf(request, pk):
    return _paper(request, pk, "pdf")


@require_GET
@require(VIEW)
@limited("visit-paper", limit=60, methods=("GET",))
def docx(request, pk):
    return _paper(request, pk, "docx")
