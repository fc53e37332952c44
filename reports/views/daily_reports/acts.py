"""What is done to a report: confirm, return, reopen, remind, explain, word, issue; exceptions."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...forms.daily_reports import ConfirmForm, ExceptionForm, ReasonForm, TextForm
from ...queries.standing import end_of, exceptions_visible
from ...services.issuing import notes_set, report_issue, text_edit
from ...services.reviewing import (
    exception_end,
    exception_make,
    review_confirm,
    review_reopen,
    review_return,
    reviews_remind,
)  # fmt: skip
from .shared import CONFIRM, ISSUE, act, report_or_404


@require_POST
@require(CONFIRM)
def report_confirm(request, pk):
    report, form = report_or_404(request, pk), ConfirmForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, form)
    return act(
        request, pk,
        lambda **who: review_confirm(report=report, **form.cleaned_data, **who),
        f"已确认第 {report.number} 期本县一行。",
    )  # fmt: skip


@require_POST
@require(CONFIRM)
def report_return(request, pk):
    report, form = report_or_404(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, form)
    return act(
        request, pk,
        lambda **who: review_return(report=report, **form.cleaned_data, **who),
        "已退回，市局会看到您写的原因。台账里要改的请照常改正，从下一期起计入。",
    )  # fmt: skip


@require_POST
@require(ISSUE)
def report_reopen(request, pk):
    report, form = report_or_404(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, form)
    code = request.POST.get("area", "")
    return act(
        request, pk,
        lambda **who: review_reopen(report=report, area=code, **form.cleaned_data, **who),
        lambda review: f"已退回{review.area.name}重新核对。",
    )  # fmt: skip


@require_POST
@require(ISSUE)
def report_remind(request, pk):
    report = report_or_404(request, pk)
    return act(
        request, pk, lambda **who: reviews_remind(report=report, **who),
        lambda done: f"已催办 {done['reminded']} 个县(市、区)"
        + (f"，{done['recent']} 个十分钟内催过，没有重复" if done["recent"] else "") + "。",
    )  # fmt: skip


@require_POST
@require(ISSUE)
def report_notes(request, pk):
    report = report_or_404(request, pk)
    notes = {
        key.removeprefix("note-"): words
        for key, words in request.POST.items()
        if key.startswith("note-")
    }
    return act(
        request, pk,
        lambda at, **who: notes_set(report=report, notes=notes, **who), "说明已保存。",
    )  # fmt: skip


@require_POST
@require(ISSUE)
def report_text(request, pk):
    report, form = report_or_404(request, pk), TextForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, form)
    return act(
        request, pk, lambda **who: text_edit(report=report, **form.cleaned_data, **who),
        "文字说明已保存，生成的原文一并留存。",
    )  # fmt: skip


@require_POST
@require(ISSUE)
def report_sign(request, pk):
    report = report_or_404(request, pk)
    return act(
        request, pk, lambda **who: report_issue(report=report, **who),
        lambda issued: f"第 {issued.number} 期已签发，数字和文字从此固定。",
    )  # fmt: skip


def _refused(request, pk, form):
    for errors in form.errors.values():
        messages.error(request, errors[0])
    return redirect("reports:daily-report-detail", pk=pk)


@require_http_methods(["GET", "POST"])
@require(ISSUE)
def exception_list(request):
    form = ExceptionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            exception_make(
                actor=request.user, at=timezone.now(), address=client_address(request),
                **form.values(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error("until", error.message)
        else:
            messages.success(request, "例外已批准，县(市、区)已收到消息。")
            return redirect("reports:report-exception-list")
    now = timezone.now()
    rows = [
        {"row": row, "end": end_of(row), "is_over": end_of(row) <= now}
        for row in exceptions_visible(user=request.user)[:100]
    ]
    context = {
        "form": form,
        "rows": rows,
        "crumbs": [
            {"label": "日报", "url": reverse("reports:daily-report-list")},
            {"label": "例外", "url": ""},
        ],
    }
    return render(request, "reports/report_exception_list.html", context)


@require_POST
@require(ISSUE)
def exception_stop(request, pk):
    row = exceptions_visible(user=request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        exception_end(
            actor=request.user, exception=row, at=timezone.now(), address=client_address(request)
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "例外已提前结束。")
    return redirect("reports:report-exception-list")
