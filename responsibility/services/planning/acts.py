"""Apply or discard a plan."""

import datetime

import pghistory
from django.db import connection, transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ...enums import AssignmentReason, EndReason, PlanState
from ...models import AssignmentPlan
from ..bond_changes import record_bond_changes
from .distribute import SUBSTITUTE

# The plan's rows apart: of the table of all plans the planner may know too little, and join by loops.
GIVEN = """
CREATE TEMPORARY TABLE plan_given ON COMMIT DROP AS
SELECT entity_id, entity_revision, bond_id, cadre_from_id, cadre_to_id, move
FROM responsibility_planrow WHERE plan_id = %(plan)s
"""
# Businesses first, then cadres, each by id: the order in which everybody locks.
LOCK_BUSINESSES = """
SELECT count(*) FROM (
    SELECT e.id FROM entities_entity e WHERE e.id IN (SELECT entity_id FROM plan_given)
    ORDER BY e.id FOR NO KEY UPDATE) AS locked
"""
LOCK_CADRES = """
SELECT count(*) FROM (
    SELECT c.id FROM responsibility_cadre c
    WHERE c.id IN (SELECT cadre_to_id FROM plan_given UNION SELECT cadre_from_id FROM plan_given)
    ORDER BY c.id FOR SHARE) AS locked
"""

# What still stands as the plan saw it: the business, its bond, and the cadre who is to take it.
STANDING = f"""
CREATE TEMPORARY TABLE plan_standing ON COMMIT DROP AS
SELECT r.entity_id, r.cadre_to_id, r.cadre_from_id, r.bond_id, e.area_id, e.status, e.grade,
       c.level, g.rank = 1 AS is_fit,
       CASE WHEN g.rank = 1 THEN '' ELSE '{SUBSTITUTE}' END AS exception_reason
FROM plan_given r
JOIN entities_entity e ON e.id = r.entity_id AND e.revision = r.entity_revision
JOIN responsibility_cadre c
  ON c.id = r.cadre_to_id AND c.is_in_post AND starts_with(e.area_id, c.area_id)
JOIN responsibility_gradelevel g ON g.grade = e.grade AND g.level = c.level
LEFT JOIN responsibility_assignment b ON b.entity_id = e.id AND b.to_on IS NULL
WHERE b.id IS NOT DISTINCT FROM r.bond_id AND b.cadre_id IS NOT DISTINCT FROM r.cadre_from_id
"""

END = f"""
UPDATE responsibility_assignment b
SET to_on = greatest(b.from_on, %(on)s), end_reason = '{EndReason.REPLACED}',
    ended_by_id = %(by)s, ended_at = %(at)s
FROM plan_standing s WHERE b.id = s.bond_id
"""

BEGIN = """
INSERT INTO responsibility_assignment
    (entity_id, cadre_id, area_id, status, grade, level, is_fit, is_pending, from_on, reason,
     end_reason, note, exception_reason, plan_id, made_by_id, made_at)
SELECT s.entity_id, s.cadre_to_id, s.area_id, s.status, s.grade, s.level, s.is_fit, false,
       greatest(b.from_on, %(on)s), %(reason)s, '', '', s.exception_reason, %(plan)s,
       %(by)s, %(at)s
FROM plan_standing s LEFT JOIN responsibility_assignment b ON b.id = s.bond_id
ORDER BY s.entity_id
"""


class PlanError(DomainError):
    pass


def locked_plan(plan: AssignmentPlan, state: str, refusal: str) -> AssignmentPlan:
    """The plan's row, locked; PlanError when it is in another state by now."""
    locked = AssignmentPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if locked.state != state:
        raise PlanError(f"这份方案{locked.get_state_display()}，{refusal}")
    return locked


def lock_given(cursor, values) -> None:
    """Set the plan's rows apart in `plan_given`; lock their businesses, then their cadres."""
    cursor.execute(GIVEN, values)
    cursor.execute("ANALYZE plan_given")
    cursor.execute(LOCK_BUSINESSES)
    cursor.execute(LOCK_CADRES)


@transaction.atomic
def plan_apply(
    *,
    plan: AssignmentPlan,
    by,
    at: datetime.datetime,
    on: datetime.date,
    address: str | None = None,
) -> dict[str, int]:
    """Write a plan in one transaction: the bonds it replaces end on the day `on`, the new ones begin.

    Rows whose business, bond or cadre changed since the plan was made are left out. Counts: applied,
    conflicts. Raises PlanError when the plan is not waiting any more."""
    plan = locked_plan(plan, PlanState.PLANNED, "不能再执行。")
    values = {"plan": plan.pk, "by": by.pk if by else None, "at": at, "on": on}
    # what the register's own words named, not a distribution
    is_named = "ledger" in plan.selection
    values["reason"] = (AssignmentReason.LEDGER if is_named else AssignmentReason.PLAN).value
    with (
        pghistory.context(user=values["by"], via="plan", plan=plan.pk),
        connection.cursor() as cursor,
    ):
        lock_given(cursor, values)
        cursor.execute(STANDING, values)
        cursor.execute("ANALYZE plan_standing")
        cursor.execute(END, values)
        cursor.execute(BEGIN, values)
        applied = cursor.rowcount
        record_bond_changes(
            cursor, pairs="SELECT entity_id, cadre_from_id, cadre_to_id FROM plan_standing",
            on=on, by_id=values["by"], at=at, note=f"分配方案 {plan.pk}",
        )  # fmt: skip
        cursor.execute("DROP TABLE plan_standing, plan_given")
        conflicts = plan.rows.count() - applied
        plan.counts |= {"applied": applied, "conflicts": conflicts}
        plan.state, plan.applied_by, plan.applied_at = PlanState.APPLIED, by, at
        plan.save(update_fields=["state", "counts", "applied_by", "applied_at"])
    counts = {"applied": applied, "conflicts": conflicts}
    audit_plan(plan, by, address, {"act": "plan_apply", **counts})
    return counts


@transaction.atomic
def plan_discard(*, plan: AssignmentPlan, by, address: str | None = None) -> None:
    """放弃 a plan that waits; its rows and figures stay as what was proposed. Raises PlanError when it does not wait."""
    plan = locked_plan(plan, PlanState.PLANNED, "不能放弃。")
    with pghistory.context(user=by.pk if by else None, via="plan"):
        plan.state = PlanState.DISCARDED
        plan.save(update_fields=["state"])
    audit_plan(plan, by, address, {"act": "plan_discard"})


def audit_plan(plan, by, address, detail):
    audit(
        actor=by, action=AuditAction.CHANGE, address=address, object_type="assignmentplan",
        object_id=plan.pk, area_code=plan.area_id, detail=detail,
    )  # fmt: skip
