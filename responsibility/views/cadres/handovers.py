"""干部交接: made from a cadre's page, listed, looked at, taken back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...documents.handovers import handover_paper
from ...enums import HandoverState
from ...forms.handovers import HandoverForm
from ...queries.handovers import (
    handover_get,
    handover_papers,
    handovers_visible,
    held_rows,
    moved_rows,
    pending_handover_of,
    people_of,
    receivers_for,
)
from ...queries.keyed import keyed_page
from ...services.handovers import handover_cancel, handover_make
from ..lists.lists import paper_answer
from .shared import (
    bare_query,
    cadre_or_404,
    crumbs,
    page_number,
    pager,
    paper_links,
    with_keys,
)


@require_GET
@require("responsibility.view_cadre")
def handover_list(request):
    state, area = request.GET.get("state", ""), request.GET.get("area", "").strip()
    areas = area_choices(user=request.user, code=area)
    found = handovers_visible(user=request.user, state=state, area=area)
    page = keyed_page(
        found,
        column="made_at",
        is_falling=True,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=page_number(request.GET.get("page")),
    )
    query = bare_query(request)
    rest = bare_query(request, "state")
    tabs = [("", "全部"), *HandoverState.choices]
    context = {
        "page": page,
        "tabs": [
            {
                "label": label,
                "url": with_keys(rest, state=key),
                "current": key == state,
                "count": None,
            }
            for key, label in tabs
        ],
        "tabs_label": "状态",
        "areas": areas,
        "area": area,
        "state": state,
        "is_filtered": bool(request.GET),
        **pager(page, query, unit="次"),
    }
    return render(request, "responsibility/handover_list.html", context)


@require_http_methods(["GET", "POST"])
@require("responsibility.view_cadre", "responsibility.assign_entity")
def handover_create(request, pk):
    cadre = cadre_or_404(request, pk)
    user, today = request.user, timezone.localdate()
    receivers = receivers_for(user=user, cadre=cadre)
    form = HandoverForm(
        request.POST or None, receivers=receivers, cadre=cadre, initial={"on": today}
    )
    if request.method == "POST" and form.is_valid():
        try:
            outcome = handover_make(
                cadre=cadre,
                **form.values(request.POST.getlist("pk")),
                today=today,
                by=user,
                at=timezone.now(),
                address=client_address(request),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            _tell(request, outcome)
            return redirect("responsibility:handover-detail", pk=outcome.handover.pk)
    context = {
        "cadre": cadre,
        "crumbs": [*crumbs(user, cadre), _link(cadre)],
        "form": form,
        "rows": held_rows(user=user, cadre=cadre),
        "picked": set(request.POST.getlist("pk")),
        "receivers": list(receivers),
        "chosen": set(request.POST.getlist("receivers")),
        "waiting": pending_handover_of(cadre=cadre),
    }
    return render(request, "responsibility/handover_form.html", context)


def _link(cadre):
    return {"label": cadre.name, "url": reverse("responsibility:cadre-detail", args=[cadre.pk])}


def _tell(request, outcome):
    handover = outcome.handover
    if handover.state == HandoverState.SCHEDULED:
        messages.success(request, f"已定于 {handover.on} 交接，到日由系统办理")
        return
    messages.success(request, f"已交接 {outcome.moved} 家")
    if outcome.left:
        stays = "转为待交接" if handover.leaves else "仍由他包保"
        messages.warning(
            request, f"另有 {outcome.left} 家没有合适的接收干部，{stays}。请另选干部再办。"
        )


@require_GET
@require("responsibility.view_cadre")
def handover_detail(request, pk):
    handover = _handover_or_404(request, pk)
    rows = moved_rows(user=request.user, handover=handover)
    receivers = {row.cadre_id for row in rows}
    if handover.state != HandoverState.DONE:
        receivers = set(handover.receivers.values_list("pk", flat=True))
    people = people_of(user=request.user, handover=handover, receivers=receivers)
    context = {
        "handover": handover,
        "rows": rows,
        "people": [
            {"cadre": person, "links": paper_links(request.user, person)} for person in people
        ],
        "crumbs": [
            {"label": "包保干部", "url": reverse("responsibility:cadre-list")},
            {"label": "干部交接", "url": reverse("responsibility:handover-list")},
        ],
    }
    return render(request, "responsibility/handover_detail.html", context)


@require_POST
@require("responsibility.view_cadre", "responsibility.assign_entity")
def handover_cancel_view(request, pk):
    handover = _handover_or_404(request, pk)
    try:
        handover_cancel(handover=handover, by=request.user, address=client_address(request))
        messages.success(request, "已取消这次交接")
    except DomainError as refused:
        messages.error(request, refused.message)
    return redirect("responsibility:handover-detail", pk=pk)


def _handover_or_404(request, pk):
    handover = handover_get(user=request.user, pk=pk)
    if handover is None:
        raise Http404
    return handover


def _paper(request, pk, format):
    handover, on = _handover_or_404(request, pk), timezone.localdate()
    if handover.state != HandoverState.DONE:
        messages.error(request, "交接还没有办理。办理以后再打印交接单。")
        return redirect("responsibility:handover-detail", pk=pk)
    found = handover_papers(user=request.user, handover=handover)
    try:
        body = handover_paper(found, on=on, format=format)
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("responsibility:handover-detail", pk=pk)
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="handover",
        object_id=pk, area_code=handover.area_id,
        detail={"paper": "交接单", "format": format, "count": len(found.bonds)},
    )  # fmt: skip
    return paper_answer(body, f"交接单_{handover.cadre.name}_{handover.on:%Y%m%d}", format)


@require_GET
@require("responsibility.view_cadre", "responsibility.view_listdocument")
@limited("handover-paper", limit=30, methods=("GET",))
def handover_docx(request, pk):
    return _paper(request, pk, "docx")


@require_GET
@require("responsibility.view_cadre", "responsibility.view_listdocument")
@limited("handover-paper", limit=30, methods=("GET",))
def handover_pdf(request, pk):
    return _paper(request, pk, "pdf")
