"""日报: the list, one day's report, the rows behind a figure, and building today's by hand."""

import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiamusi_foodsafety.jurisdiction.access import require
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ...documents import report_plain
from ...documents.shown import as_of_words, corrections_of, notes_of, title_of, unreported_of
from ...forms.daily_reports import ConfirmForm, ReasonForm, TextForm
from ...queries import home_place, report_list
from ...queries.behind import ABOUT, rows_behind
from ...queries.reports import PER_PAGE
from ...rules import SHANGHAI, day_of
from ...rules.columns import ALL_COLUMNS, TABS
from ...rules.days import PERIODS, WEEKDAYS
from ...rules.standing import STAGES, stage_of
from ...rules.words import day_words, table_title
from ...services import build_daily_report
from .shared import BUILD, ISSUE, VIEW, own_standing, page_or_404
from .table import change_rows, table_of, tabs_of


@require_safe
@require(VIEW)
def report_list_page(request):
    before = request.GET.get("before", "")
    found = report_list(user=request.user, before=before if _is_day(before) else "")
    shown = found[:PER_PAGE]
    older, now = "", timezone.now()
    if len(found) > PER_PAGE:
        older = f"?before={shown[-1][0].date.isoformat()}"
    for report, _ in shown:
        report.stage = _stage(report, report.confirmed, report.counties, now)
    context = {
        "reports": shown,
        "older_url": older,
        "today": day_of(now),
        "editions": edition_tabs("day"),
        "can_build": request.user.has_perm(BUILD),
    }
    return render(request, "reports/daily_report_list.html", context)


def edition_tabs(current):
    """日报, 周报, 月报 … as tabs."""
    found = [
        {"label": "日报", "url": reverse("reports:daily-report-list"), "current": current == "day"}
    ]
    found += [
        {
            "label": label,
            "url": reverse("reports:period-report-list", args=[kind]),
            "current": current == kind,
        }
        for kind, (label, _) in PERIODS.items()
    ]
    return [tab | {"count": None} for tab in found]


@require_safe
@require(VIEW)
def report_detail(request, pk):
    area = request.GET.get("area", "")
    page = page_or_404(request, pk, area=area)
    report, now = page.report, timezone.now()
    rows_base = reverse("reports:daily-report-rows", args=[pk, "figure"])
    tab = request.GET.get("columns", "main")
    tab = tab if tab in TABS else "main"
    own = own_standing(request, page)
    can_issue = request.user.has_perm(ISSUE) and page.is_whole and not report.is_closed
    stage = _stage(report, page.confirmed, len(page.standings), now)
    context = {
        "page": page,
        "report": report,
        "title": title_of(page),
        "heading": table_title(page.place.name if page.place else report.area.name),
        "as_of_words": as_of_words(page),
        "stage": stage,
        "stages": _stages(page, stage),
        "crumbs": _crumbs(page),
        "columns": tab,
        "column_tabs": tabs_of(request, tab, ALL_COLUMNS),
        "table": table_of(page, tab=tab, base=rows_base),
        "notes": "".join(notes_of(page)),
        "unreported": unreported_of(page),
        "paragraphs": page.paragraphs,
        "checks": _checks(page, rows_base) if page.is_whole else [],
        "changes": change_rows(page, rows_base),
        "corrections": corrections_of(page),
        "can_issue": can_issue,
        "waiting": sum(not one.is_confirmed for one in page.standings.values()),
        "is_due_over": bool(report.due_at) and now >= report.due_at,
        "own": own,
        "can_confirm": own is not None and not report.is_closed and not own.is_confirmed,
        "confirm_form": ConfirmForm(
            initial={"remark": own.review.remark, "checker": own.review.checker} if own else None
        ),
        "reason_form": ReasonForm(auto_id="return_%s"),
        "is_editing": can_issue and request.GET.get("edit") == "text",
        "text_form": TextForm(
            initial={"text": "\n".join(page.paragraphs), "revision": report.revision}
        ),
        "files": _files(page, area),
        "issue_title": f"签发第 {report.number} 期日报？",
        "has_open_checks": any(not check["holds"] for check in report.checks),
        "plain": report_plain(page),
    }
    return render(request, "reports/daily_report_detail.html", context)


def _files(page, area):
    query = f"?area={area}" if area else ""
    excel = reverse("reports:daily-report-export", args=[page.report.pk]) + query
    return [
        {"label": "Excel（公式可用）", "icon": "file-spreadsheet", "url": excel},
        *(
            {
                "label": label,
                "icon": icon,
                "url": reverse("reports:daily-report-file", args=[page.report.pk, key]) + query,
            }
            for key, label, icon in (
                ("docx", "Word", "file-export"),
                ("pdf", "PDF", "printer"),
                ("txt", "纯文本", "copy"),
            )
        ),
    ]


def _stage(report, confirmed, counties, at):
    return stage_of(
        state=report.state, is_closed_day=counties > 0 or report.due_at is None, confirmed=confirmed, counties=counties,
        due_at=report.due_at, at=at,
    )  # fmt: skip


def _stages(page, stage):
    report = page.report
    notes = [
        _clock(report.as_of) + (f"，用时 {report.took_ms / 1000:.1f} 秒" if report.took_ms else ""),
        f"{page.confirmed} / {len(page.standings)}"
        + (f"，截止 {_clock(report.due_at)}" if report.due_at else ""),
        f"{_moment(report.locks_at)} 锁定" if report.locks_at else "",
        f"第 {report.number} 期" + (f"，{_moment(report.issued_at)}" if report.issued_at else ""),
        _moment(report.archived_at) if report.archived_at else "签发、锁定后自动",
    ]
    return [
        {
            "name": name,
            "note": note,
            "state": "done"
            if at < stage.place or (at == stage.place and stage.place >= 3)
            else "now"
            if at == stage.place
            else "later",
        }
        for at, (name, note) in enumerate(zip(STAGES, notes, strict=True))
    ]


def _clock(moment):
    moment = moment.astimezone(SHANGHAI)
    return f"{moment:%H:%M}"


def _moment(moment):
    return f"{moment.astimezone(SHANGHAI):%m-%d %H:%M}"


def _crumbs(page):
    report = page.report
    day = f"{day_words(report.date)}（星期{WEEKDAYS[report.date.weekday()]}）"
    crumbs = [{"label": "日报", "url": reverse("reports:daily-report-list")}]
    if page.place:
        url = reverse("reports:daily-report-detail", args=[report.pk])
        return [*crumbs, {"label": day, "url": url}, {"label": page.place.name, "url": ""}]
    return [*crumbs, {"label": day, "url": ""}]


def _checks(page, base):
    """The frozen checks, each with the link to its rows and the explanation given."""
    found = []
    for check in page.report.checks:
        url = ""
        if check["figure"]:
            figure = check["figure"]
            if check["rows"] == "change":
                figure = "changed_entities"
            where = check["where"][0] if len(check["where"]) == 1 else ""
            url = base.replace("figure", figure) + (f"?area={where}" if where else "")
        found.append(check | {"url": url, "explained": page.report.notes.get(check["key"], "")})
    return found


@require_safe
@require(VIEW)
def report_rows(request, pk, figure):
    of, code = request.GET.get("of", ""), request.GET.get("area", "")
    kind, after = request.GET.get("kind", ""), request.GET.get("after", "")
    page = page_or_404(request, pk, area=of)
    found = rows_behind(
        page=page, figure=figure, code=code, kind=kind, after=int(after) if _is_key(after) else 0
    )
    if found is None:
        raise Http404
    column = found.column
    name = "".join(dict.fromkeys((column.group, column.heading)))
    place = found.area.name if found.area else page.report.area.name
    query = request.GET.copy()
    query["after"] = str(found.next or "")
    back = reverse("reports:daily-report-detail", args=[pk]) + (f"?area={of}" if of else "")
    context = {
        "page": page,
        "found": found,
        "rows": [_behind(request, row, found.areas) for row in found.rows],
        "figure_name": name,
        "place": place,
        "about": ABOUT[column.rows],
        "as_of_words": as_of_words(page),
        "next_url": f"?{query.urlencode()}" if found.next else "",
        "first_url": request.path + _without(request, "after") if after else "",
        "crumbs": [
            {"label": "日报", "url": reverse("reports:daily-report-list")},
            {"label": f"第 {page.report.number} 期", "url": back},
            {"label": f"{place} {name}", "url": ""},
        ],
    }
    return render(request, "reports/daily_report_rows.html", context)


OPENS = {
    "entities:entity-detail": "entities.view_entity",
    "responsibility:cadre-detail": "responsibility.view_cadre",
    "inspections:problem-detail": "inspections.view_problem",
}


def _behind(request, row, areas):
    """A row with the page of what it is today, where the reader may open it."""
    url = ""
    if row.url_name and row.object_id and request.user.has_perm(OPENS[row.url_name]):
        url = reverse(row.url_name, args=[row.object_id])
    return {
        "name": row.name, "about": row.about, "at": row.at, "url": url,
        "area_name": areas.get(row.area_id, row.area_id),
    }  # fmt: skip


def _without(request, key):
    query = request.GET.copy()
    query.pop(key, None)
    return f"?{query.urlencode()}" if query else ""


def _is_key(text):
    return text.isdecimal() and len(text) <= 18


@require_POST
@require(BUILD)
def report_build(request):
    now = timezone.now()
    place = home_place(user=request.user)
    if place is None or place.area is None:
        raise Http404
    try:
        report = build_daily_report(
            date=day_of(now),
            area=place.area,
            at=now,
            by=request.user,
            address=client_address(request),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("reports:daily-report-list")
    moment = report.as_of.astimezone(SHANGHAI)
    messages.success(request, f"第 {report.number} 期日报截至 {moment:%H:%M}，已经生成。")
    return redirect("reports:daily-report-detail", pk=report.pk)


def _is_day(text):
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
