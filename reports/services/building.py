"""Freezing the day's figures."""

import contextlib
import datetime
import time
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import ReportState
from ..models import Correction, CountyReview, DailyReport, DailyReportLine, RateBand, ReportClock
from ..queries.rebuild import checks_at, figures_at, history_marks, open_writers, report_before
from ..rules import closing_of, day_of, due_days, last_closed_day
from ..rules.days import ONE_DAY, moment_of

# So long a report waits for acts that began before the close and have not ended.
PATIENCE = datetime.timedelta(minutes=20)


class ReportRefused(DomainError):
    """The day's report cannot be built; the message says why."""


@transaction.atomic
def build_daily_report(
    *,
    date: datetime.date,
    area: Area,
    at: datetime.datetime,
    by=None,
    address: str | None = None,
) -> DailyReport:
    """The report of the city `area` on `date`, its figures rebuilt from the history as of the close of the
    day (17:00 Asia/Shanghai, a setting) or, before the close, as of `at`. One per (date, area) whatever runs
    twice. Days missed since the last report come first, a week back at most; a report built before its close
    is brought up to it. A city's first report may be frozen after the close where nothing stood at it.
    Raises ReportRefused for an area that is no city, a day that has not begun, a day before the last
    report, a register without businesses."""
    if area.level != "city":
        raise ReportRefused("日报按市生成，请换成市一级的区划。")
    if date > day_of(at):
        raise ReportRefused(f"{_day(date)}还没有到，不能生成日报。")
    # Two builders of one city queue here; NO KEY, so that writers of the register do not wait.
    area = Area.objects.select_for_update(of=("self",), no_key=True).get(pk=area.pk)
    last = _last_report(area)
    if last is not None and last.date < date:
        for day in [last.date, *due_days(last=last.date, newest=date)[:-1]]:
            _build_one(day, area, at, by, address)
    report = _build_one(date, area, at, by, address)
    if report is not None:
        return report
    last = _last_report(area)
    if last is not None and last.date > date:
        raise ReportRefused(
            f"第 {last.number} 期（{_day(last.date)}）已经生成，期号要连续，不能再补更早的一期。"
        )
    raise ReportRefused(f"{_day(date)}还没有在册主体，不生成日报。")


def build_due_reports(*, at: datetime.datetime) -> int:
    """Build what is due at `at` for each city, up to the newest closed day; gives how many reports were
    written. Twice does nothing. While somebody's act from before the close has not ended it waits, at most
    PATIENCE: what counts is the time of applying."""
    newest = last_closed_day(at, settings.DAILY_REPORT_HOUR)
    close = closing_of(newest, settings.DAILY_REPORT_HOUR)
    if at - close < PATIENCE and open_writers(since=close):
        return 0
    before = set(DailyReport.objects.values_list("pk", "as_of"))
    for city in Area.objects.active().filter(level="city").order_by("pk"):
        with contextlib.suppress(ReportRefused):
            build_daily_report(date=newest, area=city, at=at)
    written = set(DailyReport.objects.values_list("pk", "as_of")) - before
    return len(written)


def _last_report(area):
    return DailyReport.objects.filter(area=area).order_by("-date").first()


def _build_one(date, area, at, by, address):
    """Write the report of one day if it is due; gives it, or nothing where there can be none."""
    report = DailyReport.objects.filter(area=area, date=date).first()
    close = closing_of(date, settings.DAILY_REPORT_HOUR)
    as_of = min(at, close)
    if report is not None and (report.is_closed or report.as_of >= as_of):
        return report
    last = _last_report(area)
    if report is None and last is not None and last.date > date:
        return None
    began = time.monotonic()
    previous = report_before(area=area.pk, date=date)
    lines = figures_at(city=area, date=date, as_of=as_of, previous=previous)
    if last is None and not lines[area.pk]["registered"] and date == day_of(at):
        # A city's very first report: nothing stood at the close, so it is frozen when it is built.
        as_of = at
        lines = figures_at(city=area, date=date, as_of=as_of, previous=previous)
    if report is None and not lines[area.pk]["registered"]:
        return None
    if report is None:
        report = DailyReport(date=date, area=area, number=last.number + 1 if last else 1)
    report.as_of, report.marks = as_of, history_marks()
    _set_clocks(report)
    report.checks = checks_at(report=report, lines=lines, previous=previous) if report.pk else []
    report.save()
    _write_lines(report, lines)
    if not report.checks:
        report.checks = checks_at(report=report, lines=lines, previous=previous)
    report.took_ms = int((time.monotonic() - began) * 1000)
    report.save(update_fields=["checks", "took_ms"])
    if as_of >= close:
        _open_reviews(report, lines)
    Correction.objects.filter(report__area=area, told_in=None).update(told_in=report)
    audit(
        actor=by,
        address=address,
        action=AuditAction.REPORT,
        object_type="日报",
        object_id=str(report.pk),
        area_code=area.pk,
        detail={"act": "build", "date": date.isoformat(), "number": report.number},
    )
    return report


def _set_clocks(report):
    """The deadlines and colours that this report keeps, whatever is edited later."""
    clocks = ReportClock.objects.filter(effective_from__lte=report.date)
    clock = clocks.order_by("-effective_from").first() or ReportClock()
    report.due_at = moment_of(report.date, clock.due_time)
    report.locks_at = moment_of(report.date + ONE_DAY, clock.lock_time)
    report.bands = {
        column: [_number(amber), _number(green)]
        for column, amber, green in RateBand.objects.order_by("column").values_list(
            "column", "amber_from", "green_from"
        )
    }


def _number(value: Decimal):
    return float(value)


def _write_lines(report, lines):
    """Replace what a draft said; whoever reads meanwhile sees the one or the other."""
    DailyReportLine.objects.bulk_create(
        [
            DailyReportLine(report=report, area_id=code, figures=counts)
            for code, counts in sorted(lines.items())
        ],
        update_conflicts=True,
        unique_fields=["report", "area"],
        update_fields=["figures"],
    )
    report.lines.exclude(area__in=lines.keys()).delete()


def _open_reviews(report, lines):
    """The day has closed: each county unit owes its confirmation."""
    if report.state != ReportState.OPEN:
        return
    CountyReview.objects.bulk_create(
        [
            CountyReview(report=report, area_id=code)
            for code in sorted(lines)
            if len(code) == 6 and lines[code]
        ],
        ignore_conflicts=True,
    )


def _day(date):
    return f"{date.year}年{date.month}月{date.day}日"
