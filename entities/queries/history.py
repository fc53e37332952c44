"""The history of one business: who changed what, when, by which upload or screen."""

import datetime
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model

from jiamusi_foodsafety.jurisdiction.models import Area

from ..models import Category, Entity, LedgerUpload
from ..rules import mask_numbers, mask_phone
from .holders import sees

LIMIT = 50
# Fields that follow from others, or that only the machine reads.
HIDDEN = {
    "id",
    "created_at",
    "updated_at",
    "revision",
    "address_key",
    "suggested_rule",
    "station_override",
    "doubts",
}
# Ways of a change: what the screen calls it, and its icon.
VIA = {
    "create": ("新增主体", "plus"),
    "edit": ("修改", "pencil"),
    "ledger": ("台账写入", "upload"),
    "undo": ("撤销台账写入", "arrow-back-up"),
    "grade": ("设定等级", "scale"),
    "rule": ("按建议定级", "scale"),
    "suggest": ("分级标准变动", "scale"),
    "screen": ("批准筛除", "filter-x"),
    "restore": ("批准恢复", "arrow-back-up"),
    "sample": ("市局抽核退回", "arrow-back-up"),
    "season": ("季节转换", "calendar"),
    "transfer": ("迁入", "arrows-exchange"),
    "merge": ("合并重复登记", "copy"),
    "merge-undo": ("撤销合并", "arrow-back-up"),
}


@dataclass
class Change:
    """One field's value before and after, as a person reads it."""

    field: str
    old: str
    new: str


@dataclass
class Moment:
    """One entry of the timeline."""

    at: datetime.datetime
    title: str
    note: str
    icon_name: str
    state: str = ""
    changes: list[Change] = field(default_factory=list)
    upload_id: int | None = None


def history_of(*, user, entity: Entity, limit: int = LIMIT) -> tuple[list[Moment], bool]:
    """The newest changes of a business with their before and after, and whether there are more.

    The business must be in the user's scope, else nothing. Phone numbers are masked."""
    if not sees(user=user, entity=entity):
        return [], False
    events = list(entity.events.select_related("pgh_context").order_by("-pgh_id")[: limit + 2])
    has_more = len(events) > limit
    shown = events[:limit]
    names = _Names(events)
    moments = []
    for at, event in enumerate(shown):
        before = events[at + 1] if at + 1 < len(events) else None
        moment = names.moment(event, before)
        if moment.changes or before is None:
            moments.append(moment)
    return moments, has_more


class _Names:
    """Names for the keys found in a run of events: areas, categories, people, uploads; read once."""

    def __init__(self, events):
        said = [event.pgh_context.metadata if event.pgh_context else {} for event in events]
        codes = {event.area_id for event in events}
        categories = {event.category_id for event in events}
        users = {context.get("user") for context in said} - {None}
        uploads = {context.get("upload") for context in said} - {None}
        areas = Area.objects.filter(pk__in=codes).select_related("parent")
        self.areas = {
            area.pk: f"{area.parent.name} {area.name}" if area.parent else area.name
            for area in areas
        }
        self.categories = dict(Category.objects.filter(pk__in=categories).values_list("pk", "name"))
        people = get_user_model().objects.in_bulk(users) if users else {}
        self.people = {pk: person.get_full_name() for pk, person in people.items()}
        found = LedgerUpload.objects.filter(pk__in=uploads) if uploads else []
        self.uploads = {upload.pk: upload.reference for upload in found}
        self.fields = [f for f in Entity._meta.concrete_fields if f.name not in HIDDEN]

    def moment(self, event, before):
        said = event.pgh_context.metadata if event.pgh_context else {}
        title, icon = VIA.get(said.get("via"), ("修改", "pencil"))
        if before is None and said.get("via") in (None, "edit", "ledger"):
            title, icon = "新增主体", "plus"
        who = self.people.get(said.get("user"), "系统")
        upload = self.uploads.get(said.get("upload"), "")
        return Moment(
            at=event.pgh_created_at,
            title=title,
            note=f"{who} · 上传 {upload}" if upload else who,
            icon_name=icon,
            changes=self.changes(event, before) if before is not None else [],
            upload_id=said.get("upload"),
        )

    def changes(self, event, before):
        found = []
        for column in self.fields:
            old, new = getattr(before, column.attname), getattr(event, column.attname)
            if old != new:
                label = str(column.verbose_name)
                found.append(Change(label, self.words(column, old), self.words(column, new)))
        return found

    def words(self, column, value):
        """A value as a person reads it; empty stays empty."""
        if value is None or value == "":
            return ""
        if column.name == "area":
            return self.areas.get(value, value)
        if column.name == "category":
            return self.categories.get(value, value)
        if isinstance(value, bool):
            return "是" if value else "否"
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        if column.name in ("phone", "cadre_phone"):
            return mask_phone(value)
        if column.name == "note":
            return mask_numbers(value)
        return str(value)
