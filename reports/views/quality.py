"""数据质量: what in the register cannot be right, by area, each count with its rows."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from entities.enums import OBLIGED
from entities.queries.entities import capped_count, category_choices
from entities.queries.twins import twins_scanned
from inspections.queries.unvisited import unvisited
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.pages import key_page
from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..queries import home_place, place_of
from ..queries.indicators.shown import export_rows, shape_of, with_related
from ..queries.quality import RULES, quality_of
from .downloads import streamed

VIEW = "reports.view_dashboard"
ICONS = {
    "twins": "copy", "expired": "calendar", "misnumbered": "qrcode", "shallow": "map-off",
    "differing": "scale", "phoneless": "device-mobile", "unvisited": "clipboard-check",
}  # fmt: skip
# Which list of the register a count opens.
LISTS = {
    "obliged": {"view": "obliged"},
    "doubtful": {"view": "doubtful", "status": [status.value for status in OBLIGED]},
    "expired": {"view": "obliged", "expiry": "expired"},
    "misnumbered": {"view": "obliged", "fault": "numbers"},
    "shallow": {"view": "obliged", "depth": "county"},
    "differing": {"view": "differing"},
    "phoneless": {"view": "obliged", "fault": "phoneless"},
}


def _place(request):
    code = request.GET.get("area", "")
    place = place_of(user=request.user, code=code) if code else home_place(user=request.user)
    if place is None:
        raise Http404
    return place


@require_safe
@require(VIEW)
def quality(request):
    place = _place(request)
    page = quality_of(user=request.user, place=place, on=timezone.localdate())
    sort = "code" if request.GET.get("sort") == "code" else "rate"
    rows = page.rows
    if sort == "rate":
        rows = sorted(rows, key=lambda row: (row.rate is None, row.rate, row.code))
    base = reverse("reports:quality")
    context = {
        "place": place, "as_of": timezone.now(), "scan": twins_scanned(), "sort": sort,
        "total": _line(request.user, page.total, page), "counts_visits": page.counts_visits,
        "rows": [_line(request.user, row, page) for row in rows],
        "rules": RULES.items(),
        "tiles": [_tile(request.user, page, key) for key in RULES],
        "crumbs": [
            *({"label": area.name, "url": f"{base}?area={area.code}"}
              for area in place.ancestors if area.is_open),
            {"label": place.name, "url": ""},
        ],
        "export_url": reverse("reports:quality-export") + (f"?area={place.code}" if place.code else ""),
    }  # fmt: skip
    return render(request, "reports/quality.html", context)


def _tile(user, page, key):
    label, meaning = RULES[key]
    waits = key == "unvisited" and not page.counts_visits
    return {
        "label": label, "note": "两期满后起算" if waits else meaning, "icon_name": ICONS[key],
        "value": None if waits else page.total.counts.get(key, 0),
        "url": _url(user, key, page.total),
        "tone": "red" if key == "expired" and page.total.counts.get(key) else "",
    }  # fmt: skip


def _line(user, row, page):
    cells = [
        {"label": RULES[key][0], "url": _url(user, key, row),
         "value": None if key == "unvisited" and not page.counts_visits else row.counts.get(key, 0)}
        for key in RULES
    ]  # fmt: skip
    return {
        "row": row,
        "cells": cells,
        "url": f"?area={row.code}" if row.has_children and not row.is_rest else "",
        "obliged_url": _url(user, "obliged", row),
        "doubtful_url": _url(user, "doubtful", row),
    }


def _url(user, key, row):
    """The rows behind one count, where this reader may see them."""
    area = {"area": row.code} if row.code else {}
    if key == "twins":
        can = user.has_perm("entities.view_screening")
        return f"{reverse('entities:twin-list')}?{urlencode(area)}" if can else ""
    if not user.has_perm("entities.view_entity"):
        return ""
    if key == "unvisited":
        return f"{reverse('reports:quality-unvisited')}?{urlencode(area)}"
    own = {"depth": "own"} if row.is_rest and key != "shallow" else {}
    return f"{reverse('entities:entity-list')}?{urlencode(area | LISTS[key] | own, doseq=True)}"


@require_safe
@require(VIEW, "entities.export_entity")
@limited("export", limit=30, methods=("GET",))
def quality_export(request):
    place = _place(request)
    page = quality_of(user=request.user, place=place, on=timezone.localdate())
    keys = ("obliged", *RULES, "doubtful")
    headings = ("属地", "应包(家)", *(f"{words[0]}(家)" for words in RULES.values()), "有疑点(家)", "数据合格率(%)")  # fmt: skip
    rows = (
        (row.name, *(row.counts.get(key, 0) for key in keys),
         None if row.rate is None else round(float(row.rate), 2))
        for row in [*page.rows, page.total]
    )  # fmt: skip
    _told(request, place, "数据质量")
    name = f"{place.name}数据质量_{timezone.localtime():%Y%m%d-%H%M%S}.xlsx"
    return streamed(lambda target: write_xlsx(target, headings, rows, sheet="数据质量"), name)


def _unvisited(request, place):
    found = unvisited(user=request.user, code=place.code, on=timezone.localdate())
    category = request.GET.get("category", "")
    if category in dict(category_choices()):
        found = found.filter(category=category)
    grade = request.GET.get("grade", "")
    return found.filter(grade=grade) if grade in ("A", "B", "C", "D") else found


@require_safe
@require(VIEW, "entities.view_entity")
def quality_unvisited(request):
    place = _place(request)
    found = _unvisited(request, place)
    page = key_page(with_related(found), request.GET)
    query = urlencode(
        {key: request.GET[key] for key in ("area", "category", "grade") if request.GET.get(key)}
    )
    base = reverse("reports:quality") + (f"?area={place.code}" if place.code else "")
    context = {
        "place": place, "count": capped_count(found), "entities": page.rows, "query": query,
        "categories": category_choices(), "category": request.GET.get("category", ""),
        "grade": request.GET.get("grade", ""), "per_page": page.per_page, "unit": "家",
        "first": page.first, "last": page.last, **page.links(query),
        "crumbs": [{"label": "数据质量", "url": base}, {"label": "两期未督导", "url": ""}],
    }  # fmt: skip
    return render(request, "reports/quality_unvisited.html", context)


@require_safe
@require(VIEW, "entities.export_entity")
@limited("export", limit=30, methods=("GET",))
def quality_unvisited_export(request):
    place = _place(request)
    found = _unvisited(request, place)
    _told(request, place, "两期未督导")
    headings = ("属地", *shape_of(found).headings)
    return streamed(
        lambda target: write_xlsx(
            target, headings, export_rows(found, area="area_id"), sheet="两期未督导"
        ),
        f"{place.name}两期未督导_{timezone.localtime():%Y%m%d-%H%M%S}.xlsx",
    )


def _told(request, place, what):
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type=what,
        object_id=place.code, area_code=place.code or None,
    )  # fmt: skip
