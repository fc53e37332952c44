"""Who must be appointed, worked out anew for many businesses at once. The triggers do it at each change;
this is for what the clock alone changes: a rule's first day, a new year's hours, an exam that fell due."""

import datetime
from functools import partial

from django.db import connection, transaction

from entities.models import Entity

from ..triggers.enterprise import lock_sql, refresh_sql

CHUNK = 50_000


def compliance_refresh(*, on: datetime.date, ids: list[int] | None = None) -> int:
    """Work out what businesses (`ids`, or all) need and have on the day `on`: the number of rows that
    changed. Repeatable; rows that stay the same are not written."""
    day = f"'{on.isoformat()}'::date"
    if ids is not None:
        return _refresh(day, ids)
    changed, last = 0, 0
    while ids := _next_ids(last):
        changed, last = changed + _refresh(day, ids), ids[-1]
    return changed


def _next_ids(last):
    keys = Entity.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
    return list(keys[:CHUNK])


@transaction.atomic
def _refresh(day, ids):
    """One piece in one transaction, so that nobody waits long behind it."""
    with connection.cursor() as cursor:
        for make in (lock_sql, partial(refresh_sql, day=day)):
            cursor.execute(make(ids="%s::bigint[]"), [ids])
        return cursor.rowcount
