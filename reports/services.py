"""Writes of the reports: freezing the day's figures."""

import contextlib
import datetime
from dataclasses import asdict

from django.conf import settings
from django.db import transaction

from entities.queries.tally import tally_as_of, tally_of_city
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from responsibility.queries.changes import recorded_between

from .models import DailyReport, DailyReportLine
from .queries.frozen import figures_of
from .rules import Figures, closing_of, day_of, due_days, last_closed_day


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
    """The report of the city `area` on `date`, its figures frozen at the close of the day (17:00
    Asia/Shanghai, a setting) or, before the close, at `at`. One per (date, area) whatever runs twice. Days
    missed since the last report come first, rebuilt from the history, a week back at most; a report
    built before its close is brought up to it. A city's first report may be frozen after the close where
    nothing stood at it. Raises ReportRefused for an area that is no city, a day that has not begun, a
    day before the last report, a register without businesses."""
    if area.level != "city":
        raise ReportRefused("日报按市生成，请换成市一级的区划。")
    if date > day_of(at):
        raise ReportRefused(f"{_day(date)}还没有到，不能生成日报。")
    # Two builders of one city queue here; NO KEY, so that writers of the register do not wait.
    Area.objects.select_for_update(of=("self",), no_key=True).get(pk=area.pk)
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
    written. Twice does nothing."""
    newest = last_closed_day(at, settings.DAILY_REPORT_HOUR)
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
    as_of = min(at, closing_of(date, settings.DAILY_REPORT_HOUR))
    if report is not None and report.as_of >= as_of:
        return report
    last = _last_report(area)
    if report is None and last is not None and last.date > date:
        return None
    lines = _frozen_lines(area, as_of, is_live=as_of == at)
    if last is None and not lines[area.pk].registered and date == day_of(at):
        # A city's very first report: nothing stood at the close, so it is frozen when it is built.
        as_of = at
        lines = _frozen_lines(area, as_of, is_live=True)
    if report is None and not lines[area.pk].registered:
        return None
    if report is None:
        number = last.number + 1 if last else 1
        report = DailyReport.objects.create(date=date, area=area, number=number, as_of=as_of)
    else:
        report.as_of = as_of
        report.save(update_fields=["as_of"])
        report.lines.all().delete()
    _write_lines(report, lines)
    audit(
        actor=by,
        address=address,
        action=AuditAction.REPORT,
        object_type="日报",
        object_id=str(report.pk),
        area_code=area.pk,
        detail={"date": date.isoformat(), "number": report.number},
    )
    return report


def _frozen_lines(area, as_of, *, is_live):
    """Figures by area code: the city, its counties, and those towns that hold a business."""
    tally = tally_of_city(code=area.pk) if is_live else tally_as_of(code=area.pk, moment=as_of)
    towns = set(
        Area.objects.filter(parent__parent=area, level="township").values_list("parent", flat=True)
    )
    counties = Area.objects.filter(parent=area).order_by("pk")
    known = {county.pk for county in counties if county.is_active}
    lines = dict.fromkeys([area.pk, *sorted(known)], Figures())
    for row in tally:
        values = asdict(row)
        code = values.pop("code")
        if code[:6] not in towns:
            # a unit without towns (高新区) is itself the deepest area
            values["shallow"] = 0
        for length in (4, 6, 9):
            if len(code) >= length:
                part = code[:length]
                lines[part] = lines.get(part, Figures()) + Figures(**values)
    return lines


def _write_lines(report, lines):
    previous = _report_before(report)
    before = previous and {line.area_id: figures_of(line) for line in previous.lines.all()}
    changes = _changes_since(report, previous)
    DailyReportLine.objects.bulk_create(
        [
            DailyReportLine(
                report=report,
                area_id=code,
                figures=_with_changes(figures, code, before) | _counted(changes, code),
            )
            for code, figures in sorted(lines.items())
        ]
    )


def _report_before(report):
    """The report before this one, or nothing."""
    earlier = DailyReport.objects.filter(area=report.area, date__lt=report.date)
    return earlier.order_by("-date").first()


def _changes_since(report, previous):
    """Changes of cadres and of businesses by area since the report before; for a first report since its
    day began."""
    after = previous.as_of if previous else closing_of(report.date, 0)
    return recorded_between(code=report.area_id, after=after, until=report.as_of)


def _counted(changes, code):
    cadres, entities = changes.get(code, (0, 0))
    return {"changed_cadres": cadres, "changed_entities": entities}


def _with_changes(figures, code, before):
    """The counts of a line as they are stored; 当日 is the difference to the report before."""
    old = None if before is None else before.get(code, Figures())
    return asdict(figures) | {
        "graded": figures.graded,
        "new_registered": None if old is None else figures.registered - old.registered,
        "new_graded": None if old is None else figures.graded - old.graded,
        "new_screened": None if old is None else figures.screened - old.screened,
    }


def _day(date):
    return f"{date.year}年{date.month}月{date.day}日"
