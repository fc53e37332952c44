"""What the pages of this part share: cursor, pager, downloads."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.urls import reverse

from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

MOST_DIGITS = 18
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def cursor(request) -> int:
    """The key that a page goes on from; 0 for the first page and for what is no key."""
    after = request.GET.get("after", "")
    return int(after) if after.isdecimal() and len(after) <= MOST_DIGITS else 0


def page_number(request) -> int:
    number = request.GET.get("page", "1")
    return max(int(number), 1) if number.isdecimal() and len(number) < 9 else 1


def pager(request, rows, next_key, *, per_page, unit):
    """The context of components/_pager.html for a list that pages by key."""
    number = page_number(request)
    query = request.GET.copy()
    for key in ("after", "page"):
        query.pop(key, None)
    first = (number - 1) * per_page + 1
    further = query.copy()
    further.update({"after": next_key, "page": number + 1})
    return {
        "per_page": per_page,
        "unit": unit,
        "first": first if rows else 0,
        "last": first + len(rows) - 1 if rows else 0,
        "previous_url": f"{request.path}?{query.urlencode()}" if cursor(request) else "",
        "next_url": f"{request.path}?{further.urlencode()}" if next_key else "",
    }


def download(file, name):
    """A stored file as a download: never shown in our own pages, whatever it claims to be."""
    if not file or not file.storage.exists(file.name):
        raise Http404
    return FileResponse(
        file.open("rb"),
        as_attachment=True,
        filename=name or "附件",
        content_type="application/octet-stream",
    )


# (URL name, label, permission)
TABS = (
    ("responsibility:notice-list", "工作提示", "responsibility.view_notice"),
    ("responsibility:instruction-list", "督办", "responsibility.view_instruction"),
    ("responsibility:guidance-list", "点对点指导", "responsibility.view_guidance"),
    ("responsibility:ledger-state-list", "台账建立", "responsibility.view_ledgerstate"),
)


def tabs(request, current):
    """The tabs of 工作提示 that this person may open; none where there is only one."""
    doors = [
        {"label": label, "url": reverse(name), "current": name == current, "count": None}
        for name, label, permission in TABS
        if request.user.has_perm(permission)
    ]
    return {"tabs_label": "工作提示与督办", "tabs": doors if len(doors) > 1 else []}


def told(request, act, done, **values):
    """Do `act` for the person at the screen; tell what came of it, or why it was not done."""
    try:
        result = act(actor=request.user, address=client_address(request), **values)
    except DomainError as error:
        messages.error(request, error.message)
        return None
    messages.success(request, done(result) if callable(done) else done)
    return result
