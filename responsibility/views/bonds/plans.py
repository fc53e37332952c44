"""自动分配: a plan is made, looked at, applied, undone or discarded."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import PlanMove
from ...exports.holding import write_plan
from ...filters.holding import chosen_entities
from ...forms.bonds import PlanForm
from ...queries.plans import (
    PER_PAGE,
    cap_table,
    move_counts,
    plan_get,
    plan_page,
    plan_rows,
    plan_shifts,
)
from ...services.planning import plan_apply, plan_discard, plan_make, plan_undo
from ..cadres.shared import bare_query, page_number, pager, with_keys
from .shared import ASSIGN, EXPORT, VIEW, board_url, crumbs_of, place_or_404, workbook

SHORT = 12


def _plan_or_404(request, pk):
    plan = plan_get(user=request.user, pk=pk)
    if plan is None:
        raise Http404
    return plan


@require_GET
@require(VIEW)
def plan_list(request):
    after = request.GET.get("after", "")
    after = int(after) if after.isdecimal() and len(after) < 19 else 0
    rows, further = plan_page(user=request.user, after=after)
    number = page_number(request.GET.get("page"))
    first = (number - 1) * PER_PAGE + 1
    context = {
        "rows": rows,
        "crumbs": [{"label": "包保分配", "url": board_url()}, {"label": "分配方案", "url": ""}],
        "per_page": PER_PAGE,
        "unit": "份",
        "first": first,
        "last": first + len(rows) - 1 if rows else 0,
        "previous_url": request.path if after else "",
        "next_url": f"?after={further}&page={number + 1}" if further else "",
    }
    return render(request, "responsibility/plan_list.html", context)


@require_http_methods(["GET", "POST"])
@require(VIEW, ASSIGN)
def plan_create(request):
    place = place_or_404(request, request.POST.get("area") or request.GET.get("area", ""))
    if place.area is None:
        messages.info(request, "请先选一个区划，再做自动分配。")
        return redirect("responsibility:coverage")
    form = PlanForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "place": place, "crumbs": crumbs_of(place, last="自动分配")}
        return render(request, "responsibility/plan_form.html", context)
    selection = {"grade": form.cleaned_data["grade"]} if form.cleaned_data["grade"] else {}
    if request.POST.get("every") or request.POST.getlist("pk"):
        chosen = chosen_entities(request.POST, request.GET, user=request.user)
        selection["ids"] = list(chosen.order_by("pk").values_list("pk", flat=True))
    plan = plan_make(
        area=place.area,
        by=request.user,
        at=timezone.now(),
        selection=selection,
        rebalance=form.cleaned_data["rebalance"],
    )
    return redirect("responsibility:plan-detail", pk=plan.pk)


@require_GET
@require(VIEW)
def plan_detail(request, pk):
    plan = _plan_or_404(request, pk)
    cadre, move = request.GET.get("cadre", ""), request.GET.get("move", "")
    cadre = int(cadre) if cadre.isdecimal() and len(cadre) < 19 else None
    page = plan_rows(
        plan=plan,
        cadre=cadre,
        move=move,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=page_number(request.GET.get("page")),
    )
    moves = move_counts(plan=plan)
    total = sum(moves.values())
    query = bare_query(request)
    vacancies = plan.counts.get("vacancies", [])
    uncovered = sum(row["uncovered"] for row in vacancies)
    stand_in = sum(row["substituted"] for row in vacancies)
    context = {
        "plan": plan,
        "counts": plan.counts,
        "page": page,
        "total": total,
        "shifts": plan_shifts(plan=plan, caps=cap_table()),
        "vacancies": vacancies[:SHORT],
        "vacancy_total": uncovered,
        "vacancy_count": len(vacancies),
        "vacancy_words": f"{len(vacancies):,} 处空岗：{uncovered:,} 家仍无人可派"
        + (f"，{stand_in:,} 家由替代层级承担，列入例外。" if stand_in else "。"),
        "confirm_title": f"执行后 {plan.counts.get('cadres_gaining', 0):,} 名干部增加、"
        f"{plan.counts.get('cadres_losing', 0):,} 名减少",
        "confirm_label": f"执行 {total:,} 家",
        "crumbs": [
            {"label": "包保分配", "url": board_url(plan.area_id)},
            {"label": "分配方案", "url": reverse("responsibility:plan-list")},
            {"label": f"第 {plan.pk} 号", "url": ""},
        ],
        "tabs": [
            {
                "label": label,
                "url": with_keys(bare_query(request, "move"), move=key) or "?",
                "current": key == move,
                "count": moves.get(key, 0) if key else total,
            }
            for key, label in (("", "全部"), *PlanMove.choices)
            if not key or key in moves or key == move
        ],
        "tabs_label": "缘由",
        "cadre": cadre,
        "all_url": with_keys(bare_query(request, "cadre")),
        "is_waiting": plan.state == "planned",
        "is_applied": plan.state == "applied",
        **pager(page, query, unit="家"),
    }
    return render(request, "responsibility/plan_detail.html", context)


@require_GET
@require(VIEW, EXPORT)
@limited("plan-export", limit=10, methods=("GET",))
def plan_export(request, pk):
    plan = _plan_or_404(request, pk)
    return workbook(
        request,
        lambda target: write_plan(plan, target=target),
        what=f"分配方案{plan.pk}",
        scope=plan.area.name,
        detail={"plan": plan.pk},
    )


def _act(request, pk, act, told):
    """Do `act` upon the plan; a refusal is told on its page."""
    plan = _plan_or_404(request, pk)
    try:
        counts = act(plan=plan, by=request.user, address=client_address(request))
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, told(plan, counts))
    return redirect("responsibility:plan-detail", pk=pk)


@require_POST
@require(VIEW, ASSIGN)
def plan_apply_view(request, pk):
    now = timezone.now()

    def act(**common):
        return plan_apply(at=now, on=timezone.localdate(now), **common)

    def told(plan, counts):
        left = counts["conflicts"]
        words = f"，{left:,} 家刚被别人改过，没有写入" if left else ""
        return format_html("已执行分配 {} 家{}。可以整批撤销。", f"{counts['applied']:,}", words)

    return _act(request, pk, act, told)


@require_POST
@require(VIEW, ASSIGN)
def plan_undo_view(request, pk):
    now = timezone.now()

    def act(**common):
        return plan_undo(at=now, on=timezone.localdate(now), **common)

    def told(plan, counts):
        kept = counts["kept"]
        words = f"，{kept:,} 家后来又变过，保持现状" if kept else ""
        return f"已撤销分配，恢复 {counts['restored']:,} 家{words}。"

    return _act(request, pk, act, told)


@require_POST
@require(VIEW, ASSIGN)
def plan_discard_view(request, pk):
    return _act(request, pk, plan_discard, lambda plan, counts: "方案已放弃，包保没有改动。")
