"""Areas: a whole table at once, and single changes by staff (the Bureau stopped publishing codes in 2024)."""

import csv
from pathlib import Path

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey

from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import AuditAction, Kind, Level
from ..models import Area, AreaAlias, StationArea
from .audit import audit

LEVEL_OF_LENGTH = {4: Level.CITY, 6: Level.COUNTY, 9: Level.TOWNSHIP, 12: Level.VILLAGE}
COLUMNS = ["code", "name", "level", "kind", "parent", "alias_code", "alias_name"]


class AreaError(DomainError):
    pass


@transaction.atomic
def areas_load(*, path: Path) -> dict[str, int]:
    """Load a city's areas from a CSV of COLUMNS; repeatable, set-based. An area that the file lacks is
    left alone. Codes already there take the file's name, kind and parent, and are in use again unless
    staff merged them. Raises AreaError with the line that cannot be read."""
    rows = _read(path)
    known = set(
        Area.objects.filter(code__in=[row["code"] for row in rows]).values_list("pk", flat=True)
    )
    areas = [
        Area(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            kind=row["kind"],
            parent_id=row["parent"] or None,
        )
        for row in sorted(rows, key=lambda row: len(row["code"]))
    ]
    Area.objects.bulk_create(
        areas,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "kind", "parent"],
        batch_size=2000,
    )
    aliases = [
        AreaAlias(area_id=row["code"], code=row["alias_code"], name=row["alias_name"])
        for row in rows
        if row["alias_code"] or row["alias_name"]
    ]
    AreaAlias.objects.bulk_create(aliases, ignore_conflicts=True)
    return {"areas": len(rows), "new": len(rows) - len(known), "aliases": len(aliases)}


def _read(path):
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames is None or set(COLUMNS) - set(reader.fieldnames):
            raise AreaError(f"文件的列应为：{','.join(COLUMNS)}。")
        rows = [{key: (row[key] or "").strip() for key in COLUMNS} for row in reader]
    codes = {row["code"] for row in rows}
    if len(codes) != len(rows):
        raise AreaError("文件中有重复的区划代码。")
    known = None
    for line, row in enumerate(rows, start=2):
        if LEVEL_OF_LENGTH.get(len(row["code"])) != row["level"]:
            raise AreaError(f"第 {line} 行：代码“{row['code']}”的位数与层级“{row['level']}”不符。")
        if row["kind"] not in Kind.values:
            raise AreaError(f"第 {line} 行：不认识类型“{row['kind']}”。")
        if not row["name"]:
            raise AreaError(f"第 {line} 行：没有名称。")
        if row["level"] != Level.CITY and not row["code"].startswith(row["parent"] or "-"):
            raise AreaError(f"第 {line} 行：代码“{row['code']}”不以上级代码“{row['parent']}”开头。")
        if row["parent"] and row["parent"] not in codes:
            known = known or set(Area.objects.values_list("pk", flat=True))
            if row["parent"] not in known:
                raise AreaError(f"第 {line} 行：没有上级“{row['parent']}”。")
    return rows


@transaction.atomic
def area_add(*, actor, parent: Area, code: str, name: str, kind: str = "", request=None) -> Area:
    """Add an area below `parent`. Raises AreaError when the code does not fit or is taken."""
    name = name.strip()
    level = LEVEL_OF_LENGTH.get(len(code))
    if level is None or level == Level.CITY or not code.startswith(parent.code):
        raise AreaError(f"代码应以上级代码 {parent.code} 开头，县 6 位、乡镇 9 位、村 12 位。")
    if LEVEL_OF_LENGTH.get(len(parent.code)) != _level_above(level):
        raise AreaError(f"{parent.name}下面不能直接设{level.label}。")
    if Area.objects.filter(code=code).exists():
        raise AreaError(f"代码 {code} 已经有了。")
    _refuse_namesake(parent.code, name)
    area = Area.objects.create(code=code, name=name, level=level, kind=kind, parent=parent)
    _tell(actor, request, area, {"act": "add", "name": name, "kind": kind})
    return area


def _level_above(level):
    order = [Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]
    return order[order.index(level) - 1]


def _refuse_namesake(parent_code, name, besides=None):
    if not name:
        raise AreaError("名称不能空着。")
    namesakes = Area.objects.active().filter(parent_id=parent_code, name=name).exclude(pk=besides)
    if namesakes.exists():
        raise AreaError(f"同一上级下已有“{name}”。")


@transaction.atomic
def area_rename(*, actor, area: Area, name: str, request=None) -> Area:
    """Give an area another name; the old one stays as an alias, so that old ledgers still resolve."""
    area = Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
    name = name.strip()
    if name == area.name:
        return area
    _refuse_namesake(area.parent_id, name, besides=area.pk)
    old, area.name = area.name, name
    area.save(update_fields=["name"])
    AreaAlias.objects.get_or_create(area=area, code="", name=old)
    _tell(actor, request, area, {"act": "rename", "before": old, "after": name})
    return area


@transaction.atomic
def area_retire(*, actor, area: Area, request=None) -> Area:
    """Take an area out of use: new rows no longer resolve to it, old ones stay. Raises AreaError while
    areas in use lie below it."""
    area = Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
    if area.level == Level.CITY:
        raise AreaError("市不能停用。")
    if area.children.filter(is_active=True).exists():
        raise AreaError(f"“{area.name}”下面还有在用的区划，请先停用或并走它们。")
    area.is_active = False
    area.save(update_fields=["is_active"])
    _tell(actor, request, area, {"act": "retire"})
    return area


@transaction.atomic
def area_merge(*, actor, area: Area, into: Area, request=None) -> dict[str, int]:
    """Merge `area` into `into` (same level, both in use): what stands in it moves there by one UPDATE a
    table, the areas below it move with new codes, `area` retires and its code and name become aliases.
    Returns how many rows moved, by table. Raises AreaError."""
    area, into = _lock_two(area.pk, into.pk)
    if area.level != into.level or area.level == Level.CITY:
        raise AreaError("只能并入同一层级的区划。")
    if area.code[:4] != into.code[:4]:
        raise AreaError("不能并入另一个市。")
    if not into.is_active or not area.is_active:
        raise AreaError("已停用的区划不能合并。")
    moved = {}
    for child in area.children.filter(is_active=True).order_by("code"):
        _count(moved, _move_child(actor, child, into, request))
    StationArea.objects.filter(area=area).delete()
    try:
        _count(moved, _repoint(area, into))
    except IntegrityError as error:
        raise AreaError("两地有重复的登记证号或同名监管所，请先处理后再合并。") from error
    for user in area.supervisors.all():
        user.counties.add(into)
        user.counties.remove(area)
    area.is_active, area.merged_into = False, into
    area.save(update_fields=["is_active", "merged_into"])
    AreaAlias.objects.filter(area=area).exclude(
        pk__in=AreaAlias.objects.filter(area=area, name=into.name, code="")
    ).update(area=into)
    AreaAlias.objects.get_or_create(area=into, code=area.code, name=area.name)
    detail = {"act": "merge", "into": into.code, "moved": moved}
    _tell(actor, request, area, detail)
    return moved


def _lock_two(first, second):
    if first == second:
        raise AreaError("不能并入自己。")
    locked = Area.objects.select_for_update(of=("self",)).order_by("pk").in_bulk([first, second])
    return locked[first], locked[second]


def _move_child(actor, child, parent, request):
    """A child whose name the new parent has already is merged with that one; another gets a new code."""
    namesake = parent.children.filter(is_active=True, name=child.name).first()
    if namesake is None:
        code = _free_code(parent, child)
        namesake = Area.objects.create(
            code=code, name=child.name, level=child.level, kind=child.kind, parent=parent
        )
    return area_merge(actor=actor, area=child, into=namesake, request=request)


def _free_code(parent, child):
    """The child's own last digits below the new parent, or the next number that is free."""
    taken = set(parent.children.values_list("code", flat=True))
    code = parent.code + child.code[len(child.parent_id) :]
    number = 1
    while code in taken:
        code = f"{parent.code}{number:0{len(child.code) - len(child.parent_id)}d}"
        number += 1
    return code


def _repoint(area, into) -> dict[str, int]:
    """Move every row that stands in `area` by one UPDATE a table. The tables say themselves that they
    follow (`follows_area_merges`); what tells of the past (audit, history, uploads, reports) stays."""
    moved = {}
    for model in apps.get_models():
        if not getattr(model, "follows_area_merges", False):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, ForeignKey) and field.related_model is Area:
                rows = model._base_manager.filter(**{field.attname: area.pk})
                count = rows.update(**{field.attname: into.pk})
                if count:
                    _count(moved, {model._meta.label_lower: count})
    return moved


def _count(total, more):
    for key, number in more.items():
        total[key] = total.get(key, 0) + number


def _tell(actor, request, area, detail):
    audit(
        actor=actor,
        action=AuditAction.AREA,
        request=request,
        object_type="jurisdiction.area",
        object_id=area.code,
        area_code=area.code,
        detail=detail,
    )
