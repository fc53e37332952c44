"""The list 两员与日周月, its export, and the page of one business."""

import tempfile

from django.http import FileResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from entities.queries.entities import area_choices, category_choices
from entities.querysets import is_holder
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.middleware import client_address
from responsibility.exports.cadres import file_name
from responsibility.queries.keyed import keyed_page
from responsibility.views.cadres.shared import (
    bare_query,
    is_wide,
    page_number,
    pager,
    with_keys,
    words_of,
)

from ...enums import ROUND_CONTROLS, Control
from ...exports.safety import write_safety
from ...filters.safety import HAVING, POSTS, STANDING, SafetyConditions, selected
from ...queries.figures_enterprise import safety_doors
from ...queries.safety import (
    DEFAULT_VIEW,
    VIEWS,
    control_lines,
    hours_due,
    may_add,
    need_lines,
    person_lines,
    proposals_of,
    records_of,
    rules_of_controls,
    view_counts,
    with_columns,
)
from .shared import CHANGE, EXPORT, VIEW, crumbs, row_or_404

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 8 * 1024 * 1024
SHOWN = (*ROUND_CONTROLS, Control.RISK_LIST)


@require_GET
@require(VIEW)
def safety_list(request):
    user, on = request.user, timezone.localdate()
    conditions = SafetyConditions(request.GET, user=user)
    page = keyed_page(
        with_columns(conditions.found(), on=on),
        column="area_id",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=page_number(request.GET.get("page")),
    )
    rules = rules_of_controls(on=on)
    for row in page.rows:
        row.needs = need_lines(row)
        row.lines = control_lines(row=row, rules=rules, only=SHOWN)
    areas = area_choices(user=user, code=conditions.area)
    chosen = next((area for area in areas if area.code == conditions.area), None)
    is_counted = conditions.is_plain and conditions.is_valid and not is_holder(user)
    counts = view_counts(
        None if is_counted else conditions.narrowed(), user=user, area=conditions.area
    )
    query, categories = bare_query(request), category_choices()
    rest = bare_query(request, "view")
    context = {
        "page": page,
        "conditions": conditions,
        "values": conditions.values,
        "categories": categories,
        "category_words": words_of(categories, conditions.values["category"]),
        "posts": POSTS,
        "havings": HAVING.items(),
        "controls": Control.choices,
        "columns": [control.label for control in SHOWN],
        "standings": STANDING.items(),
        "count": counts[conditions.view],
        "tabs": [
            {
                "label": label,
                "url": with_keys(rest, view=key),
                "current": key == conditions.view,
                "count": counts[key],
            }
            for key, label in VIEWS.items()
        ],
        "tabs_label": "快捷视图",
        "chips": [
            {"label": label, "url": with_keys(bare_query(request, *keys))}
            for label, keys in conditions.chips(chosen.name if chosen else "")
        ],
        "clear_url": with_keys("", view=conditions.view),
        # the overview; a quick view goes straight to its rows
        "doors": safety_doors(user=user, area=conditions.area, areas=areas)
        if is_counted and conditions.view == DEFAULT_VIEW
        else [],
        "areas": areas,
        "area_depth": len(areas[0].code) if areas else 0,
        "is_wide": is_wide(areas, conditions.area),
        "scope_name": chosen.name if chosen else areas[0].name if areas else "",
        "query": query,
        "is_filtered": bool(request.GET),
        **pager(page, query, unit="家"),
    }
    return render(request, "inspections/safety_list.html", context)


@require_http_methods(["GET", "POST"])
@require(VIEW, EXPORT)
@limited("safety-export", limit=10, methods=("GET", "POST"))
def safety_export(request):
    user, now = request.user, timezone.localtime()
    conditions = SafetyConditions(request.GET, user=user)
    is_picked = request.method == "POST"
    found = selected(request.POST, request.GET, user=user) if is_picked else conditions.found()
    areas = area_choices(user=user, code=conditions.area)
    scope = next((a.name for a in areas if a.code == conditions.area), "") or (
        areas[0].name if areas else ""
    )
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    write_safety(found, on=now.date(), target=file)
    file.seek(0)
    name = file_name("两员与日周月", scope=scope, who=user.get_full_name(), at=now)
    audit(
        actor=user,
        action=AuditAction.EXPORT,
        address=client_address(request),
        object_type="inspections.safety",
        detail={"file": name, "query": request.GET.urlencode()[:500]},
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_GET
@require(VIEW)
def safety_detail(request, pk):
    row = row_or_404(request, pk)
    user, on = request.user, timezone.localdate()
    rules = rules_of_controls(on=on)
    adds = may_add(user=user, entity=row.entity)
    context = {
        "row": row,
        "entity": row.entity,
        "on": on,
        "crumbs": crumbs(user, row.entity),
        "needs": need_lines(row),
        "people": person_lines(row=row, on=on),
        "lines": control_lines(row=row, rules=rules),
        "hours_due": hours_due(rules),
        "training_rule": rules.get(Control.TRAINING),
        "proposals": proposals_of(entity=row.entity) if row.is_proposed else [],
        "may_add": adds,
        "may_change": adds and user.has_perm(CHANGE),
        "entity_url": reverse("entities:entity-detail", args=[pk]),
        **records_of(row=row),
    }
    return render(request, "inspections/safety_detail.html", context)
