"""The rows of a template, within the reader's scope: narrowed, streamed, written as the template wants them."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from entities.enums import Status
from entities.models import Entity
from entities.queries.entities import VIEWS, category_choices, in_view
from inspections.enums import VisitMode
from inspections.models import Visit
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.phones import mask_numbers, mask_phone
from responsibility.enums import CadreLevel, Standing
from responsibility.models import Assignment, Cadre

from ...enums import ProfileKind
from ...rules.profiles import FIXED, PERMANENT, SERIAL, formatted
from .columns import columns_of

CHUNK = 2000
LENGTHS = {"city": 4, "county": 6, "town": 9, "village": 12}
# A masked number is no number: its heading says so, and no upload takes it for one.
MASKED = "脱敏"
SPANS = {
    "all": "全部", "this_month": "本月", "last_month": "上月", "this_quarter": "本季度",
    "last_quarter": "上季度",
}  # fmt: skip
GRADES = {"A": "A级", "B": "B级", "C": "C级", "D": "D级"}
# What each kind can be narrowed by: key → (label, choices, several may be chosen). 主体类别 comes from its table
# (filters_of).
FILTERS: dict[str, dict[str, tuple]] = {
    ProfileKind.ENTITIES: {
        "view": ("范围", VIEWS, False), "grade": ("包保等级", GRADES, True),
        "status": ("经营状态", {s.value: s.label for s in Status}, True),
    },
    ProfileKind.CADRES: {
        "post": ("任职", {"in": "在岗", "left": "已离任", "all": "全部"}, False),
        "level": ("包保层级", dict(CadreLevel.choices), True),
    },
    ProfileKind.ASSIGNMENTS: {
        "force": ("效力", {"now": "现在有效", "all": "全部（含已结束）"}, False),
        "standing": ("包保状态", dict(Standing.choices), True),
        "level": ("包保层级", dict(CadreLevel.choices), True), "grade": ("包保等级", GRADES, True),
    },
    ProfileKind.VISITS: {
        "span": ("督导日期", SPANS, False), "mode": ("督导方式", dict(VisitMode.choices), True),
        "level": ("包保层级", dict(CadreLevel.choices), True), "grade": ("包保等级", GRADES, True),
    },
}  # fmt: skip


# Where a business's category stands, seen from the rows of a kind.
CATEGORY = {
    ProfileKind.ENTITIES: "category",
    ProfileKind.ASSIGNMENTS: "entity__category",
    ProfileKind.VISITS: "entity__category",
}


def filters_of(kind: str) -> dict[str, tuple]:
    """What a kind can be narrowed by, the categories as they are now; one statement where it has them."""
    if kind not in CATEGORY:
        return FILTERS[kind]
    return FILTERS[kind] | {"category": ("主体类别", dict(category_choices()), True)}


def profile_rows(
    *, user, kind: str, filters: Mapping[str, Any], area: str = "", on: datetime.date
) -> QuerySet:
    """The rows that the user may see, narrowed by the template and by an area; unordered. Values that no list
    offers narrow nothing."""
    chosen = _chosen(kind, filters)
    found = _SETS[kind](user, chosen, on)
    categories = filters.get("category")
    if kind in CATEGORY and categories:
        found = found.filter(**{f"{CATEGORY[kind]}__in": categories})
    return found.within(area) if area else found


def _chosen(kind, filters):
    """The values that the lists offer, by key."""
    chosen = {}
    for key, (_, choices, is_many) in FILTERS[kind].items():
        value = filters.get(key)
        if is_many:
            chosen[key] = [one for one in value or [] if one in choices]
        else:
            chosen[key] = value if value in choices else next(iter(choices))
    return chosen


def _many(found, chosen, *keys):
    wanted = {f"{key}__in": chosen[key] for key in keys if chosen.get(key)}
    return found.filter(**wanted)


def _entities(user, chosen, on):
    found = in_view(Entity.objects.visible_to(user), chosen["view"], on=on)
    return _many(found, chosen, "grade", "status")


def _cadres(user, chosen, _on):
    found = Cadre.objects.visible_to(user)
    if chosen["post"] != "all":
        found = found.filter(is_in_post=chosen["post"] == "in")
    return _many(found, chosen, "level")


def _assignments(user, chosen, _on):
    found = Assignment.objects.visible_to(user)
    if chosen["force"] == "now":
        found = found.active()
    return _many(found, chosen, "standing", "level", "grade")


def _visits(user, chosen, on):
    found = Visit.objects.visible_to(user).valid()
    first, last = span_of(chosen["span"], on)
    if first:
        found = found.filter(visited_on__range=(first, last))
    return _many(found, chosen, "mode", "level", "grade")


_SETS: dict[str, Callable] = {
    ProfileKind.ENTITIES: _entities,
    ProfileKind.CADRES: _cadres,
    ProfileKind.ASSIGNMENTS: _assignments,
    ProfileKind.VISITS: _visits,
}


def span_of(span: str, on: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    """First and last day of 本月, 上季度 … seen from the day `on`; (None, None) for all."""
    if span == "all":
        return None, None
    months = 3 if "quarter" in span else 1
    first = on.replace(day=1, month=(on.month - 1) // months * months + 1)
    if span.startswith("last"):
        last = first - datetime.timedelta(days=1)
        return last.replace(day=1, month=(last.month - 1) // months * months + 1), last
    return first, on


def headings_of(*, kind: str, columns: list[dict], with_phones: bool) -> list[str]:
    """The headings in their order; masked numbers say that they are."""
    known = columns_of(kind)
    return [
        f"{MASKED}{column['heading']}"
        if column["key"] in known and known[column["key"]].kind == "phone" and not with_phones
        else column["heading"]
        for column in columns
    ]


def table_rows(
    found: QuerySet, *, kind: str, columns: list[dict], with_phones: bool, most: int | None = None
) -> Iterator[tuple]:
    """The rows by area and id as the template's columns want them, streamed; phones and numbers in free texts are
    masked unless `with_phones`. `most`: the first rows only."""
    known = columns_of(kind)
    needed = ["pk", "area_id", *(known[c["key"]].path for c in columns if c["key"] in known)]
    if kind == ProfileKind.ENTITIES:
        needed.append("is_permanent")
    paths = list(dict.fromkeys(needed))
    at = {path: place for place, path in enumerate(paths)}
    names = dict(Area.objects.values_list("code", "name"))
    getters = [_getter(column, known, at, names, with_phones) for column in columns]
    rows = found.order_by("area_id", "pk").values_list(*paths)
    source = rows[:most] if most is not None else rows.iterator(chunk_size=CHUNK)
    for number, row in enumerate(source, start=1):
        yield tuple(get(row, number) for get in getters)


def _getter(chosen, known, at, names, with_phones):
    key, format = chosen["key"], chosen.get("format", "")
    if key == SERIAL:
        return lambda row, number: number
    if key in FIXED:
        text = chosen.get("text", "")
        return lambda row, number: text
    column, place = known[key], at[known[key].path]
    if column.kind == "area":
        length = LENGTHS[key]
        return lambda row, number: names.get(row[place][:length], "") if len(row[place]) >= length else None  # fmt: skip
    if column.kind in ("phone", "note"):
        if with_phones:
            return lambda row, number: row[place] or None
        mask = mask_phone if column.kind == "phone" else mask_numbers
        return lambda row, number: mask(row[place]) if row[place] else None
    if column.kind == "moment":
        return lambda row, number: _moment(row[place])
    if key == "expires_on":
        return lambda row, number: PERMANENT if row[at["is_permanent"]] else formatted(column, row[place], format)  # fmt: skip
    return lambda row, number: formatted(column, row[place], format)


def _moment(value):
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}" if value else None
