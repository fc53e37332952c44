"""Meetings, papers, experience and trainings as records: made, changed by one person at a time."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.scopes import home_code
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError


class RecordError(DomainError):
    pass


class RecordChanged(DomainError):
    """Somebody changed the record since the form was opened; nothing was saved."""

    def __init__(self, current):
        super().__init__("刚有人改过，您的修改没有保存。下面是最新内容，请核对后再改。")
        self.current = current


def home_of(actor) -> str:
    """The area that a person's records are filed under. Raises RecordError where he has none."""
    code = home_code(actor)
    if code is None:
        raise RecordError("您的账号没有属地，不能登记。请用市局或县区局的账号。")
    return code


def tell(actor, row, detail, address):
    """One line of the audit log on a record of this part."""
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type=f"responsibility.{row._meta.model_name}",
        object_id=row.pk,
        area_code=row.area_id,
        detail=detail,
    )


@transaction.atomic
def record_save(
    *, actor, row, changes: Mapping[str, Any], revision: int | None, address: str | None = None
):
    """Write a meeting, paper, experience or training: a new one, or the changed fields of one that was seen
    at `revision`. Raises RecordChanged when it has moved on."""
    is_new = row.pk is None
    if is_new:
        row.area_id = home_of(actor)
        row.created_by = actor
    else:
        row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.revision != revision:
            raise RecordChanged(row)
        if not changes:
            return row
        row.revision += 1
        row.is_example = False
    for name, value in changes.items():
        setattr(row, name, value)
    with pghistory.context(user=actor.pk, via="create" if is_new else "edit"):
        row.save()
    detail = {"act": "add" if is_new else "edit", "fields": sorted(changes)}
    tell(actor, row, detail, address)
    return row
