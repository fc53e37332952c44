"""What leaves the register ends its bond.

The rule: a business whose status is outside 在册 (注销, 吊销, 撤销, 重复 …, entities.enums.REGISTERED) is held by
nobody from that day on; a screened one (停业未注销 …) stands in the register, keeps its bearer and is not
counted. One that comes back is 未分配 until somebody is given it.
"""

import datetime

import pghistory
from django.db import connection, transaction

from entities.enums import REGISTERED, Status
from entities.models import Entity

from ..enums import EndReason
from ..models import Assignment
from .bond_changes import record_bond_changes

_WORDS = " ".join(f"WHEN '{value}' THEN '{label}'" for value, label in Status.choices)
END = f"""
UPDATE responsibility_assignment b SET to_on = greatest(b.from_on, %(on)s), ended_at = %(at)s,
    end_reason = '{EndReason.DEREGISTERED.value}', note = left('主体' || CASE b.status {_WORDS} END, 200)
WHERE b.to_on IS NULL AND b.entity_id = ANY(%(entities)s)
"""
PAIRS = """SELECT entity_id, cadre_id, NULL::bigint FROM responsibility_assignment
WHERE to_on IS NULL AND entity_id = ANY(%(entities)s)"""
NOTE = "主体已不在册，包保关系到当日为止"


@transaction.atomic
def bonds_end_gone(*, on: datetime.date, at: datetime.datetime) -> int:
    """End, on the day `on`, the bonds in force of businesses outside the register, each with its line in the
    变更台账. Repeatable; how many. Locks businesses first, as everywhere."""
    held = Assignment.objects.active().exclude(status__in=REGISTERED)
    rows = Entity.objects.filter(pk__in=held.values("entity")).exclude(status__in=REGISTERED)
    rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    values = {"entities": list(rows.values_list("pk", flat=True)), "on": on, "at": at}
    if not values["entities"]:
        return 0
    with pghistory.context(user=None, via="deregistered"), connection.cursor() as cursor:
        record_bond_changes(cursor, pairs=PAIRS, params=values, on=on, at=at, by_id=None, note=NOTE)
        cursor.execute(END, values)
        return cursor.rowcount
