"""How far the grading is: one area and what lies directly below it. Screens, exports, the API and the
command all read these figures."""

import datetime
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal

from django.db.models import Exists, OuterRef

from entities.queries.tally import tally_by_area, tally_of_city
from jiamusi_foodsafety.jurisdiction.models import Area

from ..models import DailyReportLine
from ..rules import Figures, band, day_of, map_step, ranks, total_of

LENGTHS = {"city": 6, "county": 9, "township": 12, "village": 12}


@dataclass
class ProgressRow:
    """One area's figures, and what has changed since the last frozen report before today."""

    code: str
    name: str
    level: str
    figures: Figures
    # 本级: known to the upper area only
    is_rest: bool = False
    has_children: bool = False
    rank: int | None = None
    graded_change: int | None = None
    screened_change: int | None = None

    @property
    def band(self):
        return band(self.figures.rate_net)

    @property
    def map_step(self):
        return map_step(self.figures.rate_net)


@dataclass
class Progress:
    """An area, its total (Σ) and its children in the order of their codes."""

    area: Area
    as_of: datetime.datetime
    total: ProgressRow
    children: list[ProgressRow] = field(default_factory=list)
    # the day of the frozen report that changes are measured from
    since: datetime.date | None = None


def progress(*, user, area: Area, at: datetime.datetime) -> Progress:
    """The live figures of `area` and its children in 家, as far as the user may see them. Rates are Σ/Σ;
    ranks by 分级率(净), counties only, ties shared. Three SQL statements whatever the size."""
    return _progress(area, at, tally_by_area(user=user, code=area.code, length=LENGTHS[area.level]))


def _progress(area, at, tally):
    found = {row.code: _figures(row) for row in tally}
    below = (
        Area.objects.filter(parent=area)
        .annotate(has_children=Exists(Area.objects.filter(parent=OuterRef("pk"))))
        .order_by("pk")
    )
    children = []
    for child in below:
        figures = found.pop(child.code, Figures())
        if child.level == "county" and not child.has_children:
            # a unit without towns (高新区): it is itself the deepest area
            figures = replace(figures, shallow=0)
        if child.is_active or figures.registered:
            children.append(
                ProgressRow(
                    child.code, child.name, child.level, figures, has_children=child.has_children
                )
            )
    rest = total_of(found.values())
    if children and rest != Figures():
        children.append(ProgressRow(area.code, f"{area.name}本级", area.level, rest, is_rest=True))
    total = total_of([row.figures for row in children]) if children else replace(rest, shallow=0)
    page = Progress(area, at, ProgressRow(area.code, area.name, area.level, total), children)
    if area.level == "city":
        places = ranks({row.code: row.figures.rate_net for row in children if not row.is_rest})
        for row in children:
            row.rank = None if row.is_rest else places.get(row.code)
    _add_changes(page)
    return page


def _figures(row):
    values = asdict(row)
    values.pop("code")
    return Figures(**values)


def _add_changes(page):
    """较昨日: against the last report frozen before today."""
    codes = [page.area.code, *(row.code for row in page.children)]
    frozen = frozen_before(area=page.area, codes=codes, day=day_of(page.as_of))
    if not frozen:
        return
    page.since = next(iter(frozen.values())).report.date
    spent = Figures()
    for row in page.children:
        if not row.is_rest and row.code in frozen:
            line = Figures(**known_figures(frozen[row.code].figures))
            spent += line
            _change(row, line)
        elif not row.is_rest and row.level in ("county", "township"):
            _change(row, Figures())
    if page.area.code in frozen:
        line = Figures(**known_figures(frozen[page.area.code].figures))
        _change(page.total, line)
        for row in page.children:
            if row.is_rest and len(page.area.code) < 9:
                row.graded_change = row.figures.graded - (line.graded - spent.graded)
                row.screened_change = row.figures.screened - (line.screened - spent.screened)
    elif page.area.level in ("city", "county", "township"):
        _change(page.total, Figures())


def _change(row, before):
    row.graded_change = row.figures.graded - before.graded
    row.screened_change = row.figures.screened - before.screened


def known_figures(stored: dict) -> dict:
    """The counts of a frozen line, without the fields that only the report itself has."""
    return {key: value for key, value in stored.items() if key in Figures.__dataclass_fields__}


def frozen_before(
    *, area: Area, codes: list[str], day: datetime.date
) -> dict[str, DailyReportLine]:
    """The lines of these areas in the city's last report before `day`, by code."""
    newest = (
        DailyReportLine.objects.filter(report__area__code=area.code[:4], report__date__lt=day)
        .order_by("-report__date")
        .values("report")[:1]
    )
    lines = DailyReportLine.objects.filter(report__in=newest, area__in=codes)
    return {line.area_id: line for line in lines.select_related("report")}


def county_place(*, code: str) -> tuple[int | None, int]:
    """A county's place by 分级率(净) among the counties of its city, and how many they are. Places are
    published to all counties in the daily report, so no scope applies."""
    rows = tally_of_city(code=code[:4], length=6)
    places = ranks({row.code: _figures(row).rate_net for row in rows if len(row.code) == 6})
    return places.get(code[:6]), len(places)


def progress_data(page: Progress) -> dict:
    """The figures as plain values: the shape of `manage.py progress --json` and of the API."""
    data = _row_data(page.total) | {
        "as_of": page.as_of.isoformat(timespec="seconds"),
        "since": page.since.isoformat() if page.since else None,
        "children": [_row_data(row) | {"rank": row.rank} for row in page.children],
    }
    return {key: data[key] for key in ("area", "name", "as_of", *data)}


def _row_data(row):
    figures = row.figures
    return {
        "area": row.code,
        "name": row.name,
        "level": row.level,
        "is_rest": row.is_rest,
        "registered": figures.registered,
        "screened": figures.screened,
        "obliged": figures.obliged,
        "graded": figures.graded,
        "ungraded": figures.ungraded,
        "grades": {
            "A": figures.grade_a,
            "B": figures.grade_b,
            "C": figures.grade_c,
            "D": figures.grade_d,
        },
        "rate_gross": _number(figures.rate_gross),
        "rate_net": _number(figures.rate_net),
        "surveyed": figures.surveyed,
        "rate_surveyed": _number(figures.rate_surveyed),
        "differing": figures.differing,
        "doubtful": figures.doubtful,
        "shallow": figures.shallow,
        "graded_change": row.graded_change,
    }


def _number(rate: Decimal | None):
    return None if rate is None else float(rate)
