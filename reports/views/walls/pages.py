"""大屏 for who is logged in: each figure leads to its rows in two presses."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiamusi_foodsafety.jurisdiction.access import require

from ...queries import home_place, place_of
from ...queries.walls import wall_of
from .shown import Doors, wall_context

VIEW = "reports.view_dashboard"


@require_safe
@require(VIEW)
@never_cache
def wall(request):
    return _wall(request, "reports/wall.html")


@require_safe
@require(VIEW)
@never_cache
def wall_parts(request):
    return _wall(request, "reports/_wall_parts.html")


def _wall(request, template):
    user, code = request.user, request.GET.get("area", "")
    place = place_of(user=user, code=code) if code else home_place(user=user)
    if place is None:
        raise Http404
    shown = wall_of(
        user=user, place=place, indicator=request.GET.get("indicator", ""), at=timezone.now()
    )
    doors = Doors(
        page_url=reverse("reports:wall"), parts_url=reverse("reports:wall-parts"),
        map_url=reverse("reports:county-map"), user=user,
    )  # fmt: skip
    return render(request, template, wall_context(wall=shown, doors=doors))
