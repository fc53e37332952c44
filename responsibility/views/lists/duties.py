"""任务: what a cadre or a unit owes by the lists, by day; done, opened again, added up by area."""

import tempfile
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
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

from ...enums import Cycle, DutyState
from ...exports.cadres import file_name
from ...exports.duties import write_duties
from ...filters.duties import duty_wishes
from ...forms.duties import DoneForm, GiveForm, ReopenForm
from ...queries.duties import (
    VIEWS,
    WHOSE,
    describe,
    duties_in,
    duty_areas,
    duty_codes,
    duty_get,
    duty_history,
    duty_numbers,
    duty_page,
    duty_periods,
    may_complete,
)
from ...services.duties import duties_give, duty_complete, duty_reopen
from ..papers_out import paper_response
from ..papers_tabs import papers_tabs

VIEW = "responsibility.view_duty"
CHANGE = "responsibility.change_duty"
CURSOR = ("after", "before", "page")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 8 * 1024 * 1024


def _query(request, *drop, **more):
    """The query string without the pager's place and the named keys, with others set."""
    query = request.GET.copy()
    for key in (*CURSOR, *drop):
        query.pop(key, None)
    for key, value in more.items():
        query[key] = value
    return "?" + query.urlencode()


def _number(text):
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def _pager(request, page):
    return {
        "per_page": 50,
        "unit": "件",
        "first": page.first,
        "last": page.last,
        "previous_url": _query(request, before=page.previous, page=page.number - 1)
        if page.previous
        else "",
        "next_url": _query(request, after=page.next, page=page.number + 1) if page.next else "",
    }


def _chips(request, wishes, area_name, periods):
    shown = {
        "area": area_name and f"属地：{area_name}{'本级' if wishes.is_exact else ''}",
        "period": wishes.period and f"周期：{dict(periods).get(wishes.period, wishes.period)}",
        "code": wishes.code and f"任务：{wishes.code}",
        "whose": wishes.whose and f"责任方：{WHOSE[wishes.whose]}",
        "cadre": wishes.cadre and "一位干部",
    }
    drops = {"area": ("area", "exact")}
    return [
        {"label": words, "url": _query(request, *drops.get(key, (key,)))}
        for key, words in shown.items()
        if words
    ]


@require_GET
@require(VIEW)
def duty_list(request):
    user, on = request.user, timezone.localdate()
    wishes = duty_wishes(request.GET)
    page = duty_page(
        user=user,
        wishes=wishes,
        on=on,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=_number(request.GET.get("page", "1")),
    )
    numbers = duty_numbers(user=user, wishes=wishes, on=on)
    areas = area_choices(user=user, code=wishes.area)
    chosen = next((area.name for area in areas if area.code == wishes.area), wishes.area)
    periods = duty_periods(user=user)
    context = {
        "rows": page.rows,
        "wishes": wishes,
        "on": on,
        "views": [
            {"label": label, "url": _query(request, view=key), "current": key == wishes.view,
             "count": numbers[key]}
            for key, label in VIEWS.items()
        ],
        "count": numbers[wishes.view],
        "areas": areas,
        "periods": periods,
        "codes": duty_codes(user=user),
        "whose": WHOSE.items(),
        "chips": _chips(request, wishes, chosen if wishes.area else "", periods),
        "clear_url": f"?view={wishes.view}",
        "query": _query(request),
        "has_area_data": user.has_perm("jurisdiction.view_area_data"),
        **papers_tabs(request, "responsibility:duty-list"),
        **_pager(request, page),
    }  # fmt: skip
    return render(request, "responsibility/duty_list.html", context)


@require_GET
@require(VIEW, "jurisdiction.view_area_data")
def areas(request):
    user, on = request.user, timezone.localdate()
    wishes = duty_wishes(request.GET)
    total, *rows = duty_areas(
        user=user, on=on, area=wishes.area, period=wishes.period, code=wishes.code
    )
    base = reverse("responsibility:duty-list")
    for row in rows:
        # what an area's own level owes is told apart from all that lies below it
        only = {"exact": "1"} if row["is_own"] else {}
        row["rows_url"] = base + _query(request, "view", area=row["part"], **only)
        row["below_url"] = "" if row["is_own"] or len(row["part"]) == 12 else _query(
            request, area=row["part"]
        )  # fmt: skip
    choices = area_choices(user=user, code=wishes.area)
    context = {
        "rows": rows,
        "total": total,
        "total_url": base + _query(request, "view"),
        "wishes": wishes,
        "on": on,
        "areas": choices,
        "periods": duty_periods(user=user),
        "codes": duty_codes(user=user),
        "above": [area for area in choices if area.code != wishes.area
                  and wishes.area.startswith(area.code)] if wishes.area else [],
        "name": next((area.name for area in choices if area.code == wishes.area), ""),
        **papers_tabs(request, "responsibility:duty-list"),
    }  # fmt: skip
    return render(request, "responsibility/duty_areas.html", context)


@require_http_methods(["GET", "POST"])
@require(VIEW, CHANGE, "jurisdiction.view_area_data")
def give(request):
    on = timezone.localdate()
    form = GiveForm(request.POST or None, user=request.user, on=on)
    if request.method == "POST" and form.is_valid():
        try:
            made = duties_give(
                actor=request.user, on=on, address=client_address(request), **form.told()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"已派出 {made:,} 件")
            found = urlencode({"area": form.cleaned_data["area"].pk, "period": on.isoformat()})
            return redirect(f"{reverse('responsibility:duty-list')}?{found}")
    crumbs = [{"label": "清单任务", "url": reverse("responsibility:duty-list")}]
    return render(request, "responsibility/duty_give.html", {"form": form, "crumbs": crumbs})


def _duty_or_404(request, pk):
    duty = duty_get(user=request.user, pk=pk)
    if duty is None:
        raise Http404
    return describe(duty, on=timezone.localdate())


def _page(request, duty, *, done_form=None, reopen_form=None):
    may = request.user.has_perm(CHANGE)
    may_do = may_complete(user=request.user, duty=duty)
    start = {"revision": duty.revision}
    is_done = duty.state == DutyState.DONE
    is_given = duty.item.cycle == Cycle.ANY_TIME
    history = [
        {
            "at": event.pgh_created_at,
            "title": _act(event, is_given),
            "note": event.note,
            "icon_name": "circle-check" if event.state == DutyState.DONE else "clock",
            "state": "done" if event.state == DutyState.DONE else "",
            "changes": [],
        }
        for event in duty_history(duty=duty)
    ]
    context = {
        "duty": duty,
        "done_form": (done_form or DoneForm(initial=start))
        if may_do and duty.state == DutyState.OPEN
        else None,
        "reopen_form": (reopen_form or ReopenForm(initial=start)) if may and is_done else None,
        "events": history,
        "crumbs": [
            {"label": "清单任务", "url": reverse("responsibility:duty-list")},
            {"label": f"{duty.code} {duty.label}", "url": ""},
        ],
    }
    return render(request, "responsibility/duty_detail.html", context)


def _act(event, is_given):
    if event.state == DutyState.DONE:
        who = event.done_by.get_full_name() if event.done_by else ""
        return f"{who} 办结".strip()
    if event.state == DutyState.CANCELLED:
        return "不再适用"
    if event.revision == 1:
        return f"{event.actor} 派出" if is_given and event.actor else "生成待办"
    return f"{event.actor} 重新打开".strip()


@require_GET
@require(VIEW)
def duty_detail(request, pk):
    return _page(request, _duty_or_404(request, pk))


@require_POST
@require(VIEW)
def complete(request, pk):
    # without the right to close others' to-dos, one that he may not see is refused like one that he may
    if not may_complete(user=request.user, duty=duty_get(user=request.user, pk=pk)):
        raise PermissionDenied
    duty = _duty_or_404(request, pk)
    form = DoneForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            duty_complete(
                actor=request.user, duty=duty, at=timezone.now(),
                address=client_address(request), **form.told(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已办结 {duty.code} {duty.label}")
            return redirect("responsibility:duty-detail", pk=pk)
    return _refused(request, pk, form, "done_form")


def _refused(request, pk, form, name):
    """The page as it stands now; where no form fits any more, the sentence alone."""
    duty = _duty_or_404(request, pk)
    if (duty.state == DutyState.OPEN) != (name == "done_form"):
        for error in form.non_field_errors():
            messages.error(request, error)
        return redirect("responsibility:duty-detail", pk=pk)
    form.data = form.data.copy()
    form.data["revision"] = duty.revision
    return _page(request, duty, **{name: form})


@require_POST
@require(VIEW, CHANGE)
def reopen(request, pk):
    duty = _duty_or_404(request, pk)
    form = ReopenForm(request.POST)
    if form.is_valid():
        try:
            duty_reopen(
                actor=request.user, duty=duty, address=client_address(request), **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已重新打开 {duty.code} {duty.label}")
            return redirect("responsibility:duty-detail", pk=pk)
    return _refused(request, pk, form, "reopen_form")


@require_GET
@require(VIEW)
def file(request, pk):
    duty = _duty_or_404(request, pk)
    return paper_response(duty.file, duty.file_name)


@require_GET
@require(VIEW, "responsibility.export_cadre")
@limited("duty-export", limit=10, methods=("GET",))
def export(request):
    user, now = request.user, timezone.localtime()
    wishes = duty_wishes(request.GET)
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    found = duties_in(user=user, wishes=wishes, on=now.date())
    write_duties(found, on=now.date(), target=target)
    target.seek(0)
    choices = area_choices(user=user, code=wishes.area)
    scope = choices[0].name if choices else ""
    name = file_name("清单任务", scope=scope, who=user.get_full_name(), at=now)
    audit(
        actor=user,
        action=AuditAction.EXPORT,
        address=client_address(request),
        object_type="duty",
        detail={"file": name, "query": request.GET.urlencode()[:500]},
    )
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)
