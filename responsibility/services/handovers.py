"""干部交接: all or some of what one cadre holds goes to one or several others at a day, in one step.

Order of locks as everywhere: businesses by id, then cadres by id, then bonds.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from entities.enums import OBLIGED
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import HandoverState
from ..models import Assignment, Cadre, CadreLoad, GradeLevel, Handover
from ..rules.cadres import spread
from .bond_changes import record_bond_changes
from .cadres import cadre_leave
from .pledges_bulk import pledges_review


class HandoverError(DomainError):
    pass


@dataclass(frozen=True)
class Outcome:
    """What a hand-over came to: its row, how many moved, how many stayed for want of a right receiver."""

    handover: Handover
    moved: int
    left: int


@transaction.atomic
def handover_make(
    *,
    cadre: Cadre,
    reason: str,
    on: datetime.date,
    today: datetime.date,
    leaves: bool,
    receivers: Sequence[Cadre],
    entity_ids: Sequence[int] | None = None,
    revision: int | None = None,
    note: str = "",
    by,
    at: datetime.datetime,
    address: str | None = None,
) -> Outcome:
    """Hand businesses over on the day `on`: today or earlier at once; a later day is kept and done by the
    clock's job. `entity_ids` None: all that he holds then. `leaves`: he leaves his post on that day.
    `receivers`: who may take them; each business goes to one of them who stands in post, whose level is the
    grade's and whose area covers it, loads as even as can be. What none of them may take stays.

    Raises HandoverError: nothing to hand over, nobody fit to receive, another clerk was quicker."""
    ids = sorted(set(entity_ids)) if entity_ids is not None else None
    locked, receivers = _lock(cadre, receivers, ids)
    _check(locked, receivers, ids, on=on, today=today, leaves=leaves, revision=revision)
    with pghistory.context(user=by.pk if by else None, via="handover"):
        handover = Handover.objects.create(
            cadre=locked, area_id=locked.area_id, reason=reason, leaves=leaves, on=on, entity_ids=ids,
            note=note, made_by=by,
        )  # fmt: skip
        handover.receivers.set(receivers)
        if on > today:
            if leaves:
                locked.in_post_to, locked.leave_reason = on, reason
                locked.save(update_fields=["in_post_to", "leave_reason"])
            outcome = Outcome(handover, 0, 0)
        else:
            outcome = _perform(handover, locked, receivers, at=at, by=by, address=address)
    _pledges_follow(handover, at)
    _audit(by, handover, address, {"act": "handover", "moved": outcome.moved, "on": str(on)})
    return outcome


@transaction.atomic
def handover_cancel(*, handover: Handover, by, address: str | None = None) -> None:
    """Take back a hand-over that waits for its day; the cadre then stays. Raises HandoverError when it is
    done or was cancelled already."""
    cadre = Cadre.objects.select_for_update(of=("self",), no_key=True).get(pk=handover.cadre_id)
    locked = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    if locked.state != HandoverState.SCHEDULED:
        raise HandoverError(f"这次交接{locked.get_state_display()}，不能取消。")
    with pghistory.context(user=by.pk if by else None, via="handover"):
        locked.state = HandoverState.CANCELLED
        locked.save(update_fields=["state"])
        if locked.leaves and cadre.is_in_post and cadre.in_post_to == locked.on:
            cadre.in_post_to, cadre.leave_reason = None, ""
            cadre.save(update_fields=["in_post_to", "leave_reason"])
    _audit(by, locked, address, {"act": "handover_cancel"})


def handovers_perform(*, on: datetime.date, at: datetime.datetime) -> int:
    """The clock's part: hand-overs whose day has come are done, each in a transaction of its own. One whose
    receivers may take nothing any more is cancelled with the reason; what he held is then 待交接.
    Repeatable; returns how many were done."""
    due = Handover.objects.filter(state=HandoverState.SCHEDULED, on__lte=on)
    done = 0
    for pk in due.order_by("on", "pk").values_list("pk", flat=True):
        done += _perform_one(pk, at)
    return done


@transaction.atomic
def _perform_one(pk, at):
    handover = Handover.objects.select_related("cadre").get(pk=pk)
    cadre, receivers = _lock(handover.cadre, handover.receivers.all(), handover.entity_ids)
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=pk)
    if handover.state != HandoverState.SCHEDULED:
        return 0
    with pghistory.context(via="handover"):
        there = [receiver for receiver in receivers if receiver.is_in_post]
        outcome = _perform(handover, cadre, there, at=at, by=None, address=None)
        if not outcome.moved and outcome.left:
            handover.state = HandoverState.CANCELLED
            handover.note = f"到期未交：接收干部已离任或不符合条件。{handover.note}"[:200]
            handover.save(update_fields=["state", "note"])
    _pledges_follow(handover, at)
    _audit(None, handover, None, {"act": "handover_due", "moved": outcome.moved})
    return int(handover.state == HandoverState.DONE)


def _lock(cadre, receivers, ids):
    """Lock what a hand-over touches, in the common order; the cadres as they are now."""
    bonds = Assignment.objects.active().filter(cadre=cadre)
    if ids is not None:
        bonds = bonds.filter(entity__in=ids)
    entities = Entity.objects.filter(pk__in=bonds.values("entity")).order_by("pk")
    list(entities.select_for_update(of=("self",), no_key=True).values_list("pk"))
    keys = {cadre.pk, *(receiver.pk for receiver in receivers)}
    rows = Cadre.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    found = {row.pk: row for row in rows.order_by("pk")}
    return found.pop(cadre.pk), list(found.values())


def _check(cadre, receivers, ids, *, on, today, leaves, revision):
    if revision is not None and cadre.revision != revision:
        raise HandoverError(_overtaken(cadre))
    if not cadre.is_in_post and (leaves or on > today):
        raise HandoverError(f"{cadre.name}已离任。请只交接他名下待交接的主体。")
    if any(not receiver.is_in_post for receiver in receivers):
        gone = "、".join(receiver.name for receiver in receivers if not receiver.is_in_post)
        raise HandoverError(f"接收干部{gone}已离任，请另选。")
    waiting = Handover.objects.filter(cadre=cadre, state=HandoverState.SCHEDULED)
    for other in waiting:
        if ids is None or other.entity_ids is None or set(ids) & set(other.entity_ids):
            raise HandoverError(
                f"{cadre.name}已有一次定在 {other.on} 的交接。请先取消那一次，再重新办理。"
            )
    bonds = Assignment.objects.active().filter(cadre=cadre)
    if ids is not None:
        here = bonds.filter(entity__in=ids).count()
        if here < len(ids):
            raise HandoverError(
                f"所选 {len(ids)} 家中有 {len(ids) - here} 家已不由{cadre.name}包保。{_overtaken(cadre)}"
            )
    has_something = bonds.exists()
    if not has_something and not leaves:
        raise HandoverError(f"{cadre.name}名下没有主体可以交接。{_overtaken(cadre)}")
    if has_something and not receivers and not leaves:
        raise HandoverError("请选接收干部。")


def _overtaken(cadre):
    """Who was quicker: the newest hand-over of this cadre, or a plain word."""
    last = Handover.objects.filter(cadre=cadre).select_related("made_by").order_by("-pk").first()
    if last is None:
        return "这位干部刚被别人改过，请刷新后再办。"
    who = last.made_by.get_full_name() if last.made_by else "系统"
    return f"{who}刚办理过{cadre.name}的交接（{last.get_state_display()}，{last.moved} 家），请刷新后再看。"


def _perform(handover, cadre, receivers, *, at, by, address):
    """Move what can be moved; then the cadre leaves, if he does."""
    bonds = Assignment.objects.active().filter(cadre=cadre)
    if handover.entity_ids is not None:
        bonds = bonds.filter(entity__in=handover.entity_ids)
    bonds = list(bonds.order_by("area_id", "entity_id").values_list(
        "pk", "entity_id", "area_id", "grade", "status"
    ))  # fmt: skip
    takers = _takers(bonds, receivers)
    moves = [(bond, taker) for bond in bonds if (taker := takers.get(bond[1]))]
    if bonds and receivers and not moves and by is not None:
        raise HandoverError(
            "所选接收干部都不能接：须在岗，层级与等级对应，属地包含主体所在地。请另选接收干部。"
        )
    if moves:
        _write(handover, moves, at, by)
    handover.state, handover.moved, handover.done_at = HandoverState.DONE, len(moves), at
    handover.save(update_fields=["state", "moved", "done_at"])
    if handover.leaves:
        cadre_leave(
            cadre=cadre, reason=handover.reason, on=handover.on, by=by, at=at, address=address
        )
    must = sum(status in OBLIGED for *_, status in bonds)
    return Outcome(handover, len(moves), max(must - len(moves), 0))


def _takers(bonds, receivers):
    """Business → the cadre who takes it over, or None."""
    levels = dict(GradeLevel.objects.filter(rank=1).values_list("grade", "level"))
    totals = CadreLoad.objects.filter(cadre__in=[receiver.pk for receiver in receivers])
    loads = {receiver.pk: 0 for receiver in receivers} | dict(totals.values_list("cadre", "total"))
    items = []
    for _, entity, area, grade, status in bonds:
        fit = frozenset(
            receiver.pk
            for receiver in receivers
            if status in OBLIGED
            and grade
            and receiver.level == levels.get(grade)
            and area.startswith(receiver.area_id)
        )
        items.append((entity, fit))
    return spread(items, loads)


END = """
UPDATE responsibility_assignment b
SET to_on = greatest(b.from_on, %(on)s), end_reason = 'handover', ended_by_id = %(by)s, ended_at = %(at)s
WHERE b.id = ANY(%(bonds)s)
"""
# The database fills the copies that stand here as they were (FILL).
BEGIN = """
INSERT INTO responsibility_assignment
    (entity_id, cadre_id, area_id, status, grade, level, is_fit, is_pending, from_on, reason, end_reason,
     note, exception_reason, handover_id, made_by_id, made_at)
SELECT b.entity_id, m.cadre, b.area_id, b.status, b.grade, c.level, true, false,
       greatest(b.from_on, %(on)s), 'handover', '', '', '', %(handover)s, %(by)s, %(at)s
FROM unnest(%(bonds)s::bigint[], %(takers)s::bigint[]) AS m(bond, cadre)
JOIN responsibility_assignment b ON b.id = m.bond
JOIN responsibility_cadre c ON c.id = m.cadre
ORDER BY b.entity_id
"""
PAIRS = """SELECT b.entity_id, b.cadre_id, m.cadre
FROM unnest(%(bonds)s::bigint[], %(takers)s::bigint[]) AS m(bond, cadre)
JOIN responsibility_assignment b ON b.id = m.bond"""


def _write(handover, moves, at, by):
    values = {
        "on": handover.on,
        "at": at,
        "by": by.pk if by else None,
        "handover": handover.pk,
        "bonds": [bond[0] for bond, _ in moves],
        "takers": [taker for _, taker in moves],
    }
    with connection.cursor() as cursor:
        cursor.execute(END, values)
        cursor.execute(BEGIN, values)
        record_bond_changes(
            cursor, pairs=PAIRS, params=values, on=handover.on, at=at, by_id=values["by"],
            note=f"干部交接 {handover.pk}（{handover.get_reason_display()}）",
        )  # fmt: skip


def _pledges_follow(handover, at):
    """What they signed names other businesses: 待重签 or 失效 from now on, not from the next look. Outside the
    hand-over's history context: the review is the system's own act."""
    if handover.state == HandoverState.SCHEDULED:
        return
    takers = Assignment.objects.filter(handover=handover).values_list("cadre", flat=True)
    pledges_review(on=timezone.localdate(at), cadres=[handover.cadre_id, *takers])


def _audit(by, handover, address, detail):
    audit(
        actor=by, action=AuditAction.CHANGE, address=address, object_type="handover",
        object_id=handover.pk, area_code=handover.area_id, detail=detail,
    )  # fmt: skip
