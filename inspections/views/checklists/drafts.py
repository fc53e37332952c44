"""A draft of a checklist: copy, edit item by item, issue."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import ChecklistState
from ...forms.checklists import ChecklistIssueForm, ChecklistItemForm
from ...queries.checklists import checklist_before, item_get
from ...services.checklists import (
    ChecklistConflict,
    checklist_copy,
    checklist_issue,
    item_add,
    item_move,
    item_remove,
    item_update,
)
from .lists import CHANGE, ISSUE, VIEW, checklist_or_404, told_of, trail

DETAIL = "inspections:checklist-detail"


@require_POST
@require(VIEW, CHANGE)
def copy(request, pk):
    checklist = checklist_or_404(request, pk)
    try:
        made = checklist_copy(
            actor=request.user, checklist=checklist, address=client_address(request)
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(DETAIL, pk=pk)
    messages.success(request, f"已建第 {made.version} 版草稿，改好后再启用")
    return redirect(DETAIL, pk=made.pk)


@require_http_methods(["GET", "POST"])
@require(VIEW, ISSUE)
def issue(request, pk):
    checklist = checklist_or_404(request, pk)
    if checklist.state != ChecklistState.DRAFT:
        if request.method == "POST":
            messages.error(request, "这一版已启用，不必再办。")
        return redirect(DETAIL, pk=pk)
    form = ChecklistIssueForm(
        request.POST or None, initial={"effective_from": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            checklist_issue(
                actor=request.user, checklist=checklist, at=timezone.now(),
                effective_from=form.cleaned_data["effective_from"],
                is_example=checklist.is_example and not form.cleaned_data["is_verified"],
                address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已启用{checklist.title}第 {checklist.version} 版")
            return redirect(DETAIL, pk=pk)
    before = checklist_before(checklist)
    context = {
        "checklist": checklist,
        "form": form,
        "before": before,
        "told": told_of(request, checklist, before),
        "crumbs": trail(checklist, "启用"),
    }
    return render(request, "inspections/checklist_issue.html", context)


def _item_page(request, form, checklist, item=None, *, conflict="", revision=1):
    context = {
        "form": form,
        "checklist": checklist,
        "item": item,
        "conflict": conflict,
        "revision": revision,
        "crumbs": trail(checklist, f"修改 {item.code}" if item else "加一项"),
    }
    return render(request, "inspections/checklist_item_form.html", context)


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def item_create(request, pk):
    checklist = checklist_or_404(request, pk)
    form = ChecklistItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            item = item_add(
                actor=request.user, checklist=checklist, address=client_address(request),
                **form.told(),
            )  # fmt: skip
        except ChecklistConflict as error:
            messages.error(request, error.message)
            return redirect(DETAIL, pk=pk)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已加 {item.code}")
            return redirect(DETAIL, pk=pk)
    return _item_page(request, form, checklist)


def _item_or_404(request, pk):
    item = item_get(user=request.user, pk=pk)
    if item is None:
        raise Http404
    return item


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def item_edit(request, pk):
    item = _item_or_404(request, pk)
    checklist = checklist_or_404(request, item.checklist_id)
    if checklist.state != ChecklistState.DRAFT:
        messages.error(request, "这一版已启用，不能再改。请另拟一版。")
        return redirect(DETAIL, pk=checklist.pk)
    if request.method == "GET":
        form = ChecklistItemForm(instance=item, kept=item.problem_kind)
        return _item_page(request, form, checklist, item, revision=item.revision)
    # without the instance: the form must not change the row that the service compares
    form = ChecklistItemForm(request.POST, kept=item.problem_kind)
    seen = request.POST.get("revision", "")
    revision = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    conflict = ""
    if form.is_valid():
        try:
            item_update(
                actor=request.user, item=item, revision=revision, address=client_address(request),
                **form.told(),
            )  # fmt: skip
        except ChecklistConflict as error:
            item = _item_or_404(request, pk)
            conflict, revision = error.message, item.revision
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已改 {form.cleaned_data['code']}")
            return redirect(DETAIL, pk=checklist.pk)
    return _item_page(request, form, checklist, item, conflict=conflict, revision=revision)


@require_POST
@require(VIEW, CHANGE)
def move(request, pk):
    item = _item_or_404(request, pk)
    step = -1 if request.POST.get("step") == "up" else 1
    return _act(request, item, lambda **told: item_move(item=item, step=step, **told))


@require_POST
@require(VIEW, CHANGE)
def remove(request, pk):
    item = _item_or_404(request, pk)
    words = f"已从草稿里删去 {item.code}"
    return _act(request, item, lambda **told: item_remove(item=item, **told), words)


def _act(request, item, service, words=""):
    try:
        service(actor=request.user, address=client_address(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if words:
            messages.success(request, words)
    return redirect(DETAIL, pk=item.checklist_id)
