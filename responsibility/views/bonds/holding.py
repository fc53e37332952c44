"""The rows behind each figure of the board."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from entities.queries.entities import area_choices, capped_count
from jiamusi_foodsafety.jurisdiction.access import limited, require

from ...exports.holding import write_held
from ...filters.holding import GRADES, HoldingConditions, chosen_entities
from ...queries.holding import FIGURES, held_of, with_columns
from ...queries.keyed import keyed_page
from ..cadres.shared import bare_query, page_number, pager, with_keys
from .shared import EXPORT, VIEW, board_url, workbook


@require_GET
@require(VIEW)
def holding_list(request):
    conditions = HoldingConditions(request.GET, user=request.user)
    page = keyed_page(
        with_columns(conditions.found()),
        column="area_id",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=page_number(request.GET.get("page")),
    )
    areas = area_choices(user=request.user, code=conditions.area)
    chosen = next((area for area in areas if area.code == conditions.area), None)
    name = chosen.name if chosen else areas[0].name if areas else ""
    query = bare_query(request)
    rest = bare_query(request, "standing")
    if conditions.text or not conditions.is_known:
        count = capped_count(conditions.found())
    else:
        count = conditions.counts[conditions.figure]
    context = {
        "page": page,
        "rows": held_of(page.rows),
        "conditions": conditions,
        "count": count,
        "unit": "家",
        "seen_at": timezone.now().isoformat(),
        "tabs": [
            {
                "label": label,
                "url": with_keys(rest, standing=key),
                "current": key == conditions.figure,
                "count": conditions.counts[key],
            }
            for key, label in FIGURES.items()
        ],
        "tabs_label": "包保情况",
        "chips": _chips(request, conditions, chosen),
        "clear_url": with_keys("", standing=conditions.figure),
        "areas": areas,
        "area_depth": len(areas[0].code) if areas else 0,
        "grades": GRADES,
        "scope_name": f"{name}（只到本级）" if conditions.is_own else name,
        "crumbs": [
            {"label": "包保分配", "url": board_url(conditions.area)},
            {"label": conditions.label, "url": ""},
        ],
        "query": query,
        "is_filtered": bool(conditions.text or conditions.grades),
        **pager(page, query, unit="家"),
    }
    return render(request, "responsibility/holding_list.html", context)


def _chips(request, conditions, area):
    chips = []
    if conditions.text:
        chips.append((f"搜索：{conditions.text}", "q"))
    if conditions.area:
        chips.append((f"属地：{area.name if area else conditions.area}", "area"))
    if conditions.is_own:
        chips.append(("只到本级", "own"))
    if conditions.grades:
        chips.append((f"等级：{'、'.join(conditions.grades)}", "grade"))
    return [{"label": label, "url": with_keys(bare_query(request, key))} for label, key in chips]


@require_http_methods(["GET", "POST"])
@require(VIEW, EXPORT)
@limited("holding-export", limit=10, methods=("GET", "POST"))
def holding_export(request):
    if request.method == "POST":
        found = chosen_entities(request.POST, request.GET, user=request.user)
        label = "所选主体"
    else:
        conditions = HoldingConditions(request.GET, user=request.user)
        found, label = conditions.found(), conditions.label
    areas = area_choices(user=request.user, code=request.GET.get("area", ""))
    scope = next((a.name for a in areas if a.code == request.GET.get("area")), "")
    return workbook(
        request,
        lambda target: write_held(found, sheet=label, target=target),
        what=f"包保{label}",
        scope=scope or (areas[0].name if areas else ""),
    )
