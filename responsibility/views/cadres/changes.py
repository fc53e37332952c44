"""变更台账: the list and its file."""

import tempfile

from django.http import FileResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from entities.queries.entities import COUNT_CAP, area_choices, capped_counts
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.middleware import client_address

from ...enums import ChangeKind
from ...exports.cadres import file_name
from ...exports.changes import write_changes
from ...filters.changes import ChangeConditions
from ...queries.changes import VIEWS, change_days, with_columns
from ...queries.keyed import keyed_page
from .pages import IN_MEMORY, XLSX
from .shared import bare_query, is_wide, page_number, pager, with_keys, words_of


@require_GET
@require("responsibility.view_change")
def change_list(request):
    on = timezone.localdate()
    conditions = ChangeConditions(request.GET, user=request.user, on=on)
    page = keyed_page(
        with_columns(conditions.found()),
        column="recorded_at",
        is_falling=True,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=page_number(request.GET.get("page")),
    )
    for change in page.rows:
        change.clock = change.state_on(on)
    areas = area_choices(user=request.user, code=conditions.area)
    chosen = next((area for area in areas if area.code == conditions.area), None)
    sets = conditions.by_view()
    counts = dict(zip(sets, capped_counts(*sets.values()), strict=True))
    query = bare_query(request)
    context = {
        "page": page,
        "on": on,
        "values": conditions.values,
        "kinds": ChangeKind.choices,
        "kind_words": words_of(ChangeKind.choices, conditions.values["kind"]),
        "area": conditions.area,
        "count": min(counts[conditions.view], COUNT_CAP),
        "unit": "条",
        "tabs": [
            {
                "label": label,
                "url": with_keys(bare_query(request, "view"), view=key),
                "current": key == conditions.view,
                "count": min(counts[key], COUNT_CAP),
            }
            for key, label in VIEWS.items()
        ],
        "tabs_label": "快捷视图",
        "chips": [
            {"label": label, "url": with_keys(bare_query(request, key))}
            for label, key in conditions.chips(chosen.name if chosen else "")
        ],
        "clear_url": with_keys("", view=conditions.view),
        "areas": areas,
        "area_depth": len(areas[0].code) if areas else 0,
        "is_wide": is_wide(areas, conditions.area),
        "scope_name": chosen.name if chosen else areas[0].name if areas else "",
        "query": query,
        "is_filtered": bool(request.GET),
        "days": change_days(user=request.user, code=conditions.scope_code(), on=on),
        **pager(page, query, unit="条"),
    }
    return render(request, "responsibility/change_list.html", context)


@require_GET
@require("responsibility.view_change")
@limited("change-export", limit=10, methods=("GET",))
def change_export(request):
    user, now = request.user, timezone.localtime()
    conditions = ChangeConditions(request.GET, user=user, on=now.date())
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    write_changes(conditions.found(), on=now.date(), target=file)
    file.seek(0)
    areas = area_choices(user=user, code=conditions.area)
    name = file_name(
        "变更台账", scope=areas[0].name if areas else "", who=user.get_full_name(), at=now
    )
    audit(
        actor=user,
        action=AuditAction.EXPORT,
        address=client_address(request),
        object_type="change",
        detail={"file": name, "query": request.GET.urlencode()[:500]},
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
