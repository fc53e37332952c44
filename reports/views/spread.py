"""走势与分布: one measure by day and by child, the cadres' load, the days since the last visit."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from responsibility.enums import CadreLevel

from ..documents.spread import spread_workbook
from ..queries import home_place, place_of
from ..queries.spread import spread_of
from ..rules import percent
from ..rules.spread import TRENDS
from .downloads import download

VIEW = "reports.view_dashboard"


@require_safe
@require(VIEW)
def spread_page(request):
    return render(request, "reports/spread.html", _context(request, _spread(request)))


@require_safe
@require(VIEW)
@limited("export", limit=30, methods=("GET",))
def spread_export(request):
    found = _spread(request)
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="走势与分布",
        object_id=found.place.code, area_code=found.place.code or None,
    )  # fmt: skip
    return download(spread_workbook(found), f"{found.place.name}{found.name}走势与分布.xlsx")


def _spread(request):
    code = request.GET.get("area", "")
    place = place_of(user=request.user, code=code) if code else home_place(user=request.user)
    if place is None:
        raise Http404
    return spread_of(
        user=request.user, place=place, at=timezone.now(), key=request.GET.get("what", "")
    )


def _context(request, found):
    place = found.place
    area = {"area": place.code} if place.code else {}
    base = reverse("reports:spread")
    home = reverse("reports:dashboard")
    if place.code:
        home = reverse("reports:area-dashboard", args=[place.code])
    return {
        "spread": found,
        "place": place,
        "tabs": [
            {"label": name, "url": f"{base}?{urlencode(area | {'what': key})}", "count": None,
             "current": key == found.key}
            for key, (name, _) in TRENDS.items()
        ],
        "crumbs": [{"label": place.name, "url": home}, {"label": "走势与分布", "url": ""}],
        "days": _days(found.points),
        "areas": _areas(found, base),
        "trend_chart": _trend_chart(found),
        "area_chart": _area_chart(found),
        "load_chart": _load_chart(found.loads),
        "loads": [
            (level.label, _cadres_url(request, area, level=level.value),
             list(found.loads[level.label].values()), sum(found.loads[level.label].values()))
            for level in CadreLevel
        ],
        "over_url": _cadres_url(request, area, view="over"),
        "load_classes": list(next(iter(found.loads.values()))),
        "since_chart": _since_chart(found.since_visit),
        "since_total": sum(found.since_visit.values()),
        "since_rows": list(found.since_visit.items()),
        "export_url": f"{reverse('reports:spread-export')}?{urlencode(area | {'what': found.key})}",
        "indicator_url": f"{reverse('reports:indicator-list')}?{urlencode(area)}",
    }  # fmt: skip


def _cadres_url(request, area, **query):
    """The cadres behind the load; nothing for whoever may not read them."""
    if not request.user.has_perm("responsibility.view_cadre"):
        return ""
    return f"{reverse('responsibility:cadre-list')}?{urlencode(area | query)}"


def _days(points):
    """The points, the newest first, each with what it gained on the one before."""
    found = [
        {"point": point, "rate": percent(point.done, point.whole),
         "change": None if before is None else point.done - before.done}
        for before, point in zip([None, *points], points, strict=False)
    ]  # fmt: skip
    return found[::-1]


def _areas(found, base):
    rows = [
        {"name": name, "point": point, "rate": percent(point.done, point.whole),
         "url": f"{base}?{urlencode({'area': code, 'what': found.key})}"}
        for code, name, point in found.children
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["rate"] is None, row["rate"] or 0))


def _trend_chart(found):
    if len(found.points) < 2:
        return None
    return {
        "x": [f"{point.day:%m-%d}" for point in found.points],
        "series": [
            {"name": found.measure.part_words, "kind": "actual",
             "values": [point.done for point in found.points]},
            {"name": "总数", "kind": "plan", "values": [point.whole for point in found.points]},
        ],
        "unit": found.measure.unit,
        "wide": True,
    }  # fmt: skip


def _area_chart(found):
    rows = [row for row in _areas(found, "") if row["rate"] is not None]
    if len(rows) < 2:
        return None
    return {
        "x": [row["name"] for row in rows],
        "horizontal": True,
        "series": [{"name": "", "values": [float(row["rate"]) for row in rows]}],
    }


def _load_chart(loads):
    if not any(any(counts.values()) for counts in loads.values()):
        return None
    return {
        "x": list(next(iter(loads.values()))),
        "series": [
            {"name": level, "values": list(counts.values())} for level, counts in loads.items()
        ],
        "palette": "grades",
    }


def _since_chart(counts):
    if not any(counts.values()):
        return None
    return {"x": list(counts), "series": [{"name": "", "values": list(counts.values())}]}
