"""督导记录: the list, one record with its answers and photographs, and marking a wrong one void."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from entities.queries.entities import area_choices, capped_count
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.context_processors import url_or_nothing
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.views.bonds.shared import workbook
from responsibility.views.cadres.shared import bare_query, page_number, pager, with_keys

from ...enums import VisitMode
from ...exports.visits import write_visits
from ...filters.dues import GRADES, visit_wishes
from ...forms.checks import ReasonForm
from ...forms.visits import VoidForm
from ...queries.campaigns import tags_of
from ...queries.visits import (
    VIEWS,
    photo_get,
    photo_to_withdraw,
    visit_answers,
    visit_get,
    visit_page,
    visits_in,
)
from ...services.photos import photo_withdraw
from ...services.visits import visit_void

VIEW = "inspections.view_visit"
VOID = "inspections.void_visit"
EXPORT = "entities.export_entity"


def _chips(request, wishes, area_name):
    days = " – ".join(str(day) for day in (wishes.first, wishes.last) if day)
    shown = {
        "q": wishes.text and f"搜索：{wishes.text}",
        "area": wishes.area and f"属地：{area_name}",
        "first": days and f"日期：{days}",
        "period": wishes.period and "一个周期",
        "mode": wishes.mode and VisitMode(wishes.mode).label,
        "grade": wishes.grade and f"{wishes.grade} 级",
        "must": wishes.must and "只能现场的主体",
        "cadre": wishes.cadre and "一位干部",
        "entity": wishes.entity and "一家主体",
    }
    drops = {"first": ("first", "last")}
    return [
        {"label": words, "url": with_keys(bare_query(request, *drops.get(key, (key,))))}
        for key, words in shown.items()
        if words
    ]


@require_GET
@require(VIEW)
def visit_list(request):
    user = request.user
    wishes = visit_wishes(request.GET)
    page = visit_page(
        user=user, wishes=wishes, after=request.GET.get("after", ""),
        before=request.GET.get("before", ""), number=page_number(request.GET.get("page")),
    )  # fmt: skip
    areas = area_choices(user=user, code=wishes.area)
    chosen = next((area.name for area in areas if area.code == wishes.area), wishes.area)
    query, rest = bare_query(request), bare_query(request, "view")
    context = {
        "page": page,
        "rows": page.rows,
        "wishes": wishes,
        "count": capped_count(visits_in(user=user, wishes=wishes)),
        "tabs": [
            {"label": label, "url": with_keys(rest, view=key), "current": key == wishes.view,
             "count": None}
            for key, label in VIEWS.items()
        ],
        "tabs_label": "快捷视图",
        "areas": areas,
        "modes": VisitMode.choices,
        "grades": GRADES,
        "chips": _chips(request, wishes, chosen),
        "clear_url": with_keys("", view=wishes.view),
        "query": query,
        **pager(page, query, unit="户次"),
    }  # fmt: skip
    return render(request, "inspections/visit_list.html", context)


@require_GET
@require(VIEW, EXPORT)
@limited("visit-export", limit=10, methods=("GET",))
def visit_export(request):
    found = visits_in(user=request.user, wishes=visit_wishes(request.GET))
    areas = area_choices(user=request.user, code=request.GET.get("area", ""))
    return workbook(
        request,
        lambda target: write_visits(found, target=target),
        what="督导记录",
        scope=areas[0].name if areas else "",
        object_type="visit",
    )


def _visit_or_404(request, pk):
    visit = visit_get(user=request.user, pk=pk)
    if visit is None:
        raise Http404
    return visit


def _page(request, visit, *, form=None):
    user, photos = request.user, list(visit.photos.all())
    may_void = user.has_perm(VOID) and not visit.is_void
    problem_url = user.has_perm("inspections.view_problem") and url_or_nothing(
        "inspections:problem-list"
    )
    context = {
        "visit": visit,
        "groups": visit_answers(visit=visit),
        "problems": list(visit.problems.all()),
        "has_problem_pages": bool(problem_url),
        "photos": photos,
        "minutes": max(round((visit.finished_at - visit.started_at).total_seconds() / 60), 1),
        "pdf_url": url_or_nothing("inspections:visit-pdf", visit.pk),
        "docx_url": url_or_nothing("inspections:visit-docx", visit.pk),
        "tags": tags_of(visit=visit),
        "mark": f"visit-{visit.pk}",
        "form": (form or VoidForm()) if may_void else None,
        "is_refused": form is not None,
        "crumbs": [
            {"label": "督导任务", "url": reverse("inspections:due-list")},
            {"label": "督导记录", "url": reverse("inspections:visit-list")},
            {"label": f"{visit.visited_on} {visit.entity.name}", "url": ""},
        ],
    }
    return render(request, "inspections/visit_detail.html", context)


@require_GET
@require(VIEW)
def visit_detail(request, pk):
    return _page(request, _visit_or_404(request, pk))


@require_POST
@require(VIEW, VOID)
def void(request, pk):
    visit = _visit_or_404(request, pk)
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            visit_void(
                actor=request.user, visit=visit, at=timezone.now(),
                address=client_address(request), **form.cleaned_data,
            )  # fmt: skip
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "已作废，这一家回到待督导")
        return redirect("inspections:visit-detail", pk=pk)
    return _page(request, visit, form=form)


@require_GET
@require(VIEW)
@cache_control(private=True, max_age=3600)
def photo(request, pk):
    found = photo_get(user=request.user, pk=pk)
    if found is None:
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type=found.mime)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
@require(VIEW)
def photo_withdraw_view(request, pk):
    found = photo_to_withdraw(user=request.user, pk=pk)
    if found is None:
        raise Http404
    back = (
        reverse("inspections:problem-detail", args=[found.problem_id])
        if found.problem_id
        else reverse("inspections:visit-detail", args=[found.visit_id])
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            photo_withdraw(
                actor=request.user, photo=found, reason=form.cleaned_data["reason"],
                at=timezone.now(), address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已撤回这张照片")
            return redirect(back)
    context = {
        "name": f"{timezone.localtime(found.uploaded_at):%Y-%m-%d %H:%M} 的照片",
        "form": form,
        "back": back,
        "crumbs": [{"label": "返回", "url": back}, {"label": "撤回照片", "url": ""}],
    }
    status = 422 if form.errors else 200
    return render(request, "inspections/evidence_withdraw.html", context, status=status)
