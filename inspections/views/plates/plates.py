"""公示牌: one business's, or all of an area or a cadre, a hundred to a file."""

import re

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_GET, require_POST

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.queries.cadres import cadre_get

from ...documents.plates import plates_pdf
from ...queries import plates as queries
from ...services.plates import plate_redraw, plates_ensure
from .shared import public_address

VIEW = "inspections.view_visit"
REDRAW = "inspections.redraw_publicplate"
# One press draws so many codes at most; the hourly job draws what is left.
MOST_AT_ONCE = 5000


def entity_or_404(request, pk):
    entity = queries.entity_seen(user=request.user, pk=pk)
    if entity is None:
        raise Http404
    return entity


def printed(request, ids, *, name):
    """The PDF with the plates of these businesses, of which each has its code."""
    plates = queries.plates_of(ids=ids)
    facts = queries.facts_of(ids=ids)
    addresses = {pk: public_address(request, plate.token) for pk, plate in plates.items()}
    body = plates_pdf(facts, addresses=addresses, on=timezone.localdate(), title=name)
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf")
    return response


@require_GET
@require(VIEW)
@limited("plate", limit=60, methods=("GET",))
def plate(request, entity_id):
    entity = entity_or_404(request, entity_id)
    if not queries.plates_of(ids=[entity.pk]):
        return render(request, "inspections/plate_none.html", {"entity": entity})
    try:
        return printed(request, [entity.pk], name=f"公示牌_{entity.name}")
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("inspections:plate-list")


@require_POST
@require(VIEW)
def plate_make(request, entity_id):
    entity = entity_or_404(request, entity_id)
    plates_ensure(ids=[entity.pk], actor=request.user)
    return redirect("inspections:plate", entity.pk)


@require_POST
@require(VIEW, REDRAW)
def redraw(request, entity_id):
    entity = entity_or_404(request, entity_id)
    try:
        plate_redraw(
            entity=entity, actor=request.user, reason=request.POST.get("reason", "")[:200],
            at=timezone.now(), address=client_address(request),
        )  # fmt: skip
        messages.success(request, "公示编码已更换，旧公示牌的二维码不再能打开。请重新打印并更换。")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("entities:entity-detail", entity.pk)


def chosen(request):
    """Whose plates: (businesses, what they are, the query string); 404 for a cadre out of sight."""
    if request.GET.get("mine"):
        return queries.held_to_print(user=request.user), "我包保的主体", "mine=1"
    number = request.GET.get("cadre", "")
    if re.fullmatch(r"[0-9]{1,12}", number):
        cadre = cadre_get(user=request.user, pk=int(number))
        if cadre is None:
            raise Http404
        found = queries.to_print(user=request.user, cadre=cadre.pk)
        return found, f"{cadre.name}包保的主体", urlencode({"cadre": cadre.pk})
    code = request.GET.get("area", "")
    areas = area_choices(user=request.user, code=code)
    area = next((area for area in areas if area.code == code), None)
    found = queries.to_print(user=request.user, area=area.code if area else "")
    query = urlencode({"area": area.code}) if area else ""
    return found, area.name if area else "全部主体", query


@require_GET
@require(VIEW)
def plate_list(request):
    found, name, query = chosen(request)
    count = found.count()
    tail = f"?{query}" if query else ""
    address = f"{reverse('inspections:plate-bundle')}?{query}{'&' if query else ''}part="
    context = {
        "name": name,
        "count": count,
        "without": queries.without_plate(found).count(),
        "make_url": reverse("inspections:plate-make-all") + tail,
        "parts": [
            {
                "first": first + 1,
                "last": min(first + queries.IN_ONE, count),
                "url": f"{address}{number}",
            }
            for number, first in enumerate(range(0, count, queries.IN_ONE), 1)
        ],
        "areas": area_choices(user=request.user, code=request.GET.get("area", "")),
        "code": request.GET.get("area", ""),
        "is_by_area": not request.GET.get("cadre") and not request.GET.get("mine"),
        "in_one": queries.IN_ONE,
    }
    return render(request, "inspections/plate_list.html", context)


@require_POST
@require(VIEW)
@limited("plate-make-all", limit=10)
def make_all(request):
    found, _, query = chosen(request)
    ids = queries.without_plate(found).values_list("pk", flat=True)[:MOST_AT_ONCE]
    made = plates_ensure(ids=ids, actor=request.user)
    messages.success(request, f"已生成 {len(made):,} 家的公示编码，可以打印了。")
    return redirect(reverse("inspections:plate-list") + (f"?{query}" if query else ""))


@require_GET
@require(VIEW)
@limited("plate-bundle", limit=20, methods=("GET",))
def bundle(request):
    found, name, query = chosen(request)
    part = request.GET.get("part", "1")
    first = (int(part) - 1) * queries.IN_ONE if re.fullmatch(r"[1-9]\d{0,3}", part) else 0
    ids = list(found.values_list("pk", flat=True)[first : first + queries.IN_ONE])
    back = reverse("inspections:plate-list") + (f"?{query}" if query else "")
    if not ids or len(queries.plates_of(ids=ids)) < len(ids):
        said = "有主体还没有公示编码，请先生成。" if ids else "这里没有应包的主体。"
        messages.error(request, said)
        return redirect(back)
    try:
        last = first + len(ids)
        return printed(request, ids, name=f"公示牌_{name}_{first + 1}-{last}")
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(back)
