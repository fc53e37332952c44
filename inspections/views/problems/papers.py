"""The paper of one problem, for whoever has no account here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError

from ...documents.problem_note import problem_note
from ..plates.papers import TYPES
from .pages import VIEW, problem_or_404


def _paper(request, pk, ending):
    problem = problem_or_404(request, pk)
    try:
        body = problem_note(problem, ending)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("inspections:problem-detail", pk)
    response = HttpResponse(body, content_type=TYPES[ending])
    name = f"督促整改单_{problem.entity.name}_{problem.number}.{ending}"
    # a PDF opens on the phone; a Word file is kept
    response.headers["Content-Disposition"] = content_disposition_header(ending == "docx", name)
    return response


@require_GET
@require(VIEW)
@limited("problem-paper", limit=60, methods=("GET",))
def problem_pdf(request, pk):
    return _paper(request, pk, "pdf")


@require_GET
@require(VIEW)
@limited("problem-paper", limit=60, methods=("GET",))
def problem_docx(request, pk):
    return _paper(request, pk, "docx")
