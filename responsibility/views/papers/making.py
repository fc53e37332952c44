"""Pledges for a whole area in one go, with progress."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from entities.ledger.pulse import worker_state
from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.queries import home_place, place_of
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ... import tasks
from ...enums import BatchKind
from ...forms.papers import MakeForm
from ...queries.pledges import batch_get, batches_recent, cadres_without
from ...services.batches import LIVING, pledge_batch_start
from .pledges import ISSUE, VIEW

CRUMB = {"label": "承诺书", "url": "../"}


def _area(request, code):
    place = place_of(user=request.user, code=code) if code else home_place(user=request.user)
    if place is None or place.area is None:
        raise Http404
    return place.area


@require_http_methods(["GET", "POST"])
@require(VIEW, ISSUE)
@limited("pledge-make", limit=20)
def make(request):
    form = MakeForm(request.POST or None, initial={"is_issued": True})
    area = _area(request, (request.POST or request.GET).get("area", ""))
    if request.method == "POST" and form.is_valid():
        try:
            batch = pledge_batch_start(
                area=area,
                actor=request.user,
                year=timezone.localdate().year,
                level=form.cleaned_data["level"],
                is_issued=form.cleaned_data["is_issued"],
                address=client_address(request),
            )
        except DomainError as error:
            messages.error(request, error.message)
        else:
            tasks.ring(batch.pk)
            return redirect("responsibility:pledge-batch", pk=batch.pk)
    context = {
        "form": form,
        "area": area,
        "areas": area_choices(user=request.user, code=area.code),
        "due": cadres_without(user=request.user).within(area.code).count(),
        "batches": batches_recent(user=request.user),
        "crumbs": [CRUMB, {"label": "批量生成", "url": ""}],
    }
    return render(request, "responsibility/pledge_make.html", context)


def _batch(request, pk):
    batch = batch_get(user=request.user, pk=pk)
    if batch is None:
        raise Http404
    return batch


def _batch_context(request, pk):
    batch = _batch(request, pk)
    now = timezone.now()
    return {
        "batch": batch,
        "is_living": batch.state in LIVING,
        "is_bundle": batch.kind == BatchKind.PAPERS,
        "worker": worker_state(at=now),
        "elapsed": int(((batch.finished_at or now) - batch.made_at).total_seconds()),
    }


@require_GET
@require(VIEW, ISSUE)
def batch(request, pk):
    context = _batch_context(request, pk)
    middle = {"label": "批量生成", "url": "../../make/"}
    context["crumbs"] = [
        {"label": "承诺书", "url": "../../"},
        {"label": "打包下载", "url": ""} if context["is_bundle"] else middle,
    ]
    return render(request, "responsibility/pledge_batch.html", context)


@require_GET
@require(VIEW, ISSUE)
def batch_progress(request, pk):
    return render(request, "responsibility/_pledge_batch.html", _batch_context(request, pk))
