"""督办逾期: the areas below with what is overdue there, and one instruction for each that is ticked."""

import datetime

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...forms.problem_urge import UrgeForm
from ...services.problem_urge import overdue_below, overdue_urge
from .pages import URGE, VIEW

# What the date field proposes.
DAYS_GIVEN = 3


@require_http_methods(["GET", "POST"])
@require(VIEW, URGE)
def problem_urge(request):
    today = timezone.localdate()
    lines = overdue_below(user=request.user, on=today)
    due_on = today + datetime.timedelta(days=DAYS_GIVEN)
    form = UrgeForm(request.POST or None, lines=lines, initial={"due_on": due_on})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = overdue_urge(
                actor=request.user, codes=set(values["areas"]), due_on=values["due_on"],
                note=values["note"], on=today, address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已督办 {len(made):,} 个单位。")
            return redirect("responsibility:instruction-list")
    context = {
        "form": form,
        "lines": lines,
        "total": sum(number for _, number, _ in lines),
        "crumbs": [
            {"label": "问题整改", "url": reverse("inspections:problem-list")},
            {"label": "督办逾期", "url": ""},
        ],
    }
    return render(request, "inspections/problem_urge.html", context)
