"""承诺书: the list, one pledge, signing, scans, paper."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require

from ...documents.pledge_template import BASIS, PROMISES
from ...documents.pledges import pledge_words
from ...enums import CadreLevel, PledgeState
from ...filters.papers import pledge_conditions, selected_pledges
from ...forms.papers import DayForm, ScanForm, SignForm, VoidForm
from ...queries.keyed import keyed_page
from ...queries.pledges import (
    pledge_annex,
    pledge_history,
    pledge_of,
    pledges_visible,
    view_counts,
)
from ...services.bundles import MOST
from ...services.pledges import (
    copies_follow,
    pledge_mark,
    pledge_record_scan,
    pledge_sign,
    pledge_void,
    pledges_issue,
    pledges_remind,
)
from ...services.pledges_bulk import pledges_sign
from ..papers_tabs import papers_tabs
from .shared import back, crumbs, first_error, listed, page_number, pledge_or_404, told

VIEW = "responsibility.view_pledge"
ISSUE = "responsibility.issue_pledge"
SIGN = "responsibility.sign_pledge"
# One PDF at once holds so many; more are bundled by the worker.
MOST_IN_ONE = 60
OPEN = (PledgeState.DRAFT, PledgeState.WAITING)


@require_GET
@require(VIEW)
def pledge_list(request):
    conditions = pledge_conditions(request.GET, user=request.user)
    page = keyed_page(
        conditions.found().select_related("area__parent").defer("annex"),
        column="area_id",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=page_number(request),
    )
    counts = view_counts(conditions.narrowed())
    context = {
        "levels": CadreLevel.choices,
        "on": timezone.localdate(),
        "may_tick": request.user.has_perm(ISSUE) and conditions.view in ("draft", "waiting"),
        "may_issue": request.user.has_perm(ISSUE),
        "is_small": counts[conditions.view] <= MOST_IN_ONE,
        "is_large": counts[conditions.view] > MOST,
        **listed(request, conditions, page, unit="份", counts=counts),
        **papers_tabs(request, "responsibility:pledge-list"),
    }
    return render(request, "responsibility/pledge_list.html", context)


@require_GET
@require(VIEW)
def pledge_mine(request):
    pledge = pledge_of(user=request.user)
    if pledge is None:
        return render(request, "responsibility/pledge_none.html", {})
    return redirect("responsibility:pledge-detail", pk=pledge.pk)


def _page(request, pledge, *, sign_form=None, scan_form=None, status=200):
    user, on = request.user, timezone.localdate()
    annex = pledge_annex(pledge=pledge, on=on)
    if pledge.annex is None:
        copies_follow(pledge)
    is_mine = pledge.cadre.user_id == user.pk
    may_sign = is_mine and pledge.state == PledgeState.WAITING and user.has_perm(SIGN)
    may_issue = user.has_perm(ISSUE)
    context = {
        "pledge": pledge,
        "words": pledge_words(pledge, annex),
        "basis": BASIS,
        "promises": PROMISES,
        "is_mine": is_mine,
        "is_overdue": bool(pledge.valid_to and pledge.valid_to < on),
        "may_issue": may_issue and pledge.state == PledgeState.DRAFT,
        "may_void": may_issue and pledge.state != PledgeState.VOID,
        "may_remake": may_issue and pledge.state == PledgeState.RESIGN,
        "sign_form": (sign_form or SignForm(initial={"mark": pledge_mark(pledge, annex)}))
        if may_sign
        else None,
        "scan_form": (scan_form or ScanForm(initial={"signed_on": on}))
        if may_issue and pledge.state in OPEN
        else None,
        "void_form": VoidForm() if may_issue else None,
        "history": pledge_history(pledge=pledge),
        "crumbs": crumbs(user, pledge, list_name="responsibility:pledge-list", label="承诺书"),
    }
    return render(request, "responsibility/pledge_detail.html", context, status=status)


@require_GET
@require(VIEW)
def pledge_detail(request, pk):
    return _page(request, pledge_or_404(request, pk))


@require_POST
@require(VIEW, SIGN)
@limited("pledge-sign", limit=20)
def sign(request, pk):
    pledge = pledge_or_404(request, pk)
    form = SignForm(request.POST)
    if not form.is_valid():
        return _page(request, pledge, sign_form=form, status=400)
    made = told(
        request,
        pledge_sign,
        "承诺书已签订，附件按此刻的内容留存。",
        pledge=pledge,
        at=timezone.now(),
        on=timezone.localdate(),
        **form.cleaned_data,
    )
    return redirect(reverse("responsibility:pledge-detail", args=[pk]) + ("" if made else "#sign"))


@require_POST
@require(VIEW, ISSUE)
def issue(request, pk):
    pledge = pledge_or_404(request, pk)
    found = pledges_visible(user=request.user).filter(pk=pledge.pk)
    made = pledges_issue(pledges=found, actor=request.user, at=timezone.now())
    if made:
        messages.success(request, "已送签，等承诺人签订。")
    else:
        messages.error(request, "这份承诺书已不是草稿，没有再送签。请看它现在的状态。")
    return back(request, "responsibility:pledge-detail", pk)


@require_POST
@require(VIEW, ISSUE)
def scan_add(request, pk):
    pledge = pledge_or_404(request, pk)
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, pledge, scan_form=form, status=400)
    file = form.cleaned_data["scan"]
    told(
        request,
        pledge_record_scan,
        "已登记为已签。",
        pledge=pledge,
        file=file,
        name=file.told,
        signed_on=form.cleaned_data["signed_on"],
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return back(request, "responsibility:pledge-detail", pk)


@require_POST
@require(VIEW, ISSUE)
def void(request, pk):
    pledge = pledge_or_404(request, pk)
    form = VoidForm(request.POST)
    if form.is_valid():
        told(request, pledge_void, "这份承诺书已失效。", pledge=pledge, **form.cleaned_data)
    else:
        messages.error(request, first_error(form))
    return back(request, "responsibility:pledge-detail", pk)


@require_POST
@require(VIEW, ISSUE)
def bulk_issue(request):
    found = selected_pledges(request.POST, request.GET, user=request.user)
    told(
        request,
        pledges_issue,
        lambda number: f"已送签 {number:,} 份。" if number else "选中的都不是草稿，没有送签。",
        pledges=found,
        at=timezone.now(),
    )
    return back(request, "responsibility:pledge-list")


@require_POST
@require(VIEW, ISSUE)
def bulk_sign(request):
    form = DayForm(request.POST, on=timezone.localdate())
    if form.is_valid():
        told(
            request,
            pledges_sign,
            lambda number: (
                f"已登记 {number:,} 份为纸质签订，附件已留存。"
                if number
                else "选中的都不是待签的，没有登记。"
            ),
            pledges=selected_pledges(request.POST, request.GET, user=request.user),
            on=form.cleaned_data["signed_on"],
            at=timezone.now(),
        )
    else:
        messages.error(request, first_error(form))
    return back(request, "responsibility:pledge-list")


@require_POST
@require(VIEW, ISSUE)
@limited("pledge-remind", limit=20)
def remind(request):
    conditions = pledge_conditions(request.GET, user=request.user)
    told(
        request,
        pledges_remind,
        _reminded,
        pledges=conditions.narrowed(),
        url=reverse("responsibility:pledge-mine"),
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return back(request, "responsibility:papers")


def _reminded(counts):
    if not counts["told"] and not counts["silent"]:
        return "没有待签的承诺书。"
    silent = f"；{counts['silent']:,} 人还没有账号，请电话通知" if counts["silent"] else ""
    return f"已提醒 {counts['told']:,} 人{silent}。"
