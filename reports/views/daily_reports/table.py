"""The 日报表 as a page shows it: two-row head and cells, from the columns that are declared once."""

from urllib.parse import urlencode

from django.urls import reverse

from ...documents.shown import columns_for, number, shown, tone_of
from ...rules.columns import CHANGE, RANK, RATE, TABS, WORDS, columns_of, head_groups

SHAPES = {
    "green": ("circle-check", "达标"),
    "amber": ("progress", "推进中"),
    "red": ("alert-octagon", "滞后"),
}


def table_of(page, *, tab, base):
    """Head groups, rows of cells and the total's; `base` is where the rows behind a figure are listed, or
    nothing where they cannot be opened (weeks and months)."""
    allowed = columns_for(page)
    columns = [column for column in columns_of(tab) if column in allowed]
    with_standing = bool(page.standings) and not page.place and tab in ("main", "all")
    groups = [
        {
            "name": group,
            "columns": [{"heading": c.heading, "is_words": c.kind == WORDS} for c in inside],
            "is_single": len(inside) == 1 and not inside[0].heading,
            "is_words": inside[0].kind == WORDS,
        }
        for group, inside in head_groups(columns)
    ]
    starts = {inside[0].key for _, inside in head_groups(columns)}
    return {
        "groups": groups,
        "with_standing": with_standing,
        "first_head": "乡镇(街道)" if page.place else "县(市、区)",
        "rows": [
            {
                "at": at,
                "row": row,
                "url": _row_url(page, row),
                "is_missing": row.standing is not None and row.name in page.unreported,
                "cells": [_cell(c, row, page, base, c.key in starts) for c in columns],
            }
            for at, row in enumerate(page.rows, start=1)
        ],
        "total": [_cell(c, page.total, page, base, c.key in starts) for c in columns],
        "span": 2 + len(columns) + with_standing,
    }


def _row_url(page, row):
    """A county leads to its own edition of the same day."""
    if page.place or row.is_rest:
        return ""
    if page.period:
        address = reverse(
            "reports:period-report-detail", args=[page.period.kind, page.period.first.isoformat()]
        )
    else:
        address = reverse("reports:daily-report-detail", args=[page.report.pk])
    return f"{address}?area={row.code}"


def _cell(column, row, page, base, starts):
    text = shown(column, row, page)
    cell = {
        "text": text,
        "is_words": column.kind == WORDS,
        "starts": starts,
        "is_zero": text in ("0", "—"),
        "url": "",
        "tone": "",
        "icon": "",
        "word": "",
        "key": column.key,
    }
    if column.key == "rate_net":
        tone = tone_of(column, row.rate(column.key), page)
        if tone:
            cell["tone"] = tone
            cell["icon"], cell["word"] = SHAPES[tone]
    if _opens(column, row, page, base, text):
        query = {"area": row.code} if row.code else {}
        if page.place:
            query["of"] = page.place.pk
        address = base.replace("figure", column.key)
        cell["url"] = f"{address}?{urlencode(query)}" if query else address
    return cell


def _opens(column, row, page, base, text):
    if not base or not column.rows or row.is_rest or text in ("0", "—", ""):
        return False
    return column.kind not in (RATE, RANK, WORDS) and (column.kind != CHANGE or column.rows)


def tabs_of(request, tab, columns):
    """The groups of columns as links; without script they work as well."""
    query = request.GET.copy()
    found = []
    for key, label in TABS.items():
        query["columns"] = key
        name = f"{label} {columns} 列" if key == "all" else label
        found.append({"label": name, "url": f"?{query.urlencode()}", "current": key == tab})
    return found


def change_rows(page, base):
    """Changes by kind with the link to their rows: (label, number, url)."""
    from responsibility.enums import CADRE_CHANGES, ENTITY_CHANGES

    found = []
    for family, figure, kinds in (
        ("干部", "changed_cadres", CADRE_CHANGES),
        ("主体", "changed_entities", ENTITY_CHANGES),
    ):
        for kind in kinds:
            count = page.kinds.get(kind.value, 0)
            url = ""
            if count and base:
                query = {"kind": kind.value} | ({"of": page.place.pk} if page.place else {})
                url = f"{base.replace('figure', figure)}?{urlencode(query)}"
            found.append(
                {"family": family, "kind": kind.label, "number": number(count), "url": url}
            )
    return found
