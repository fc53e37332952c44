"""What the pages of pledges and letters share."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...queries.letters import letter_get
from ...queries.pledges import pledge_get

CURSOR = ("after", "before", "page")
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def bare_query(request, *drop):
    """The query string without the pager's place and the named keys."""
    query = request.GET.copy()
    for key in (*CURSOR, *drop):
        query.pop(key, None)
    return query.urlencode()


def with_keys(query, **more):
    tail = "&".join(f"{key}={value}" for key, value in more.items() if value != "")
    return "?" + "&".join(part for part in (query, tail) if part)


def page_number(request):
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def listed(request, conditions, page, *, unit, counts):
    """The context that both lists share: quick views, chips, areas, pager."""
    areas = area_choices(user=request.user, code=conditions.values["area"])
    chosen = next((area for area in areas if area.code == conditions.values["area"]), None)
    query, rest = bare_query(request), bare_query(request, "view")
    return {
        "page": page,
        "rows": page.rows,
        "values": conditions.values,
        "view": conditions.view,
        "views": [
            {
                "label": label,
                "url": with_keys(rest, view=key),
                "current": key == conditions.view,
                "count": counts[key],
            }
            for key, (label, _) in conditions.views.items()
        ],
        "count": counts[conditions.view],
        "chips": [
            {"label": label, "url": with_keys(bare_query(request, key))}
            for label, key in conditions.chips(chosen.name if chosen else "")
        ],
        "clear_url": with_keys("", view=conditions.view),
        "areas": areas,
        "scope_name": chosen.name if chosen else areas[0].name if areas else "",
        "query": query,
        "per_page": 50,
        "unit": unit,
        "first": page.first,
        "last": page.last,
        "previous_url": with_keys(query, before=page.previous, page=page.number - 1)
        if page.previous
        else "",
        "next_url": with_keys(query, after=page.next, page=page.number + 1) if page.next else "",
    }


def pledge_or_404(request, pk):
    pledge = pledge_get(user=request.user, pk=pk)
    if pledge is None:
        raise Http404
    return pledge


def letter_or_404(request, pk):
    letter = letter_get(user=request.user, pk=pk)
    if letter is None:
        raise Http404
    return letter


def crumbs(user, paper, *, list_name, label):
    """The way down to the paper's area, as far as the user may see it."""
    path, scope, area = [], area_scope(user), paper.area
    while area is not None:
        if scope.covers(area.code):
            path.append(area)
        area = area.parent
    base = reverse(list_name)
    return [
        {"label": label, "url": base if scope.is_all or scope.prefixes else ""},
        *({"label": area.name, "url": f"{base}?area={area.code}"} for area in reversed(path)),
    ]


def download(body, name):
    """A paper made here, under its name."""
    response = HttpResponse(body, content_type=TYPES[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def told(request, act, done, **values):
    """Do `act` for the person at the screen; tell what came of it, or why it was not done."""
    try:
        result = act(actor=request.user, address=client_address(request), **values)
    except DomainError as error:
        messages.error(request, error.message)
        return None
    messages.success(request, done(result) if callable(done) else done)
    return result


def first_error(form):
    return next(iter(form.errors.values()))[0]


def back(request, name, *args):
    """Back to the paper, with its list's query where there is one."""
    query = request.GET.urlencode()
    return redirect(f"{reverse(name, args=args)}{'?' if query else ''}{query}")
