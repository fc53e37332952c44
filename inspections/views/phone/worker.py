"""The service worker (HTTPS and localhost only) and the question who is logged in."""

import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jiamusi_foodsafety.jurisdiction.access import require

from ...queries.phone import account_key

FILES = (
    "brand/mark.svg",
    "brand/tokens.css",
    "brand/visits.css",
    "vendor/icons.svg",
    "js/preferences.js",
    "js/visits/frame.js",
    "js/visits/list.js",
    "js/visits/photos.js",
    "js/visits/sender.js",
    "js/visits/sheet.js",
    "js/visits/store.js",
)


@require_GET
@require("inspections.make_visit")
@never_cache
def who(request):
    # asked before anything is sent: is this still the account whose drafts these are
    return JsonResponse({"account": account_key(user=request.user), "csrf": get_token(request)})


@login_not_required
@require_GET
@never_cache
def script(request):
    """The worker's own address is the root, so that it may answer for all phone pages. Nothing in it is
    anybody's."""
    files = [static(name) for name in FILES]
    told = {
        "version": _version(files),
        "files": files,
        "pages": {
            "todo": reverse("inspections:phone"),
            "entities": reverse("inspections:phone-entities"),
            "visit": reverse("inspections:visit-make", args=[0]).removesuffix("0/"),
            "home": reverse("home"),
            "login": reverse("login"),
            "logout": reverse("logout"),
        },
    }
    body = f"self.PHONE = {json.dumps(told)};\nimportScripts({json.dumps(static('js/visits/worker.js'))});\n"
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/"
    return response


def _version(files):
    """Changes with any of the files, also where their names carry no digest."""
    digest = hashlib.sha256(json.dumps(files).encode())
    for name in (*FILES, "js/visits/worker.js"):
        path = finders.find(name)
        if path:
            with open(path, "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()[:16]
