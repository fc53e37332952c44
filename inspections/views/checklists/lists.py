"""督导任务清单: what is in force, what a version says, how versions differ."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import require

from ...enums import ChecklistState
from ...queries.checklists import (
    checklist_before,
    checklist_differences,
    checklist_get,
    checklist_items,
    checklist_versions,
    grouped,
)
from ...queries.checklists import (
    checklist_index as index_rows,
)

VIEW = "inspections.view_checklist"
CHANGE = "inspections.change_checklist"
ISSUE = "inspections.issue_checklist"


def checklist_or_404(request, pk):
    checklist = checklist_get(user=request.user, pk=pk)
    if checklist is None:
        raise Http404
    return checklist


def trail(checklist=None, *more):
    """督导任务 / 任务清单 / 村级 第 1 版 / …"""
    found = [{"label": "督导任务", "url": reverse("inspections:due-list")}]
    if checklist is None:
        return [*found, {"label": "任务清单", "url": ""}]
    here = {
        "label": f"{checklist.get_level_display()}第 {checklist.version} 版",
        "url": reverse("inspections:checklist-detail", args=[checklist.pk]) if more else "",
    }
    found.append({"label": "任务清单", "url": reverse("inspections:checklist-index")})
    return [*found, here, *({"label": label, "url": ""} for label in more)]


def told_of(request, checklist, before):
    """The differences from the version before, or nothing."""
    if before is None:
        return None
    return checklist_differences(user=request.user, old=before, new=checklist)


@require_GET
@require(VIEW)
def checklist_index(request):
    context = {"levels": index_rows(user=request.user), "crumbs": trail()}
    return render(request, "inspections/checklist_index.html", context)


@require_GET
@require(VIEW)
def checklist_detail(request, pk):
    checklist, user = checklist_or_404(request, pk), request.user
    is_draft = checklist.state == ChecklistState.DRAFT
    before = checklist_before(checklist) if is_draft else None
    others = checklist_versions(user=user, level=checklist.level)
    context = {
        "checklist": checklist,
        "groups": grouped(checklist_items(user=user, checklist=checklist)),
        "may_edit": is_draft and user.has_perm(CHANGE),
        "may_issue": is_draft and user.has_perm(ISSUE),
        "may_copy": not is_draft and user.has_perm(CHANGE),
        "draft": next((row for row in others if row.state == ChecklistState.DRAFT), None),
        "before": before,
        "told": told_of(request, checklist, before),
        "crumbs": trail(checklist),
    }
    return render(request, "inspections/checklist_detail.html", context)


@require_GET
@require(VIEW)
def versions(request, pk):
    checklist = checklist_or_404(request, pk)
    rows = checklist_versions(user=request.user, level=checklist.level)
    wanted = request.GET.get("against", "")
    before = next((row for row in rows if str(row.pk) == wanted and row.pk != pk), None)
    before = before or checklist_before(checklist)
    context = {
        "checklist": checklist,
        "rows": rows,
        "before": before,
        "told": told_of(request, checklist, before),
        "crumbs": trail(checklist, "各版与差别"),
    }
    return render(request, "inspections/checklist_versions.html", context)
