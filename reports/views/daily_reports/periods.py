"""周报, 月报, 季报, 年报: lists and pages over the frozen daily reports."""

import datetime

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jiamusi_foodsafety.jurisdiction.access import limited, require

from ...documents.shown import as_of_words, notes_of, title_of
from ...queries.periods import period_page, periods_of
from ...rules.columns import ALL_COLUMNS, TABS
from ...rules.days import PERIODS
from .downloads import TYPES, file_of
from .pages import edition_tabs
from .shared import VIEW
from .table import table_of, tabs_of


@require_safe
@require(VIEW)
def period_list(request, kind):
    if kind not in PERIODS:
        raise Http404
    label, _ = PERIODS[kind]
    context = {
        "label": label,
        "editions": edition_tabs(kind),
        "periods": [
            {
                "period": period,
                "url": reverse(
                    "reports:period-report-detail", args=[kind, period.first.isoformat()]
                ),
            }
            for period in periods_of(user=request.user, kind=kind)
        ],
    }
    return render(request, "reports/period_report_list.html", context)


@require_safe
@require(VIEW)
def period_detail(request, kind, day):
    page = _page_or_404(request, kind, day)
    tab = request.GET.get("columns", "main")
    tab = tab if tab in TABS else "main"
    label, _ = PERIODS[kind]
    query = f"?area={page.place.pk}" if page.place else ""
    files = [
        {
            "label": word,
            "icon": icon,
            "url": reverse("reports:period-report-file", args=[kind, day, key]) + query,
        }
        for key, word, icon in (
            ("xlsx", "Excel（公式可用）", "file-spreadsheet"),
            ("docx", "Word", "file-export"),
            ("pdf", "PDF", "printer"),
            ("txt", "纯文本", "copy"),
        )
    ]
    crumbs = [
        {"label": label, "url": reverse("reports:period-report-list", args=[kind])},
        {"label": page.period.name, "url": ""},
    ]
    if page.place:
        crumbs[1]["url"] = reverse("reports:period-report-detail", args=[kind, day])
        crumbs.append({"label": page.place.name, "url": ""})
    context = {
        "page": page,
        "label": label,
        "title": title_of(page),
        "as_of_words": as_of_words(page),
        "crumbs": crumbs,
        "column_tabs": tabs_of(request, tab, ALL_COLUMNS),
        "table": table_of(page, tab=tab, base=""),
        "notes": "".join(notes_of(page)),
        "unreported": "",
        "paragraphs": page.paragraphs,
        "files": files,
        "last_url": reverse("reports:daily-report-detail", args=[page.report.pk]),
    }
    return render(request, "reports/period_report_detail.html", context)


@require_safe
@require(VIEW)
@limited("export", limit=30, methods=("GET",))
def period_file(request, kind, day, format):
    if format not in TYPES:
        raise Http404
    return file_of(request, _page_or_404(request, kind, day), format)


def _page_or_404(request, kind, day):
    try:
        date = datetime.date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    if kind not in PERIODS or not 2000 <= date.year <= 9000:
        raise Http404
    page = period_page(user=request.user, kind=kind, day=date, area=request.GET.get("area", ""))
    if page is None:
        raise Http404
    return page
