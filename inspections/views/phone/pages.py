"""The cadre's first page and his businesses (mockup 09)."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.jurisdiction.views import todo_items

from ...queries.phone import phone_entities, phone_todo
from .shared import frame, named, phone_page

VISIT = "inspections.make_visit"


@require_GET
@require(VISIT)
@phone_page
def todo(request):
    on = timezone.localdate()
    own = named("inspections:phone")
    others = [item for item in todo_items(user=request.user) if item["url"] != own]
    context = {
        "todo": phone_todo(user=request.user, on=on),
        "others": others,
        "today": on,
        "as_of": timezone.now(),
    }
    return render(request, "inspections/phone_todo.html", frame(request, tab="todo") | context)


@require_GET
@require(VISIT)
@phone_page
def entities(request):
    on = timezone.localdate()
    plates = named("inspections:plate-list")
    context = {
        "cards": phone_entities(user=request.user, on=on),
        "plates_url": plates and f"{plates}?mine=1",
    }
    return render(
        request, "inspections/phone_entities.html", frame(request, tab="entities") | context
    )
