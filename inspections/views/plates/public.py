"""The one page of this system that anybody may read: who answers for a business. No login, no cookie."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from jiamusi_foodsafety.kit.errors import too_many_requests
from jiamusi_foodsafety.kit.limits import wait_of
from jiamusi_foodsafety.kit.middleware import client_address

from ...queries.plates import public_facts

# In a minute, from one address: a market hall behind one address reads along, a list of guesses does not.
PAGES, MISSES = 60, 10


@login_not_required
@require_safe
@cache_control(public=True, max_age=60)
def plate(request, token):
    address = client_address(request)
    wait = wait_of(f"plate:{address}", limit=PAGES, seconds=60) or wait_of(
        f"plate-miss:{address}", limit=MISSES, seconds=60, count=False
    )
    if wait:
        return too_many_requests(request, wait)
    facts = public_facts(token=token)
    if facts is None:
        wait_of(f"plate-miss:{address}", limit=MISSES, seconds=60)
        raise Http404
    context = {"facts": facts, "as_of": timezone.now(), "bureau": settings.BUREAU_NAME}
    response = render(request, "inspections/public_plate.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
