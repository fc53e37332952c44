"""Make a plan: who would get what. Nothing of the bonds changes."""

import datetime
import time
from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import connection, transaction

from jiamusi_foodsafety.jurisdiction.models import Area

from ...models import AssignmentPlan
from .counts import plan_counts
from .distribute import distribute, forget


@transaction.atomic
def plan_make(
    *,
    area: Area,
    by,
    at: datetime.datetime,
    selection: Mapping[str, Any] | None = None,
    rebalance: bool = False,
) -> AssignmentPlan:
    """Plan the bearers of the graded 应包 businesses below `area`: valid bonds stay (only `rebalance`
    moves them, as few as possible), the others go to the least loaded cadre in post of the level that the
    grade asks for, nearest area first.

    `selection` narrows: {"grade": [...], "ids": [...]}. The caller has scoped `area` and the ids."""
    started = time.perf_counter()
    selection = dict(selection or {})
    with pghistory.context(user=by.pk if by else None, via="plan"):
        plan = AssignmentPlan.objects.create(
            area=area, selection=selection, is_rebalance=rebalance, made_by=by
        )
        with connection.cursor() as cursor:
            distribute(
                cursor,
                plan_id=plan.pk,
                within=area.pk,
                grades=selection.get("grade") or None,
                ids=selection.get("ids"),
                rebalance=rebalance,
            )
            counts = plan_counts(cursor, within=area.pk)
            forget(cursor)
        counts["seconds"] = round(time.perf_counter() - started, 2)
        AssignmentPlan.objects.filter(pk=plan.pk).update(counts=counts, made_at=at)
    plan.refresh_from_db()
    return plan
