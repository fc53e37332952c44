"""What the pages of 会议与文件 share: the tabs, the pager's addresses, keys from the address line."""

from django.urls import reverse

from ...queries.newest import PER_PAGE

# (URL name, label, permission)
TABS = (
    ("responsibility:meeting-list", "会议", "responsibility.view_meeting"),
    ("responsibility:document-list", "依据文件", "responsibility.view_document"),
    ("responsibility:organisation", "组织机构", "responsibility.view_body"),
    ("responsibility:experience-list", "经验库", "responsibility.view_experience"),
    ("responsibility:training-list", "培训", "responsibility.view_training"),
)


def tabs(request, current):
    """The tabs that this person may open; `current` is the URL name of the page's own."""
    return {
        "tabs_label": "会议与文件",
        "tabs": [
            {"label": label, "url": reverse(name), "current": name == current, "count": None}
            for name, label, permission in TABS
            if request.user.has_perm(permission)
        ],
    }


def crumbs(name, label, last):
    """会议与文件 / the list / this page."""
    return [{"label": label, "url": reverse(name)}, {"label": last, "url": ""}]


def number_in(text, default=1):
    """A number from the address line, kept small."""
    return int(text) if text.isdecimal() and len(text) < 9 else default


def pager(request, page, *, unit):
    """The context of components/_pager.html for a NewestPage."""
    query = request.GET.copy()
    for key in ("after", "before", "page"):
        query.pop(key, None)

    def address(**cursor):
        wanted = query.copy()
        for key, value in cursor.items():
            wanted[key] = value
        return "?" + wanted.urlencode()

    return {
        "per_page": PER_PAGE,
        "unit": unit,
        "first": page.first,
        "last": page.last,
        "previous_url": address(before=page.previous, page=page.number - 1)
        if page.previous
        else "",
        "next_url": address(after=page.next, page=page.number + 1) if page.next else "",
    }


def cursor(request):
    """The keys of the neighbours and the page's number, for `newest_page`."""
    return {
        "after": request.GET.get("after", ""),
        "before": request.GET.get("before", ""),
        "number": number_in(request.GET.get("page", "1")),
    }


def chips(request, shown):
    """The conditions in force as chips: `shown` maps key → words ("" where none)."""
    found = []
    for key, words in shown.items():
        if words:
            query = request.GET.copy()
            for name in (key, "after", "before", "page"):
                query.pop(name, None)
            found.append({"label": words, "url": "?" + query.urlencode()})
    return {"chips": found, "clear_url": request.path}
