"""Papers leave the private store only through here."""

from django.http import Http404
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import require
from responsibility.views.papers_out import paper_response

from ...queries.safety import record_get, risk_list_get
from .shared import VIEW, person_or_404


@require_GET
@require(VIEW)
def person_document(request, pk):
    person = person_or_404(request, pk)
    return paper_response(person.document, person.document_name)


@require_GET
@require(VIEW)
def training_certificate(request, pk):
    training = record_get(user=request.user, kind="training", pk=pk)
    if training is None:
        raise Http404
    return paper_response(training.certificate, training.certificate_name)


@require_GET
@require(VIEW)
def risk_list_file(request, pk):
    risk_list = risk_list_get(user=request.user, pk=pk)
    if risk_list is None:
        raise Http404
    return paper_response(risk_list.file, risk_list.file_name)
