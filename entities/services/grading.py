"""Grading: suggestions by the standard in force, adopting them, grades set by a person, standards."""

import datetime

import pghistory
from django.db import connection, transaction
from django.db.models import F, QuerySet

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import Grade, GradeSource, StandardState
from ..models import Entity, GradingRule, GradingStandard
from ..queries.grading import ENTITY_COLUMNS, active_standard, suggestion_sql

__all__ = [
    "ENTITY_COLUMNS",
    "GradingError",
    "grade_set",
    "refresh_suggestions",
    "standard_activate",
    "standard_draft",
    "suggestion_sql",
    "suggestions_adopt",
]


class GradingError(DomainError):
    pass


@transaction.atomic
def refresh_suggestions(*, area: str = "", standard: GradingStandard | None = None) -> int:
    """Work out 建议等级 anew by the standard in force, for the whole register or a subtree.

    One UPDATE that leaves alone what stays the same; the number of changed businesses.
    """
    standard = standard or active_standard()
    grade, rule = suggestion_sql(standard, {k: f"e.{v}" for k, v in ENTITY_COLUMNS.items()})
    with pghistory.context(via="suggest"), connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {Entity._meta.db_table} AS e
               SET suggested_grade = fresh.grade, suggested_rule_id = fresh.rule
              FROM (SELECT id, {grade} AS grade, {rule} AS rule
                      FROM {Entity._meta.db_table} AS e WHERE area_id LIKE %s) AS fresh
             WHERE fresh.id = e.id
               AND (e.suggested_grade, e.suggested_rule_id)
                   IS DISTINCT FROM (fresh.grade, fresh.rule)
            """,
            [f"{area}%"],
        )
        return cursor.rowcount


@transaction.atomic
def grade_set(
    *, actor, entities: QuerySet[Entity], grade: str, reason: str, address: str | None = None
) -> int:
    """Set the 包保等级 of 应包 businesses by hand with a reason; "" puts them back to 待定.

    No ledger overwrites a grade set so. The number of businesses that changed.
    """
    if grade not in Grade.values:
        raise GradingError("请选择 A、B、C、D 或待定。")
    if not reason.strip():
        raise GradingError("请写明定级理由。")
    values = {
        "grade": grade,
        "grade_source": GradeSource.MANUAL if grade else GradeSource.NONE,
        "grade_reason": reason.strip(),
    }
    chosen = entities.obliged().exclude(**values)
    with pghistory.context(user=actor.pk, via="grade"):
        changed = Entity.objects.filter(pk__in=_locked(chosen)).update(**values)
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="entity",
        detail={"act": "grade", "grade": grade, "reason": reason.strip(), "count": changed},
    )
    return changed


@transaction.atomic
def suggestions_adopt(
    *, actor, entities: QuerySet[Entity], address: str | None = None
) -> dict[str, int]:
    """按建议定级: give 应包 businesses the suggested grade. Grades set by hand stay; so do those whose
    suggestion is undetermined. Counts: changed, by_hand (left because a person set them)."""
    wanted = entities.obliged().exclude(suggested_grade="").exclude(grade=F("suggested_grade"))
    by_hand = wanted.filter(grade_source=GradeSource.MANUAL).count()
    wanted = wanted.exclude(grade_source=GradeSource.MANUAL)
    with pghistory.context(user=actor.pk, via="rule"):
        changed = Entity.objects.filter(pk__in=_locked(wanted)).update(
            grade=F("suggested_grade"), grade_source=GradeSource.RULE, grade_reason=""
        )
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="entity",
        detail={"act": "adopt", "count": changed, "by_hand": by_hand},
    )
    return {"changed": changed, "by_hand": by_hand}


def _locked(entities):
    """The chosen businesses, locked in the order of their ids so that two bulk acts never deadlock."""
    rows = entities.order_by("pk").select_for_update(of=("self",))
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def standard_draft(
    *,
    actor,
    source: GradingStandard,
    name: str,
    effective_from: datetime.date,
    address: str | None = None,
) -> GradingStandard:
    """A draft with the rules of another standard, to be changed and tried. Raises GradingError when
    the name is taken."""
    if GradingStandard.objects.filter(name=name).exists():
        raise GradingError("已有同名的分级标准，请换一个名称。")
    with pghistory.context(user=actor.pk, via="draft"):
        draft = GradingStandard.objects.create(
            name=name,
            document=source.document,
            effective_from=effective_from,
            is_example=source.is_example,
            note=source.note,
        )
        rules = list(source.rules.order_by("priority", "pk"))
        for rule in rules:
            rule.pk, rule.standard = None, draft
        GradingRule.objects.bulk_create(rules)
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="gradingstandard",
        object_id=draft.pk,
        detail={"act": "draft", "name": draft.name, "source": source.pk},
    )
    return draft


@transaction.atomic
def standard_activate(
    *, actor, standard: GradingStandard, address: str | None = None
) -> dict[str, int]:
    """Put a draft in force: the former standard retires, all suggestions follow; grades stay until
    adopted or set. Raises GradingError when it is no draft any more or has no rules."""
    # Everyone who activates queues up behind the same rows.
    locked = {
        row.pk: row
        for row in GradingStandard.objects.select_for_update(of=("self",)).order_by("pk")
    }
    chosen = locked.get(standard.pk)
    if chosen is None or chosen.state != StandardState.DRAFT:
        raise GradingError("这份标准已不是草稿，请刷新后再看。")
    if not chosen.rules.exists():
        raise GradingError("这份标准还没有规则，不能执行。")
    with pghistory.context(user=actor.pk, via="suggest"):
        GradingStandard.objects.filter(state=StandardState.ACTIVE).update(
            state=StandardState.RETIRED
        )
        chosen.state = StandardState.ACTIVE
        chosen.save(update_fields=["state"])
        changed = refresh_suggestions(standard=chosen)
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="gradingstandard",
        object_id=chosen.pk,
        detail={"act": "activate", "name": chosen.name, "changed": changed},
    )
    return {"changed": changed}
