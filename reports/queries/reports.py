"""The frozen daily reports as a user may read them: the city all of it, a county its own line and its towns."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, Q

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.queries.changes import recorded_kinds

from ..enums import Punctuality
from ..models import Correction, DailyReport, DailyReportLine
from ..rules import Figures, band, closing_of, ranks
from ..rules.columns import BY_KEY, CITY_OWN, HELD_BACK, count_of, missing_sources, rate_of
from ..rules.days import ONE_DAY
from ..rules.words import Told, report_text
from .frozen import figures_of_counts
from .standing import Standing, standings_of

PER_PAGE = 31
# What a line says of the time since the report before.
CHANGES = ("new_registered", "new_graded", "new_screened", "newly_graded", "changed_cadres", "changed_entities")  # fmt: skip
OWN = {"new_graded", "new_screened", "changed_cadres", "changed_entities"}


@dataclass
class ReportRow:
    """One row of a report: an area's frozen counts. 较昨日 and the like are counts too (CHANGES)."""

    code: str
    name: str
    counts: dict[str, int | None]
    rank: int | None = None
    standing: Standing | None = None
    # 本级: what is known to the upper area only
    is_rest: bool = False

    def __getattr__(self, name):
        """The changes by name, as the API and older callers ask for them; unknown counts are None."""
        if name in OWN or name in CHANGES:
            return self.counts.get(name)
        raise AttributeError(name)

    @property
    def figures(self) -> Figures:
        return figures_of_counts(self.counts)

    @property
    def band(self):
        return band(self.figures.rate_net)

    def count(self, key: str) -> int | None:
        """The count of a column."""
        return count_of(BY_KEY[key], self.counts)

    def rate(self, key: str):
        """The rate of a column in %."""
        return rate_of(BY_KEY[key], self.counts)


@dataclass
class ReportPage:
    """A report with the rows that the user may see and their total (Σ)."""

    report: DailyReport
    rows: list[ReportRow]
    total: ReportRow
    # whether the rows are all of the city's counties
    is_whole: bool
    # the county whose towns the rows are; nothing for the table of counties
    place: Area | None = None
    previous: DailyReport | None = None
    next: DailyReport | None = None
    corrections: list[Correction] = field(default_factory=list)
    # changes since the report before, by kind
    kinds: dict[str, int] = field(default_factory=dict)
    # what the city keeps for itself, in no row: 市级 cadres and their pledges
    own: dict[str, int] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    # a week, month, quarter or year instead of a day
    period: object = None
    since_word: str = "较昨日"
    paragraphs: list[str] = field(default_factory=list)

    @property
    def ranked(self) -> list[ReportRow]:
        """The rows that have a place."""
        return [row for row in self.rows if row.rank]

    @property
    def missing(self) -> list[str]:
        """From when the columns without a source count."""
        return missing_sources(BY_KEY.values(), self.total.counts)

    @property
    def unreported(self) -> list[str]:
        """未报: the counties that the footnote names."""
        return [
            row.name
            for row in self.rows
            if row.standing and row.standing.punctuality == Punctuality.MISSING
        ]

    @property
    def areas(self) -> list[str]:
        """The codes that the total stands for."""
        if self.place:
            return [self.place.pk]
        return [self.report.area_id] if self.is_whole else [row.code for row in self.rows]

    @property
    def since(self) -> datetime.datetime:
        """The moment from which changes count."""
        return self.previous.as_of if self.previous else closing_of(self.report.date, 0)

    @property
    def confirmed(self) -> int:
        """How many of the counties shown have confirmed."""
        return sum(one.is_confirmed for one in self.standings.values())


def reports_visible(*, user):
    """The reports of the cities that the user's scope lies in or covers, unordered."""
    scope = area_scope(user)
    found = DailyReport.objects.select_related("area")
    if scope.is_all:
        return found
    wanted = Q(pk__in=[])
    for prefix in scope.prefixes:
        wanted |= Q(area=prefix[:4])
    return found.filter(wanted)


def report_of(*, user, pk: int) -> DailyReport | None:
    """One report by its key, as far as the user may see it."""
    return reports_visible(user=user).filter(pk=pk).first()


def with_reviews(found):
    """Reports with `counties` and `confirmed`: how many owe their confirmation, how many gave it."""
    return found.annotate(
        counties=Count("reviews"),
        confirmed=Count("reviews", filter=Q(reviews__state="confirmed")),
    )


def report_list(*, user, before: str = "") -> list[tuple[DailyReport, DailyReportLine | None]]:
    """The reports that the user may see, newest first (those dated before `before`, if given), each with
    the line of his scope: the city's, else his one county's (of several none). One more than a page
    holds."""
    found = with_reviews(reports_visible(user=user)).order_by("-date", "-pk")
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


def report_page(
    *, user, pk: int, area: str = "", at: datetime.datetime | None = None
) -> ReportPage | None:
    """A report's rows in the order of their codes: the counties that the user sees, or with `area` (a county)
    its towns. Places are among all counties of the city, whichever rows the user sees; nothing where the
    report is not of his city or the county not his. `at`: by when 按时 and 未报 are judged."""
    report = (
        reports_visible(user=user).select_related("edited_by", "issued_by").filter(pk=pk).first()
    )
    if report is None:
        return None
    lines = list(_lines(report, area).select_related("area").order_by("area"))
    page = page_of_lines(user=user, report=report, lines=lines, area=area)
    if page is None:
        return None
    scope = area_scope(user)
    standings = standings_of(report=report, at=at or report.as_of)
    page.standings = {
        code: one
        for code, one in standings.items()
        if scope.covers(code) and (not area or code == area)
    }
    for row in page.rows:
        row.standing = page.standings.get(row.code)
    _around(page)
    page.corrections = corrections_told(report=report, area=area, rows=page.rows)
    page.kinds = recorded_kinds(areas=page.areas, after=page.since, until=report.as_of)
    page.paragraphs = _paragraphs(page, standings, area)
    return page


def _lines(report, area):
    wanted = Q(area__level__in=["city", "county"])
    if area:
        wanted |= Q(area__parent=area)
    return report.lines.filter(wanted)


def page_of_lines(*, user, report: DailyReport, lines, area: str = "") -> ReportPage | None:
    """A page of frozen lines of the city, its counties and, with `area`, that county's towns."""
    scope = area_scope(user)
    units = [line for line in lines if line.area.level == "county"]
    if area:
        own = next((line for line in units if line.area_id == area), None)
        if own is None or not scope.covers(area):
            return None
        rows = [
            ReportRow(line.area_id, line.area.name, line.figures)
            for line in lines
            if line.area.level == "township"
        ]
        rows += _rest(own, rows, keeps=())
        return ReportPage(report, rows, _total(rows), is_whole=False, place=own.area)
    places = ranks({line.area_id: _rate_net(line.figures) for line in units})
    rows = [
        ReportRow(line.area_id, line.area.name, line.figures, places.get(line.area_id))
        for line in units
        if scope.covers(line.area_id)
    ]
    is_whole = scope.covers(report.area_id)
    page = ReportPage(report, rows, _total(rows), is_whole)
    city = next((line for line in lines if line.area_id == report.area_id), None)
    if is_whole and city is not None:
        page.own = _own(city, page.total)
        page.rows += _rest(city, rows, keeps=CITY_OWN)
        page.total = _total(page.rows)
    return page


def _rate_net(counts):
    return figures_of_counts(counts).rate_net


def _own(city, total):
    """市级 cadres and their pledges: the city's own line less its counties."""
    found = {}
    for key in CITY_OWN:
        whole, known = city.figures.get(key), total.counts.get(key)
        if None not in (whole, known):
            found[key] = whole - known
    return found


def _rest(upper, rows, *, keeps):
    """What the upper line holds beyond its rows (known to it only); `keeps` is told elsewhere."""
    total = _total(rows).counts if rows else {}
    rest = {}
    for key, number in upper.figures.items():
        if key in keeps:
            rest[key] = 0
        elif number is None or total.get(key, 0) is None:
            rest[key] = None
        else:
            rest[key] = number - total.get(key, 0)
    if not any(rest.values()):
        return []
    return [ReportRow(upper.area_id, f"{upper.area.name}本级", rest, is_rest=True)]


def _total(rows):
    """Σ of the rows; nothing where one of them does not know the count."""
    keys = [*BY_KEY, *HELD_BACK]
    found = {}
    for key in dict.fromkeys(keys + [key for row in rows for key in row.counts]):
        numbers = [row.counts.get(key) for row in rows]
        found[key] = None if None in numbers or not numbers else sum(numbers)
    return ReportRow("", "合计", found)


def _around(page):
    """The neighbours, in one statement."""
    report = page.report
    reports = DailyReport.objects.filter(area=report.area_id)
    before = reports.filter(date__lt=report.date).order_by("-date")[:1]
    after = reports.filter(date__gt=report.date).order_by("date")[:1]
    for one in before.union(after, all=True):
        if one.date < report.date:
            page.previous = one
        else:
            page.next = one
    page.since_word = since_word(report, page.previous)


def since_word(report: DailyReport, previous: DailyReport | None) -> str:
    """What changes are measured from: 较昨日, or 较上期 where a day is missing between."""
    is_next = previous is not None and previous.date + ONE_DAY == report.date
    return "较昨日" if is_next else "较上期"


def corrections_told(*, report: DailyReport, area: str = "", rows=None) -> list[Correction]:
    """更正 that this report tells: of the rows shown, the newest of each figure."""
    found = Correction.objects.filter(told_in=report).select_related("report", "area")
    if rows is not None:
        codes = {row.code for row in rows if not row.is_rest} | ({area} if area else set())
        found = found.filter(area__in=codes)
    else:
        found = found.filter(area__level="county")
    newest = {}
    for row in found.order_by("pk"):
        newest[row.report_id, row.area_id, row.key] = row
    return list(newest.values())


def correction_words(row: Correction) -> str:
    """One correction as a sentence: which report, where, what, from and to."""
    column = BY_KEY[row.key]
    name = "".join(dict.fromkeys((column.group, column.heading)))
    return (
        f"第 {row.report.number} 期{row.area.name}{name}原为 {row.old:,}，现为 {row.new:,}"
        f"（{row.why}）"
    )


def _paragraphs(page, standings, area):
    """The report's words: what was issued or edited for whoever reads all of it, else generated from the
    rows that the reader sees."""
    report = page.report
    if page.is_whole and not area:
        if report.is_closed or report.edited_text:
            return report.text
        return _generated(page, standings.values())
    return report_text(told_of(page, whole=_whole(page)))


def _whole(page):
    if page.place:
        return page.place.name
    return "全市" if page.is_whole else "、".join(row.name for row in page.rows)


def _generated(page, standings):
    return report_text(told_of(page, standings=list(standings)))


def told_of(page: ReportPage, *, whole: str = "全市", standings=()) -> Told:
    """What the text of a page is written from."""
    names = {kind: [] for kind in ("late", "missing", "excused")}
    for one in standings:
        if one.punctuality == Punctuality.LATE:
            names["late"].append(one.review.area.name)
        elif one.punctuality == Punctuality.MISSING:
            names["missing"].append(one.review.area.name)
        elif one.punctuality == Punctuality.WAITING and one.exception:
            names["excused"].append(one.review.area.name)
    is_judged = bool(standings) and all(
        one.punctuality != Punctuality.WAITING or one.exception for one in standings
    )
    return Told(
        as_of=page.report.as_of, counts=page.total.counts, whole=whole, since=page.since_word,
        places=[(row.name, row.rate("rate_net")) for row in page.ranked], is_judged=is_judged,
        corrections=[correction_words(row) for row in page.corrections], **names,
    )  # fmt: skip


def text_of(*, report: DailyReport, at: datetime.datetime) -> list[str]:
    """The generated paragraphs of a whole report, by how the counties stand at `at`."""
    lines = _lines(report, "").select_related("area").order_by("area")
    page = page_of_lines(user=_Everybody(), report=report, lines=list(lines))
    _around(page)
    page.corrections = corrections_told(report=report)
    return _generated(page, standings_of(report=report, at=at).values())


class _Everybody:
    """The reader of the text that is issued: sees the whole city."""

    is_authenticated = is_active = is_superuser = True
