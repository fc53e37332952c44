"""A draft of a list: copy, edit line by line, issue."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import ListState
from ...forms.lists import ListIssueForm, ListItemForm
from ...queries.lists import item_get, list_before, list_differences
from ...services.lists import (
    ListConflict,
    item_add,
    item_move,
    item_remove,
    item_update,
    list_copy,
    list_issue,
)
from .lists import CHANGE, VIEW, document_or_404, trail

ISSUE = "responsibility.issue_listdocument"


@require_POST
@require(VIEW, CHANGE)
def copy(request, pk):
    document = document_or_404(request, pk)
    try:
        made = list_copy(actor=request.user, document=document, address=client_address(request))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("responsibility:list-detail", pk=pk)
    messages.success(request, f"已建第 {made.version} 版草稿，改好后再印发")
    return redirect("responsibility:list-detail", pk=made.pk)


@require_http_methods(["GET", "POST"])
@require(VIEW, ISSUE)
def issue(request, pk):
    document = document_or_404(request, pk)
    if document.state != ListState.DRAFT:
        if request.method == "POST":
            messages.error(request, "这一版已印发，不必再印发。")
        return redirect("responsibility:list-detail", pk=pk)
    form = ListIssueForm(request.POST or None, initial={"effective_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            list_issue(
                actor=request.user,
                document=document,
                effective_from=form.cleaned_data["effective_from"],
                document_no=form.cleaned_data["document_no"],
                is_example=document.is_example and not form.cleaned_data["is_verified"],
                at=timezone.now(),
                address=client_address(request),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已印发{document.title}第 {document.version} 版")
            return redirect("responsibility:list-detail", pk=pk)
    before = list_before(document)
    context = {
        "document": document,
        "form": form,
        "before": before,
        "told": list_differences(user=request.user, old=before, new=document) if before else None,
        "crumbs": trail(document, "印发"),
    }
    return render(request, "responsibility/lists_issue.html", context)


def _item_page(request, form, document, item=None, *, conflict=None, revision=1):
    context = {
        "form": form,
        "document": document,
        "item": item,
        "conflict": conflict,
        "revision": revision,
        "crumbs": trail(document, f"修改 {item.code}" if item else "加一条"),
    }
    return render(request, "responsibility/lists_item_form.html", context)


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def item_create(request, pk):
    document = document_or_404(request, pk)
    form = ListItemForm(request.POST or None, document=document)
    if request.method == "POST" and form.is_valid():
        try:
            item = item_add(
                actor=request.user, document=document, values=form.values(),
                address=client_address(request),
            )  # fmt: skip
        except ListConflict as error:
            messages.error(request, error.message)
            return redirect("responsibility:list-detail", pk=pk)
        except DomainError as error:
            form.add_error("code", error.message)
        else:
            messages.success(request, f"已加 {item.code}")
            return redirect("responsibility:list-detail", pk=pk)
    return _item_page(request, form, document)


def _item_or_404(request, pk):
    item = item_get(user=request.user, pk=pk)
    if item is None:
        raise Http404
    return item


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def item_edit(request, pk):
    item = _item_or_404(request, pk)
    document = document_or_404(request, item.document_id)
    if document.state != ListState.DRAFT:
        messages.error(request, "这一版已印发，不能再改。请另拟一版。")
        return redirect("responsibility:list-detail", pk=document.pk)
    if request.method == "GET":
        form = ListItemForm(instance=item, document=document)
        return _item_page(request, form, document, item, revision=item.revision)
    form = ListItemForm(request.POST, document=document)
    seen = request.POST.get("revision", "")
    seen = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    conflict, revision = None, seen
    if form.is_valid():
        try:
            item_update(
                actor=request.user, item=item, revision=seen, values=form.values(),
                address=client_address(request),
            )  # fmt: skip
        except ListConflict as error:
            item = _item_or_404(request, pk)
            conflict, revision = _conflict(error, form, item, document), item.revision
        except DomainError as error:
            form.add_error("code", error.message)
        else:
            messages.success(request, f"已改 {form.values()['code']}")
            return redirect("responsibility:list-detail", pk=document.pk)
    return _item_page(request, form, document, item, conflict=conflict, revision=revision)


def _conflict(error, form, item, document):
    """What the two people's lines say where they differ."""
    now = ListItemForm(instance=item, document=document)
    rows = []
    for field in form:
        theirs = now[field.name].initial
        theirs = getattr(theirs, "pk", theirs)
        if str(field.value() or "") != str(theirs or ""):
            words = dict(getattr(field.field, "choices", []) or [])
            words = {str(getattr(key, "value", key)): label for key, label in words.items()}
            mine = str(field.value() or "")
            rows.append(
                {
                    "label": field.label,
                    "mine": words.get(mine, mine),
                    "now": words.get(str(theirs or ""), str(theirs or "")),
                }
            )
    return {"message": error.message, "rows": rows}


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
    return _act(
        request, item, lambda **told: item_remove(item=item, **told), f"已从草稿里删去 {item.code}"
    )


def _act(request, item, service, words=""):
    try:
        service(actor=request.user, address=client_address(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if words:
            messages.success(request, words)
    return redirect("responsibility:list-detail", pk=item.document_id)
