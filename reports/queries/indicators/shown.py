"""How the rows behind a figure are shown: by kind of row the columns, the links and who may read them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Cadre, Change, Letter

from .catalogue import Side


@dataclass(frozen=True)
class Shape:
    """One kind of row. `cells` gives the values in the order of `headings` (days as dates); the first is
    the link, to the page `url_name` of the row that `target` gives."""

    unit: str
    permission: str
    url_name: str
    headings: tuple[str, ...]
    related: tuple[str, ...]
    cells: Callable[[Model], tuple]
    target: Callable[[Model], int | None] = lambda row: row.pk


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


SHAPES: dict[type[Model], Shape] = {
    Entity: Shape(
        "家", "entities.view_entity", "entities:entity-detail",
        ("主体名称", "许可证编号", "包保等级", "经营状态", "摸底日期"), (), _entity,
    ),
    Cadre: Shape(
        "人", "responsibility.view_cadre", "responsibility:cadre-detail",
        ("姓名", "包保层级", "单位", "职务"), (), _cadre,
    ),
    Letter: Shape(
        "份", "responsibility.view_letter", "responsibility:letter-detail",
        ("签状单位", "类别", "状态", "签订日期"), (), _letter,
    ),
    Change: Shape(
        "项", "responsibility.view_change", "entities:entity-detail",
        ("主体或干部", "变更", "发生日期", "应调整", "已调整"), ("entity", "cadre"), _change,
        lambda row: row.entity_id,
    ),
}  # fmt: skip


def shape_of(found: QuerySet) -> Shape:
    """The shape of these rows."""
    return SHAPES[found.model]


def with_related(found: QuerySet) -> QuerySet:
    """The rows with what their cells and their area's whole name read."""
    return found.select_related("area__parent__parent", *shape_of(found).related)


def readable(*, user, side: Side) -> bool:
    """Whether the user may open the rows of a side."""
    return user.has_perm(SHAPES[side.model].permission)


def export_rows(found: QuerySet) -> Iterator[tuple]:
    """The cells of all rows behind their area's whole name, by area; streamed."""
    shape, names = shape_of(found), dict(Area.objects.values_list("code", "name"))
    rows = found.select_related("area", *shape.related).order_by("area_id", "pk")
    for row in rows.iterator(chunk_size=2000):
        code = row.area_id
        whole = " ".join(
            names[code[:n]] for n in (6, 9, 12) if n <= len(code) and code[:n] in names
        )
        yield (whole, *shape.cells(row))
