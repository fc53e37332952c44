"""A list of businesses page by page, and the addresses of its neighbours."""

from ..queries.entities import PER_PAGE, entity_page

# Keys of the query string that say where the pager stands.
CURSOR = ("after", "before", "page")


def bare_query(request, *drop):
    """The query string without the pager's place and the named keys."""
    query = request.GET.copy()
    for key in (*CURSOR, *drop):
        query.pop(key, None)
    return query.urlencode()


def with_query(query, **more):
    tail = "&".join(f"{key}={value}" for key, value in more.items() if value != "")
    return "?" + "&".join(part for part in (query, tail) if part)


def number_of(text):
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1


def code_of(text):
    """An area code out of the query string; what is none narrows nothing."""
    text = (text or "").strip()
    return text if text.isascii() and text.isalnum() and len(text) <= 12 else ""


def paged(request, found, *, sort, query):
    """What the pager and the table need of one page."""
    page = entity_page(
        found,
        sort=sort,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=number_of(request.GET.get("page")),
    )
    return {
        "page": page,
        "per_page": PER_PAGE,
        "unit": "家",
        "first": page.first,
        "last": page.last,
        "previous_url": with_query(query, before=page.previous, page=page.number - 1)
        if page.previous
        else "",
        "next_url": with_query(query, after=page.next, page=page.number + 1) if page.next else "",
    }
