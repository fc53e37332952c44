"""督查 rounds: list, coverage, one round, made and changed."""

import secrets

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.queries import areas_visible
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.views.organisation.shared import chips, cursor, pager

from ...enums import CheckLevel, SampleKind
from ...exports.checks import FRAME, ROUNDS, SAMPLES, frame_rows, round_rows, sample_rows
from ...filters.checks import SAMPLE_VIEWS, check_conditions, sample_conditions
from ...forms.checks import MemberForm, ReasonForm, RoundChangeForm, RoundForm
from ...queries.campaigns import tags_of
from ...queries.check_parts import member_get, samples_in
from ...queries.check_plans import levels_of
from ...queries.checks import VIEWS, in_view, round_detail, round_page, rounds_in, view_counts
from ...rules.checks import seed_proposed
from ...services.checks.rounds import (
    member_join,
    member_leave,
    round_change,
    round_close,
    round_make,
    round_void,
)
from ...services.checks.shared import CheckChanged
from .pages import stages_of
from .shared import (
    DETAIL,
    LIST,
    VIEW,
    address,
    allowed,
    crumbs,
    done,
    first_error,
    found_or_404,
    name_of,
    revision_in,
    round_or_404,
    send_table,
    tabs,
)

PLAN = "inspections.plan_check"
EXPORT = "inspections.export_check"
SHOWN = 7


def _listed(request):
    user, on = request.user, timezone.localdate()
    conditions = check_conditions(request.GET)
    wide = rounds_in(user=user, on=on, **{**conditions, "view": ""})
    return conditions, wide, in_view(wide, conditions["view"], on=on), on


@require_GET
@require(VIEW)
def check_list(request):
    user = request.user
    conditions, wide, found, on = _listed(request)
    page = round_page(found, **cursor(request))
    counts = view_counts(wide, on=on)
    areas = area_choices(user=user, code=conditions["area"])
    names = {area.code: area.name for area in areas}
    query = request.GET.copy()
    for key in ("after", "before", "page"):
        query.pop(key, None)
    views = []
    for key, label in VIEWS.items():
        query["view"] = key
        views.append(
            {
                "label": label,
                "url": f"?{query.urlencode()}",
                "current": key == conditions["view"],
                "count": counts[key],
            }
        )
    context = {
        **tabs(request, LIST),
        **pager(request, page, unit="轮"),
        **chips(
            request,
            {
                "level": dict(CheckLevel.choices).get(conditions["level"], ""),
                "area": names.get(conditions["area"], conditions["area"]),
                "year": conditions["year"] and f"{conditions['year']} 年",
                "q": conditions["text"] and f"“{conditions['text']}”",
            },
        ),
        "rows": page.rows,
        "views": views,
        "count": counts[conditions["view"]],
        "unit": "轮",
        "conditions": conditions,
        "levels": CheckLevel.choices,
        "areas": areas,
        "years": [str(on.year - back) for back in range(4)],
        "on": on,
        "can_plan": user.has_perm(PLAN),
        "can_export": user.has_perm(EXPORT),
    }
    return render(request, "inspections/check_list.html", context)


@require_GET
@require(VIEW, EXPORT)
@limited("check-export", limit=10, methods=("GET",))
def check_export(request):
    _, _, found, _ = _listed(request)
    return send_table(
        request, ROUNDS, round_rows(found), what="督查轮次", about="inspections.checkround"
    )


@require_http_methods(["GET", "POST"])
@require(VIEW, PLAN)
def check_create(request):
    user, today = request.user, timezone.localdate()
    levels = levels_of(user=user)
    if not levels:
        raise Http404
    wanted = request.GET.get("level", "")
    level = wanted if wanted in dict(levels) else levels[0][0]
    form = RoundForm(
        request.POST or None, user=user, level=level, initial={"starts_on": today, "ends_on": today}
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        target = values.pop("target")
        values.setdefault("body", None)
        try:
            made = round_make(
                actor=user, level=level, target=target,
                owner=areas_visible(user=user).get(pk=form.owner_code()),
                seed=seed_proposed(level, target.pk, today, secrets.token_hex(4)),
                address=client_address(request), **values,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已编组：{name_of(made)}。下一步抽样。")
            return redirect(DETAIL, pk=made.pk)
    context = {
        "form": form,
        "title": "新建督查",
        "back": reverse(LIST),
        "levels": levels,
        "level": level,
        "revision": "",
        "crumbs": [{"label": "督查", "url": reverse(LIST)}, {"label": "新建督查", "url": ""}],
    }
    status = 422 if form.errors else 200
    return render(request, "inspections/check_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(VIEW, PLAN)
def check_update(request, pk):
    check_round = round_or_404(request, pk)
    allowed(request, check_round, "plans")
    revision, status = check_round.revision, 200
    if request.method == "GET":
        form = RoundChangeForm(instance=check_round)
    else:
        revision = revision_in(request)
        form = RoundChangeForm(request.POST, instance=check_round)
        if form.is_valid():
            try:
                round_change(
                    actor=request.user, check_round=check_round, revision=revision,
                    values=form.cleaned_data, address=client_address(request),
                )  # fmt: skip
            except CheckChanged as error:
                status, revision = 409, error.current.revision
                form.add_error(None, error.message)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已保存")
                return redirect(DETAIL, pk=pk)
        status = status if status == 409 else 422
    context = {
        "form": form,
        "title": "修改本轮",
        "back": reverse(DETAIL, args=[pk]),
        "levels": [],
        "level": check_round.level,
        "revision": revision,
        "crumbs": crumbs(check_round, "修改"),
    }
    return render(request, "inspections/check_form.html", context, status=status)


@require_GET
@require(VIEW)
def check_detail(request, pk):
    user = request.user
    check_round = round_or_404(request, pk)
    page = round_detail(user=user, check_round=check_round, shown=SHOWN)
    member_form = MemberForm(actor=user, check_round=check_round) if page.rights.plans else None
    context = {
        "page": page,
        "check": check_round,
        "tally": page.tally,
        "title": name_of(check_round),
        "stages": stages_of(page),
        "on": timezone.localdate(),
        "member_form": member_form if check_round.issued_at is None else None,
        "accounts": member_form.accounts if member_form else [],
        "void_form": ReasonForm() if page.rights.plans and page.may("void") else None,
        "can_draw": page.rights.works and page.may("draw"),
        "can_work": page.rights.works and page.may("result"),
        "can_generate": page.rights.works and page.may("generate"),
        "can_answer": page.rights.answers and page.may("answer"),
        "can_review": page.rights.works and page.may("review"),
        "can_close": page.rights.plans and page.may("close"),
        "tags": tags_of(check=check_round),
        "mark": f"check-{pk}",
        "crumbs": crumbs(check_round),
    }
    return render(request, "inspections/check_detail.html", context)


@require_GET
@require(VIEW)
def check_sample(request, pk):
    """The drawn list as a whole."""
    check_round = round_or_404(request, pk)
    conditions = sample_conditions(request.GET)
    rows = list(samples_in(check_round=check_round, **conditions))
    context = {
        "check": check_round,
        "rows": rows,
        "conditions": conditions,
        **_sample_tabs(check_round, conditions),
        "crumbs": crumbs(check_round, "抽中的名单"),
    }
    return render(request, "inspections/check_samples.html", context)


def _sample_tabs(check_round, conditions):
    return {
        "tabs_label": "抽什么",
        "tabs": [
            {"label": label, "url": f"?kind={kind}", "current": kind == conditions["kind"],
             "count": None}
            for kind, label in SampleKind.choices
        ],
        "views": SAMPLE_VIEWS,
    }  # fmt: skip


@require_GET
@require(VIEW)
@limited("check-export", limit=10, methods=("GET",))
def check_sample_export(request, pk):
    check_round = round_or_404(request, pk)
    both = [
        row
        for kind in ("entity", "cadre")
        for row in samples_in(check_round=check_round, kind=kind, view="all")
    ]
    return send_table(
        request, SAMPLES, sample_rows(both), what=f"督查抽样_{name_of(check_round)}",
        about="inspections.checkround",
    )  # fmt: skip


@require_GET
@require(VIEW, EXPORT)
@limited("check-export", limit=10, methods=("GET",))
def check_frame_export(request, pk):
    """All that was drawn from, so that anybody can draw again without this system."""
    check_round = round_or_404(request, pk)
    if check_round.drawn_at is None:
        messages.error(request, "这一轮还没有抽样，没有抽样框。")
        return redirect(DETAIL, pk=pk)
    return send_table(
        request, FRAME, frame_rows(check_round), what=f"督查抽样框_{name_of(check_round)}",
        about="inspections.checkround",
    )  # fmt: skip


@require_POST
@require(VIEW, PLAN)
def check_member_add(request, pk):
    check_round = round_or_404(request, pk)
    allowed(request, check_round, "plans")
    form = MemberForm(request.POST, actor=request.user, check_round=check_round)
    if form.is_valid():
        done(
            request, member_join, f"已加入 {form.cleaned_data['name']}", check_round=check_round,
            **form.cleaned_data, **address(request),
        )  # fmt: skip
    else:
        messages.error(request, first_error(form))
    return redirect(f"{reverse(DETAIL, args=[pk])}#team")


@require_POST
@require(VIEW, PLAN)
def check_member_leave(request, pk):
    member = found_or_404(member_get(user=request.user, pk=pk))
    allowed(request, member.check_round, "plans")
    done(request, member_leave, f"{member.name}已离组", member=member, **address(request))
    return redirect(f"{reverse(DETAIL, args=[member.check_round_id])}#team")


@require_POST
@require(VIEW, PLAN)
def check_close(request, pk):
    check_round = round_or_404(request, pk)
    allowed(request, check_round, "plans")
    done(
        request, round_close, "本轮已办结", check_round=check_round, at=timezone.now(),
        **address(request),
    )  # fmt: skip
    return redirect(DETAIL, pk=pk)


@require_POST
@require(VIEW, PLAN)
def check_void(request, pk):
    check_round = round_or_404(request, pk)
    allowed(request, check_round, "plans")
    done(
        request, round_void, "本轮已作废", check_round=check_round,
        reason=request.POST.get("reason", "")[:200], **address(request),
    )  # fmt: skip
    return redirect(DETAIL, pk=pk)
