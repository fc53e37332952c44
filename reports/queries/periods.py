"""周报, 月报, 季报, 年报: the same machinery over a stretch of frozen daily reports. Figures are those of its last
day, 新增 against the last report before it, changes the sum of its days."""

import datetime

from ..models import DailyReport, DailyReportLine
from ..rules.days import PERIODS, Period, period_of
from ..rules.words import report_text
from .rebuild import DIFFERENCES
from .reports import ReportPage, page_of_lines, reports_visible, told_of

# What adds up over the days.
ADDED = ("newly_graded", "changed_cadres", "changed_entities")
LISTED = 24


def period_page(
    *, user, kind: str, day: datetime.date, city: str = "", area: str = ""
) -> ReportPage | None:
    """The edition of the week, month, quarter or year that `day` lies in; nothing where it has no report that
    the user may see. Four statements."""
    period = period_of(kind, day)
    found = reports_visible(user=user).filter(date__gte=period.first, date__lte=period.last)
    if city:
        found = found.filter(area=city)
    reports = list(found.order_by("date"))
    if not reports:
        return None
    last = reports[-1]
    mine = [report for report in reports if report.area_id == last.area_id]
    before = (
        DailyReport.objects.filter(area=last.area_id, date__lt=period.first)
        .order_by("-date")
        .first()
    )
    page = page_of_lines(user=user, report=last, lines=_lines(mine, before, area), area=area)
    if page is None:
        return None
    page.period, page.previous = period, before
    page.since_word = PERIODS[kind][1]
    whole = page.place.name if page.place else ""
    names = "、".join(row.name for row in page.rows)
    page.paragraphs = report_text(
        told_of(page, whole=whole or ("全市" if page.is_whole else names))
    )
    return page


def _lines(reports, before, area):
    """The last day's lines, their changes over the whole stretch; not saved."""
    wanted = [report.pk for report in reports] + ([before.pk] if before else [])
    by_report: dict[int, dict[str, DailyReportLine]] = {}
    rows = DailyReportLine.objects.filter(report__in=wanted).select_related("area")
    for line in rows.order_by("area"):
        if line.area.level in ("city", "county") or (area and line.area.parent_id == area):
            by_report.setdefault(line.report_id, {})[line.area_id] = line
    lines = by_report.get(reports[-1].pk, {})
    old = by_report.get(before.pk, {}) if before else None
    for code, line in lines.items():
        days = [by_report.get(report.pk, {}).get(code) for report in reports]
        for key in ADDED:
            numbers = [one.figures.get(key) for one in days if one is not None]
            line.figures[key] = None if None in numbers else sum(numbers)
        for key, of in DIFFERENCES.items():
            known = old.get(code) if old is not None else None
            line.figures[key] = (
                None
                if old is None
                else line.figures[of] - (known.figures.get(of, 0) if known else 0)
            )
    return list(lines.values())


def periods_of(*, user, kind: str) -> list[Period]:
    """The periods that have a report the user may see, the newest first."""
    days = reports_visible(user=user).order_by("-date").values_list("date", flat=True)
    found = {period_of(kind, day) for day in days[: 31 * 13]}
    return sorted(found, key=lambda period: period.first, reverse=True)[:LISTED]
