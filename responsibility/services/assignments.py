"""Bonds made and ended by a person, for one business or many at once."""

import datetime
from contextlib import contextmanager

import pghistory
from django.db import connection, transaction
from django.db.models import QuerySet

from entities.enums import OBLIGED
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import AssignmentReason, EndReason, Standing
from ..models import Cadre
from .bond_changes import record_bond_changes

# The chosen businesses beside their bonds. Locked by id first: whoever acts on the same ones waits here,
# then sees what the other one did.
CHOSEN = """
CREATE TEMPORARY TABLE bond_chosen ON COMMIT DROP AS
SELECT e.id AS entity_id, e.area_id, e.status, e.grade, e.status = ANY(%(obliged)s) AS is_obliged,
       b.id AS bond_id, b.cadre_id AS cadre_from_id, b.standing, b.from_on,
       coalesce(b.made_at > %(seen)s, false) OR EXISTS (
           SELECT 1 FROM responsibility_assignment x
           WHERE x.entity_id = e.id AND x.ended_at > %(seen)s) AS has_moved
FROM entities_entity e
LEFT JOIN responsibility_assignment b ON b.entity_id = e.id AND b.to_on IS NULL
WHERE e.id = ANY(%(ids)s)
"""

JUDGED = """
CREATE TEMPORARY TABLE bond_wanted ON COMMIT DROP AS
SELECT w.*, starts_with(w.area_id, %(area)s) AS covers,
       EXISTS (SELECT 1 FROM responsibility_gradelevel g
               WHERE g.grade = w.grade AND g.level = %(level)s AND g.rank = 1) AS is_fit
FROM bond_chosen w
"""

END = """
UPDATE responsibility_assignment b
SET to_on = greatest(b.from_on, %(on)s), end_reason = %(end)s,
    note = CASE WHEN %(end_note)s = '' THEN b.note ELSE %(end_note)s END,
    ended_by_id = %(by)s, ended_at = %(at)s
FROM {chosen} w WHERE b.id = w.bond_id
"""

BEGIN = """
INSERT INTO responsibility_assignment
    (entity_id, cadre_id, area_id, status, grade, level, is_fit, is_pending, from_on, reason,
     end_reason, note, exception_reason, made_by_id, made_at)
SELECT entity_id, %(cadre)s, area_id, status, grade, %(level)s, is_fit AND covers, false,
       greatest(from_on, %(on)s), %(reason)s, '', %(note)s,
       CASE WHEN is_fit AND covers THEN '' ELSE %(exception)s END, %(by)s, %(at)s
FROM bond_wanted ORDER BY entity_id
"""

# He holds it already, but not by the table of levels or from elsewhere: the reason is all that is new.
EXCEPT = f"""
UPDATE responsibility_assignment b SET exception_reason = %(exception)s
FROM bond_chosen w
WHERE b.id = w.bond_id AND w.cadre_from_id = %(cadre)s AND w.standing = '{Standing.UNFIT}'
"""


OVERTAKEN = "刚刚有别人改过这些主体的包保，您的这次没有写入。请刷新后再看。"


class AssignmentError(DomainError):
    pass


@transaction.atomic
def bond_make(
    *,
    actor,
    entities: QuerySet[Entity],
    cadre: Cadre,
    on: datetime.date,
    at: datetime.datetime,
    note: str = "",
    exception_reason: str = "",
    seen_at: datetime.datetime | None = None,
    reason: str = AssignmentReason.MANUAL,
    address: str | None = None,
) -> dict[str, int]:
    """Give 应包 businesses to one cadre from the day `on`; whoever held them holds them no more.

    Where his level is not the one that the grade asks for, or he does not stand above the business, an
    exception reason must be given. Businesses whose bond changed after `seen_at` are left out. Counts:
    made, moved, same, excepted, conflicts. Raises AssignmentError; then nothing was written."""
    exception_reason = exception_reason.strip()[:200]
    with _chosen(actor, entities, seen_at, via="bond") as (cursor, ids):
        cadre = _cadre_in_post(cadre)
        values = _values(actor, on, at, note) | {
            "cadre": cadre.pk,
            "area": cadre.area_id,
            "level": cadre.level,
            "reason": reason,
            "exception": exception_reason,
            "end": EndReason.REPLACED,
            "end_note": "",
        }
        _refuse_screened(cursor)
        excepted = 0
        if exception_reason:
            cursor.execute(EXCEPT, values)
            excepted = cursor.rowcount
        same = _leave_out(cursor, "cadre_from_id = %(cadre)s", values)
        conflicts = _leave_out(cursor, "has_moved")
        cursor.execute(JUDGED, values)
        if not exception_reason:
            _refuse_unfit(cursor, cadre)
        cursor.execute(END.format(chosen="bond_wanted"), values)
        moved = cursor.rowcount
        cursor.execute(BEGIN, values)
        made = cursor.rowcount - moved
        record_bond_changes(
            cursor, pairs="SELECT entity_id, cadre_from_id, %(cadre)s::bigint FROM bond_wanted",
            on=on, at=at, by_id=values["by"], note=exception_reason or note, params=values,
        )  # fmt: skip
        cursor.execute("DROP TABLE bond_wanted")
    counts = {
        "made": made,
        "moved": moved,
        "same": same - excepted,
        "excepted": excepted,
        "conflicts": conflicts,
    }
    if conflicts and conflicts == len(ids):
        raise AssignmentError(OVERTAKEN)
    _audit(actor, address, cadre, ids, {"act": "bond_make", **counts})
    return counts


@transaction.atomic
def bond_end(
    *,
    actor,
    entities: QuerySet[Entity],
    on: datetime.date,
    at: datetime.datetime,
    note: str,
    end_reason: str = EndReason.REMOVED,
    seen_at: datetime.datetime | None = None,
    address: str | None = None,
) -> dict[str, int]:
    """解除 the bonds in force of these businesses on the day `on`, with the reason in `note`.

    Businesses whose bond changed after `seen_at` are left out. Counts: ended, conflicts. Raises
    AssignmentError when no reason is given or nothing is left to end."""
    if not note.strip():
        raise AssignmentError("请写明解除包保的理由。")
    values = _values(actor, on, at, note)
    values |= {"end": end_reason, "end_note": values["note"]}
    with _chosen(actor, entities, seen_at, via="bond") as (cursor, ids):
        conflicts = _leave_out(cursor, "has_moved")
        _leave_out(cursor, "bond_id IS NULL")
        cursor.execute(END.format(chosen="bond_chosen"), values)
        ended = cursor.rowcount
        record_bond_changes(
            cursor, pairs="SELECT entity_id, cadre_from_id, NULL::bigint FROM bond_chosen",
            on=on, at=at, by_id=values["by"], note=note.strip(),
        )  # fmt: skip
    if not ended and conflicts:
        raise AssignmentError(OVERTAKEN)
    if not ended:
        raise AssignmentError("这些主体现在没有包保干部，不用解除。")
    _audit(actor, address, None, ids, {"act": "bond_end", "ended": ended, "conflicts": conflicts})
    return {"ended": ended, "conflicts": conflicts}


def _values(actor, on, at, note):
    return {"on": on, "at": at, "by": actor.pk if actor else None, "note": note.strip()[:200]}


@contextmanager
def _chosen(actor, entities, seen_at, *, via):
    """The businesses locked, then written down with their bonds in `bond_chosen`."""
    ids = list(
        entities.order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk", flat=True)
    )
    values = {"ids": ids, "seen": seen_at, "obliged": list(OBLIGED)}
    context = pghistory.context(user=actor.pk if actor else None, via=via)
    with context, connection.cursor() as cursor:
        cursor.execute(CHOSEN, values)
        yield cursor, ids
        cursor.execute("DROP TABLE bond_chosen")


def _cadre_in_post(cadre):
    """The cadre as he is now; he cannot leave until this transaction ends."""
    found = Cadre.objects.select_for_update(of=("self",), no_key=True).filter(pk=cadre.pk).first()
    if found is None or not found.is_in_post:
        raise AssignmentError(f"{cadre.name} 已不在岗，请另选干部。")
    return found


def _leave_out(cursor, condition, values=None):
    cursor.execute(f"DELETE FROM bond_chosen WHERE {condition}", values)
    return cursor.rowcount


def _refuse_screened(cursor):
    cursor.execute("SELECT count(*) FROM bond_chosen WHERE NOT is_obliged")
    (outside,) = cursor.fetchone()
    if outside:
        raise AssignmentError(f"其中 {outside:,} 家不是应包主体，不用分配。请去掉后再指定。")


def _refuse_unfit(cursor, cadre):
    cursor.execute(
        """SELECT count(*) FILTER (WHERE grade = ''), count(*) FILTER (WHERE grade <> '' AND NOT is_fit),
                  count(*) FILTER (WHERE NOT covers) FROM bond_wanted"""
    )
    ungraded, unfit, outside = cursor.fetchone()
    if ungraded:
        raise AssignmentError(
            f"其中 {ungraded:,} 家还没有分级，请先分级；确需先包的，请写明例外理由。"
        )
    if unfit:
        raise AssignmentError(
            f"其中 {unfit:,} 家的等级不由{cadre.get_level_display()}干部包保。"
            "请另选干部，或写明例外理由。"
        )
    if outside:
        raise AssignmentError(
            f"其中 {outside:,} 家不在 {cadre.name} 的属地（{cadre.area.name}）内。"
            "请另选干部，或写明例外理由。"
        )


def _audit(actor, address, cadre, ids, detail):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="assignment",
        object_id=ids[0] if len(ids) == 1 else "", area_code=cadre.area_id if cadre else None,
        detail=detail | ({"cadre": cadre.pk} if cadre else {}) | {"entities": ids[:500]},
    )  # fmt: skip
