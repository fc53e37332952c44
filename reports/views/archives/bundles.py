"""Many files in one zip: asked for, watched, fetched."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from entities.ledger.pulse import worker_state
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.queries import place_of
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.services.batches import LIVING
from responsibility.tasks import ring
from responsibility.views.papers_out import paper_response

from ...queries.archives.lists import archive_batch, files_of_cadre, files_of_unit
from ...services.archives import MOST, archives_bundle_start
from .pages import PAGES, VIEW, found_or_404

BUNDLE = "entities.export_entity"


def _start(request, kind, key, files, area):
    archive = found_or_404(request, kind, key)
    name = f"包保档案_{archive.name}_{timezone.localtime():%Y%m%d-%H%M%S}.zip"
    try:
        batch = archives_bundle_start(
            actor=request.user, area=area, files=files, name=name, address=client_address(request)
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(PAGES[kind], key)
    ring(batch.pk)
    return redirect("reports:archive-batch", pk=batch.pk)


@require_POST
@require(VIEW, BUNDLE)
@limited("archive-bundle", limit=10)
def cadre_bundle(request, pk):
    archive = found_or_404(request, "cadre", pk)
    place = place_of(user=request.user, code=archive.area_code)
    if place is None or place.area is None:
        raise Http404
    return _start(request, "cadre", pk, files_of_cadre(user=request.user, pk=pk), place.area)


@require_POST
@require(VIEW, BUNDLE)
@limited("archive-bundle", limit=10)
def unit_bundle(request, code):
    place = place_of(user=request.user, code=code)
    if place is None or place.area is None:
        raise Http404
    found = files_of_unit(user=request.user, code=code).order_by("area_id", "pk")
    files = [("cadre", pk) for pk in found.values_list("pk", flat=True)[: MOST + 1]]
    return _start(request, "unit", code, files, place.area)


def _context(request, pk):
    batch = archive_batch(user=request.user, pk=pk)
    if batch is None:
        raise Http404
    now = timezone.now()
    return {
        "batch": batch,
        "is_living": batch.state in LIVING,
        "worker": worker_state(at=now),
        "elapsed": int(((batch.finished_at or now) - batch.made_at).total_seconds()),
        "crumbs": [
            {"label": "包保干部", "url": reverse("responsibility:cadre-list")},
            {"label": "打包包保档案", "url": ""},
        ],
    }


@require_GET
@require(VIEW, BUNDLE)
def batch(request, pk):
    return render(request, "reports/archive_batch.html", _context(request, pk))


@require_GET
@require(VIEW, BUNDLE)
def batch_progress(request, pk):
    return render(request, "reports/_archive_batch.html", _context(request, pk))


@require_GET
@require(VIEW, BUNDLE)
def batch_file(request, pk):
    found = _context(request, pk)["batch"]
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="archive",
        object_id=found.pk, area_code=found.area_id, detail={"format": "zip", "count": found.done},
    )  # fmt: skip
    return paper_response(found.file, found.file_name)
