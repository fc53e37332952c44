"""督导任务清单: a draft is made from a version, edited, issued; an issued version never changes."""

import datetime

from django.db import transaction
from django.db.models import Max

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import ChecklistLevel, ChecklistState, Heading
from ..models import Checklist, ChecklistItem

COPIED = (
    "order", "code", "heading", "text", "way", "na_allowed", "phrases", "problem_kind", "control",
)  # fmt: skip
# A visit of the village's list is done in so many taps at most (domain §8.5).
MOST_VILLAGE_ITEMS = 16


class ChecklistError(DomainError):
    """A list that cannot be copied, edited or issued as asked."""


class ChecklistConflict(ChecklistError):
    """Somebody else was faster; nothing was saved."""


def _versions_locked(level):
    """All versions of one level, locked by key: copies and issues wait for each other."""
    found = Checklist.objects.filter(level=level).select_related("created_by", "issued_by")
    return list(found.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _draft_locked(pk):
    """A draft, locked against its issue."""
    checklist = Checklist.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if checklist.state != ChecklistState.DRAFT:
        raise ChecklistConflict("这一版已启用，不能再改。请另拟一版。")
    return checklist


@transaction.atomic
def checklist_copy(*, actor, checklist: Checklist, address: str | None = None) -> Checklist:
    """A new draft with the items of an issued or superseded version. One draft a level: a second copy →
    ChecklistConflict."""
    versions = _versions_locked(checklist.level)
    draft = next((row for row in versions if row.state == ChecklistState.DRAFT), None)
    if draft is not None:
        who = f"{draft.created_by.get_full_name()} 拟的" if draft.created_by else ""
        raise ChecklistConflict(f"已有{who}第 {draft.version} 版草稿，请接着改那一份。")
    made = Checklist.objects.create(
        level=checklist.level, version=max(row.version for row in versions) + 1,
        title=checklist.title, is_example=checklist.is_example, copied_from=checklist,
        created_by=actor,
    )  # fmt: skip
    items = ChecklistItem.objects.bulk_create(
        [
            ChecklistItem(checklist=made, **values)
            for values in checklist.items.order_by("order", "pk").values(*COPIED)
        ]
    )
    _copy_types(checklist, {item.code: item for item in items})
    _told(actor, made, "copy", address, {"from": checklist.version})
    return made


def _copy_types(checklist, items):
    through = ChecklistItem.categories.through
    found = through.objects.filter(checklistitem__checklist=checklist).order_by("pk")
    through.objects.bulk_create(
        [
            through(checklistitem=items[code], category_id=category)
            for code, category in found.values_list("checklistitem__code", "category_id")
        ]
    )


@transaction.atomic
def item_add(
    *, actor, checklist: Checklist, values: dict, categories: list[str], address: str | None = None
) -> ChecklistItem:
    """An item at the end of a draft. A code that the draft holds already → ChecklistError."""
    draft = _draft_locked(checklist.pk)
    _check_item(draft, values, categories)
    last = draft.items.aggregate(last=Max("order"))["last"] or 0
    item = ChecklistItem.objects.create(checklist=draft, order=last + 1, **values)
    item.categories.set(categories)
    _told(actor, draft, "item_add", address, {"code": item.code})
    return item


def _check_item(draft, values, categories, besides=None):
    if draft.items.exclude(pk=besides).filter(code=values["code"]).exists():
        raise ChecklistError(f"这份清单里已有 {values['code']}，请换一个代码。")
    if (values["heading"] == Heading.ADDED) != bool(categories):
        raise ChecklistError("本类主体加查的条目要选用于哪些类别；其他条目用于所有主体，不选类别。")
    if categories and draft.level == ChecklistLevel.VILLAGE:
        raise ChecklistError("村级清单不加查：小作坊、小餐饮、小食杂都用这一份，不能变长。")


@transaction.atomic
def item_update(
    *, actor, item: ChecklistItem, revision: int, values: dict, categories: list[str],
    address: str | None = None,
) -> ChecklistItem:  # fmt: skip
    """Change an item of a draft that still stands as the editor saw it (`revision`); else
    ChecklistConflict."""
    draft, found = _item_locked(item)
    if found.revision != revision:
        raise ChecklistConflict(
            f"{found.code} 刚被别人改过，您的修改没有保存。请看过现在的内容再改。"
        )
    _check_item(draft, values, categories, besides=found.pk)
    for name, value in values.items():
        setattr(found, name, value)
    found.revision += 1
    found.save()
    found.categories.set(categories)
    _told(actor, draft, "item_update", address, {"code": found.code})
    return found


def _item_locked(item):
    draft = _draft_locked(item.checklist_id)
    found = draft.items.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if found is None:
        raise ChecklistConflict(f"{item.code} 已被别人从草稿里删去。")
    return draft, found


@transaction.atomic
def item_remove(*, actor, item: ChecklistItem, address: str | None = None) -> None:
    """Take an item out of a draft; the audit log and the item's history keep what it said."""
    draft, found = _item_locked(item)
    found.categories.clear()
    found.delete()
    _told(actor, draft, "item_remove", address, {"code": found.code, "text": found.text})


@transaction.atomic
def item_move(*, actor, item: ChecklistItem, step: int, address: str | None = None) -> None:
    """Move an item of a draft up (−1) or down (+1) among those of its heading; at the edge it stays."""
    draft, found = _item_locked(item)
    items = list(draft.items.filter(heading=found.heading).order_by("order", "pk"))
    place = next(index for index, row in enumerate(items) if row.pk == found.pk)
    other = place + (1 if step > 0 else -1)
    if not 0 <= other < len(items):
        return
    mine, theirs = items[place], items[other]
    ChecklistItem.objects.filter(pk=mine.pk).update(order=theirs.order)
    ChecklistItem.objects.filter(pk=theirs.pk).update(order=mine.order)
    _told(actor, draft, "item_move", address, {"code": found.code})


@transaction.atomic
def checklist_issue(
    *, actor, checklist: Checklist, effective_from: datetime.date, at: datetime.datetime,
    is_example: bool = True, address: str | None = None,
) -> Checklist:  # fmt: skip
    """Issue a draft from a day on; the version in force ends the day before and is superseded. Visits made
    with it keep it. Issued by another meanwhile → ChecklistConflict."""
    versions = _versions_locked(checklist.level)
    draft = next(row for row in versions if row.pk == checklist.pk)
    if draft.state != ChecklistState.DRAFT:
        who = draft.issued_by.get_full_name() if draft.issued_by else "别人"
        raise ChecklistConflict(f"这一版已由{who}启用，不必再办。")
    count = draft.items.count()
    if not count:
        raise ChecklistError("这份草稿没有条目，请先填写再启用。")
    if draft.level == ChecklistLevel.VILLAGE and count > MOST_VILLAGE_ITEMS:
        raise ChecklistError(
            f"村级清单最多 {MOST_VILLAGE_ITEMS} 项，现有 {count} 项。请删去 {count - MOST_VILLAGE_ITEMS} 项再启用。"
        )
    old = next((row for row in versions if row.state == ChecklistState.ISSUED), None)
    if old is not None:
        if effective_from <= old.effective_from:
            raise ChecklistError(f"生效日期须晚于现行版的生效日期 {old.effective_from:%Y-%m-%d}。")
        old.state = ChecklistState.SUPERSEDED
        old.effective_to = effective_from - datetime.timedelta(days=1)
        old.save(update_fields=["state", "effective_to"])
    draft.state, draft.effective_from = ChecklistState.ISSUED, effective_from
    draft.is_example = is_example
    draft.issued_by, draft.issued_at = actor, at
    draft.save()
    _told(actor, draft, "issue", address, {"effective_from": str(effective_from)})
    return draft


def _told(actor, checklist, act, address, detail):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="checklist",
        object_id=checklist.pk,
        detail={"act": act, "list": f"{checklist.level} v{checklist.version}"} | detail,
    )  # fmt: skip
