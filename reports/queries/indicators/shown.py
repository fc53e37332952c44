"""How the rows behind a figure are shown: by kind of row the columns, the links and who may read them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet

from entities.models import Entity
from entities.rules import normalise_code
from inspections.models import DueVisit, EntityCompliance, Problem, Visit
from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Cadre, Change, Letter

from ...enums import Punctuality
from ...models import CountyReview
from ...rules import day_of
from .catalogue import Side

EXPORT = "entities.export_entity"


def by_entity(found: QuerySet, text: str) -> QuerySet:
    """The rows of those businesses that the register's own search finds."""
    code = normalise_code(text)
    if found.model is Entity:
        return found.searched(text, code)
    return found.filter(entity__in=Entity.objects.searched(text, code).values("pk"))


@dataclass(frozen=True)
class Shape:
    """One kind of row. `cells` gives the values in the order of `headings` (days as dates); the first is
    the link, to the page `url_name` of the row that `target` gives. `export`: who may take the rows away."""

    unit: str
    permission: str
    export: str
    url_name: str
    headings: tuple[str, ...]
    related: tuple[str, ...]
    cells: Callable[[Model], tuple]
    target: Callable[[Model], int | str | None] = lambda row: row.pk
    # what people search the rows by, in words, and how
    asked: str = "主体名称或证号"
    search: Callable[[QuerySet, str], QuerySet] = by_entity


def _entity(row):
    return (row.name, row.licence_no, row.grade, row.get_status_display(), row.surveyed_on)


def _cadre(row):
    return (row.name, row.get_level_display(), row.unit, row.post)


def _letter(row):
    return (
        row.unit or row.area.name,
        row.get_kind_display(),
        row.get_state_display(),
        row.signed_on,
    )


def _change(row):
    name = row.entity.name if row.entity_id else row.cadre.name if row.cadre_id else ""
    return (name, row.get_kind_display(), row.happened_on, row.adjust_due_on, row.adjusted_on)


def _due(row):
    cadre = row.cadre.name if row.cadre else ""
    return (row.entity.name, row.grade, cadre, row.get_state_display(), row.due_on)


def _visit(row):
    return (
        row.entity.name, row.visited_on, row.get_mode_display(), row.cadre.name,
        f"{row.wrong} 项" if row.wrong else "",
    )  # fmt: skip


def _problem(row):
    return (
        row.title, row.entity.name, row.kind.name, row.get_state_display(), row.found_on,
        row.due_at and day_of(row.due_at),
    )  # fmt: skip


def _compliance(row):
    return (row.entity.name, f"{row.directors} 人", f"{row.officers} 人", row.checked_on)


def _unit(row):
    return (row.name, row.get_level_display())


def _review(row):
    word = Punctuality(row.punctuality).label if row.punctuality else row.get_state_display()
    return (f"{row.report.date:%Y-%m-%d} 日报", word, row.checker, row.remark)


def _about_entity(row):
    return row.entity_id


SHAPES: dict[type[Model], Shape] = {
    Entity: Shape(
        "家", "entities.view_entity", EXPORT, "entities:entity-detail",
        ("主体名称", "许可证编号", "包保等级", "经营状态", "摸底日期"), (), _entity,
    ),
    Cadre: Shape(
        "人", "responsibility.view_cadre", "responsibility.export_cadre",
        "responsibility:cadre-detail", ("姓名", "包保层级", "单位", "职务"), (), _cadre,
        asked="姓名、单位或职务", search=lambda found, text: found.searched(text),
    ),
    Letter: Shape(
        "份", "responsibility.view_letter", "responsibility.sign_letter",
        "responsibility:letter-detail", ("签状单位", "类别", "状态", "签订日期"), (), _letter,
        asked="单位名称",
        search=lambda found, text: found.filter(
            Q(unit__contains=text) | Q(area__name__contains=text)
        ),
    ),
    Change: Shape(
        "项", "responsibility.view_change", "responsibility.view_change", "entities:entity-detail",
        ("主体或干部", "变更", "发生日期", "应调整", "已调整"), ("entity", "cadre"), _change,
        _about_entity, "主体名称或干部姓名", lambda found, text: found.about(text),
    ),
    DueVisit: Shape(
        "家", "inspections.view_duevisit", EXPORT, "entities:entity-detail",
        ("主体名称", "包保等级", "包保干部", "督导情况", "期限"), ("entity", "cadre"), _due,
        _about_entity,
    ),
    Visit: Shape(
        "户次", "inspections.view_visit", EXPORT, "inspections:visit-detail",
        ("主体名称", "督导日期", "督导方式", "包保干部", "发现问题"), ("entity", "cadre"), _visit,
    ),
    Problem: Shape(
        "件", "inspections.view_problem", "inspections.export_problem",
        "inspections:problem-detail",
        ("问题", "主体名称", "类别", "状态", "发现日期", "整改期限"), ("entity", "kind"), _problem,
    ),
    EntityCompliance: Shape(
        "家", "inspections.view_entitycompliance", "inspections.export_compliance",
        "inspections:safety-detail", ("主体名称", "食品安全总监", "食品安全员", "最近查看"),
        ("entity",), _compliance,
    ),
    Area: Shape(
        "个", "inspections.view_checkround", "inspections.export_check", "reports:area-dashboard",
        ("单位", "层级"), (), _unit, asked="单位名称",
        search=lambda found, text: found.filter(name__contains=text),
    ),
    CountyReview: Shape(
        "县·日", "reports.view_dailyreport", "reports.view_dailyreport",
        "reports:daily-report-detail", ("日报", "及时", "审核人", "备注"), ("report",), _review,
        lambda row: row.report_id, "县(市、区)",
        lambda found, text: found.filter(area__name__contains=text),
    ),
}  # fmt: skip


def shape_of(found: QuerySet) -> Shape:
    """The shape of these rows."""
    return SHAPES[found.model]


def area_of(row: Model) -> Area:
    """Where a row belongs: its area; a unit that is checked is one itself."""
    return row if isinstance(row, Area) else row.area


def with_related(found: QuerySet) -> QuerySet:
    """The rows with what their cells and their area's whole name read."""
    above = "parent__parent__parent"
    above = above if found.model is Area else f"area__{above}"
    return found.select_related(above, *shape_of(found).related)


def readable(*, user, side: Side) -> bool:
    """Whether the user may open the rows of a side."""
    return user.has_perm(SHAPES[side.model].permission)


def exportable(*, user, side: Side) -> bool:
    """Whether the user may take the rows of a side away."""
    return readable(user=user, side=side) and user.has_perm(SHAPES[side.model].export)


def export_rows(found: QuerySet, *, area: str) -> Iterator[tuple]:
    """The cells of all rows behind their area's whole name, by the area at the column `area`; streamed."""
    shape, names = shape_of(found), dict(Area.objects.values_list("code", "name"))
    if found.model is not Area:
        found = found.select_related("area", *shape.related)
    rows = found.order_by(area, "pk")
    for row in rows.iterator(chunk_size=2000):
        code = getattr(row, area)
        whole = " ".join(
            names[code[:n]] for n in (6, 9, 12) if n <= len(code) and code[:n] in names
        )
        yield (whole, *shape.cells(row))
