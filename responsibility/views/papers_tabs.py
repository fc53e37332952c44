"""The tabs of 清单与承诺: pledges, letters, lists and the tasks that come of them."""

from jiamusi_foodsafety.jurisdiction.context_processors import url_or_nothing

# (URL name, label, permission)
TABS = (
    ("responsibility:papers", "总览", "responsibility.view_pledge"),
    ("responsibility:list-index", "三清单", "responsibility.view_listdocument"),
    ("responsibility:duty-list", "任务", "responsibility.view_duty"),
    ("responsibility:pledge-list", "承诺书", "responsibility.view_pledge"),
    ("responsibility:letter-list", "责任状", "responsibility.view_letter"),
)


def papers_tabs(request, current: str) -> dict:
    """The tabs that this person may open; `current` is the URL name of the page's own."""
    found = []
    for name, label, permission in TABS:
        url = url_or_nothing(name)
        if url and request.user.has_perm(permission):
            found.append({"label": label, "url": url, "current": name == current, "count": None})
    return {"tabs_label": "清单与承诺", "tabs": found}
