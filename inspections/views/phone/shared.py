"""What each phone page carries: whose it is, where to send, and that only its owner's phone may keep it."""

from functools import wraps

from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse
from django.utils.cache import patch_cache_control

from ...queries.phone import account_key, cadre_of

ACCOUNT_HEADER = "X-Phone-Account"
VISITS, PHOTOS = "/api/v1/visits/", "/api/v1/photos/"


def phone_page(view):
    """Decorator: the answer names its account, so that a phone keeps it for this account alone. `private`
    without `no-store`: going back to an open page then needs no network, over plain HTTP too."""

    @wraps(view)
    def page(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response.headers[ACCOUNT_HEADER] = account_key(user=request.user)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return page


def frame(request, *, tab):
    """The context of the phone's frame."""
    get_token(request)  # the sender reads the cookie
    cadre = cadre_of(user=request.user)
    return {
        "account": account_key(user=request.user),
        "cadre": cadre,
        "place": cadre.area.path_name.replace(" ", "") if cadre else "",
        "visits_url": VISITS,
        "photos_url": PHOTOS,
        "tabs": _tabs(tab) if tab else [],
    }


def _tabs(current):
    doors = (
        ("todo", "待办", "checklist", "inspections:phone"),
        ("entities", "我的主体", "building-store", "inspections:phone-entities"),
        ("problems", "问题", "tool", "inspections:problem-list"),
        ("account", "我的", "user", "account"),
    )
    return [
        {"label": label, "icon": icon, "url": url, "current": key == current}
        for key, label, icon, name in doors
        if (url := named(name))
    ]


def named(name, *args):
    """The address of a URL name, or nothing while no part answers to it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
