"""Pledges for a whole area in one go, with progress; the office's templates."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from entities.ledger.pulse import worker_state
from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.queries import home_place, place_of
from jiamusi_foodsafety.kit.documents import DocumentError
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ... import tasks
from ...documents.pledges import NAMES, template_bytes, try_template
from ...enums import BatchKind, CadreLevel
from ...forms.papers import MakeForm, TemplateForm
from ...queries.pledges import batch_get, batches_recent, cadres_without, templates_in_use
from ...services.batches import LIVING, pledge_batch_start
from ...services.pledge_templates import template_drop, template_use
from .pledges import ISSUE, VIEW
from .shared import DOCX, told

TEMPLATES = "responsibility.change_pledgetemplate"
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


@require_GET
@require(VIEW, ISSUE)
def templates(request):
    return _templates_page(request, TemplateForm() if request.user.has_perm(TEMPLATES) else None)


def _templates_page(request, form, status=200):
    found = templates_in_use()
    context = {
        "levels": [
            {"level": level, "label": label, "template": found.get(level)}
            for level, label in CadreLevel.choices
        ],
        "names": NAMES,
        "form": form,
        "crumbs": [CRUMB, {"label": "模板", "url": ""}],
    }
    return render(request, "responsibility/pledge_templates.html", context, status=status)


@require_GET
@require(VIEW, ISSUE)
def template_file(request, level):
    if level not in CadreLevel.values:
        raise Http404
    try:
        body = template_bytes(templates_in_use().get(level))
    except DocumentError as error:
        messages.error(request, error.message)
        return redirect("responsibility:pledge-templates")
    response = HttpResponse(body, content_type=DOCX)
    name = f"承诺书模板_{CadreLevel(level).label}.docx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_POST
@require(VIEW, TEMPLATES)
@limited("pledge-template", limit=20)
def template_upload(request):
    form = TemplateForm(request.POST, request.FILES)
    if not form.is_valid():
        return _templates_page(request, form, 400)
    file = form.cleaned_data["file"]
    data = file.read(5 * 1024 * 1024 + 1)
    try:
        try_template(data)
    except DocumentError as error:
        form.add_error("file", error.message)
        return _templates_page(request, form, 400)
    template_use(
        level=form.cleaned_data["level"],
        name=file.name,
        data=data,
        actor=request.user,
        address=client_address(request),
    )
    messages.success(request, "模板已启用；以后生成的承诺书用它，已生成的不变。")
    return redirect("responsibility:pledge-templates")


@require_POST
@require(VIEW, TEMPLATES)
def template_back(request):
    level = request.POST.get("level", "")
    if level not in CadreLevel.values:
        messages.error(request, "请选择包保层级。")
    else:
        told(request, template_drop, "已改回示例模板。", level=level)
    return redirect("responsibility:pledge-templates")
