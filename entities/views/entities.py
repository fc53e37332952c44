"""The register's list and its businesses."""

from copy import copy

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.middleware import client_address

from ..enums import OBLIGED, REGISTERED
from ..filters import EntityConditions
from ..forms import EntityForm
from ..ledger.findings import BY_CODE
from ..queries.entities import (
    SORTS,
    VIEWS,
    area_choices,
    entity_get,
    form_choices,
    licences_beside,
    proposals_of,
    revision_of,
    shown_value,
    station_of,
)
from ..queries.grading import active_standard, grade_steps, rules_of
from ..queries.history import history_of
from ..queries.holders import bearers_of, cards_of, holding_of, unassigned_url
from ..rules import mask_numbers, mask_phone, numbers_in
from ..services.entities import (
    EntityConflict,
    LicenceTaken,
    entity_create,
    entity_update,
    phone_reveal,
)
from .paging import bare_query, number_of, paged, with_query

# Who holds a business of each grade (domain guide 1.2), and what its doubts are called.
TIERS = {"A": "市级", "B": "县级", "C": "乡级", "D": "村级"}
DOUBTS = {code: f"{kind.name}（{kind.meaning}）" for code, kind in BY_CODE.items()}


@require_GET
@require("entities.view_entity")
def entity_list(request):
    on = timezone.localdate()
    conditions = EntityConditions(request.GET, user=request.user, on=on)
    sort = conditions.sort
    query = bare_query(request)
    page = paged(request, conditions.found(), sort=sort, query=query)
    areas = area_choices(user=request.user, code=conditions.area)
    chosen = next((area for area in areas if area.code == conditions.area), None)
    tab_counts, count = conditions.counts()
    rows = page["page"].rows
    bearers = bearers_of(user=request.user, ids=[entity.pk for entity in rows])
    for entity in rows:
        entity.bearer = bearers.get(entity.pk) if bearers is not None else None
        entity.is_obliged = entity.status in OBLIGED
    context = page | {
        "knows_bearers": bearers is not None,
        "unassigned_url": unassigned_url(area=conditions.area)
        if request.user.has_perm("responsibility.view_assignment")
        else "",
        "on": on,
        "conditions": conditions,
        "count": count,
        "tabs": _tabs(conditions, tab_counts),
        "tabs_label": "快捷视图",
        "chips": [
            {"label": chip.label, "url": with_query(bare_query(request, chip.key))}
            for chip in conditions.chips(chosen.name if chosen else "")
        ],
        "clear_url": with_query("", view=conditions.view if request.GET.get("view") else ""),
        "areas": areas,
        "area_depth": len(areas[0].code) if areas else 0,
        "shows_county": area_scope(request.user).spans_counties(conditions.area),
        "scope_name": chosen.name if chosen else _scope_name(request.user, areas),
        "values": conditions.values,
        "words": conditions.words(),
        "fields": conditions.form.fields,
        "sort": sort,
        "sorts": [
            {"label": label, "url": with_query(bare_query(request, "sort"), sort=key), "key": key}
            for key, (label, _) in SORTS.items()
        ],
        "query": query,
        "is_filtered": bool(request.GET),
    }
    return render(request, "entities/entity_list.html", context)


def _tabs(conditions, counts):
    return [
        {
            "label": label,
            "url": with_query("", view=key, area=conditions.area),
            "current": key == conditions.view,
            "count": counts[key],
        }
        for key, label in VIEWS.items()
    ]


def _scope_name(user, areas):
    scope = area_scope(user)
    if len(scope.prefixes) == 1 and areas:
        return areas[0].name
    return "、".join(area.name for area in areas[:3]) + (" 等" if len(areas) > 3 else "")


def _entity_or_404(request, pk):
    entity = entity_get(user=request.user, pk=pk)
    if entity is None:
        raise Http404
    return entity


@require_GET
@require("entities.view_entity")
def entity_detail(request, pk):
    entity = _entity_or_404(request, pk)
    on = timezone.localdate()
    standard = active_standard()
    rules = rules_of(standard) if standard else []
    moments, has_more = history_of(user=request.user, entity=entity)
    proposals = proposals_of(user=request.user, entity=entity)
    steps, missing = grade_steps(entity, rules)
    context = {
        "entity": entity,
        "on": on,
        "is_expired": entity.is_expired(on),
        "days_left": (entity.expires_on - on).days if entity.expires_on else None,
        "crumbs": _crumbs(request.user, entity.area),
        "station": station_of(entity=entity),
        "phone": mask_phone(entity.phone) if entity.phone else "",
        "cadre_phone": mask_phone(entity.cadre_phone) if entity.cadre_phone else "",
        "note": mask_numbers(entity.note),
        "beside": licences_beside(user=request.user, entity=entity),
        "tier": TIERS.get(entity.grade, ""),
        "doubts": [DOUBTS.get(code, code) for code in entity.doubts],
        "standard": standard,
        "steps": steps,
        "missing": missing,
        "events": moments,
        "has_more_events": has_more,
        "proposals": proposals,
        "open_proposal": next((p for p in proposals if p.state == "proposed"), None),
        "is_obliged": entity.status in OBLIGED,
        "is_registered": entity.status in REGISTERED,
        "holding": holding_of(user=request.user, entity=entity),
        "cards": cards_of(user=request.user, entity=entity),
    }
    return render(request, "entities/entity_detail.html", context)


def _crumbs(user, area):
    """The way down to the business's area, as far as the user may see it; each leads to its list."""
    path, scope = [], area_scope(user)
    while area is not None:
        if scope.covers(area.code):
            path.append(area)
        area = area.parent
    base = reverse("entities:entity-list")
    return [
        {"label": "主体名录", "url": base},
        *({"label": a.name, "url": f"{base}?area={a.code}"} for a in reversed(path)),
    ]


@require_POST
@require("entities.view_entity", "jurisdiction.view_full_phone")
def entity_phone(request, pk):
    entity = _entity_or_404(request, pk)
    phone = phone_reveal(actor=request.user, entity=entity, address=client_address(request))
    phone = "、".join([phone, *numbers_in(entity.note)])
    if request.htmx:
        return render(request, "entities/_phone.html", {"phone": phone})
    messages.info(request, f"{entity.name} 的联系电话：{phone}（本次查看已记录）")
    return redirect("entities:entity-detail", pk=pk)


@require_http_methods(["GET", "POST"])
@require("entities.view_entity", "entities.add_entity")
def entity_create_view(request):
    county = _county(request)
    if not county:
        areas = [a for a in area_choices(user=request.user, code="") if len(a.code) == 6]
        return render(request, "entities/entity_county.html", {"areas": areas})
    form = EntityForm(request.POST or None, user=request.user, area=county)
    if request.method == "POST" and form.is_valid():
        try:
            entity = entity_create(
                actor=request.user, values=form.values(), address=client_address(request)
            )
        except LicenceTaken as taken:
            form.add_error("licence_no", taken.message)
        else:
            messages.success(request, f"已新增 {entity.name}")
            return redirect("entities:entity-detail", pk=entity.pk)
    return _form_page(request, form, None, 0)


def _county(request):
    """The county of a new business: the user's own, or the one chosen in the address."""
    scope = area_scope(request.user)
    wanted = request.GET.get("area", "")[:6]
    if len(wanted) == 6 and scope.covers(wanted):
        return wanted
    counties = {prefix[:6] for prefix in scope.prefixes if len(prefix) >= 6}
    return counties.pop() if len(counties) == 1 else ""


@require_http_methods(["GET", "POST"])
@require("entities.view_entity", "entities.change_entity")
def entity_update_view(request, pk):
    entity = _entity_or_404(request, pk)
    if request.method == "GET":
        form = EntityForm(instance=entity, user=request.user, area=entity.area_id)
        return _form_page(request, form, entity, entity.revision)
    revision = number_of(request.POST.get("revision"))
    seen = revision_of(user=request.user, entity=entity, revision=revision) or entity
    # The form writes into its instance: it gets a copy.
    form = EntityForm(request.POST, instance=copy(seen), user=request.user, area=entity.area_id)
    if not form.is_valid():
        return _form_page(request, form, entity, revision)
    changes = {
        field: value
        for field, value in form.values().items()
        if field in form.changed_data or field in ("licence_kind", "address_key")
    }
    if not form.changed_data:
        messages.info(request, "没有改动。")
        return redirect("entities:entity-detail", pk=pk)
    try:
        entity_update(
            actor=request.user,
            entity=entity,
            revision=revision,
            changes=changes,
            address=client_address(request),
        )
    except EntityConflict as conflict:
        return _conflict_page(request, form, conflict.current, seen)
    except LicenceTaken as taken:
        form.add_error("licence_no", taken.message)
        return _form_page(request, form, entity, revision)
    messages.success(request, f"已保存 {form.cleaned_data['name']}")
    return redirect("entities:entity-detail", pk=pk)


def _form_page(request, form, entity, revision):
    context = {"form": form, "entity": entity, "revision": revision, "form_words": form_choices()}
    return render(request, "entities/entity_form.html", context)


def _conflict_page(request, form, current, seen):
    """Three values of each field that the user changed, and a form that keeps the others as they are
    now."""
    mine = {name: form.cleaned_data[name] for name in form.changed_data}
    kept = EntityForm(
        instance=current,
        user=request.user,
        area=current.area_id,
        initial={name: form[name].value() for name in form.changed_data},
    )
    moments, _ = history_of(user=request.user, entity=current, limit=1)
    context = {
        "entity": current,
        "form": kept,
        "revision": current.revision,
        "last": moments[0] if moments else None,
        "rows": [
            {
                "label": form.fields[name].label,
                "before": shown_value(seen, name),
                "mine": shown_value(None, name, mine[name]),
                "now": shown_value(current, name),
            }
            for name in form.changed_data
        ],
    }
    return render(request, "entities/entity_conflict.html", context, status=409)
