"""What the pages of 督查, 专项 and 对标达标 share: tabs, the gates of a round, saves that may be too late, tables."""

import tempfile

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.exports.organisation import FORMATS, table_name, write_table

from ...queries.checks import rights_of, round_get

VIEW = "inspections.view_checkround"
LIST = "inspections:check-list"
DETAIL = "inspections:check-detail"
# (URL name, label, permission)
TABS = (
    (LIST, "督查轮次", "inspections.export_check"),
    ("inspections:check-coverage", "督查覆盖率", "inspections.export_check"),
    ("inspections:campaign-list", "专项", "inspections.view_campaign"),
    ("inspections:standard-list", "对标达标", "inspections.view_standarditem"),
)


def tabs(request, current):
    """The tabs that this person may open."""
    return {
        "tabs_label": "督查",
        "tabs": [
            {"label": label, "url": reverse(name), "current": name == current, "count": None}
            for name, label, permission in TABS
            if request.user.has_perm(permission)
        ],
    }


def name_of(check_round):
    """市督县第 3 轮：富锦市."""
    return f"{check_round.get_level_display()}第 {check_round.number} 轮：{check_round.target.name}"


def crumbs(check_round, last=""):
    """督查 / the round / this page."""
    trail = [{"label": "督查", "url": reverse(LIST)}]
    if not last:
        return [*trail, {"label": name_of(check_round), "url": ""}]
    detail = reverse(DETAIL, args=[check_round.pk])
    return [*trail, {"label": name_of(check_round), "url": detail}, {"label": last, "url": ""}]


def found_or_404(row):
    """What a query gave, or 404: out of scope and unknown look alike."""
    if row is None:
        raise Http404
    return row


def round_or_404(request, pk):
    return found_or_404(round_get(user=request.user, pk=pk))


def allowed(request, check_round, right):
    """The person's rights on a round he sees; without the one that the act needs 403."""
    rights = rights_of(user=request.user, check_round=check_round)
    if not getattr(rights, right):
        raise PermissionDenied
    return rights


def done(request, act, told, **values):
    """Do `act` for the person at the screen; tell what came of it, or why it was not done (then None)."""
    try:
        result = act(actor=request.user, **values)
    except DomainError as error:
        messages.error(request, error.message)
        return None
    messages.success(request, told(result) if callable(told) else told)
    return result


def address(request):
    return {"address": client_address(request)}


def first_error(form):
    return next(iter(form.errors.values()))[0]


def revision_in(request):
    """Which state of the row the page showed."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def send_table(request, headings, rows, *, what, about):
    """A list as a download; told in the audit log."""
    format = request.GET.get("format", "xlsx")
    format = format if format in FORMATS else "xlsx"
    file = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115 (the response closes it)
    write_table(file, headings, rows, sheet=what[:31], format=format)
    file.seek(0)
    user = request.user
    name = table_name(what=what, who=user.get_full_name(), at=timezone.localtime(), format=format)
    audit(
        actor=user,
        action=AuditAction.EXPORT,
        request=request,
        object_type=about,
        detail={"file": name, "query": request.GET.urlencode()[:500], "format": format},
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS[format])
