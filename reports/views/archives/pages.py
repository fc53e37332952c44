"""包保档案 of a business, a cadre and a unit: the page and its PDF."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ...documents.archives import archive_name, archive_pdf
from ...queries.archives import cadre_archive, entity_archive, unit_archive
from ...queries.archives.lists import files_of_cadre, files_of_unit

VIEW = "reports.view_archive"
PAGES = {"entity": "reports:entity-archive", "cadre": "reports:cadre-archive", "unit": "reports:unit-archive"}  # fmt: skip
HOMES = {
    "entity": ("主体名录", "entities:entity-list", "entities:entity-detail"),
    "cadre": ("包保干部", "responsibility:cadre-list", "responsibility:cadre-detail"),
    "unit": ("驾驶舱", "reports:dashboard", "reports:area-dashboard"),
}


def found_or_404(request, kind, key, *, with_papers=False):
    on = timezone.localdate()
    if kind == "entity":
        archive = entity_archive(user=request.user, pk=key, on=on, with_papers=with_papers)
    elif kind == "cadre":
        archive = cadre_archive(user=request.user, pk=key, on=on)
    else:
        archive = unit_archive(user=request.user, code=key, on=on)
    if archive is None:
        raise Http404
    return archive


def _page(request, kind, key):
    archive = found_or_404(request, kind, key)
    word, home, detail = HOMES[kind]
    files = 0
    if kind == "cadre":
        files = len(files_of_cadre(user=request.user, pk=key))
    elif kind == "unit":
        files = files_of_unit(user=request.user, code=key).count()
    context = {
        "archive": archive,
        "pdf_url": reverse(f"{PAGES[kind]}-pdf", args=[key]),
        "bundle_url": reverse(f"{PAGES[kind]}-bundle", args=[key]) if kind != "entity" else "",
        "files": files,
        "detail_url": reverse(detail, args=[key]),
        "crumbs": [
            {"label": word, "url": reverse(home)},
            {"label": archive.name, "url": reverse(detail, args=[key])},
            {"label": "包保档案", "url": ""},
        ],
    }
    return render(request, "reports/archive.html", context)


def _pdf(request, kind, key):
    archive = found_or_404(request, kind, key, with_papers=True)
    item = request.GET.get("item", "")
    item = item if item in {section.key for section in archive.sections} else ""
    try:
        body = archive_pdf(archive, on=timezone.localdate(), item=item)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(PAGES[kind], key)
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="archive",
        object_id=f"{kind} {key}", detail={"name": archive.name, "item": item},
    )  # fmt: skip
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(
        True, archive_name(archive)
    )
    return response


@require_safe
@require(VIEW)
def entity(request, pk):
    return _page(request, "entity", pk)


@require_safe
@require(VIEW)
@limited("archive", limit=20, methods=("GET",))
def entity_pdf(request, pk):
    return _pdf(request, "entity", pk)


@require_safe
@require(VIEW)
def cadre(request, pk):
    return _page(request, "cadre", pk)


@require_safe
@require(VIEW)
@limited("archive", limit=20, methods=("GET",))
def cadre_pdf(request, pk):
    return _pdf(request, "cadre", pk)


@require_safe
@require(VIEW)
def unit(request, code):
    return _page(request, "unit", code)


@require_safe
@require(VIEW)
@limited("archive", limit=20, methods=("GET",))
def unit_pdf(request, code):
    return _pdf(request, "unit", code)
