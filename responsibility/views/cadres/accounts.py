"""Accounts of cadres: one, or a list of them with their first passwords as a file."""

import io

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError

from ...exports.cadres import file_name, write_accounts
from ...filters.cadres import selected
from ...forms.cadres import AccountForm, LinkForm
from ...services.cadre_accounts import (
    MOST_AT_ONCE,
    account_create,
    account_link,
    account_unlink,
    accounts_create,
)
from .pages import XLSX
from .shared import cadre_or_404


@require_POST
@require("responsibility.view_cadre", "responsibility.change_cadre")
def cadre_account(request, pk):
    """Make an account (act=create), join one (link) or part from it (unlink)."""
    cadre, act = cadre_or_404(request, pk), request.POST.get("act", "")
    form = (LinkForm if act == "link" else AccountForm)(request.POST)
    try:
        if act == "unlink":
            account_unlink(actor=request.user, cadre=cadre, request=request)
            messages.success(request, f"已解除 {cadre.name} 的账号")
        elif not form.is_valid():
            messages.error(request, "请填用户名。")
        elif act == "link":
            user = account_link(
                actor=request.user,
                cadre=cadre,
                username=form.cleaned_data["username"],
                request=request,
            )
            messages.success(request, f"已关联账号 {user.username}")
        else:
            made = account_create(
                actor=request.user,
                cadre=cadre,
                username=form.cleaned_data["username"],
                at=timezone.now(),
                request=request,
            )
            return render(request, "responsibility/cadre_account.html", {"made": made})
    except DomainError as refused:
        messages.error(request, refused.message)
    return redirect("responsibility:cadre-detail", pk=pk)


@require_POST
@require("responsibility.view_cadre", "responsibility.change_cadre")
@limited("cadre-accounts", limit=6)
def cadre_accounts(request):
    """Accounts for the chosen cadres; the answer is the file with the first passwords, shown once."""
    chosen = selected(request.POST, request.GET, user=request.user).filter(
        is_in_post=True, user=None
    )
    cadres = list(chosen.order_by("pk")[: MOST_AT_ONCE + 1])
    back = f"{request.path.removesuffix('accounts/')}?{request.GET.urlencode()}"
    if not cadres:
        messages.info(request, "所选干部都已有账号或已离任。")
        return redirect(back)
    try:
        made = accounts_create(
            actor=request.user, cadres=cadres, at=timezone.now(), request=request
        )
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect(back)
    file = io.BytesIO()
    write_accounts(made, target=file)
    file.seek(0)
    name = file_name(
        "包保干部新账号",
        scope=f"{len(made)}人",
        who=request.user.get_full_name(),
        at=timezone.localtime(),
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
