"""大屏链接: opened and revoked by the city's administrators; the address is shown once."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...forms.walls import WallLinkForm
from ...queries.walls import wall_link_get, wall_links
from ...services.walls import wall_link_make, wall_link_revoke

MANAGE = "reports.manage_walllink"


@require_http_methods(["GET", "HEAD", "POST"])
@require(MANAGE)
@limited("wall-link", limit=20)
@never_cache
def wall_link_list(request):
    form = WallLinkForm(request.POST or None, user=request.user)
    address = ""
    if request.method == "POST" and form.is_valid():
        try:
            _, token = wall_link_make(
                actor=request.user, at=timezone.now(), address=client_address(request),
                **form.values(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            address = request.build_absolute_uri(reverse("reports:wall-screen", args=[token]))
            form = WallLinkForm(user=request.user)
    now = timezone.now()
    rows = [{"link": link, "is_live": link.is_live(now)} for link in wall_links(user=request.user)]
    context = {
        "form": form,
        "rows": rows,
        "address": address,
        "crumbs": [
            {"label": "驾驶舱", "url": reverse("reports:dashboard")},
            {"label": "大屏链接", "url": ""},
        ],
    }
    return render(request, "reports/wall_link_list.html", context)


@require_POST
@require(MANAGE)
def wall_link_stop(request, pk):
    link = wall_link_get(user=request.user, pk=pk)
    if link is None:
        raise Http404
    wall_link_revoke(
        actor=request.user, link=link, at=timezone.now(), address=client_address(request)
    )
    messages.success(request, f"大屏链接“{link.label}”已停用，用它的屏幕一分钟内不再显示数据。")
    return redirect("reports:wall-link-list")
