"""消息: the lines under the bell. Everybody has his own; no right is needed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ...queries import notifications as queries
from ...services import notifications as services
from .shared import cursor, pager


@require_GET
def notification_list(request):
    unread = request.GET.get("view") == "unread"
    rows, next_key = queries.notifications(user=request.user, unread=unread, after=cursor(request))
    base = reverse("responsibility:notification-list")
    context = {
        "rows": rows,
        "tabs_label": "消息",
        "tabs": [
            {"label": "全部", "url": base, "current": not unread, "count": None},
            {"label": "未读", "url": f"{base}?view=unread", "current": unread, "count": None},
        ],
        "unread": unread,
        **pager(request, rows, next_key, per_page=queries.PER_PAGE, unit="条"),
    }
    return render(request, "responsibility/notification_list.html", context)


@require_POST
def notification_open(request, pk):
    url = services.notification_open(user=request.user, pk=pk, at=timezone.now())
    if url is None:
        raise Http404
    return redirect(url or "responsibility:notification-list")


@require_POST
def notification_read_all(request):
    number = services.notifications_read(user=request.user, at=timezone.now())
    messages.success(request, f"{number:,} 条已标为已读")
    return redirect("responsibility:notification-list")
