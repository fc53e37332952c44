"""What the daily reports froze, as a dashboard needs it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from ..models import DailyReport, DailyReportLine
from ..rules import Figures

TREND_DAYS = 30


@dataclass
class Frozen:
    """The last reports of a city: their lines by day and area."""

    lines: dict[datetime.date, dict[str, DailyReportLine]] = field(default_factory=dict)

    @property
    def latest(self) -> DailyReport | None:
        """The newest report."""
        return self._report(max(self.lines, default=None))

    def before(self, day: datetime.date) -> datetime.date | None:
        """The day of the last report before `day`."""
        return max((date for date in self.lines if date < day), default=None)

    def moment(self, day: datetime.date | None) -> datetime.datetime | None:
        """As of when that day's report stands."""
        report = self._report(day)
        return report.as_of if report else None

    def figures(self, day: datetime.date, code: str) -> Figures | None:
        """The counts of an area on that day, if its line was frozen."""
        line = self.lines.get(day, {}).get(code)
        return None if line is None else figures_of(line)

    def trend(self, code: str) -> list[DailyReportLine]:
        """An area's lines from the oldest day to the newest."""
        return [self.lines[day][code] for day in sorted(self.lines) if code in self.lines[day]]

    def latest_lines(self) -> dict[str, DailyReportLine]:
        """The newest report's lines by area code."""
        return self.lines[max(self.lines)] if self.lines else {}

    def _report(self, day):
        lines = self.lines.get(day, {})
        return next((line.report for line in lines.values()), None)


def figures_of(line: DailyReportLine) -> Figures:
    """The counts of a frozen line, without the fields that only the report itself has."""
    return figures_of_counts(line.figures)


def figures_of_counts(counts: Mapping[str, int | None]) -> Figures:
    """The counts that a dashboard knows too; what is not there is 0."""
    known = {
        key: value
        for key, value in counts.items()
        if key in Figures.__dataclass_fields__ and value is not None
    }
    return Figures(**known)


def frozen_of(*, city: str, code: str, children: list[str]) -> Frozen:
    """The lines of `code` in the last 30 reports of the city, and those of its children in the last two:
    one statement. Who may see these areas was settled before."""
    reports = DailyReport.objects.filter(area=city).order_by("-date")
    wanted = Q(report__in=reports.values("pk")[:TREND_DAYS], area=code)
    if children:
        wanted |= Q(report__in=reports.values("pk")[:2], area__in=children)
    frozen = Frozen()
    lines = DailyReportLine.objects.filter(wanted).select_related("report")
    for line in lines.order_by("report__date", "area"):
        frozen.lines.setdefault(line.report.date, {})[line.area_id] = line
    return frozen
