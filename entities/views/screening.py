"""异常筛除: proposals, decisions, the city's sample."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ..enums import ProposalKind, ProposalSource
from ..filters import selected
from ..forms import DrawForm, NoteForm, RestoreForm, ScreenForm
from ..queries.entities import entities_visible
from ..queries.screening import (
    DEFAULT_TAB,
    PER_PAGE,
    TABS,
    draw_check,
    draw_get,
    draws,
    notes_for,
    proposal_conditions,
    proposal_get,
    proposal_page,
    proposal_tabs,
    proposals_in,
    proposals_visible,
    sampled_of,
)
from ..services.reviews import (
    proposals_approve,
    proposals_return,
    proposals_withdraw,
    sample_decide,
    sample_draw,
)
from ..services.screening import restore_propose, screening_propose
from .grading import back_to, bulk_page, only_of

PROPOSE = "entities.propose_screening"
APPROVE = "entities.approve_screening"
SAMPLE = "entities.sample_screening"
VIEW = "entities.view_screening"


def _one_or_404(request, pk):
    found = entities_visible(user=request.user).filter(pk=pk)
    if not found.exists():
        raise Http404
    return found


def _screen_page(request, form, found):
    return bulk_page(
        request,
        form,
        found,
        title="提请筛除",
        button="提请筛除",
        note="县局批准以前，状态和各项数字都不变；批准后仍可恢复，不会删除。",
        action=reverse("entities:entity-bulk-screen"),
    )


def _restore_page(request, form, found):
    return bulk_page(
        request,
        form,
        found,
        title="提请恢复",
        button="提请恢复",
        note="县局批准后，这一家重新计入应包。",
        action=reverse("entities:entity-bulk-restore"),
    )


@require_GET
@require("entities.view_entity", PROPOSE)
def entity_screen(request, pk):
    return _screen_page(request, ScreenForm(), _one_or_404(request, pk))


@require_GET
@require("entities.view_entity", PROPOSE)
def entity_restore(request, pk):
    return _restore_page(request, RestoreForm(), _one_or_404(request, pk))


def _bulk_propose(request, form_class, page, propose, word):
    found = selected(request.POST, request.GET, user=request.user, on=timezone.localdate())
    if not request.POST.get("confirmed"):
        return page(request, form_class(), found)
    form = form_class(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, form, found)
    try:
        counts = propose(
            actor=request.user,
            entities=found,
            address=client_address(request),
            **form.cleaned_data,
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        left = (
            f"；{counts['left']:,} 家已有待复核的事项或不适用，没有再提" if counts["left"] else ""
        )
        tell = messages.success if counts["made"] else messages.warning
        tell(request, f"已提请{word} {counts['made']:,} 家，待县局复核{left}")
    return back_to(request, found, only_of(request))


@require_POST
@require("entities.view_entity", PROPOSE)
def bulk_screen(request):
    return _bulk_propose(request, ScreenForm, _screen_page, screening_propose, "筛除")


@require_POST
@require("entities.view_entity", PROPOSE)
def bulk_restore(request):
    return _bulk_propose(request, RestoreForm, _restore_page, restore_propose, "恢复")


def _conditions(request):
    """Tab, kind, source and area of the list, unknown values dropped."""
    tab = request.GET.get("tab", DEFAULT_TAB)
    kind, source = request.GET.get("kind", ""), request.GET.get("source", "")
    area = request.GET.get("area", "")
    return {
        "tab": tab if tab in TABS else DEFAULT_TAB,
        "kind": kind if kind in ProposalKind.values else "",
        "source": source if source in ProposalSource.values else "",
        "area": area if area.isalnum() and len(area) <= 12 else "",
    }


@require_GET
@require(VIEW)
def screening_list(request):
    conditions = _conditions(request)
    after = request.GET.get("after", "")
    number = request.GET.get("page", "1")
    number = int(number) if number.isdecimal() and len(number) < 9 else 1
    rows, next_key = proposal_page(
        user=request.user,
        **conditions,
        after=int(after) if after.isdecimal() and len(after) < 19 else 0,
    )
    counts = proposal_tabs(user=request.user, narrowed=proposal_conditions(**conditions))
    base = reverse("entities:screening-list")
    query = "&".join(f"{key}={value}" for key, value in conditions.items() if value)
    first = (number - 1) * PER_PAGE + 1
    context = {
        "rows": rows,
        "conditions": conditions,
        "kinds": ProposalKind.choices,
        "sources": ProposalSource.choices,
        "tabs_label": "审核事项",
        "tabs": [
            {
                "label": label,
                "url": f"{base}?tab={key}",
                "current": key == conditions["tab"],
                "count": counts[key],
            }
            for key, (label, _) in TABS.items()
        ],
        "count": counts["narrowed"],
        "query": query,
        "per_page": PER_PAGE,
        "unit": "条",
        "first": first,
        "last": first + len(rows) - 1 if rows else 0,
        "previous_url": f"{base}?{query}" if after else "",
        "next_url": f"{base}?{query}&after={next_key}&page={number + 1}" if next_key else "",
        "shows_county": area_scope(request.user).spans_counties(conditions["area"]),
        "can_decide": conditions["tab"] == "proposed" and request.user.has_perm(APPROVE),
        "note_form": NoteForm(),
    }
    return render(request, "entities/screening_list.html", context)


def _proposal_or_404(request, pk):
    proposal = proposal_get(user=request.user, pk=pk)
    if proposal is None:
        raise Http404
    return proposal


@require_GET
@require(VIEW)
def screening_detail(request, pk):
    proposal = _proposal_or_404(request, pk)
    user = request.user
    is_open = proposal.state == "proposed"
    context = {
        "proposal": proposal,
        "entity": proposal.entity,
        "notes": notes_for(proposal, on=timezone.localdate()),
        "note_form": NoteForm(),
        "can_decide": is_open and user.has_perm(APPROVE),
        "can_withdraw": is_open and user.has_perm(PROPOSE) and proposal.proposed_by_id == user.pk,
        "can_sample": proposal.sample_state == "pending" and user.has_perm(SAMPLE),
        "crumbs": [
            {"label": "异常筛除", "url": reverse("entities:screening-list")},
            {"label": proposal.entity.name, "url": ""},
        ],
    }
    return render(request, "entities/screening_detail.html", context)


@require_POST
@require(VIEW)
def screening_decide(request, pk):
    """Approve, return or withdraw one proposal: which right is needed hangs on the act."""
    service = _service(request)
    proposal = _proposal_or_404(request, pk)
    found = proposals_visible(user=request.user).filter(pk=proposal.pk)
    return _decide(request, found, service, pk)


@require_POST
@require(VIEW, APPROVE)
def screening_bulk(request):
    service = _service(request)
    if request.POST.get("every"):
        found = proposals_in(user=request.user, **_conditions(request))
    else:
        sent = request.POST.getlist("pk")[:500]
        ids = [int(pk) for pk in sent if pk.isdecimal() and len(pk) < 19]
        found = proposals_visible(user=request.user).filter(pk__in=ids)
    return _decide(request, found, service, None)


DECISIONS = {
    "approve": (proposals_approve, APPROVE, "批准"),
    "return": (proposals_return, APPROVE, "退回"),
    "withdraw": (proposals_withdraw, PROPOSE, "撤回"),
}


def _service(request):
    """The service of the act and its word; 404 for an unknown act, 403 for one that is not his."""
    act = request.POST.get("act", "")
    if act not in DECISIONS:
        raise Http404
    service, permission, word = DECISIONS[act]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return service, word


def _decide(request, proposals, decision, pk):
    service, word = decision
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        counts = service(
            actor=request.user, proposals=proposals, note=note, address=client_address(request)
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        gone = f"；{counts['gone']:,} 条已由别人处理" if counts["gone"] else ""
        messages.success(request, f"已{word} {counts['decided']:,} 条{gone}")
    return _back(request, pk)


def _back(request, pk):
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    if pk:
        return redirect("entities:screening-detail", pk=pk)
    return redirect(f"{reverse('entities:screening-list')}?{request.GET.urlencode()}")


@require_GET
@require(VIEW)
def evidence(request, pk):
    proposal = _proposal_or_404(request, pk)
    if not proposal.evidence or not proposal.evidence.storage.exists(proposal.evidence.name):
        raise Http404
    return FileResponse(
        proposal.evidence.open("rb"),
        as_attachment=True,
        filename=proposal.evidence_name,
        content_type="application/octet-stream",
    )


@require_GET
@require(VIEW, SAMPLE)
def sample_list(request):
    context = {
        "draws": draws(user=request.user),
        "form": DrawForm.fresh(),
        "crumbs": [
            {"label": "异常筛除", "url": reverse("entities:screening-list")},
            {"label": "市局抽核", "url": ""},
        ],
    }
    return render(request, "entities/sample_list.html", context)


@require_POST
@require(VIEW, SAMPLE)
def sample_create(request):
    form = DrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写比例（0.1–100）和种子（整数）。")
        return redirect("entities:sample-list")
    try:
        draw = sample_draw(
            actor=request.user,
            area=(request.user.area_id or "")[:4],
            until=timezone.now(),
            address=client_address(request),
            **form.cleaned_data,
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("entities:sample-list")
    messages.success(request, f"从 {draw.frame_size:,} 条中抽出 {len(draw.drawn_ids):,} 条")
    return redirect("entities:sample-detail", pk=draw.pk)


@require_GET
@require(VIEW, SAMPLE)
def sample_detail(request, pk):
    draw = draw_get(user=request.user, pk=pk)
    if draw is None:
        raise Http404
    context = {
        "draw": draw,
        "rows": sampled_of(user=request.user, draw=draw),
        "check": draw_check(draw=draw) if request.GET.get("again") else None,
        "crumbs": [
            {"label": "异常筛除", "url": reverse("entities:screening-list")},
            {"label": "市局抽核", "url": reverse("entities:sample-list")},
        ],
    }
    return render(request, "entities/sample_detail.html", context)


@require_POST
@require(VIEW, SAMPLE)
def sample_decide_view(request, pk):
    proposal = _proposal_or_404(request, pk)
    form = NoteForm(request.POST)
    is_true = request.POST.get("act") == "pass"
    try:
        sample_decide(
            actor=request.user,
            proposal=proposal,
            is_true=is_true,
            note=form.cleaned_data["note"] if form.is_valid() else "",
            address=client_address(request),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已记为属实" if is_true else "已退回，主体恢复原状态")
    return _back(request, pk)
