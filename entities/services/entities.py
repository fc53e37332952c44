"""One business at a time: taken into the register, changed, its phone shown."""

from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint

from jiamusi_foodsafety.jurisdiction.enums import AuditAction, Level
from jiamusi_foodsafety.jurisdiction.models import AreaAlias
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..models import Entity
from ..queries.grading import active_standard, facts_of, rule_rows
from ..rules import (
    GradingRuleRow,
    credit_code_check,
    grade_by_rules,
    licence_area,
    licence_check,
)

NATIONAL = ("JY", "SC", "YB")
OLD = ("SP", "CY", "QS")
# Warnings that follow from the record alone, and those that a change of these fields settles.
_RECOMPUTED = {"W_CHECK_DIGIT", "W_AREA_DIGITS", "W_OLD_LICENCE"}
_SETTLED_BY = {"W_PHONE": {"phone"}, "W_CODE_SHARED": {"credit_code"}}


class EntityConflict(DomainError):
    """Somebody changed the business since the form was opened; nothing was saved."""

    def __init__(self, current: Entity):
        super().__init__("这一家刚被别人改过，您的修改没有保存。")
        self.current = current


class LicenceTaken(DomainError):
    pass


@contextmanager
def _licence_free():
    """The database refuses a licence number that is registered already: told as a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        taken = {
            constraint.name: constraint.violation_error_message
            for constraint in Entity._meta.constraints
            if isinstance(constraint, UniqueConstraint)
        }
        name = getattr(error.__cause__.diag, "constraint_name", "")
        if name not in taken:
            raise
        raise LicenceTaken(taken[name]) from error


@transaction.atomic
def entity_create(*, actor, values: Mapping[str, Any], address: str | None = None) -> Entity:
    """Take a business into the register by hand; suggested grade and doubts are worked out at once.

    Raises LicenceTaken when its licence number is registered already."""
    entity = Entity(**values)
    derive(entity)
    with pghistory.context(user=actor.pk, via="create"), _licence_free():
        entity.save(force_insert=True)
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="entity",
        object_id=entity.pk,
        area_code=entity.area_id,
        detail={"act": "create"},
    )
    return entity


@transaction.atomic
def entity_update(
    *,
    actor,
    entity: Entity,
    revision: int,
    changes: Mapping[str, Any],
    address: str | None = None,
) -> Entity:
    """Write the changed fields of one business, seen at `revision`.

    Raises EntityConflict when it has moved on, LicenceTaken when the new number is taken. The change and its author stand in the history.
    """
    locked = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if locked.revision != revision:
        raise EntityConflict(locked)
    if not changes:
        return locked
    for field, value in changes.items():
        setattr(locked, field, value)
    derive(locked, set(changes))
    written = {*changes, "suggested_grade", "suggested_rule", "doubts"}
    with pghistory.context(user=actor.pk, via="edit"), _licence_free():
        locked.save(update_fields=written)
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="entity",
        object_id=locked.pk,
        area_code=locked.area_id,
        detail={"act": "edit", "fields": sorted(changes)},
    )
    locked.refresh_from_db()
    return locked


def phone_reveal(*, actor, entity: Entity, address: str | None = None) -> str:
    """The whole phone number of a business; each look is recorded (个人信息保护法: by role, logged)."""
    audit(
        actor=actor,
        action=AuditAction.REVEAL,
        address=address,
        object_type="entity",
        object_id=entity.pk,
        area_code=entity.area_id,
        detail={"name": entity.name},
    )
    return entity.phone


def derive(entity: Entity, changed=frozenset()) -> None:
    """Set what follows from the other fields, the suggestion and the doubts; `changed` names the fields that
    were written. Saves nothing."""
    rules: list[GradingRuleRow] = rule_rows(active_standard())
    verdict = grade_by_rules(facts_of(entity), rules)
    entity.suggested_grade = verdict.grade
    entity.suggested_rule_id = int(verdict.rule) if verdict.rule else None
    settled = {code for code, fields in _SETTLED_BY.items() if fields & changed}
    if entity.area.level == Level.VILLAGE:
        settled.add("W_AREA_SHALLOW")
    kept = set(entity.doubts) - settled - _RECOMPUTED
    entity.doubts = sorted(kept | set(_own_doubts(entity)))


def _own_doubts(entity):
    if entity.credit_code and not credit_code_check(entity.credit_code):
        yield "W_CHECK_DIGIT"
    if entity.licence_kind in NATIONAL:
        if licence_check(entity.licence_no):
            yield "W_CHECK_DIGIT"
        if not _is_local(entity):
            yield "W_AREA_DIGITS"
    if entity.licence_kind in OLD:
        yield "W_OLD_LICENCE"


def _is_local(entity):
    """Whether the licence's area digits are the county's, a former code of it (抚远 230833), or the
    city's own (…00, …01); a zone without a national code takes any of its city."""
    digits, county = licence_area(entity.licence_no), entity.area_id[:6]
    if digits == county or digits[4:] in {"00", "01"}:
        return True
    if not county.isdigit() and digits[:4] == county[:4]:
        return True
    return AreaAlias.objects.filter(area=county, code=digits).exists()
