"""组织机构: who leads and who does; members and the counties of the 督导组 are changed here."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.jurisdiction.scopes import home_code
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...forms.organisation import (
    AllotmentForm,
    BodyForm,
    CorrectionForm,
    EndForm,
    MemberForm,
    SuccessorForm,
)
from ...models import Body
from ...queries.organisation import (
    allotment,
    body_counties,
    body_get,
    body_members,
    member_get,
    organisation_changes,
    organisation_page,
)
from ...services.organisation import (
    body_save,
    member_add,
    member_correct,
    member_end,
    member_replace,
    member_version,
    teams_allot,
)
from .shared import crumbs, tabs

VIEW = "responsibility.view_body"
MANAGE = "responsibility.manage_organisation"
PAGE = "responsibility:organisation"


def day_in(text, today):
    """The day of the address line, not after today; today where it cannot be read."""
    try:
        return min(datetime.date.fromisoformat(text), today)
    except ValueError:
        return today


def _trail(last):
    return crumbs(PAGE, "组织机构", last)


@require_GET
@require(VIEW)
def organisation(request):
    today = timezone.localdate()
    on = day_in(request.GET.get("on", ""), today)
    page = organisation_page(
        user=request.user, on=on, today=today, code=request.GET.get("area", "")
    )
    context = {
        **tabs(request, PAGE),
        "page": page,
        "on": on,
        "is_past": on != today,
        "today": today,
        "can_manage": request.user.has_perm(MANAGE),
    }
    return render(request, "responsibility/organisation.html", context)


@require_GET
@require(VIEW)
def organisation_history(request):
    today = timezone.localdate()
    on = day_in(request.GET.get("on", ""), today)
    page = organisation_page(
        user=request.user, on=on, today=today, code=request.GET.get("area", "")
    )
    changes = (
        organisation_changes(user=request.user, code=page.area.code, on=on) if page.area else []
    )
    context = {"page": page, "on": on, "changes": changes, "crumbs": _trail("变动记录")}
    return render(request, "responsibility/organisation_history.html", context)


def _body_or_404(request, pk, *, to_change=False):
    body = body_get(user=request.user, pk=pk, to_change=to_change)
    if body is None:
        raise Http404
    return body


@require_GET
@require(VIEW)
def body_detail(request, pk):
    body = _body_or_404(request, pk)
    today = timezone.localdate()
    on = day_in(request.GET.get("on", ""), today)
    members, past = body_members(user=request.user, body=body, on=on)
    context = {
        "body": body,
        "on": on,
        "today": today,
        "is_past": on != today,
        "members": members,
        "past": past,
        "counties": body_counties(body=body),
        "can_manage": request.user.has_perm(MANAGE)
        and body_get(user=request.user, pk=pk, to_change=True) is not None,
        "crumbs": _trail(body.name),
    }
    return render(request, "responsibility/body_detail.html", context)


def _form_page(request, form, *, title, note, button, back, accounts=None, status=200):
    context = {
        "form": form,
        "title": title,
        "note": note,
        "button": button,
        "back": back,
        "accounts": accounts if accounts is not None else [],
        "crumbs": _trail(title),
    }
    return render(request, "responsibility/organisation_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(VIEW, MANAGE)
def body_create(request):
    area = home_code(request.user)
    if area is None:
        raise PermissionDenied("您的账号没有属地，不能新增机构。")
    body = Body(area_id=area)
    return _body_form(request, body, "新增机构", reverse(PAGE))


@require_http_methods(["GET", "POST"])
@require(VIEW, MANAGE)
def body_update(request, pk):
    body = _body_or_404(request, pk, to_change=True)
    back = reverse("responsibility:body-detail", args=[pk])
    return _body_form(request, body, f"修改{body.name}", back)


def _body_form(request, body, title, back):
    form = BodyForm(request.POST or None, instance=body, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.instance.is_example = False
        saved = body_save(actor=request.user, body=form.instance, address=client_address(request))
        messages.success(request, f"已保存 {saved.name}")
        return redirect("responsibility:body-detail", pk=saved.pk)
    return _form_page(
        request, form, title=title, note="名称、职责和依据；成员在机构页上调整。", button="保存",
        back=back, status=422 if form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, MANAGE)
def body_member_add(request, pk):
    body = _body_or_404(request, pk, to_change=True)
    today = timezone.localdate()
    form = MemberForm(
        request.POST or None, user=request.user, body=body, initial={"from_on": today}
    )
    back = reverse("responsibility:body-detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            member = member_add(
                actor=request.user, body=body, values=form.cleaned_data, today=today,
                address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已增加 {member.name}")
            return redirect(back)
    return _form_page(
        request, form, title=f"{body.name} 增加成员", note="任期起可以是过去的日子，不能晚于今天。",
        button="增加成员", back=back, accounts=form.accounts, status=422 if form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@require(VIEW, MANAGE)
def body_member_change(request, pk):
    """End a member's term, or let somebody take his place: one form, the name of a successor decides."""
    member = member_get(user=request.user, pk=pk)
    if member is None:
        raise Http404
    today = timezone.localdate()
    back = reverse("responsibility:body-detail", args=[member.body_id])
    is_swap = request.POST.get("act", request.GET.get("act")) == "replace"
    data = request.POST or None
    end = EndForm(data, initial={"on": today})
    new = SuccessorForm(
        data if is_swap else None,
        user=request.user,
        body=member.body,
        initial={"unit": member.unit, "post": member.post},
    )
    if request.method == "POST" and end.is_valid() and (not is_swap or new.is_valid()):
        try:
            told = _change(request, member, end, new if is_swap else None, today)
        except DomainError as error:
            end.add_error(None, error.message)
        else:
            messages.success(request, told)
            return redirect(back)
    context = {
        "member": member,
        "end": end,
        "new": new,
        "is_swap": is_swap,
        "back": back,
        "accounts": new.accounts if is_swap else [],
        "crumbs": _trail(f"调整 {member.name}"),
    }
    status = 422 if end.errors or (is_swap and new.errors) else 200
    return render(request, "responsibility/body_member_change.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(VIEW, MANAGE)
def body_member_update(request, pk):
    """Slips of the pen and the account of a member; who comes and goes has its own page."""
    member = member_get(user=request.user, pk=pk)
    if member is None:
        raise Http404
    initial = {name: getattr(member, name) for name in MemberForm.base_fields}
    initial |= {"user": member.user.username if member.user else "", "seen": member_version(member)}
    form = CorrectionForm(
        request.POST or None, user=request.user, body=member.body, initial=initial
    )
    back = reverse("responsibility:body-detail", args=[member.body_id])
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            member_correct(
                actor=request.user, member=member, seen=values.pop("seen"), values=values,
                today=timezone.localdate(), address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已更正 {values['name']}")
            return redirect(back)
    return _form_page(
        request, form, title=f"更正 {member.name}", note=f"{member.body.name}；换人、离任请用名单上的按钮。",
        button="保存更正", back=back, accounts=form.accounts, status=422 if form.errors else 200,
    )  # fmt: skip


def _change(request, member, end, new, today):
    common = {
        "actor": request.user,
        "member": member,
        "on": end.cleaned_data["on"],
        "note": end.cleaned_data["end_note"],
        "today": today,
        "address": client_address(request),
    }
    if new is None:
        member_end(**common)
        return f"已记 {member.name} 离任"
    successor = member_replace(**common, values=new.cleaned_data)
    return f"已由 {successor.name} 接替 {member.name}"


@require_http_methods(["GET", "POST"])
@require(VIEW, MANAGE)
def teams(request):
    """调整分片: all counties of the area in one form."""
    today = timezone.localdate()
    page = organisation_page(
        user=request.user, on=today, today=today, code=request.GET.get("area", "")
    )
    if page.area is None or not page.teams:
        raise Http404
    counties, found, now = allotment(user=request.user, code=page.area.code)
    form = AllotmentForm(
        request.POST or None, user=request.user, counties=counties, teams=found, now=now,
        initial={"on": today},
    )  # fmt: skip
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            counts = teams_allot(
                actor=request.user, area=page.area.code, seen=form.seen(), wanted=form.wanted(),
                on=form.cleaned_data["on"], basis=form.cleaned_data["basis"], today=today,
                address=client_address(request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
            status = 409
        else:
            messages.success(
                request,
                f"已调整 {counts['counties']} 个县(市、区)，{counts['accounts']} 个督导组账号的分管范围随之改变",
            )
            return redirect(PAGE)
    context = {"form": form, "page": page, "crumbs": _trail("调整分片")}
    return render(request, "responsibility/organisation_teams.html", context, status=status)
