"""大屏: what one look from four metres shows of an area; and the links that show it without a login."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q

from jiamusi_foodsafety.jurisdiction.scopes import ScreenReader
from responsibility.models import LedgerState
from responsibility.queries.ledger_states import ledger_areas

from ..enums import Metric
from ..models import WallLink
from ..rules import closing_of, day_of, ranks
from ..rules.walls import map_borders, step_among
from .indicators import BY_CODE, INDICATORS, AreaFigures, Figure, Indicator, figures_of_area
from .plans import StageStanding, stages_by_metric, total_of_place
from .progress import Progress, ProgressRow, progress_of
from .standing import missing_counties
from .waiting import total_of_waiting, waiting_of

DEFAULT = "K03"
# What falls due last night is told by how much, and the worst of all areas comes first.
MOST_LATE = 12


@dataclass(frozen=True)
class WallRow:
    """One child of the wall's area with the chosen indicator; `rank` where ranks are published."""

    row: ProgressRow
    figure: Figure
    step: int
    rank: int | None = None

    @property
    def left(self):
        """How much is missing to the whole; of rates in % only."""
        return self.figure.whole - self.figure.part


@dataclass(frozen=True)
class Late:
    """What one area is late with: `kind` is problems or visits, `days` the latest of them."""

    code: str
    name: str
    kind: str
    number: int
    days: int


@dataclass
class Wall:
    """A place on the wall: its progress, the chosen indicator by child, what changed, what is late."""

    page: Progress
    indicator: Indicator
    total: AreaFigures
    rows: list[WallRow]
    borders: tuple[Decimal, ...]
    waiting: Counter
    late: list[Late] = field(default_factory=list)
    ledgers: tuple[int, int] = (0, 0)
    stages: dict[str, StageStanding] = field(default_factory=dict)
    changes: dict[str, int | None] = field(default_factory=dict)
    since: datetime.datetime | None = None
    missing: list[str] = field(default_factory=list)

    @property
    def is_share(self):
        """Whether the indicator is a rate that should be high."""
        return self.indicator.unit == "%" and self.indicator.direction == "up"

    @property
    def forecast(self):
        """When the grading will be done; nothing without a plan or without reports."""
        graded = self.stages.get(Metric.GRADED)
        return graded.forecast if graded else None


def shown_on_walls() -> list[Indicator]:
    """The indicators that the map may show: the rates in %."""
    return [indicator for indicator in INDICATORS if indicator.unit == "%"]


def wall_of(*, user, place, indicator: str, at: datetime.datetime) -> Wall:
    """The wall of a place that the reader may see. An unknown indicator is 分级率(净). Twelve statements at most,
    whatever the size."""
    today = day_of(at)
    page = progress_of(user=user, place=place, at=at)
    chosen = BY_CODE.get(indicator, BY_CODE[DEFAULT])
    length = place.group_length
    figures = figures_of_area(user=user, code=place.code, on=today, length=length)
    total = total_of_place(figures, place)
    since = page.frozen.moment(page.since) or closing_of(today, 0)
    waiting = waiting_of(user=user, code=place.code, length=length, on=today, since=since)
    wall = Wall(
        page, chosen, total, [], (), total_of_waiting(waiting),
        late=_late(waiting, page), ledgers=_ledgers(user, place.code),
        stages=stages_by_metric(page=page, now=total),
        changes=_changes(page, total, waiting), since=since,
        missing=missing_counties(report=page.frozen.latest, codes=_county_codes(page), at=at),
    )  # fmt: skip
    _add_rows(wall, figures)
    return wall


def _add_rows(wall, figures):
    known = [
        (row, figures[row.code].figure(wall.indicator))
        for row in wall.page.children
        if not row.is_rest and row.code in figures
    ]
    values = [figure.value for _, figure in known if figure.value is not None]
    wall.borders = map_borders(values, is_share=wall.is_share)
    places = {}
    if wall.page.place.level == "city" and wall.is_share:
        places = ranks({row.code: figure.value for row, figure in known})
    rows = [
        WallRow(row, figure, step_among(figure.value, wall.borders), places.get(row.code))
        for row, figure in known
    ]
    # ranks from the highest; towns from the lowest: there the wall is read for whom to push
    falling = bool(places) or not wall.is_share
    rows.sort(
        key=lambda one: (
            one.figure.value is None,
            (one.figure.value or 0) * (-1 if falling else 1),
            one.row.code,
        )
    )
    wall.rows = rows


def _county_codes(page):
    return [row.code for row in page.children if row.level == "county" and not row.is_rest]


def _late(waiting, page):
    names = {row.code: row.name for row in page.children if not row.is_rest}
    names.setdefault(page.place.code, page.place.name)
    found = [
        Late(code, names[code], kind, counts[f"{kind}_overdue"], counts[f"{kind}_days"])
        for code, counts in waiting.items()
        for kind in ("problems", "visits")
        if code in names and counts[f"{kind}_overdue"]
    ]
    found.sort(key=lambda one: (-one.days, -one.number, one.code, one.kind))
    return found[:MOST_LATE]


def _ledgers(user, code):
    built = LedgerState.objects.filter(area=OuterRef("pk"), is_built=True)
    towns = ledger_areas(user=user).filter(code__startswith=code).order_by()
    found = towns.annotate(has_ledger=Exists(built)).aggregate(
        built=Count("pk", filter=Q(has_ledger=True)), towns=Count("pk")
    )
    return found["built"], found["towns"]


def _changes(page, total, waiting):
    """What is different from the last report before today; None where there is none to compare with."""
    counts = total_of_waiting(waiting)
    found = {"graded": page.total.graded_change, "screened": None, "covered": None}
    line = page.frozen.lines.get(page.since, {}).get(page.place.code)
    if line is not None:
        now = {
            "screened": page.total.figures.screened,
            "covered": total.counts["held"] + total.counts["excepted"],
        }
        for key, number in now.items():
            before = line.figures.get(key)
            found[key] = None if before is None else number - before
    return found | {"cadres": counts["changed_cadres"], "entities": counts["changed_entities"]}


# --- links ---------------------------------------------------------------------------------------


def wall_links(*, user) -> list[WallLink]:
    """The links of the reader's scope, the newest first, with who opened and revoked them."""
    rows = WallLink.objects.visible_to(user).select_related("area", "made_by", "revoked_by")
    return list(rows.order_by("-pk")[:100])


def wall_link_get(*, user, pk: int) -> WallLink | None:
    """One link of the reader's scope."""
    return WallLink.objects.visible_to(user).filter(pk=pk).first()


def wall_link_of(*, token: str, at: datetime.datetime) -> WallLink | None:
    """The living link of a token; nothing for an unknown, an ended or a revoked one."""
    link = WallLink.objects.select_related("area").filter(digest=WallLink.digest_of(token)).first()
    return link if link and link.is_live(at) else None


def screen_reader(*, link: WallLink) -> ScreenReader:
    """Who reads for the screen of a link: the figures of its area, without any right."""
    return ScreenReader(link.area_id)
