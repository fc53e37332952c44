"""会议 and what they decide."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import MeetingMode
from ...filters.organisation import meeting_conditions
from ...forms.meetings import DecisionForm, MeetingForm
from ...models import Meeting
from ...queries.meetings import (
    body_name,
    decisions_of,
    meeting_counts,
    meeting_get,
    meeting_page,
    meeting_rows,
    meetings_in,
)
from ...services.meetings import decision_add
from ..papers_out import paper_response
from .records import record_form, send_table
from .shared import chips, crumbs, cursor, pager, tabs

VIEW = "responsibility.view_meeting"
CHANGE = "responsibility.change_meeting"
LIST = "responsibility:meeting-list"
HEADINGS = ("日期", "名称", "形式", "属地", "主持人", "召开机构", "参会人数", "参会单位和人员",
            "内容", "议定事项", "纪要")  # fmt: skip


@require_GET
@require(VIEW)
def meeting_list(request):
    user, today = request.user, timezone.localdate()
    conditions = meeting_conditions(request.GET)
    found = meetings_in(user=user, **conditions)
    page = meeting_page(found, user=user, today=today, **cursor(request))
    counts = meeting_counts(found)
    areas = area_choices(user=user, code=conditions["area"])
    names = {area.code: area.name for area in areas}
    context = {
        **tabs(request, LIST),
        **pager(request, page, unit="次"),
        **chips(
            request,
            {
                "mode": dict(MeetingMode.choices).get(conditions["mode"], ""),
                "area": names.get(conditions["area"], conditions["area"]),
                "year": conditions["year"] and f"{conditions['year']} 年",
                "body": body_name(user=user, pk=conditions["body"]) or conditions["body"],
                "q": conditions["text"] and f"“{conditions['text']}”",
            },
        ),
        "rows": page.rows,
        "conditions": conditions,
        "count": counts["total"],
        "unit": "次",
        "modes": [
            {"value": value, "label": label, "count": counts.get(value, 0)}
            for value, label in MeetingMode.choices
        ],
        "areas": areas,
        "years": [str(today.year - back) for back in range(4)],
        "can_change": user.has_perm(CHANGE),
    }
    return render(request, "responsibility/meeting_list.html", context)


@require_GET
@require(VIEW)
@limited("meeting-export", limit=10, methods=("GET",))
def meeting_export(request):
    found = meetings_in(user=request.user, **meeting_conditions(request.GET))
    return send_table(request, HEADINGS, meeting_rows(found), what="会议")


def meeting_or_404(request, pk, *, to_change=False):
    meeting = meeting_get(user=request.user, pk=pk, to_change=to_change)
    if meeting is None:
        raise Http404
    return meeting


def _detail(request, meeting, form, *, status=200):
    user = request.user
    context = {
        "meeting": meeting,
        "decisions": decisions_of(user=user, meeting=meeting),
        "form": form,
        "accounts": form.accounts if form else [],
        "can_change": form is not None,
        "today": timezone.localdate(),
        "crumbs": crumbs(LIST, "会议", meeting.title),
    }
    return render(request, "responsibility/meeting_detail.html", context, status=status)


def _may_change(request, pk):
    user = request.user
    return user.has_perm(CHANGE) and meeting_get(user=user, pk=pk, to_change=True) is not None


@require_GET
@require(VIEW)
def meeting_detail(request, pk):
    meeting = meeting_or_404(request, pk)
    form = DecisionForm(user=request.user, meeting=meeting) if _may_change(request, pk) else None
    return _detail(request, meeting, form)


@require_POST
@require(VIEW, CHANGE)
def meeting_decision_add(request, pk):
    meeting = meeting_or_404(request, pk, to_change=True)
    form = DecisionForm(request.POST, user=request.user, meeting=meeting)
    if form.is_valid():
        try:
            decision_add(
                actor=request.user, meeting=meeting, text=form.cleaned_data["text"],
                decision=form.cleaned_data["decision"], task=form.task(),
                address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已记下，任务已进入责任人的待办" if form.task() else "已记下")
            return redirect("responsibility:meeting-detail", pk=pk)
    return _detail(request, meeting, form, status=422)


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def meeting_create(request):
    return meeting_form(request, Meeting(held_on=timezone.localdate()), "登记会议", reverse(LIST))


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE)
def meeting_update(request, pk):
    meeting = meeting_or_404(request, pk, to_change=True)
    back = reverse("responsibility:meeting-detail", args=[pk])
    return meeting_form(request, meeting, "修改会议", back)


def meeting_form(request, meeting, title, back):
    return record_form(
        request, MeetingForm, meeting, title=title, back=back,
        trail=crumbs(LIST, "会议", title), detail="responsibility:meeting-detail",
    )  # fmt: skip


@require_GET
@require(VIEW)
def meeting_minutes(request, pk):
    meeting = meeting_or_404(request, pk)
    return paper_response(meeting.minutes, meeting.minutes_name)
