"""会议任务: the list, one task, and what its owner and its issuer do with it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...filters.organisation import action_conditions
from ...forms.meetings import ResultForm, ReturnForm
from ...queries.meetings import (
    ACTION_STATES,
    WHOSE,
    action_counts,
    action_get,
    action_page,
    actions_in,
    body_name,
)
from ...services.meetings import action_close, action_done, action_return, may_close, may_do
from .meetings import LIST, VIEW
from .shared import chips, cursor, pager


@require_GET
@require(VIEW)
def action_list(request):
    user, today = request.user, timezone.localdate()
    conditions = action_conditions(request.GET)
    others = {key: value for key, value in conditions.items() if key != "state"}
    counts = action_counts(user=user, today=today, **others)
    page = action_page(actions_in(user=user, today=today, **conditions), **cursor(request))
    for row in page.rows:
        row.is_late = row.is_overdue(today)
    query = request.GET.copy()
    for key in ("state", "after", "before", "page"):
        query.pop(key, None)
    rest = f"&{query.urlencode()}" if query else ""
    areas = area_choices(user=user, code=conditions["area"])
    names = {area.code: area.name for area in areas}
    whose = conditions["whose"]
    context = {
        **pager(request, page, unit="项"),
        **chips(
            request,
            {
                "area": names.get(conditions["area"], conditions["area"]),
                "body": body_name(user=user, pk=conditions["body"]) or conditions["body"],
                "whose": WHOSE[whose][0] if whose else "",
            },
        ),
        "tabs_label": "状态",
        "tabs": [
            {
                "label": label,
                "url": f"?state={key}{rest}",
                "current": key == conditions["state"],
                "count": counts[key],
            }
            for key, label in ACTION_STATES.items()
        ],
        "rows": page.rows,
        "count": counts[conditions["state"]],
        "unit": "项",
        "conditions": conditions,
        "areas": areas,
        "whose": [(key, label) for key, (label, _) in WHOSE.items()],
        "crumbs": [
            {"label": "会议", "url": reverse(LIST)},
            {"label": "会议任务", "url": ""},
        ],
    }
    return render(request, "responsibility/meeting_action_list.html", context)


def _action_or_404(request, pk):
    action = action_get(user=request.user, pk=pk)
    if action is None:
        raise Http404
    return action


def _page(request, action, *, result=None, back=None, status=200):
    user = request.user
    is_open, is_done = action.state == "open", action.state == "done"
    action.is_late = action.is_overdue(timezone.localdate())
    context = {
        "action": action,
        "meeting": action.decision.meeting,
        "result_form": result or ResultForm(),
        "return_form": back or ReturnForm(initial={"due_on": action.due_on}),
        "can_do": is_open and may_do(user, action),
        "can_close": is_done and may_close(user, action),
        "crumbs": [
            {"label": "会议任务", "url": reverse("responsibility:meeting-action-list")},
            {"label": "任务", "url": ""},
        ],
    }
    return render(request, "responsibility/meeting_action_detail.html", context, status=status)


@require_GET
@require(VIEW)
def action_detail(request, pk):
    return _page(request, _action_or_404(request, pk))


@require_POST
@require(VIEW)
def action_decide(request, pk):
    """done by its owner; close or return by its issuer: the services ask who he is."""
    action = _action_or_404(request, pk)
    act = request.POST.get("act", "")
    common = {"actor": request.user, "action": action, "address": client_address(request)}
    try:
        if act == "done":
            form = ResultForm(request.POST)
            if not form.is_valid():
                return _page(request, action, result=form, status=422)
            action_done(**common, result=form.cleaned_data["result"], at=timezone.now())
            told = "已报办结，等开会单位销账"
        elif act == "close":
            action_close(**common, at=timezone.now())
            told = "已销账"
        elif act == "return":
            form = ReturnForm(request.POST)
            if not form.is_valid():
                return _page(request, action, back=form, status=422)
            action_return(**common, **form.cleaned_data)
            told = "已退回，责任人的待办里重新出现"
        else:
            raise Http404
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return redirect("responsibility:meeting-action-detail", pk=pk)
