"""Grades by hand and by suggestion; grading standards."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ..enums import Grade
from ..filters import selected
from ..forms import DraftForm, GradeForm
from ..queries.entities import entities_visible
from ..queries.grading import (
    adoption_preview,
    moving,
    rules_of,
    standard_get,
    standards,
    try_standard,
)
from ..services.grading import grade_set, standard_activate, standard_draft, suggestions_adopt
from ..services.screening import grade_propose
from .paging import paged

SET = "entities.set_grade"
PROPOSE = "entities.propose_screening"


def _gate(request):
    """The county sets a grade, a station proposes one; whoever may do neither is refused."""
    if request.user.has_perm(SET):
        return True
    if request.user.has_perm(PROPOSE):
        return False
    raise PermissionDenied


def bulk_page(request, form, found, *, title, button, note, action, cancel=""):
    """The page between ticking rows and acting on them: how many, why, and what it does."""
    count = found.count()
    only = found.first() if count == 1 else None
    if only and not cancel:
        cancel = reverse("entities:entity-detail", args=[only.pk])
    context = {
        "form": form,
        "count": count,
        "only": only,
        "title": title,
        "button": button,
        "note": note,
        "action": f"{action}?{request.GET.urlencode()}",
        "every": request.POST.get("every", ""),
        "ids": [] if request.POST.get("every") else list(found.values_list("pk", flat=True)),
        "cancel": cancel or f"{reverse('entities:entity-list')}?{request.GET.urlencode()}",
    }
    return render(request, "entities/bulk_act.html", context)


def back_to(request, found, only_pk=None):
    """The business's page when it was one, else the list with its filter."""
    if only_pk:
        return redirect("entities:entity-detail", pk=only_pk)
    return redirect(f"{reverse('entities:entity-list')}?{request.GET.urlencode()}")


def only_of(request):
    """The id when exactly one business was chosen by id."""
    ids = request.POST.getlist("pk")
    is_one = len(ids) == 1 and ids[0].isdecimal() and len(ids[0]) < 19
    return int(ids[0]) if is_one else None


@require_GET
@require("entities.view_entity")
def entity_grade(request, pk):
    sets = _gate(request)
    found = entities_visible(user=request.user).filter(pk=pk)
    entity = found.first()
    if entity is None:
        raise Http404
    form = GradeForm(initial={"grade": entity.suggested_grade or entity.grade})
    return _grade_page(request, form, found, sets)


def _grade_page(request, form, found, sets):
    return bulk_page(
        request,
        form,
        found,
        title="设定包保等级" if sets else "提请定级",
        button="设定等级" if sets else "提请定级",
        note="人工设定的等级不会被台账和规则覆盖；只改应包的主体。"
        if sets
        else "县局复核后生效；只提请应包的主体。",
        action=reverse("entities:entity-bulk-grade"),
    )


@require_POST
@require("entities.view_entity")
def bulk_grade(request):
    sets = _gate(request)
    found = selected(request.POST, request.GET, user=request.user, on=timezone.localdate())
    if not request.POST.get("confirmed"):
        return _grade_page(request, GradeForm(), found, sets)
    form = GradeForm(request.POST)
    if not form.is_valid():
        return _grade_page(request, form, found, sets)
    values = form.cleaned_data
    common = {"actor": request.user, "entities": found, "address": client_address(request)}
    try:
        if sets:
            changed = grade_set(**common, grade=values["grade"], reason=values["reason"])
            messages.success(request, f"已把 {changed:,} 家设为 {values['grade']} 级")
        else:
            made = grade_propose(**common, grade=values["grade"], reason=values["reason"])["made"]
            messages.success(request, f"已提请 {made:,} 家定为 {values['grade']} 级，待县局复核")
    except DomainError as error:
        messages.error(request, error.message)
    return back_to(request, found, only_of(request))


@require_POST
@require("entities.view_entity", SET)
def bulk_adopt(request):
    found = selected(request.POST, request.GET, user=request.user, on=timezone.localdate())
    preview = adoption_preview(found)
    if not request.POST.get("confirmed"):
        note = (
            f"其中 {preview['changing']:,} 家的等级会按建议改变；"
            f"{preview['by_hand']:,} 家是人工设定的，不改；其余与建议一致或没有建议。"
        )
        return bulk_page(
            request,
            None,
            found,
            title="按建议定级",
            button=f"按建议定级 {preview['changing']:,} 家",
            note=note,
            action=reverse("entities:entity-bulk-adopt"),
        )
    counts = suggestions_adopt(actor=request.user, entities=found, address=client_address(request))
    messages.success(request, f"已按建议定级 {counts['changed']:,} 家")
    return back_to(request, found)


@require_GET
@require("entities.view_gradingstandard")
def standard_list(request):
    return render(request, "entities/standard_list.html", {"standards": standards()})


def _standard_or_404(pk):
    standard = standard_get(pk=pk)
    if standard is None:
        raise Http404
    return standard


@require_GET
@require("entities.view_gradingstandard")
def standard_detail(request, pk):
    standard = _standard_or_404(pk)
    is_tried = standard.state == "draft" or request.GET.get("try") == "1"
    context = {
        "standard": standard,
        "rules": rules_of(standard),
        "crumbs": [
            {"label": "分级标准", "url": reverse("entities:grading-standard-list")},
            {"label": standard.name, "url": ""},
        ],
        "draft_form": DraftForm(
            initial={"name": f"{standard.name} 修订", "effective_from": timezone.localdate()}
        ),
        "matrix": _matrix(request.user, standard) if is_tried else None,
    }
    return render(request, "entities/standard_detail.html", context)


def _matrix(user, standard):
    """Rows = the grade in force, columns = what the standard would give; each count leads to its rows."""
    counts = try_standard(user=user, standard=standard)
    grades = ["A", "B", "C", "D", ""]
    base = reverse("entities:entity-list")
    rows = [
        {
            "grade": old,
            "label": Grade(old).label,
            "url": f"{base}?view=obliged&grade={old or 'none'}",
            "total": sum(counts.get((old, new), 0) for new in grades),
            "cells": [
                {
                    "total": counts.get((old, new), 0),
                    "is_same": old == new,
                    "url": f"{reverse('entities:grading-standard-rows', args=[standard.pk])}"
                    f"?old={old or 'none'}&new={new or 'none'}",
                }
                for new in grades
            ],
        }
        for old in grades
    ]
    changed = sum(n for (old, new), n in counts.items() if old != new and new)
    return {"grades": grades, "rows": rows, "changed": changed, "total": sum(counts.values())}


@require_GET
@require("entities.view_gradingstandard", "entities.view_entity")
def standard_rows(request, pk):
    standard = _standard_or_404(pk)
    old, new = request.GET.get("old", ""), request.GET.get("new", "")
    known = {"A", "B", "C", "D", "none"}
    if old not in known or new not in known:
        raise Http404
    grades = {"old": "" if old == "none" else old, "new": "" if new == "none" else new}
    context = paged(
        request,
        moving(user=request.user, standard=standard, **grades),
        sort="area",
        query=urlencode({"old": old, "new": new}),
    )
    context |= grades | {
        "standard": standard,
        "shows_county": area_scope(request.user).spans_counties(),
        "crumbs": [
            {"label": "分级标准", "url": reverse("entities:grading-standard-list")},
            {
                "label": standard.name,
                "url": reverse("entities:grading-standard-detail", args=[pk]),
            },
        ],
    }
    return render(request, "entities/standard_rows.html", context)


@require_POST
@require("entities.view_gradingstandard", "entities.add_gradingstandard")
def standard_draft_view(request, pk):
    source = _standard_or_404(pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写草稿的名称和施行日期。")
        return redirect("entities:grading-standard-detail", pk=pk)
    try:
        draft = standard_draft(
            actor=request.user,
            source=source,
            address=client_address(request),
            **form.cleaned_data,
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("entities:grading-standard-detail", pk=pk)
    messages.success(request, f"已建草稿 {draft.name}，可在系统管理中修改规则")
    return redirect("entities:grading-standard-detail", pk=draft.pk)


@require_POST
@require("entities.apply_gradingstandard")
def standard_activate_view(request, pk):
    standard = _standard_or_404(pk)
    try:
        standard_activate(actor=request.user, standard=standard, address=client_address(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"已执行 {standard.name}，全部建议等级已重算，现有等级没有改动")
    return redirect("entities:grading-standard-detail", pk=pk)
