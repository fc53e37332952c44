"""迁入: the city decides which county a business belongs to."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ..forms import NoteForm
from ..queries.screening import transfer_get, transfer_list
from ..services.transfers import transfer_decide


@require_GET
@require("entities.view_entity", "entities.accept_transfer")
def transfers(request):
    is_open = request.GET.get("tab") != "done"
    base = reverse("entities:transfer-list")
    context = {
        "rows": transfer_list(user=request.user, is_open=is_open),
        "is_open": is_open,
        "tabs_label": "迁入事项",
        "tabs": [
            {"label": "待处理", "url": base, "current": is_open, "count": None},
            {"label": "已处理", "url": f"{base}?tab=done", "current": not is_open, "count": None},
        ],
        "crumbs": [
            {"label": "主体名录", "url": reverse("entities:entity-list")},
            {"label": "迁入事项", "url": ""},
        ],
    }
    return render(request, "entities/transfer_list.html", context)


@require_POST
@require("entities.view_entity", "entities.accept_transfer")
def transfer_decide_view(request, pk):
    transfer = transfer_get(user=request.user, pk=pk)
    if transfer is None:
        raise Http404
    form = NoteForm(request.POST)
    is_accepted = request.POST.get("act") == "accept"
    try:
        transfer_decide(
            actor=request.user,
            transfer=transfer,
            is_accepted=is_accepted,
            note=form.cleaned_data["note"] if form.is_valid() else "",
            address=client_address(request),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        name = transfer.entity.name
        messages.success(
            request,
            f"{name} 已迁入 {transfer.to_area}" if is_accepted else f"{name} 不迁，留在原地",
        )
    return redirect("entities:transfer-list")
