"""大屏 without a login, by a link that can be revoked. The token stands in the address of these pages and nowhere
else: it is no account, sets no cookie, opens nothing but the figures of its area, and is kept out of logs and
of the Referer header."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiamusi_foodsafety.kit.errors import too_many_requests
from jiamusi_foodsafety.kit.limits import wait_of
from jiamusi_foodsafety.kit.middleware import client_address

from ...queries import map_file, place_of
from ...queries.walls import screen_reader, wall_link_of, wall_of
from .shown import Doors, wall_context

# In a minute, from one address: several screens behind one address, but no list of guesses.
PAGES, MISSES = 60, 10


def by_link(view):
    """Decorator: the view gets the living link of the token; anything else is 404, and guessing ends soon."""

    @login_not_required
    @require_safe
    @never_cache
    @wraps(view)
    def gate(request, token):
        address = client_address(request)
        wait = wait_of(f"wall:{address}", limit=PAGES, seconds=60) or wait_of(
            f"wall-miss:{address}", limit=MISSES, seconds=60, count=False
        )
        if wait:
            return too_many_requests(request, wait)
        link = wall_link_of(token=token, at=timezone.now())
        if link is None:
            wait_of(f"wall-miss:{address}", limit=MISSES, seconds=60)
            raise Http404
        response = view(request, link, token)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return gate


@by_link
def screen(request, link, token):
    return _screen(request, link, token, "reports/wall.html")


@by_link
def screen_parts(request, link, token):
    return _screen(request, link, token, "reports/_wall_parts.html")


@by_link
def screen_map(request, link, token):
    return HttpResponse(map_file().read_bytes(), content_type="application/geo+json")


def _screen(request, link, token, template):
    reader = screen_reader(link=link)
    place = place_of(user=reader, code=request.GET.get("area", "") or link.area_id)
    if place is None or place.level not in ("city", "county"):
        raise Http404
    shown = wall_of(
        user=reader, place=place, indicator=request.GET.get("indicator", ""), at=timezone.now()
    )
    doors = Doors(
        page_url=reverse("reports:wall-screen", args=[token]),
        parts_url=reverse("reports:wall-screen-parts", args=[token]),
        map_url=reverse("reports:wall-screen-map", args=[token]),
    )
    return render(request, template, wall_context(wall=shown, doors=doors))
