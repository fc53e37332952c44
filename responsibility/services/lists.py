"""三清单: a draft is made from a version, edited, issued; an issued version never changes."""

import datetime

from django.db import transaction
from django.db.models import Max

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import Cycle, ListKind, ListState
from ..models import ListDocument, ListItem
from ..rules.lists import FIELDS

COPIED = ("order", "code", *FIELDS)


class ListError(DomainError):
    """A list that cannot be copied, edited or issued as asked."""


class ListConflict(ListError):
    """Somebody else was faster; nothing was saved."""


def _versions_locked(document):
    """All versions of one list, locked by key: copies and issues of one list wait for each other."""
    found = ListDocument.objects.filter(kind=document.kind, level=document.level)
    return list(
        found.select_for_update(of=("self",), no_key=True)
        .select_related("created_by", "issued_by")
        .order_by("pk")
    )


def _draft_locked(pk):
    """A draft, locked against its issue."""
    document = ListDocument.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if document.state != ListState.DRAFT:
        raise ListConflict("这一版已印发，不能再改。请另拟一版。")
    return document


@transaction.atomic
def list_copy(*, actor, document: ListDocument, address: str | None = None) -> ListDocument:
    """A new draft with the lines of an issued or superseded version. One draft a list: a second copy →
    ListConflict."""
    versions = _versions_locked(document)
    draft = next((row for row in versions if row.state == ListState.DRAFT), None)
    if draft is not None:
        who = f"{draft.created_by.get_full_name()} 拟的" if draft.created_by else ""
        raise ListConflict(f"已有{who}第 {draft.version} 版草稿，请接着改那一份。")
    made = ListDocument.objects.create(
        kind=document.kind,
        level=document.level,
        version=max(row.version for row in versions) + 1,
        title=document.title,
        is_example=document.is_example,
        copied_from=document,
        created_by=actor,
    )
    ListItem.objects.bulk_create(
        [
            ListItem(document=made, **values)
            for values in document.items.order_by("order", "pk").values(*_columns())
        ]
    )
    _told(actor, made, "copy", address, {"from": document.version})
    return made


def _columns():
    return [f"{name}_id" if name in ("core_task", "stage") else name for name in COPIED]


@transaction.atomic
def item_add(
    *, actor, document: ListDocument, values: dict, address: str | None = None
) -> ListItem:
    """A line at the end of a draft. A code that the draft holds already → ListError."""
    draft = _draft_locked(document.pk)
    if draft.items.filter(code=values["code"]).exists():
        raise ListError(f"这份清单里已有 {values['code']}，请换一个代码。")
    last = draft.items.aggregate(last=Max("order"))["last"] or 0
    item = ListItem.objects.create(document=draft, order=last + 1, **values)
    _told(actor, draft, "item_add", address, {"code": item.code})
    return item


@transaction.atomic
def item_update(
    *, actor, item: ListItem, revision: int, values: dict, address: str | None = None
) -> ListItem:
    """Change a line of a draft that still stands as the editor saw it (`revision`); else ListConflict."""
    draft, found = _item_locked(item)
    if found.revision != revision:
        raise ListConflict(f"{found.code} 刚被别人改过，您的修改没有保存。请看过现在的内容再改。")
    if draft.items.exclude(pk=found.pk).filter(code=values["code"]).exists():
        raise ListError(f"这份清单里已有 {values['code']}，请换一个代码。")
    for name, value in values.items():
        setattr(found, name, value)
    found.revision += 1
    found.save()
    _told(actor, draft, "item_update", address, {"code": found.code})
    return found


def _item_locked(item):
    draft = _draft_locked(item.document_id)
    found = draft.items.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if found is None:
        raise ListConflict(f"{item.code} 已被别人从草稿里删去。")
    return draft, found


@transaction.atomic
def item_remove(*, actor, item: ListItem, address: str | None = None) -> None:
    """Take a line out of a draft; the audit log and the line's history keep what it said."""
    draft, found = _item_locked(item)
    found.delete()
    _told(actor, draft, "item_remove", address, {"code": found.code, "clause": found.clause})


@transaction.atomic
def item_move(*, actor, item: ListItem, step: int, address: str | None = None) -> None:
    """Move a line of a draft up (−1) or down (+1); at the edge it stays."""
    draft, found = _item_locked(item)
    items = list(draft.items.order_by("order", "pk"))
    place = next(index for index, row in enumerate(items) if row.pk == found.pk)
    other = place + (1 if step > 0 else -1)
    if not 0 <= other < len(items):
        return
    items[place], items[other] = items[other], items[place]
    for order, row in enumerate(items, start=1):
        if row.order != order:
            ListItem.objects.filter(pk=row.pk).update(order=order)
    _told(actor, draft, "item_move", address, {"code": found.code})


@transaction.atomic
def list_issue(
    *,
    actor,
    document: ListDocument,
    effective_from: datetime.date,
    at: datetime.datetime,
    document_no: str = "",
    is_example: bool = True,
    address: str | None = None,
) -> ListDocument:
    """Issue a draft from a day on; the version in force ends the day before and is superseded.
    `document_no` is what the office typed, or nothing. Issued by another meanwhile → ListConflict."""
    versions = _versions_locked(document)
    draft = next(row for row in versions if row.pk == document.pk)
    if draft.state != ListState.DRAFT:
        who = draft.issued_by.get_full_name() if draft.issued_by else "别人"
        raise ListConflict(f"这一版已由{who}印发，不必再印发。")
    if not draft.items.exists():
        raise ListError("这份草稿没有条目，请先填写再印发。")
    _check_cycles(draft)
    old = next((row for row in versions if row.state == ListState.ISSUED), None)
    if old is not None:
        if effective_from <= old.effective_from:
            raise ListError(f"生效日期须晚于现行版的生效日期 {old.effective_from:%Y-%m-%d}。")
        old.state = ListState.SUPERSEDED
        old.effective_to = effective_from - datetime.timedelta(days=1)
        old.save(update_fields=["state", "effective_to"])
    draft.state = ListState.ISSUED
    draft.effective_from = effective_from
    draft.document_no = document_no.strip()
    draft.is_example = is_example
    draft.issued_by, draft.issued_at = actor, at
    draft.save()
    detail = {"effective_from": str(effective_from), "document_no": draft.document_no}
    _told(actor, draft, "issue", address, detail)
    return draft


def _check_cycles(draft):
    if draft.kind != ListKind.TASK:
        return
    missing = draft.items.filter(cycle=Cycle.NONE).order_by("order").values_list("code", flat=True)
    if missing:
        raise ListError(f"{'、'.join(missing)} 没有填周期，填好再印发。")


@transaction.atomic
def lists_issue_all(*, actor, effective_from: datetime.date, at: datetime.datetime) -> int:
    """Issue every first draft that is the only version of its list: the demonstration, or an office that
    takes the examples as they are. The number issued."""
    drafts = ListDocument.objects.filter(state=ListState.DRAFT, version=1).order_by("pk")
    for document in drafts:
        list_issue(actor=actor, document=document, effective_from=effective_from, at=at)
    return len(drafts)


def _told(actor, document, act, address, detail):
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="listdocument",
        object_id=document.pk,
        detail={"act": act, "list": f"{document.kind}/{document.level} v{document.version}"}
        | detail,
    )
