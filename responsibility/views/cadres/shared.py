"""What the pages about cadres share."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.context_processors import url_or_nothing
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ...queries.cadres import cadre_get

CURSOR = ("after", "before", "page")


def bare_query(request, *drop):
    """The query string without the pager's place and the named keys."""
    query = request.GET.copy()
    for key in (*CURSOR, *drop):
        query.pop(key, None)
    return query.urlencode()


def with_keys(query, **more):
    tail = "&".join(f"{key}={value}" for key, value in more.items() if value != "")
    return "?" + "&".join(part for part in (query, tail) if part)


def page_number(text):
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1


def pager(page, query, *, per_page=50, unit="人"):
    """What components/_pager.html asks for."""
    return {
        "per_page": per_page,
        "unit": unit,
        "first": page.first,
        "last": page.last,
        "previous_url": with_keys(query, before=page.previous, page=page.number - 1)
        if page.previous
        else "",
        "next_url": with_keys(query, after=page.next, page=page.number + 1) if page.next else "",
    }


def cadre_or_404(request, pk):
    cadre = cadre_get(user=request.user, pk=pk)
    if cadre is None:
        raise Http404
    return cadre


def crumbs(user, cadre):
    """The way down to the cadre's area, as far as the user may see it."""
    path, scope, area = [], area_scope(user), cadre.area
    while area is not None:
        if scope.covers(area.code):
            path.append(area)
        area = area.parent
    base = reverse("responsibility:cadre-list")
    return [
        {"label": "包保干部", "url": base},
        *({"label": a.name, "url": f"{base}?area={a.code}"} for a in reversed(path)),
    ]


def paper_links(user, cadre):
    """The papers of a cadre that this person may print or make; absent where no part answers to the name."""
    about = urlencode({"q": cadre.name, "area": cadre.area_id})
    ours, above = "responsibility", "inspections"
    wanted = [
        (
            "责任清单 Word",
            "file-export",
            ours,
            "cadre-list-docx",
            [cadre.pk],
            "",
            "view_listdocument",
        ),
        ("责任清单 PDF", "printer", ours, "cadre-list-pdf", [cadre.pk], "", "view_listdocument"),
        ("承诺书", "signature", ours, "pledge-list", [], f"?{about}", "view_pledge"),
        ("公示牌", "qrcode", above, "plate-list", [], f"?cadre={cadre.pk}", "view_visit"),
    ]
    found = [
        {
            "label": label,
            "icon": icon,
            "url": url_or_nothing(f"{room}:{name}", *args),
            "tail": tail,
        }
        for label, icon, room, name, args, tail, right in wanted
        if user.has_perm(f"{room}.{right}")
    ]
    return [link for link in found if link["url"]]


def is_wide(areas, chosen):
    """Whether a list spans several counties, so that each row must name its own."""
    return len(chosen) < 6 and (not areas or len(areas[0].code) < 6)


def words_of(choices, chosen):
    """What is chosen of a condition, in words."""
    words = dict(choices)
    return "、".join(words[value] for value in chosen or ())
