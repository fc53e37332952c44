"""变更台账: changes written down by services, and collected from the register's history.

Clocks (domain guide §9) run only where the change left a bond wrong: the change must be reported within
`ChangeClock.report_days` working days, the bond put right within `adjust_days` more. `changes_settle` stops
them when the bond is right again.
"""

import datetime
import json
from collections.abc import Iterable

import pghistory
from django.db import connection, transaction
from django.db.models import Q

from entities.enums import OBLIGED, REGISTERED, Grade, Status
from entities.models import Entity

from ..enums import COVERED, Standing
from ..models import Assignment, Change, ChangeClock, ChangeCursor
from ..queries.calendar import work_calendar

WIDTH = 200  # of the texts
BATCH = 2000


def _quoted(values):
    return ", ".join(f"'{value}'" for value in values)


def _words(column, choices):
    """An expression: a stored value as a person reads it."""
    cases = " ".join(f"WHEN '{value}' THEN '{label}'" for value, label in choices)
    return f"CASE {column} {cases} ELSE {column} END"


# Whether the business `n` is held as it must be: it need not be, or its bearer is in post, of the right
# level and answers for the area where it stands (or an exception with a reason).
RIGHT = f"""(n.status NOT IN ({_quoted(OBLIGED)}) OR (n.grade <> '' AND EXISTS (
    SELECT 1 FROM responsibility_assignment b
    WHERE b.entity_id = n.id AND b.to_on IS NULL AND b.standing IN ({_quoted(COVERED)}))))"""


class _Clocks:
    """The days by which a change must be reported and adjusted; the tables are read once."""

    def __init__(self):
        self.by_kind = {clock.kind: clock for clock in ChangeClock.objects.all()}
        self.calendar = work_calendar()
        self.known = {}

    def due(self, kind: str, day: datetime.date) -> tuple[datetime.date, datetime.date] | None:
        """(report by, adjust by) of a change of this kind on this day; None for kinds without clocks."""
        clock = self.by_kind.get(kind)
        if clock is None:
            return None
        if (kind, day) not in self.known:
            report = self.calendar.after(day, clock.report_days)
            self.known[kind, day] = report, self.calendar.after(report, clock.adjust_days)
        return self.known[kind, day]


def change_record(
    *,
    kind: str,
    area_id: str,
    entity=None,
    cadre=None,
    before: str = "",
    after: str = "",
    note: str = "",
    happened_on: datetime.date,
    by=None,
    at: datetime.datetime,
) -> Change:
    """Write one change down (`by`: a user; None is the system). Call it after the change itself: the
    clocks start only if it left a bond wrong."""
    change = Change(
        kind=kind, area_id=area_id, entity=entity, cadre=cadre, before=before, after=after, note=note,
        happened_on=happened_on,
    )  # fmt: skip
    changes_record(changes=[change], by=by, at=at)
    return change


@transaction.atomic
def changes_record(*, changes: Iterable[Change], by=None, at: datetime.datetime) -> int:
    """Write many changes down at once: unsaved rows with kind, area, happened_on and what they are about.
    Returns their number."""
    changes, clocks = list(changes), _Clocks()
    clocked = [change for change in changes if change.kind in clocks.by_kind]
    wrong_entities = _wrong_entities({c.entity_id for c in clocked} - {None})
    wrong_cadres = _wrong_cadres({c.cadre_id for c in clocked if c.entity_id is None} - {None})
    for change in changes:
        change.recorded_at, change.recorded_by = at, by
        for name in ("before", "after", "note"):
            setattr(change, name, getattr(change, name)[:WIDTH])
    for change in clocked:
        if change.entity_id in wrong_entities or change.cadre_id in wrong_cadres:
            change.report_due_on, change.adjust_due_on = clocks.due(change.kind, change.happened_on)
    Change.objects.bulk_create(changes, batch_size=BATCH)
    return len(changes)


def _wrong_entities(ids):
    if not ids:
        return set()
    sql = f"SELECT n.id FROM {Entity._meta.db_table} n WHERE n.id = ANY(%s) AND NOT {RIGHT}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids)])
        return {pk for (pk,) in cursor.fetchall()}


def _wrong_cadres(ids):
    """Cadres who hold something that another must take over."""
    if not ids:
        return set()
    bonds = Assignment.objects.active().filter(cadre__in=ids, status__in=OBLIGED)
    bonds = bonds.filter(Q(standing=Standing.PENDING) | Q(standing=Standing.UNFIT))
    return set(bonds.values_list("cadre_id", flat=True))


# --- the register's history ---------------------------------------------------------------------

# A licence's first entry is 新设 unless it comes with a ledger and was issued long ago: then the ledger
# only fills the register. A more exact area is no move, and so is an area merged with another.
_DETECT = f"""
    SELECT e.pgh_id, e.pgh_obj_id, e.pgh_created_at, e.area_id, kind, before, after, x.metadata,
        (e.pgh_created_at AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM entities_entityevent e
    LEFT JOIN pghistory_context x ON x.id = e.pgh_context_id
    LEFT JOIN LATERAL (
        SELECT q.status, q.grade, q.area_id FROM entities_entityevent q
        WHERE q.pgh_obj_id = e.pgh_obj_id AND q.pgh_id < e.pgh_id
        ORDER BY q.pgh_id DESC LIMIT 1
    ) p ON true
    CROSS JOIN LATERAL (
        SELECT 'entity_new' AS kind, '' AS before, {_words("e.status", Status.choices)} AS after
        WHERE p.status IS NULL AND e.status IN ({_quoted(REGISTERED)})
          AND coalesce(x.metadata->>'via', '') <> 'made'
          AND (coalesce(x.metadata->>'via', '') <> 'ledger'
               OR e.issued_on >= e.pgh_created_at::date - %(recent)s)
        UNION ALL
        SELECT CASE WHEN e.status IN ({_quoted(REGISTERED)}) THEN 'entity_status' ELSE 'entity_gone' END,
            {_words("p.status", Status.choices)}, {_words("e.status", Status.choices)}
        WHERE p.status <> e.status
        UNION ALL
        SELECT 'entity_grade', {_words("p.grade", Grade.choices)}, {_words("e.grade", Grade.choices)}
        WHERE p.grade <> '' AND p.grade <> e.grade
        UNION ALL
        SELECT 'entity_area', {{old_area}}, {{new_area}}
        WHERE p.area_id <> e.area_id AND NOT starts_with(e.area_id, p.area_id)
          AND NOT starts_with(p.area_id, e.area_id)
          AND NOT EXISTS (SELECT 1 FROM jurisdiction_area m
                          WHERE m.code = p.area_id AND m.merged_into_id IS NOT NULL)
    ) AS found
    WHERE e.pgh_id > %(after)s
"""
_PATH = """(SELECT coalesce(string_agg(a.name, ' ' ORDER BY a.code), '') FROM jurisdiction_area a
            WHERE a.code IN (left({0}, 6), left({0}, 9), {0}) AND length(a.code) > 4)"""
DETECT = _DETECT.format(old_area=_PATH.format("p.area_id"), new_area=_PATH.format("e.area_id"))

COLLECT = f"""
    INSERT INTO responsibility_change (kind, area_id, entity_id, before, after, note, happened_on,
        recorded_at, recorded_by_id, report_due_on, adjust_due_on, event_id)
    SELECT d.kind, d.area_id, d.pgh_obj_id, left(d.before, {WIDTH}), left(d.after, {WIDTH}), '', d.day,
        %(at)s, u.id,
        CASE WHEN NOT {RIGHT} THEN k.report END, CASE WHEN NOT {RIGHT} THEN k.adjust END, d.pgh_id
    FROM ({DETECT}) AS d
    JOIN entities_entity n ON n.id = d.pgh_obj_id
    LEFT JOIN jurisdiction_user u ON u.id::text = d.metadata->>'user'
    LEFT JOIN jsonb_to_recordset(%(clocks)s::jsonb)
        AS k(kind text, day date, report date, adjust date) ON k.kind = d.kind AND k.day = d.day
    ORDER BY d.pgh_id, d.kind
    ON CONFLICT (event_id, kind) DO NOTHING
"""


@transaction.atomic(durable=True)
def changes_collect(*, at: datetime.datetime) -> int:
    """Write down what the register's history says has changed since the last time: 新设, 状态, 升降级, 迁址,
    注销. They happened on the day of the event and are recorded at `at`. Repeatable: an event is written
    once. Returns the number of changes."""
    with connection.cursor() as cursor:
        # In this order: whoever drew an event's number up to `newest` has a transaction number below ours.
        cursor.execute("SELECT coalesce(max(pgh_id), 0) FROM entities_entityevent")
        (newest,) = cursor.fetchone()
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (own_xid,) = cursor.fetchone()
        ChangeCursor.objects.get_or_create(pk=1)
        place = ChangeCursor.objects.select_for_update(of=("self",)).get(pk=1)
        if newest <= place.event_id:
            return 0
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (oldest_open,) = cursor.fetchone()
        clocks = _Clocks()
        new = clocks.by_kind.get("entity_new")
        cursor.execute(
            """SELECT DISTINCT (pgh_created_at AT TIME ZONE 'Asia/Shanghai')::date
                FROM entities_entityevent WHERE pgh_id > %s""",
            [place.event_id],
        )
        params = {
            "at": at,
            "after": place.event_id,
            "recent": new.recent_days if new else 0,
            "clocks": json.dumps(_due_table(clocks, [day for (day,) in cursor.fetchall()])),
        }
        cursor.execute(COLLECT, params)
        count = cursor.rowcount
    # Smaller numbers may still come from open transactions; past the mark only when all of them have ended.
    if place.next_xid < oldest_open:
        place.event_id = max(place.event_id, place.next_event_id)
        place.next_event_id, place.next_xid = newest, own_xid
        place.save()
    return count


def _due_table(clocks, days):
    return [
        {"kind": kind, "day": str(day), "report": str(due[0]), "adjust": str(due[1])}
        for day in days
        for kind in clocks.by_kind
        if (due := clocks.due(kind, day))
    ]


@transaction.atomic
def changes_settle(*, on: datetime.date) -> int:
    """Stop the clocks of the changes whose bonds are right again. Returns their number."""
    bonds = f"""UPDATE responsibility_change c SET adjusted_on = %s FROM entities_entity n
        WHERE c.adjusted_on IS NULL AND c.adjust_due_on IS NOT NULL AND n.id = c.entity_id AND {RIGHT}"""
    cadres = f"""UPDATE responsibility_change c SET adjusted_on = %s
        WHERE c.adjusted_on IS NULL AND c.adjust_due_on IS NOT NULL AND c.entity_id IS NULL
          AND NOT EXISTS (
            SELECT 1 FROM responsibility_assignment b WHERE b.cadre_id = c.cadre_id AND b.to_on IS NULL
              AND b.status IN ({_quoted(OBLIGED)})
              AND b.standing IN ('{Standing.PENDING.value}', '{Standing.UNFIT.value}'))"""
    with pghistory.context(via="settle"), connection.cursor() as cursor:
        cursor.execute(bonds, [on])
        count = cursor.rowcount
        cursor.execute(cadres, [on])
        return count + cursor.rowcount
