"""疑似重复: the search over the register, and the judgment that businesses are not one and the same.

The search reads the register once (set-based), only when its history has moved on; what it finds stands in
TwinGroup, so that no page ever looks for twins itself.
"""

import datetime
import time

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import REGISTERED, TwinState
from ..models import Entity, TwinGroup, TwinScan
from .locks import COUNTY_LOCKS

# Members that a group names; larger ones are chains of one code, not one business.
MOST = 50

FOUND = f"""
CREATE TEMPORARY TABLE twins_found ON COMMIT DROP AS
WITH keyed AS (
    SELECT 'code' AS kind, left(area_id, 6) AS county, credit_code AS key, id, area_id
    FROM entities_entity WHERE status = ANY(%(registered)s) AND credit_code <> ''
    UNION ALL
    SELECT 'place', left(area_id, 6), md5(name || chr(10) || address_key), id, area_id
    FROM entities_entity WHERE status = ANY(%(registered)s) AND address_key <> ''
), grouped AS (
    SELECT kind, county, key, count(*)::int AS size,
           (array_agg(id ORDER BY id))[1:{MOST}] AS members,
           min(left(area_id, 9)) AS low, max(left(area_id, 9)) AS high
    FROM keyed GROUP BY kind, county, key HAVING count(*) > 1
)
SELECT min(kind) AS kind, county, (array_agg(key ORDER BY kind))[1] AS key,
       count(*) > 1 AS is_same_place, size, members,
       CASE WHEN low = high THEN low ELSE county END AS area_id
FROM grouped GROUP BY county, members, size, low, high
"""

_SEEN = "area_id, is_same_place, size, members"
WRITE = f"""
INSERT INTO entities_twingroup AS t (county, kind, key, {_SEEN}, state, settled, reason, found_at)
SELECT county, kind, key, {_SEEN}, 'open', '{{}}', '', %(at)s FROM twins_found
ORDER BY county, kind, key
ON CONFLICT (county, kind, key) DO UPDATE SET
    area_id = excluded.area_id, is_same_place = excluded.is_same_place, size = excluded.size,
    members = excluded.members, found_at = excluded.found_at,
    state = CASE WHEN t.settled <> '{{}}' AND excluded.members <@ t.settled
                 THEN 'dismissed' ELSE 'open' END
WHERE (t.area_id, t.is_same_place, t.size, t.members) IS DISTINCT FROM
      (excluded.area_id, excluded.is_same_place, excluded.size, excluded.members) OR t.state = 'gone'
"""
END = """
UPDATE entities_twingroup AS t SET state = 'gone', size = 0, members = '{}'
WHERE t.state <> 'gone' AND NOT EXISTS (
    SELECT 1 FROM twins_found f WHERE f.county = t.county AND f.kind = t.kind AND f.key = t.key)
"""


class TwinError(DomainError):
    pass


@transaction.atomic
def twins_find(*, at: datetime.datetime, again: bool = False) -> int:
    """Search the register for twins: the groups that wait afterwards, or -1 where another search is under way.
    Repeatable; reads nothing but the mark while the register's history has not moved on (unless `again`)."""
    begun = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [COUNTY_LOCKS])
        if not cursor.fetchone()[0]:
            return -1
        scan, _ = TwinScan.objects.get_or_create(pk=1)
        events = Entity.pgh_event_model._meta.db_table
        cursor.execute(f"SELECT coalesce(max(pgh_id), 0) FROM {events}")
        (mark,) = cursor.fetchone()
        if mark != scan.mark or scan.at is None or again:
            values = {"registered": list(REGISTERED), "at": at}
            with pghistory.context(user=None, via="twins"):
                cursor.execute(FOUND, values)
                cursor.execute(WRITE, values)
                cursor.execute(END)
                cursor.execute("DROP TABLE twins_found")
    scan.mark, scan.at, scan.took_ms = mark, at, int((time.monotonic() - begun) * 1000)
    scan.save()
    return TwinGroup.objects.open().count()


@transaction.atomic
def twins_dismiss(
    *, actor, group: TwinGroup, members: list[int], reason: str, address: str | None = None
) -> TwinGroup:
    """Remember that the businesses of a group, as the caller saw them (`members`), are not one and the same.
    Raises TwinError without a reason, when the group has changed, or when somebody judged it before."""
    if not reason.strip():
        raise TwinError("请写明为什么不是同一家，例如一户多证。")
    locked = TwinGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if locked.state == TwinState.DISMISSED:
        who = locked.settled_by.get_full_name() if locked.settled_by else "系统"
        when = f"{timezone.localtime(locked.settled_at):%m-%d %H:%M}" if locked.settled_at else ""
        raise TwinError(f"这一组{who} {when} 已判断为不是同一家，您的操作没有执行。")
    if sorted(locked.members) != sorted(members) or locked.state == TwinState.GONE:
        raise TwinError("这一组的主体刚有变化，您的判断没有保存。请刷新后再看。")
    locked.state, locked.settled = TwinState.DISMISSED, sorted(members)
    locked.settled_by, locked.settled_at = actor, timezone.now()
    locked.reason = reason.strip()[:200]
    with pghistory.context(user=actor.pk, via="twin-dismiss"):
        locked.save()
    _told(actor, address, locked, "dismiss")
    return locked


@transaction.atomic
def twins_reopen(*, actor, group: TwinGroup, address: str | None = None) -> TwinGroup:
    """Take the judgment back: the group waits again. Raises TwinError when it is not judged."""
    locked = TwinGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if locked.state != TwinState.DISMISSED:
        raise TwinError("这一组已在待判断中，不用恢复。")
    locked.state, locked.settled = TwinState.OPEN, []
    with pghistory.context(user=actor.pk, via="twin-reopen"):
        locked.save()
    _told(actor, address, locked, "reopen")
    return locked


def _told(actor, address, group, act):
    audit(
        actor=actor, action=AuditAction.REVIEW, address=address, object_type="twingroup",
        object_id=group.pk, area_code=group.area_id,
        detail={"act": act, "members": group.members, "reason": group.reason},
    )  # fmt: skip


def twins_leave(*, ids: list[int], county: str) -> None:
    """Take businesses that are no twins any more out of the groups of their county; a group of one is gone.
    For the caller's transaction."""
    sql = f"""
        UPDATE entities_twingroup AS t SET
            members = ARRAY(SELECT unnest(t.members) EXCEPT SELECT unnest(%(ids)s::bigint[]) ORDER BY 1),
            size = greatest(t.size - gone.n, 0),
            state = CASE WHEN t.size - gone.n < 2 THEN '{TwinState.GONE}' ELSE t.state END
        FROM (SELECT id, (SELECT count(*) FROM unnest(members) m WHERE m = ANY(%(ids)s))::int AS n
              FROM entities_twingroup WHERE county = %(county)s AND members && %(ids)s::bigint[]) AS gone
        WHERE gone.id = t.id
    """
    with connection.cursor() as cursor:
        # a search under way writes the same rows in another order: wait for it
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [COUNTY_LOCKS])
        cursor.execute(sql, {"ids": ids, "county": county})
