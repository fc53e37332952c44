"""What the city changes of its plan and of its goals; who, when and why stay beside it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...forms.plans import GoalForm, GoalsForm, StageForm
from ...queries import home_place
from ...queries.plans import goals_all, stage_get, targets_before
from ...services.plans import goal_make, goals_change, stage_change

CHANGE = "reports.change_planstage"


@require_http_methods(["GET", "HEAD", "POST"])
@require(CHANGE)
def stage_edit(request, pk):
    stage = stage_get(user=request.user, pk=pk)
    if stage is None:
        raise Http404
    form = StageForm(request.POST or None, stage=stage)
    if request.method == "POST" and form.is_valid():
        try:
            stage_change(
                actor=request.user, stage=stage, at=timezone.now(),
                address=client_address(request), **form.values(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"“{stage.name}”的计划已保存。")
            return redirect("reports:plan")
    context = {
        "stage": stage,
        "form": form,
        "before": targets_before(stage=stage),
        "crumbs": _crumbs(f"改目标：{stage.name}"),
    }
    return render(request, "reports/plan_stage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(CHANGE)
def goals_edit(request):
    city = _city(request)
    form = GoalsForm(request.POST or None, goals=goals_all(city=city.pk))
    if request.method == "POST" and form.is_valid():
        try:
            number = goals_change(
                actor=request.user, city=city, aims=form.values(), seen=form.cleaned_data["seen"], at=timezone.now(),
                address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已改 {number} 项年度目标。" if number else "没有改动。")
            return redirect("reports:plan-goals")
    return _goals_page(request, form, GoalForm())


@require_POST
@require(CHANGE)
def goal_new(request):
    city, form = _city(request), GoalForm(request.POST)
    if form.is_valid():
        try:
            goal_make(
                actor=request.user, city=city, at=timezone.now(), address=client_address(request),
                **form.cleaned_data,
            )  # fmt: skip
        except DomainError as error:
            form.add_error("indicator", error.message)
        else:
            messages.success(request, "已增加一项年度目标。")
            return redirect("reports:plan-goals")
    return _goals_page(request, GoalsForm(goals=goals_all(city=city.pk)), form)


def _goals_page(request, form, new_form):
    context = {"goals_form": form, "new_form": new_form, "crumbs": _crumbs("改年度目标")}
    return render(request, "reports/plan_goals.html", context)


def _city(request):
    """The city that the reader acts for."""
    place = home_place(user=request.user)
    if place is None or place.area is None or place.level != "city":
        raise Http404
    return place.area


def _crumbs(label):
    return [{"label": "倒排工期", "url": reverse("reports:plan")}, {"label": label, "url": ""}]
