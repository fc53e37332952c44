"""Undo an applied plan: what it replaced comes back, where nobody touched it since."""

import datetime

import pghistory
from django.db import connection, transaction

from ...enums import AssignmentReason, EndReason, PlanMove, PlanState
from ...models import AssignmentPlan
from ..bond_changes import record_bond_changes
from .acts import audit_plan, lock_given, locked_plan

BONDS = """
CREATE TEMPORARY TABLE plan_bonds ON COMMIT DROP AS
SELECT id, entity_id, cadre_id, from_on FROM responsibility_assignment
WHERE plan_id = %(plan)s AND to_on IS NULL
"""

# The plan's bond is still in force, and its former bearer can hold the business as he did: it has the
# grade and the area that it had then, and he is in post (unless the plan took it over from one who had left).
UNTOUCHED = f"""
CREATE TEMPORARY TABLE plan_untouched ON COMMIT DROP AS
SELECT b.id AS bond_id, b.entity_id, b.cadre_id AS cadre_from_id, r.cadre_from_id AS cadre_to_id,
       e.area_id, e.status, e.grade, b.from_on, o.exception_reason,
       coalesce(c.level, '') AS level, NOT coalesce(c.is_in_post, true) AS is_pending,
       coalesce(c.level = g.level AND starts_with(e.area_id, c.area_id), false) AS is_fit
FROM plan_given r
JOIN plan_bonds b ON b.entity_id = r.entity_id
JOIN entities_entity e ON e.id = r.entity_id
LEFT JOIN responsibility_assignment o ON o.id = r.bond_id
LEFT JOIN responsibility_cadre c ON c.id = r.cadre_from_id
LEFT JOIN responsibility_gradelevel g ON g.grade = e.grade AND g.rank = 1
WHERE o.id IS NULL OR (
    e.grade = o.grade AND e.area_id = o.area_id AND c.level = o.level
    AND (c.is_in_post OR r.move = '{PlanMove.PENDING}'))
"""

END = f"""
UPDATE responsibility_assignment b
SET to_on = greatest(b.from_on, %(on)s), end_reason = '{EndReason.UNDO}',
    ended_by_id = %(by)s, ended_at = %(at)s
FROM plan_untouched u WHERE b.id = u.bond_id
"""

# Nothing rewrites history: the former bond stays ended, an equal one begins.
BEGIN = f"""
INSERT INTO responsibility_assignment
    (entity_id, cadre_id, area_id, status, grade, level, is_fit, is_pending, from_on, reason,
     end_reason, note, exception_reason, made_by_id, made_at)
SELECT entity_id, cadre_to_id, area_id, status, grade, level, is_fit, is_pending,
       greatest(from_on, %(on)s), '{AssignmentReason.UNDO}', '', %(note)s, exception_reason, %(by)s, %(at)s
FROM plan_untouched WHERE cadre_to_id IS NOT NULL
ORDER BY entity_id
"""


@transaction.atomic
def plan_undo(
    *,
    plan: AssignmentPlan,
    by,
    at: datetime.datetime,
    on: datetime.date,
    address: str | None = None,
) -> dict[str, int]:
    """Take an applied plan back on the day `on`: its bonds end, those that it replaced begin anew.

    Businesses that somebody touched since keep what they have. Counts: restored, kept. Raises PlanError
    when the plan is not applied (any more)."""
    plan = locked_plan(plan, PlanState.APPLIED, "不能撤销。")
    note = f"撤销分配方案 {plan.pk}"
    values = {"plan": plan.pk, "by": by.pk if by else None, "at": at, "on": on, "note": note}
    with (
        pghistory.context(user=values["by"], via="plan_undo", plan=plan.pk),
        connection.cursor() as cursor,
    ):
        lock_given(cursor, values)
        cursor.execute(BONDS, values)
        cursor.execute("ANALYZE plan_bonds")
        cursor.execute(UNTOUCHED, values)
        cursor.execute("ANALYZE plan_untouched")
        cursor.execute(END, values)
        restored = cursor.rowcount
        cursor.execute(BEGIN, values)
        record_bond_changes(
            cursor, pairs="SELECT entity_id, cadre_from_id, cadre_to_id FROM plan_untouched",
            on=on, by_id=values["by"], at=at, note=note,
        )  # fmt: skip
        cursor.execute("DROP TABLE plan_untouched, plan_bonds, plan_given")
        kept = plan.counts.get("applied", 0) - restored
        plan.counts |= {"restored": restored, "kept_at_undo": kept}
        plan.state, plan.undone_by, plan.undone_at = PlanState.UNDONE, by, at
        plan.save(update_fields=["state", "counts", "undone_by", "undone_at"])
    counts = {"restored": restored, "kept": kept}
    audit_plan(plan, by, address, {"act": "plan_undo", **counts})
    return counts
