"""Thirty days of reports over the demonstration's past: built, confirmed by the counties, issued by the city,
all through the services that its users call."""

import datetime
import random
from collections.abc import Callable

from django.conf import settings

from jiamusi_foodsafety.jurisdiction.models import Area, User

from ..enums import ReportState
from ..models import DailyReport, RateBand, ReportClock
from ..rules import closing_of, day_of
from ..services import build_daily_report
from ..services.issuing import notes_set, report_issue, reports_clock
from ..services.plans import plan_load
from ..services.reviewing import review_confirm
from .curves import DAYS
from .history import backdate

# Minutes after the close at which a county confirms on the last day: 汤原 is late, 抚远 has not yet.
LAST_DAY = {
    "230803": 21, "230804": 34, "230805": 48, "230811": 52, "230822": 30, "230826": 12,
    "230828": 72, "230881": 40, "230882": 25, "2308G1": 19,
}  # fmt: skip
REMARK = {"230882": "集中审批砚山镇提请件（示例）"}
ISSUED_AFTER = datetime.timedelta(hours=2)


def seed_reports(
    *, city: Area, by: User, clerks: dict[str, User], at: datetime.datetime,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    """Once: backdate the history, then a report a day up to today; the last closed one is left for the
    city to issue."""
    if DailyReport.objects.filter(area=city).exists():
        return
    ReportClock.objects.get_or_create(effective_from=datetime.date(2022, 10, 1))
    RateBand.objects.get_or_create(column="")
    # 高风险必须全部现场
    RateBand.objects.get_or_create(column="K11-1", defaults={"amber_from": 100, "green_from": 100})
    plan_load(city=city, at=at, on=day_of(at))
    end = backdate(city=city, at=at, clerks={code: clerk.pk for code, clerk in clerks.items()})
    today = day_of(at)
    for back in range(DAYS - 1, -1, -1):
        day = today - datetime.timedelta(days=back)
        close = closing_of(day, settings.DAILY_REPORT_HOUR)
        is_over = at >= close
        report = build_daily_report(date=day, area=city, at=close if is_over else end)
        if not is_over:
            continue
        DailyReport.objects.filter(pk=report.pk).update(built_at=close)
        is_last = at < closing_of(day + datetime.timedelta(days=1), settings.DAILY_REPORT_HOUR)
        _confirm(report, close, clerks, at, is_last=is_last)
        if not is_last:
            _issue(report, close, by)
    reports_clock(at=at)
    say(f"已生成 {DAYS} 期日报")


def _confirm(report, close, clerks, at, *, is_last):
    rng = random.Random(report.number)
    for code, clerk in clerks.items():
        minutes = LAST_DAY.get(code) if is_last else rng.randint(8, 57)
        if not is_last and code == "230828" and report.number % 6 == 0:
            minutes = 66 + report.number
        if minutes is None or close + datetime.timedelta(minutes=minutes) > at:
            continue
        review_confirm(
            actor=clerk, report=report, at=close + datetime.timedelta(minutes=minutes),
            remark=REMARK.get(code, "") if is_last else "",
        )  # fmt: skip


def _issue(report, close, by):
    at = close + ISSUED_AFTER
    report.refresh_from_db()
    open_checks = [check["key"] for check in report.checks if not check["holds"]]
    if open_checks:
        notes_set(
            actor=by, report=report, notes=dict.fromkeys(open_checks, "集中审批、集中调整（示例）")
        )
    if report.state == ReportState.OPEN:
        report_issue(actor=by, report=report, at=at)
