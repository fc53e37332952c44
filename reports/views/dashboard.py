"""驾驶舱, 县区看板 and what lies below them: one page for every level."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit

from ..documents import progress_workbook, trend_workbook
from ..queries import beside, home_place, map_file, map_stamp, place_of, progress_of
from .downloads import download
from .screens import dashboard_screen


@require_safe
@require("reports.view_dashboard")
def home_dashboard(request):
    place = home_place(user=request.user)
    if place is None:
        return render(request, "reports/no_area.html")
    return _page(request, place, is_first_page=True)


@require_safe
@require("reports.view_dashboard")
def area_dashboard(request, code):
    return _page(request, _place_or_404(request.user, code))


@require_safe
@require("reports.view_dashboard")
@limited("export", limit=30, methods=("GET",))
def home_export(request):
    place = home_place(user=request.user)
    if place is None:
        raise Http404
    return _workbook(request, place)


@require_safe
@require("reports.view_dashboard")
@limited("export", limit=30, methods=("GET",))
def area_export(request, code):
    return _workbook(request, _place_or_404(request.user, code))


@require_safe
@require("reports.view_dashboard")
@limited("export", limit=30, methods=("GET",))
def trend_export(request, code):
    place = _place_or_404(request.user, code)
    page = progress_of(user=request.user, place=place, at=timezone.now())
    _audit_export(request, "走势", place)
    return download(trend_workbook(page), f"{place.name}分级走势.xlsx")


@require_safe
@require("reports.view_dashboard")
@condition(etag_func=lambda request: map_stamp())
def county_map(request):
    response = HttpResponse(map_file().read_bytes(), content_type="application/geo+json")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _place_or_404(user, code):
    place = place_of(user=user, code=code)
    if place is None:
        raise Http404
    return place


def _page(request, place, *, is_first_page=False):
    page = progress_of(user=request.user, place=place, at=timezone.now())
    screen = dashboard_screen(
        user=request.user,
        page=page,
        sort=request.GET.get("sort", ""),
        more=beside(user=request.user, page=page),
    )
    screen["is_first_page"] = is_first_page
    return render(request, "reports/dashboard.html", screen)


def _workbook(request, place):
    page = progress_of(user=request.user, place=place, at=timezone.now())
    _audit_export(request, "分级进度", place)
    return download(progress_workbook(page), f"{place.name}分级进度.xlsx")


def _audit_export(request, what, place):
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type=what,
        object_id=place.code,
        area_code=place.code or None,
    )
