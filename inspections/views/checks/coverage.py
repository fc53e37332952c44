"""K17 督查覆盖率: its figures by area and the units behind them."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from entities.queries.entities import area_choices
from jiamusi_foodsafety.jurisdiction.access import limited, require

from ...enums import CheckLevel, Cycle
from ...exports.checks import COVERAGE
from ...filters.checks import coverage_conditions
from ...queries.check_plans import levels_of
from ...queries.figures_checks import checked_by_area, cycles, period_of, units_checked
from .shared import VIEW, send_table, tabs

EXPORT = "inspections.export_check"
URL = "inspections:check-coverage"
MOST = 300


def _asked(request):
    """The conditions, the period, and the units that they leave."""
    user, on = request.user, timezone.localdate()
    conditions = coverage_conditions(request.GET)
    levels = dict(levels_of(user=user)) or {CheckLevel.CITY: CheckLevel.CITY.label}
    level = conditions["level"] or next(iter(levels))
    conditions["level"] = level
    first, last = period_of(level, on)
    asked = {"user": user, "level": level, "code": conditions["area"], "first": first, "last": last}
    units = units_checked(**asked)
    if conditions["view"]:
        units = units.filter(is_checked=conditions["view"] == "done")
    return conditions, asked, units


@require_GET
@require(VIEW, EXPORT)
def check_coverage(request):
    user = request.user
    conditions, asked, units = _asked(request)
    level = conditions["level"]
    groups = checked_by_area(length={"city": 4, "county": 6, "township": 9}[level], **asked)
    areas = area_choices(user=user, code=conditions["area"])
    names = {area.code: area.name for area in areas}
    kept = f"level={level}" + (f"&area={conditions['area']}" if conditions["area"] else "")
    due, done_units = sum(row.due for row in groups), sum(row.done for row in groups)
    context = {
        **tabs(request, URL),
        "conditions": conditions,
        "levels": CheckLevel.choices,
        "areas": areas,
        "area_name": names.get(conditions["area"], ""),
        "groups": [(row, names.get(row.code, row.code)) for row in groups],
        "rows": list(units.select_related("parent__parent")[:MOST]),
        "most": MOST,
        "due": due,
        "done": done_units,
        "kept": kept,
        "first": asked["first"],
        "last": asked["last"],
        "cycle": Cycle(cycles()[level]).label,
        "views": [
            {"label": label, "url": f"?{kept}&view={view}", "current": conditions["view"] == view,
             "count": count}
            for view, label, count in (
                ("", "应督查", due), ("done", "已督查", done_units), ("left", "还没有督查", due - done_units)
            )
        ],
    }  # fmt: skip
    return render(request, "inspections/check_coverage.html", context)


@require_GET
@require(VIEW, EXPORT)
@limited("check-export", limit=10, methods=("GET",))
def check_coverage_export(request):
    _, _, units = _asked(request)
    rows = (
        (unit.code, unit.path_name, unit.parent.name if unit.parent else "",
         "已督查" if unit.is_checked else "未督查", unit.round_on)
        for unit in units.select_related("parent__parent")
    )  # fmt: skip
    return send_table(request, COVERAGE, rows, what="督查覆盖率", about="inspections.checkround")
