"""倒排工期: will we make the date, who will not."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit

from ...documents.plans import plan_workbook
from ...queries import home_place, place_of
from ...queries.plans import plan_of
from ..downloads import download
from .shown import plan_context

VIEW = "reports.view_dashboard"


@require_safe
@require(VIEW)
def plan_page(request):
    plan = _plan(request)
    return render(request, "reports/plan.html", plan_context(user=request.user, plan=plan))


@require_safe
@require(VIEW)
@limited("export", limit=30, methods=("GET",))
def plan_export(request):
    plan = _plan(request)
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="倒排工期",
        object_id=plan.place.code, area_code=plan.place.code or None,
        detail={"address": reverse("reports:plan")},
    )  # fmt: skip
    return download(plan_workbook(plan), f"{plan.place.name}倒排工期.xlsx")


def _plan(request):
    code = request.GET.get("area", "")
    place = place_of(user=request.user, code=code) if code else home_place(user=request.user)
    if place is None:
        raise Http404
    return plan_of(
        user=request.user, place=place, at=timezone.now(), stage=request.GET.get("stage", "")
    )
