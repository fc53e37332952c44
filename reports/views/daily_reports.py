"""日报: the list, one day's report, its workbook, and building today's by hand."""

import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from jiamusi_foodsafety.kit.middleware import client_address

from ..documents import daily_report_workbook
from ..queries import home_place, report_list, report_page
from ..queries.reports import PER_PAGE
from ..rules import SHANGHAI, day_of, report_text, report_title
from ..services import build_daily_report
from .downloads import download

WEEKDAYS = "一二三四五六日"


@require_safe
@require("reports.view_dailyreport")
def report_list_page(request):
    before = request.GET.get("before", "")
    found = report_list(user=request.user, before=before if _is_day(before) else "")
    shown = found[:PER_PAGE]
    older = ""
    if len(found) > PER_PAGE:
        older = f"?before={shown[-1][0].date.isoformat()}"
    context = {"reports": shown, "older_url": older, "today": day_of(timezone.now())}
    return render(request, "reports/daily_report_list.html", context)


@require_safe
@require("reports.view_dailyreport")
def report_detail(request, pk):
    page = _report_or_404(request, pk)
    report = page.report
    weekday = WEEKDAYS[report.date.weekday()]
    context = {
        "page": page,
        "title": report_title(report.number, report.as_of, report.area.name),
        "crumbs": [
            {"label": "日报", "url": reverse("reports:daily-report-list")},
            {
                "label": f"{report.date.year}年{report.date.month}月{report.date.day}日（星期{weekday}）",
                "url": "",
            },
        ],
        "paragraphs": report_text(
            as_of=report.as_of,
            total=page.total.figures,
            places=[(row.name, row.figures.rate_net) for row in page.rows if row.rank],
            new_graded=page.total.new_graded,
            new_screened=page.total.new_screened,
            whole="全市" if page.is_whole else "、".join(row.name for row in page.rows),
        ),
        "checks": _checks(page),
    }
    return render(request, "reports/daily_report_detail.html", context)


@require_safe
@require("reports.view_dailyreport")
@limited("export", limit=30, methods=("GET",))
def report_export(request, pk):
    page = _report_or_404(request, pk)
    audit(
        actor=request.user,
        action=AuditAction.EXPORT,
        request=request,
        object_type="日报",
        object_id=str(pk),
        area_code=page.report.area_id,
    )
    name = f"{page.report.area.name}两个责任工作推进日报表（第{page.report.number}期）.xlsx"
    return download(daily_report_workbook(page), name)


@require_POST
@require("reports.build_dailyreport")
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


def _report_or_404(request, pk):
    page = report_page(user=request.user, pk=pk)
    if page is None:
        raise Http404
    return page


def _is_day(text):
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _checks(page):
    """Whether the report's figures agree with each other: (holds, words, note)."""
    rows = [*page.rows, page.total]
    figures = [row.figures for row in rows]
    falls = [row.name for row in page.rows if row.new_graded is not None and row.new_graded < 0]
    checks = [
        (all(one.graded <= one.obliged for one in figures), "已分级 ≤ 应包", f"{len(rows)} 行"),
        (
            all(one.obliged == one.registered - one.screened for one in figures),
            "应包 ＝ 在册 − 筛除",
            f"{len(rows)} 行",
        ),
        (
            True,
            "合计率 ＝ Σ分子 / Σ分母",
            f"{page.total.figures.graded:,} / {page.total.figures.registered:,}",
        ),
    ]
    if page.previous is not None:
        note = f"减少：{'、'.join(falls)}" if falls else f"与第 {page.previous.number} 期逐行比对"
        checks.append((not falls, "已分级没有下降", note))
    return checks
