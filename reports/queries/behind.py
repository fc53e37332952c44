"""The rows behind a frozen figure, found again from the history as of the report's moment; their number proves
the figure."""

from dataclasses import dataclass, field

from entities.enums import Status
from entities.queries.as_of import entities_stood
from inspections.queries.as_of import lines_stood as inspected_stood
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.history import whole_history
from responsibility.enums import CADRE_CHANGES, ENTITY_CHANGES, ChangeKind
from responsibility.queries.as_of import lines_stood
from responsibility.queries.changes import recorded_rows

from ..rules.columns import (
    BOND,
    BY_KEY,
    CADRE,
    CHANGES,
    DUE,
    ENTITY,
    LEDGER,
    PLEDGE,
    PROBLEM,
    Column,
)  # fmt: skip
from .reports import ReportPage

PER_PAGE = 50
FAMILIES = {"changed_cadres": CADRE_CHANGES, "changed_entities": ENTITY_CHANGES}
# What the second column of the list says, by whose rows they are.
ABOUT = {
    ENTITY: "许可证编号 · 当时状态",
    CADRE: "层级、单位、职务",
    BOND: "等级、包保干部",
    PLEDGE: "承诺书编号",
    LEDGER: "台账",
    CHANGES: "类别、变更前后",
    DUE: "当时状态",
    PROBLEM: "编号、问题",
}


# The page of what a row is today; a cadre's where nothing else is said.
PAGES = {
    BOND: "entities:entity-detail",
    LEDGER: "",
    DUE: "entities:entity-detail",
    PROBLEM: "inspections:problem-detail",
}


@dataclass(frozen=True)
class BehindRow:
    """One row: `url_name` and `object_id` lead to the page of what it is today."""

    pk: int
    area_id: str
    name: str
    about: str
    at: object
    url_name: str = ""
    object_id: int | None = None


@dataclass
class Behind:
    """One page of the rows behind a figure. `frozen` is the report's, `total` what the history says."""

    column: Column
    area: Area | None
    frozen: int | None
    total: int
    rows: list[BehindRow]
    next: int | None = None
    areas: dict[str, str] = field(default_factory=dict)

    @property
    def is_proven(self):
        return self.frozen == self.total


def rows_behind(
    *, page: ReportPage, figure: str, code: str = "", kind: str = "", after: int = 0
) -> Behind | None:
    """The rows behind a figure of a report page, of one of its rows (`code`) or of its total; nothing where
    the page has no such row or the figure none. `kind`: one kind of change only."""
    column = BY_KEY.get(figure)
    if column is None or not column.rows:
        return None
    row = page.total
    if code:
        row = next((one for one in page.rows if one.code == code and not one.is_rest), None)
        if row is None:
            return None
    areas = _areas(page, column, code)
    frozen = row.counts.get("ledgers_built") if column.rows == LEDGER else row.count(figure)
    if column.rows == CHANGES:
        total, rows = _changes(page, figure, areas, kind, after)
        if kind:
            frozen = None
    else:
        with whole_history():
            total, rows = _stood(page, column, areas, after)
    found = Behind(column, None, frozen, total, rows[:PER_PAGE])
    if len(rows) > PER_PAGE:
        found.next = rows[PER_PAGE - 1].pk
    found.areas = _names({one.area_id for one in found.rows} | ({code} if code else set()))
    found.area = Area.objects.filter(pk=code).first() if code else page.place
    return found


def _areas(page, column, code):
    """Below which areas the rows lie. 市级 cadres are in no row of the city's table, so not in its total."""
    if code:
        return [code]
    if column.rows in (CADRE, PLEDGE) and not page.place:
        return [row.code for row in page.rows if not row.is_rest]
    return page.areas


def _stood(page, column, areas, after):
    moment = page.report.as_of
    if column.rows == ENTITY:
        total, found = entities_stood(
            figure=column.key, areas=areas, moment=moment, since=page.since, after=after,
            limit=PER_PAGE + 1,
        )  # fmt: skip
        return total, [
            BehindRow(
                one.pk, one.area_id, one.name,
                f"{one.licence_no} · {Status(one.status).label}"
                f"{f' · {one.grade} 级' if one.grade else ''}",
                one.at, "entities:entity-detail", one.pk,
            )
            for one in found
        ]  # fmt: skip
    stood = inspected_stood if column.rows in (DUE, PROBLEM) else lines_stood
    total, found = stood(
        figure=column.key, areas=areas, moment=moment, after=after, limit=PER_PAGE + 1
    )
    url = PAGES.get(column.rows, "responsibility:cadre-detail")
    return total, [
        BehindRow(one.pk, one.area_id, one.name, one.about, one.at, url, one.object_id)
        for one in found
    ]


def _changes(page, figure, areas, kind, after):
    kinds = [one for one in FAMILIES[figure] if not kind or one.value == kind]
    total = sum(page.kinds.get(one.value, 0) for one in kinds)
    if areas != page.areas:
        total = len(
            recorded_rows(
                areas=areas, after=page.since, until=page.report.as_of,
                kinds=[one.value for one in kinds],
            )
        )  # fmt: skip
    found = recorded_rows(
        areas=areas, after=page.since, until=page.report.as_of,
        kinds=[one.value for one in kinds], behind=after, limit=PER_PAGE + 1,
    )  # fmt: skip
    return total, [change_row(one) for one in found]


def change_row(change) -> BehindRow:
    """A line of the ledger of changes as a row."""
    about = (
        f"{ChangeKind(change.kind).label}：{change.before or '（空）'} → {change.after or '（空）'}"
    )
    if change.cadre_id and not change.entity_id:
        where = ("responsibility:cadre-detail", change.cadre_id)
    else:
        where = ("entities:entity-detail", change.entity_id)
    name = (change.entity or change.cadre).name if change.entity_id or change.cadre_id else "—"
    return BehindRow(change.pk, change.area_id, name, about, change.recorded_at, *where)


def _names(codes):
    """Area names with the town or county before them, in one statement."""
    found = Area.objects.filter(pk__in=codes).select_related("parent")
    return {
        area.pk: f"{area.parent.name} {area.name}"
        if area.parent and len(area.pk) > 6
        else area.name
        for area in found
    }
