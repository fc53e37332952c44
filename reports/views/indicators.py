"""指标: the whole catalogue for one area, one indicator by area, and the rows behind each figure."""

import datetime
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from entities.queries.entities import COUNT_CAP, capped_count
from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.workbook.write import write_xlsx
from responsibility.queries.keyed import keyed_page

from ..queries import home_place, place_of
from ..queries.indicators import (
    BY_CODE,
    INDICATORS,
    bands_now,
    figures_of_area,
    total_of_scope,
)
from ..queries.indicators.shown import (
    area_of,
    export_rows,
    exportable,
    readable,
    shape_of,
    with_related,
)
from ..queries.indicators.told import TABLE_HEADINGS, table_rows
from ..rules import day_of
from .downloads import streamed

VIEW = "reports.view_dashboard"


@require_safe
@require(VIEW)
def indicator_list(request):
    place, today = _place(request), day_of(timezone.now())
    total, bands = _total(request.user, place, today), bands_now()
    tail = f"?area={place.code}" if place.code else ""
    context = {
        "place": place,
        "as_of": timezone.now(),
        "rows": [_line(request.user, total, indicator, bands) for indicator in INDICATORS],
        "export_url": reverse("reports:indicator-list-export") + tail,
        "crumbs": _crumbs(place, reverse("reports:indicator-list")),
    }
    return render(request, "reports/indicator_list.html", context)


@require_safe
@require(VIEW)
@limited("export", limit=30, methods=("GET",))
def indicator_list_export(request):
    place, today = _place(request), day_of(timezone.now())
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="指标",
        object_id=place.name, area_code=place.code or None,
    )  # fmt: skip
    total, children = _areas(request.user, place, today)
    lines = [(place.name, total), *((child.name, area) for child, area in children)]
    return streamed(
        lambda target: write_xlsx(target, TABLE_HEADINGS, table_rows(lines), sheet="指标"),
        f"{place.name}指标 {today:%Y-%m-%d}.xlsx",
    )


@require_safe
@require(VIEW)
def indicator_detail(request, code):
    indicator, place, today = _indicator(code), _place(request), day_of(timezone.now())
    total, children = _areas(request.user, place, today)
    bands = bands_now()
    base = reverse("reports:indicator-detail", args=[code])
    rows = [
        _line(request.user, area, indicator, bands)
        | {"name": child.name, "url": f"{base}?area={child.code}" if child.has_children else ""}
        for child, area in children
    ]
    context = {
        "place": place,
        "indicator": indicator,
        "as_of": timezone.now(),
        "total": _line(request.user, total, indicator, bands),
        "borders": bands.of(indicator),
        "rows": rows,
        "chart": _chart(rows),
        "crumbs": [
            {"label": "指标", "url": reverse("reports:indicator-list")},
            *(_crumbs(place, base) or [{"label": indicator.name, "url": ""}]),
        ],
    }
    return render(request, "reports/indicator_detail.html", context)


@require_safe
@require(VIEW)
def indicator_rows(request, code, side):
    indicator, place, found = _found(request, code, side)
    shape, text = shape_of(found), _text(request)
    page = keyed_page(
        with_related(found),
        column=indicator.sides[side].area,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        number=_number(request.GET.get("page", "")),
    )
    count = indicator.sides[side].of(_total(request.user, place, day_of(timezone.now())).counts)
    hits = capped_count(found) if text else count
    base = urlencode({"area": place.code, "q": text} if text else {"area": place.code})
    may_export = exportable(user=request.user, side=indicator.sides[side])
    context = {
        "place": place,
        "indicator": indicator,
        "side": indicator.sides[side],
        "shape": shape,
        "text": text,
        "whole": count,
        "count": min(hits, COUNT_CAP) if text else count,
        "conditions": {"is_more": bool(text) and hits > COUNT_CAP},
        "chips": [{"label": f"“{text}”", "url": f"?area={place.code}"}] if text else [],
        "clear_url": f"?area={place.code}",
        "rows": [_row(shape, row) for row in page.rows],
        "export_url": reverse("reports:indicator-export", args=[code, side]) + f"?{base}"
        if may_export else "",
        "crumbs": [
            {"label": "指标", "url": reverse("reports:indicator-list")},
            {"label": indicator.name,
             "url": reverse("reports:indicator-detail", args=[code]) + f"?area={place.code}"},
            {"label": indicator.sides[side].words, "url": ""},
        ],
        "per_page": 50, "unit": shape.unit, "first": page.first, "last": page.last,
        "previous_url": f"?{base}&before={page.previous}&page={page.number - 1}"
        if page.previous else "",
        "next_url": f"?{base}&after={page.next}&page={page.number + 1}" if page.next else "",
    }  # fmt: skip
    return render(request, "reports/indicator_rows.html", context)


@require_safe
@require(VIEW)
@limited("export", limit=30, methods=("GET",))
def indicator_export(request, code, side):
    indicator, place, found = _found(request, code, side)
    if not exportable(user=request.user, side=indicator.sides[side]):
        raise PermissionDenied
    words = indicator.sides[side].words
    audit(
        actor=request.user, action=AuditAction.EXPORT, request=request, object_type="指标明细",
        object_id=f"{code} {words}", area_code=place.code or None,
    )  # fmt: skip
    headings = ("属地", *shape_of(found).headings)
    return streamed(
        lambda target: write_xlsx(
            target, headings, export_rows(found, area=indicator.sides[side].area),
            sheet=indicator.code,
        ),
        f"{place.name}{indicator.name}-{words}.xlsx",
    )  # fmt: skip


def _indicator(code):
    if code not in BY_CODE:
        raise Http404
    return BY_CODE[code]


def _place(request):
    """The area of the address, or the reader's own."""
    code = request.GET.get("area", "")
    place = place_of(user=request.user, code=code) if code else home_place(user=request.user)
    if place is None:
        raise Http404
    return place


def _total(user, place, on):
    return total_of_scope(user=user, on=on, code=place.code)


def _areas(user, place, on):
    """The place's total, and its children with theirs, in the order of their codes."""
    found = figures_of_area(user=user, code=place.code, on=on, length=place.group_length)
    total = total_of_scope(user=user, on=on, code=place.code)
    children = [(child, found[child.code]) for child in place.children if child.code in found]
    return total, children


def _found(request, code, side):
    indicator, place = _indicator(code), _place(request)
    if side not in indicator.sides:
        raise Http404
    if not readable(user=request.user, side=indicator.sides[side]):
        raise PermissionDenied
    on, text = day_of(timezone.now()), _text(request)
    found = indicator.sides[side].rows(user=request.user, code=place.code, on=on)
    return indicator, place, shape_of(found).search(found, text) if text else found


def _text(request):
    """What is searched for."""
    return request.GET.get("q", "").strip()[:40]


def _line(user, area, indicator, bands):
    """One figure with the borders of its colour and the addresses of its rows."""
    figure = area.figure(indicator)
    tail = f"?area={area.code}" if area.code else ""
    doors = {
        key: reverse("reports:indicator-rows", args=[indicator.code, key]) + tail
        for key, side in indicator.sides.items()
        if readable(user=user, side=side)
    }
    return {
        "figure": figure,
        "borders": bands.of(indicator),
        "part_url": doors.get("part", ""),
        "whole_url": doors.get("whole", ""),
        "detail_url": reverse("reports:indicator-detail", args=[indicator.code]) + tail,
        "more": [
            (side.words, side.of(area.counts), doors.get(f"more{number}", ""))
            for number, side in enumerate(indicator.more, start=1)
        ],
    }


def _row(shape, row):
    target = shape.target(row)
    first, *rest = shape.cells(row)
    return {
        "name": first,
        "url": reverse(shape.url_name, args=[target]) if target else "",
        "cells": [
            (label, _words(cell)) for label, cell in zip(shape.headings[1:], rest, strict=True)
        ],
        "area": area_of(row).path_name,
    }


def _words(cell):
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return cell or "—"


def _chart(rows):
    known = [row for row in rows if row["figure"].value is not None]
    if len(known) < 2:
        return None
    lowest = sorted(known, key=lambda row: row["figure"].value)
    return {
        "x": [row["name"] for row in lowest],
        "horizontal": True,
        "series": [{"name": "", "values": [float(row["figure"].value) for row in lowest]}],
    }


def _crumbs(place, base):
    crumbs = [
        {"label": area.name, "url": f"{base}?area={area.code}" if area.is_open else ""}
        for area in place.ancestors
    ]
    return [*crumbs, {"label": place.name, "url": ""}] if crumbs else []


def _number(text):
    return int(text) if text.isdecimal() and len(text) < 9 else 1
