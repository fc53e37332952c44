"""工作提示: the issues beside one of them, the draft, issue and withdrawal, what the areas send back."""

import tempfile

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import NoticeState
from ...exports.notices import write_notices
from ...forms.notices import AnswerForm, NoticeForm, ReasonForm
from ...queries import notices as queries
from ...services import notices as services
from .shared import XLSX, cursor, download, pager, tabs, told

VIEW, ISSUE, RECEIVE = (
    "responsibility.view_notice", "responsibility.issue_notice", "responsibility.receive_notice",
)  # fmt: skip


@require_GET
@require(VIEW)
def notice_list(request):
    return _page(request, None)


@require_GET
@require(VIEW)
def notice_detail(request, pk):
    return _page(request, _notice_or_404(request, pk))


def _page(request, notice, form=None):
    """The list beside the chosen notice; without one, the newest stands there (on wide screens)."""
    user, now = request.user, timezone.now()
    can_issue = user.has_perm(ISSUE)
    tab = request.GET.get("tab", "")
    tab = tab if tab in queries.TABS and (tab != "draft" or can_issue) else ""
    if notice is not None and notice.state == NoticeState.DRAFT:
        tab = "draft"
    rows, next_key = queries.notice_page(user=user, tab=tab, after=cursor(request))
    shown = notice
    if shown is None and rows:
        shown = queries.with_files(rows[0])
    totals = queries.notice_totals(user=user)
    base = reverse("responsibility:notice-list")
    counts = {"": totals["sent"], "open": totals["open"], "draft": totals["drafts"]}
    context = {
        "rows": rows,
        "chosen": shown,
        "is_alone": notice is not None,
        "totals": totals,
        "done": totals["issued"] - totals["open"],
        "first_open": next((row for row in rows if row.received < row.sent), None),
        "segments": [
            {
                "label": label,
                "url": f"{base}?tab={key}" if key else base,
                "current": key == tab,
                "count": counts[key],
            }
            for key, label in queries.TABS.items()
            if key != "draft" or can_issue
        ],
        "tab": tab,
        "now": now,
        "can_issue": can_issue,
        "can_export": can_issue or user.has_perm(RECEIVE),
        "number": (totals["last"] or 0) + 1,
        **tabs(request, "responsibility:notice-list"),
        **pager(request, rows, next_key, per_page=queries.PER_PAGE, unit="期"),
        **(_detail(request, shown, form) if shown else {}),
    }
    return render(request, "responsibility/notice_list.html", context)


def _detail(request, notice, form):
    """What stands beside the list: the areas that the person sees, and what he may do."""
    user = request.user
    targets = queries.targets_of(user=user, notice=notice)
    can_receive = user.has_perm(RECEIVE) and notice.state == NoticeState.ISSUED
    mine = targets[0] if can_receive and len(targets) == 1 else None
    return {
        "targets": targets,
        "unsigned": sum(1 for row in targets if row.received_at is None),
        "owing": sum(1 for row in targets if _owes(notice, row)),
        "mine": mine,
        "can_receive": can_receive,
        "can_keep": user.has_perm(ISSUE),
        "answer_form": form
        or AnswerForm(
            initial={"seen": services.answer_mark(mine), "answer": mine.answer} if mine else {}
        ),
        "reason_form": ReasonForm(),
        "crumbs": [
            {"label": "工作提示", "url": reverse("responsibility:notice-list")},
            {"label": f"第 {notice.number} 期", "url": ""},
        ],
    }


def _owes(notice, row):
    return row.received_at is None or (notice.needs_answer and row.answered_at is None)


def _notice_or_404(request, pk):
    notice = queries.notice_get(user=request.user, pk=pk)
    if notice is None:
        raise Http404
    return notice


def _kept_or_404(request, pk):
    notice = queries.notice_kept(user=request.user, pk=pk)
    if notice is None:
        raise Http404
    return notice


@require_http_methods(["GET", "POST"])
@require(VIEW, ISSUE)
def notice_create(request):
    number = queries.number_proposed(user=request.user)
    return _draft(request, None, initial={"number": number})


@require_http_methods(["GET", "POST"])
@require(VIEW, ISSUE)
def notice_edit(request, pk):
    notice = _kept_or_404(request, pk)
    if notice.state != NoticeState.DRAFT:
        told(request, _no_draft, "")
        return redirect("responsibility:notice-detail", pk=pk)
    return _draft(request, notice)


def _no_draft(**_):
    raise services.NoticeError("这一期已经下发，不能再改。需要更正的，请撤回后另拟一期。")


def _draft(request, notice, initial=None):
    """The form of a draft. 保存并下发 issues it in the same press."""
    sent = request.method == "POST"
    revision = notice.revision if notice else 0
    form = NoticeForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        user=request.user,
        instance=notice,
        initial=initial,
    )
    if sent:
        revision = _revision(request)
        if form.is_valid():
            saved = _save(request, form, notice, revision)
            if saved is not None:
                return redirect("responsibility:notice-detail", pk=saved.pk)
    last = f"改第 {notice.number} 期" if notice else "拟稿"
    context = {
        "form": form,
        "notice": notice,
        "revision": revision,
        "heading": f"拟第 {form['number'].value() or ''} 期工作提示",
        "crumbs": [
            {"label": "工作提示", "url": reverse("responsibility:notice-list")},
            {"label": last, "url": ""},
        ],
    }
    return render(request, "responsibility/notice_form.html", context)


def _revision(request):
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isdecimal() and len(sent) < 9 else 0


def _save(request, form, notice, revision):
    try:
        saved = services.notice_save(
            actor=request.user,
            values={name: form.cleaned_data[name] for name in services.FIELDS},
            areas=form.chosen(),
            files=form.cleaned_data["files"],
            dropped=form.dropped_keys(),
            notice=notice,
            revision=revision,
            address=client_address(request),
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return None
    if "issue" in request.POST:
        told(request, services.notice_issue, _issued, notice=saved, at=timezone.now())
    else:
        told(request, lambda **_: saved, "草稿已保存，还没有下发")
    return saved


def _issued(number):
    return f"已下发，通知了 {number:,} 人"


@require_POST
@require(VIEW, ISSUE)
def notice_issue(request, pk):
    notice = _kept_or_404(request, pk)
    told(request, services.notice_issue, _issued, notice=notice, at=timezone.now())
    return redirect("responsibility:notice-detail", pk=pk)


@require_POST
@require(VIEW, ISSUE)
def notice_withdraw(request, pk):
    notice, form = _kept_or_404(request, pk), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    told(
        request, services.notice_withdraw, "已撤回，并通知了各下发对象",
        notice=notice, reason=reason, at=timezone.now(),
    )  # fmt: skip
    return redirect("responsibility:notice-detail", pk=pk)


@require_POST
@require(VIEW, ISSUE)
@limited("notice-remind", limit=30)
def notice_remind(request, pk):
    """催办 all that owe something, or the one whose button was pressed."""
    notice = _kept_or_404(request, pk)
    one = request.POST.get("target", "")
    ids = [int(one)] if one.isdecimal() and len(one) < 19 else None
    told(
        request, services.targets_remind, _reminded,
        notice=notice, target_ids=ids, at=timezone.now(),
    )  # fmt: skip
    return redirect("responsibility:notice-detail", pk=pk)


def _reminded(counts):
    if not counts["reminded"]:
        return "1 小时内已经催过，没有再催"
    recent = f"；{counts['recent']:,} 个 1 小时内催过，没有再催" if counts["recent"] else ""
    return f"已催办 {counts['reminded']:,} 个，通知 {counts['told']:,} 人{recent}"


def _target_or_404(request, pk):
    target = queries.target_get(user=request.user, pk=pk)
    if target is None:
        raise Http404
    return target


@require_POST
@require(VIEW, RECEIVE)
def target_receive(request, pk):
    target = _target_or_404(request, pk)
    told(request, services.target_receive, "已签收", target=target, at=timezone.now())
    return redirect("responsibility:notice-detail", pk=target.notice_id)


@require_POST
@require(VIEW, RECEIVE)
def target_answer(request, pk):
    target, form = _target_or_404(request, pk), AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.target_answer(
                actor=request.user, target=target, at=timezone.now(),
                address=client_address(request), **form.cleaned_data,
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            told(request, lambda **_: target, "已反馈")
            return redirect("responsibility:notice-detail", pk=target.notice_id)
    return _page(request, _notice_or_404(request, target.notice_id), form)


@require_GET
@require(VIEW)
def notice_file(request, pk):
    row = queries.file_get(user=request.user, pk=pk)
    if row is None:
        raise Http404
    return download(row.file, row.name)


@require_GET
@require(VIEW)
def target_file(request, pk):
    target = _target_or_404(request, pk)
    return download(target.file, target.file_name)


@require_GET
@require(VIEW)
@limited("notice-export", limit=10, methods=("GET",))
def notice_export(request):
    user, now = request.user, timezone.localtime()
    if not user.has_perm(ISSUE) and not user.has_perm(RECEIVE):
        raise PermissionDenied
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_notices(queries.notice_rows(user=user), target=file)
    file.seek(0)
    name = f"工作提示签收反馈_{now:%Y%m%d}.xlsx"
    audit(
        actor=user, action=AuditAction.EXPORT, address=client_address(request),
        object_type="notice", detail={"file": name},
    )  # fmt: skip
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
