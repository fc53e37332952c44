"""对标达标: list, one item with its way, made and changed."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.views.organisation.shared import chips
from responsibility.views.papers_out import paper_response

from ...enums import StandardState
from ...exports.checks import STANDARDS, standard_rows
from ...filters.checks import STANDARD_VIEWS, standard_conditions
from ...forms.checks import ReasonForm
from ...forms.standards import ReportForm, StandardForm
from ...models import StandardItem
from ...queries.standards import (
    in_view,
    notes_of,
    standard_counts,
    standard_file_get,
    standard_get,
    standards_in,
    with_last,
)
from ...services.standards import StandardChanged, standard_report, standard_save
from ...services.standards import standard_file_withdraw as withdraw
from ..checks.shared import found_or_404, revision_in, send_table, tabs

VIEW = "inspections.view_standarditem"
CHANGE = "inspections.change_standarditem"
WORK = "inspections.work_standarditem"
LIST = "inspections:standard-list"
DETAIL = "inspections:standard-detail"


def _asked(request):
    on = timezone.localdate()
    conditions = standard_conditions(request.GET)
    wide = standards_in(user=request.user, on=on, **{**conditions, "view": "all"})
    return conditions, wide, in_view(wide, conditions["view"], on=on), on


@require_GET
@require(VIEW)
def standard_list(request):
    user = request.user
    conditions, wide, found, on = _asked(request)
    counts = standard_counts(wide, on=on)
    rows = list(with_last(found))
    areas = area_choices(user=user, code=conditions["area"])
    names = {area.code: area.name for area in areas}
    query = request.GET.copy()
    views = []
    for key, label in STANDARD_VIEWS.items():
        query["view"] = key
        current = key == conditions["view"]
        views.append({"label": label, "url": f"?{query.urlencode()}", "current": current,
                      "count": counts[key]})  # fmt: skip
    for row in rows:
        row.is_late = row.is_overdue(on)
    context = {
        **tabs(request, LIST),
        **chips(
            request,
            {
                "state": dict(StandardState.choices).get(conditions["state"], ""),
                "area": names.get(conditions["area"], conditions["area"]),
                "q": conditions["text"] and f"“{conditions['text']}”",
            },
        ),
        "rows": rows,
        "count": len(rows),
        "unit": "项",
        "views": views,
        "counts": [(state, label, counts[state]) for state, label in StandardState.choices],
        "total": counts["all"],
        "met": counts[StandardState.MET],
        "conditions": conditions,
        "states": StandardState.choices,
        "areas": areas,
        "can_change": user.has_perm(CHANGE),
    }
    return render(request, "inspections/standard_list.html", context)


@require_GET
@require(VIEW)
@limited("check-export", limit=10, methods=("GET",))
def standard_export(request):
    _, _, found, _ = _asked(request)
    rows = standard_rows(with_last(found))
    return send_table(request, STANDARDS, rows, what="对标达标", about="inspections.standarditem")


def _page(request, item, form, *, current=None, status=200):
    context = {
        "item": item,
        "notes": notes_of(item=item),
        "form": form if request.user.has_perm(WORK) else None,
        "may_withdraw": request.user.has_perm(WORK),
        "current": current,
        "revision": (current or item).revision,
        "is_late": item.is_overdue(timezone.localdate()),
        "can_change": request.user.has_perm(CHANGE),
        "crumbs": [{"label": "对标达标", "url": reverse(LIST)}, {"label": item.item, "url": ""}],
    }
    return render(request, "inspections/standard_detail.html", context, status=status)


@require_GET
@require(VIEW)
def standard_detail(request, pk):
    item = found_or_404(standard_get(user=request.user, pk=pk))
    return _page(request, item, ReportForm(initial={"state": item.state}))


@require_POST
@require(VIEW, WORK)
def standard_note(request, pk):
    item = found_or_404(standard_get(user=request.user, pk=pk))
    form, current = ReportForm(request.POST, request.FILES), None
    if form.is_valid():
        try:
            standard_report(
                actor=request.user, item=item, revision=revision_in(request), at=timezone.now(),
                address=client_address(request), **form.cleaned_data,
            )  # fmt: skip
        except StandardChanged as error:
            form.add_error(None, error.message)
            current = error.current
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已填报")
            return redirect(DETAIL, pk=pk)
    return _page(request, item, form, current=current, status=409 if current else 422)


def _form(request, item, title, back):
    user, revision, status = request.user, item.revision, 200
    form = StandardForm(request.POST or None, instance=item, user=user)
    if request.method == "POST":
        revision, status = revision_in(request), 422
        if form.is_valid():
            try:
                made = standard_save(
                    actor=user, item=item if item.pk else None, revision=revision,
                    values=form.cleaned_data, address=client_address(request),
                )  # fmt: skip
            except StandardChanged as error:
                status, revision = 409, error.current.revision
                form.add_error(None, error.message)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已保存")
                return redirect(DETAIL, pk=made.pk)
    context = {
        "form": form,
        "title": title,
        "back": back,
        "levels": [],
        "revision": revision if item.pk else "",
        "crumbs": [{"label": "对标达标", "url": reverse(LIST)}, {"label": title, "url": ""}],
    }
    return render(request, "inspections/check_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def standard_create(request):
    item = StandardItem(due_on=timezone.localdate())
    return _form(request, item, "增加评审项目", reverse(LIST))


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def standard_update(request, pk):
    item = found_or_404(standard_get(user=request.user, pk=pk))
    return _form(request, item, "修改评审项目", reverse(DETAIL, args=[pk]))


@require_GET
@require(VIEW)
def standard_file(request, pk):
    row = found_or_404(standard_file_get(user=request.user, pk=pk))
    return paper_response(row.file, row.file_name)


@require_http_methods(["GET", "POST"])
@require(VIEW, WORK)
def standard_file_withdraw(request, pk):
    row = found_or_404(standard_file_get(user=request.user, pk=pk))
    item, form = row.note.item, ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(
                actor=request.user, file=row, reason=form.cleaned_data["reason"],
                at=timezone.now(), address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已撤回 {row.file_name}")
            return redirect(DETAIL, pk=item.pk)
    back = reverse(DETAIL, args=[item.pk])
    context = {
        "name": row.file_name,
        "form": form,
        "back": back,
        "crumbs": [
            {"label": "对标达标", "url": reverse(LIST)},
            {"label": item.item, "url": back},
            {"label": "撤回证明", "url": ""},
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "inspections/evidence_withdraw.html", context, status=status)
