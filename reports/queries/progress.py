"""How far the grading is: one area and what lies directly below it. Screens, exports, the API and the
command all read these figures."""

import datetime
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal

from entities.queries.tally import TallyRow, tally_by_area, tally_of_city
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.queries import Place, place_of

from ..rules import Figures, band, day_of, map_step, ranks, total_of
from .frozen import Frozen, frozen_of

FROZEN_LEVELS = ("city", "county", "township")


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

    @property
    def band(self):
        return band(self.figures.rate_net)

    @property
    def map_step(self):
        return map_step(self.figures.rate_net)


@dataclass
class Progress:
    """A place, its total (Σ) and its children in the order of their codes."""

    place: Place
    as_of: datetime.datetime
    total: ProgressRow
    children: list[ProgressRow]
    # the day of the frozen report that changes are measured from
    since: datetime.date | None = None
    frozen: Frozen = field(default_factory=Frozen)


def progress(*, user, area: Area, at: datetime.datetime) -> Progress | None:
    """The live figures of `area` and its children in 家, as far as the user may see them; nothing where
    he may not see the area. Three SQL statements whatever the size."""
    place = place_of(user=user, code=area.code)
    return None if place is None else progress_of(user=user, place=place, at=at)


def progress_of(*, user, place: Place, at: datetime.datetime) -> Progress:
    """The live figures of a place and its children in 家. Rates are Σ/Σ; ranks by 分级率(净), counties of
    one city only, ties shared; 较昨日 against the last report frozen before the day of `at`."""
    tally = tally_by_area(user=user, code=place.code, length=place.group_length)
    children = _rows(place, tally)
    total = total_of(row.figures for row in children)
    page = Progress(place, at, ProgressRow(place.code, place.name, place.level, total), children)
    if not place.children:
        page.children = []
    if place.level == "city" and place.code:
        places = ranks({row.code: row.figures.rate_net for row in children if not row.is_rest})
        for row in page.children:
            row.rank = None if row.is_rest else places.get(row.code)
    _add_changes(page)
    return page


def _rows(place, tally):
    """Each child with its figures, and last what is known to the place itself only."""
    rows, rest = [], list(tally)
    for child in place.children:
        # of a scope with several roots one may be longer than another: the code's beginning decides
        inside = [row for row in rest if row.code.startswith(child.code)]
        rest = [row for row in rest if row not in inside]
        figures = total_of(map(figures_of_tally, inside))
        if child.level == "county" and not child.has_children:
            # a unit without towns (高新区): it is itself the deepest area
            figures = replace(figures, shallow=0)
        if child.is_active or figures.registered:
            rows.append(
                ProgressRow(
                    child.code, child.name, child.level, figures, has_children=child.has_children
                )
            )
    own = total_of(map(figures_of_tally, rest))
    if not place.children:
        own = replace(own, shallow=0)
    if own != Figures():
        name = f"{place.name}本级"
        rows.append(ProgressRow(place.code, name, place.level, own, is_rest=True))
    return rows


def figures_of_tally(row: TallyRow) -> Figures:
    """A row of the counters as figures."""
    values = asdict(row)
    del values["code"], values["graded"]
    return Figures(**values)


def _add_changes(page):
    codes = [row.code for row in page.children]
    frozen = frozen_of(city=page.place.city_code, code=page.place.code, children=codes)
    page.frozen, page.since = frozen, frozen.before(day_of(page.as_of))
    if page.since is None:
        return
    for row in page.children:
        if not row.is_rest and row.level in FROZEN_LEVELS:
            before = frozen.figures(page.since, row.code) or Figures()
            row.graded_change = row.figures.graded - before.graded
    known = [row.graded_change for row in page.children if not row.is_rest]
    if page.place.code and page.place.level in FROZEN_LEVELS:
        before = frozen.figures(page.since, page.place.code) or Figures()
        page.total.graded_change = page.total.figures.graded - before.graded
    elif None not in known:
        page.total.graded_change = sum(known)
    if page.total.graded_change is not None and None not in known:
        for row in page.children:
            if row.is_rest:
                row.graded_change = page.total.graded_change - sum(known)


def county_place(*, code: str) -> tuple[int | None, int]:
    """A county's place by 分级率(净) among the counties of its city, and how many they are. Places are
    published to all counties in the daily report, so no scope applies."""
    rows = tally_of_city(code=code[:4], length=6)
    places = ranks({row.code: figures_of_tally(row).rate_net for row in rows if len(row.code) == 6})
    return places.get(code[:6]), len(places)


def progress_data(page: Progress) -> dict:
    """The figures as plain values: the shape of `manage.py progress --json` and of the API."""
    data = _row_data(page.total)
    return {
        "area": data.pop("area"),
        "name": data.pop("name"),
        "as_of": page.as_of.isoformat(timespec="seconds"),
        "since": page.since.isoformat() if page.since else None,
        **data,
        "children": [_row_data(row) | {"rank": row.rank} for row in page.children],
    }


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
