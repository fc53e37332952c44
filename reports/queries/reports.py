"""The frozen daily reports as a user may read them: the city all of it, a county its own line."""

from dataclasses import dataclass

from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..models import DailyReport, DailyReportLine
from ..rules import Figures, band, ranks, total_of
from .frozen import figures_of

PER_PAGE = 31
# What a line says of the time since the report before.
CHANGES = ("new_graded", "new_screened", "changed_cadres", "changed_entities")


@dataclass
class ReportRow:
    """One county of a report; the changes are those frozen with it."""

    code: str
    name: str
    figures: Figures
    rank: int | None = None
    new_graded: int | None = None
    new_screened: int | None = None
    # changes in the 变更台账 since the report before; reports from before that ledger know none
    changed_cadres: int | None = None
    changed_entities: int | None = None

    @property
    def band(self):
        return band(self.figures.rate_net)


@dataclass
class ReportPage:
    """A report with the rows that the user may see and their total (Σ)."""

    report: DailyReport
    rows: list[ReportRow]
    total: ReportRow
    # whether the rows are all of the city's counties
    is_whole: bool
    previous: DailyReport | None = None
    next: DailyReport | None = None


def _visible(user):
    """Reports of the cities that the user's scope lies in or covers."""
    scope = area_scope(user)
    if scope.is_all:
        return DailyReport.objects.all()
    wanted = Q(pk__in=[])
    for prefix in scope.prefixes:
        wanted |= Q(area=prefix[:4])
    return DailyReport.objects.filter(wanted)


def reports_visible(*, user):
    """The reports that the user may see, unordered."""
    return _visible(user).select_related("area")


def report_list(*, user, before: str = "") -> list[tuple[DailyReport, DailyReportLine | None]]:
    """The reports that the user may see, newest first (those dated before `before`, if given), each with
    the line of his scope: the city's, else his one county's (of several none). One more than a page
    holds."""
    found = _visible(user).select_related("area").order_by("-date", "-pk")
    if before:
        found = found.filter(date__lt=before)
    reports = list(found[: PER_PAGE + 1])
    lines = {}
    shown = DailyReportLine.objects.filter(report__in=[report.pk for report in reports])
    for line in shown.visible_to(user).filter(area__level__in=["city", "county"]).order_by("area"):
        first = lines.setdefault(line.report_id, line)
        # the city's line comes first and stands for its counties; of several counties none does
        if first is not None and not line.area_id.startswith(first.area_id):
            lines[line.report_id] = None
    return [(report, lines.get(report.pk)) for report in reports]


def report_page(*, user, pk: int) -> ReportPage | None:
    """A report's rows in the order of their codes. Places are among all counties of the city, whichever
    rows the user sees; nothing where the report is not of his city."""
    report = _visible(user).select_related("area").filter(pk=pk).first()
    if report is None:
        return None
    scope = area_scope(user)
    lines = list(report.lines.filter(area__level="county").select_related("area").order_by("area"))
    places = ranks({line.area_id: figures_of(line).rate_net for line in lines})
    rows = [
        ReportRow(
            line.area_id,
            line.area.name,
            figures_of(line),
            places.get(line.area_id),
            **{key: line.figures.get(key) for key in CHANGES},
        )
        for line in lines
        if scope.covers(line.area_id)
    ]
    is_whole = scope.covers(report.area_id)
    if is_whole:
        rows += _rest(report, rows)
    page = ReportPage(report, rows, _total(rows), is_whole)
    around = DailyReport.objects.filter(area=report.area)
    page.previous = around.filter(date__lt=report.date).order_by("-date").first()
    page.next = around.filter(date__gt=report.date).order_by("date").first()
    return page


def _rest(report, rows):
    """What the city's own line holds beyond its counties (businesses known to the city only)."""
    line = report.lines.filter(area=report.area_id).first()
    if line is None:
        return []
    total = _total(rows)
    rest = figures_of(line) - total.figures
    if rest == Figures():
        return []
    changes = {
        key: None if None in (new, known) else new - known
        for key in CHANGES
        for new, known in [(line.figures.get(key), getattr(total, key))]
    }
    return [ReportRow(report.area_id, f"{report.area.name}本级", rest, None, **changes)]


def _total(rows):
    return ReportRow(
        "",
        "合计",
        total_of(row.figures for row in rows),
        None,
        **{key: _sum(getattr(row, key) for row in rows) for key in CHANGES},
    )


def _sum(values):
    known = list(values)
    return None if None in known else sum(known)
