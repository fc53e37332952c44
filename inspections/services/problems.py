"""Problems reported: at a visit, at a check of tier on tier, or beside both."""

import datetime
from collections.abc import Sequence

from django.db import connection, transaction

from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import ProblemAct, ProblemSource, ProblemState, Side
from ..models import Problem, ProblemMove
from ..queries.reporting import Report, report_facts
from ..rules.deadlines import clock_of, day_of, end_of, first_state, fix_due
from ..rules.problems import Found, derived_key, faults, problem_number

__all__ = ["Found", "ProblemError", "problems_report"]

SERIALS = """
INSERT INTO inspections_problemserial AS s (day, last) VALUES (%s, %s)
ON CONFLICT (day) DO UPDATE SET last = s.last + excluded.last RETURNING last
"""


class ProblemError(DomainError):
    pass


def problems_report(
    *,
    visit=None,
    entity,
    cadre,
    found: Sequence[Found],
    actor,
    actor_words: str,
    at: datetime.datetime,
    source: str = ProblemSource.OTHER,
) -> list[Problem]:
    """Store the problems found at one business, in the order of `found`; four statements, whatever their
    number. Their deadlines come from their class (domain §1.5): what must be handed over is with the station
    at once, what was put right on the spot is settled at once, the rest waits for the business. The same item
    found wrong here before makes it a repeat. A key that is stored already gives the stored problem.

    `visit`: where it was found (its day counts, not that of the sending). `cadre`: who answers for the
    business, None: nobody. The caller has checked that the actor may, and has opened the transaction.
    Raises ProblemError."""
    if not found:
        return []
    for row in found:
        if wrong := faults(row):
            raise ProblemError(wrong[0])
    found_at = visit.finished_at if visit else at
    found_on = visit.visited_on if visit else day_of(at)
    facts = report_facts(entity_id=entity.pk, found=found, on=min(found_on, day_of(at)))
    stored = _stored(found, facts, entity)
    fresh = [row for row in found if row.key not in stored]
    if len({row.key for row in fresh}) < len(fresh):
        raise ProblemError("两个问题用了同一个键，请刷新页面后再报。")
    common = {
        "entity": entity, "visit": visit, "cadre": cadre, "source": source, "found_at": found_at,
        "found_on": found_on, "found_by": actor,
    }  # fmt: skip
    side = _side(actor, cadre)
    made = [_problem(row, facts, at=at, side=side, **common) for row in fresh]
    if made:
        told = {"actor": actor, "actor_words": actor_words[:120], "at": at}
        _store(fresh, made, facts, side, told)
    stored |= {problem.key: problem for problem in made}
    return [stored[row.key] for row in found]


@transaction.atomic(savepoint=False)
def _store(fresh, made, facts, side, told):
    day = made[0].found_on
    first = _serials(day, len(made)) - len(made) + 1
    for serial, problem in enumerate(made, start=first):
        problem.number = problem_number(day, serial)
    Problem.objects.bulk_create(made)
    ProblemMove.objects.bulk_create(
        move
        for row, problem in zip(fresh, made, strict=True)
        for move in _moves(row, problem, facts, side, told)
    )


def _stored(found, facts, entity):
    if not facts.stored:
        return {}
    rows = Problem.objects.filter(key__in=facts.stored)
    stored = {problem.key: problem for problem in rows}
    if any(problem.entity_id != entity.pk for problem in stored.values()):
        raise ProblemError("这个键已用于另一个主体的问题，请刷新页面后再报。")
    return stored


def _serials(day, count):
    """The last of so many numbers of a day."""
    with connection.cursor() as cursor:
        cursor.execute(SERIALS, [day, count])
        return cursor.fetchone()[0]


def _side(actor, cadre):
    if actor is None:
        return Side.SYSTEM
    if actor.station_id:
        return Side.STATION
    if cadre is not None and cadre.user_id == actor.pk:
        return Side.CADRE
    return Side.CITY if len(actor.area_id or "") == 4 else Side.COUNTY


def _problem(row, facts: Report, *, at, side, found_at, found_on, **common):
    if row.kind not in facts.kinds:
        raise ProblemError("没有这个问题类别，请重新选。")
    kind_id, clocks = facts.kinds[row.kind]
    place, calendar = facts.place, facts.calendar
    state = first_state(clocks=clocks, on_spot=row.on_spot, by_station=side == Side.STATION)
    due_at = end_of(fix_due(clocks=clocks, found_on=found_on, calendar=calendar))
    claim_due_on = None
    if state == ProblemState.TO_CLAIM:
        claim_due_on = calendar.after(day_of(at), clocks.claim_workdays)
    clock = clock_of(state=state, due_at=due_at, claim_due_on=claim_due_on, feedback_due_on=None)
    is_settled = state == ProblemState.CLEARED
    return Problem(
        key=row.key, area_id=place.area, grade=place.grade, kind_id=kind_id, state=state,
        station_id=place.station_id, industry_unit=place.industry_unit[:60],
        item_code=row.item_code, item_text=row.item_text[:200], title=row.title.strip(),
        detail=row.detail.strip(), is_repeat=bool(row.item_code) and row.item_code in facts.repeated,
        found_at=found_at, found_on=found_on, due_at=due_at, claim_due_on=claim_due_on,
        clock_at=clock, climb_at=clock, fixed_at=found_at if is_settled else None,
        settled_at=found_at if is_settled else None, **common,
    )  # fmt: skip


def _moves(row, problem, facts, side, told):
    """The first step, and the second that goes with it: settled on the spot, or handed over."""
    is_in_hand = problem.state == ProblemState.HANDLING
    begun = ProblemState.HANDLING if is_in_hand else ProblemState.OPEN
    note = problem.detail or problem.title
    seen = {"side": side, **told, "at": problem.found_at}
    yield _move(problem, ProblemAct.REPORT, "", begun, note=note, **seen)
    if problem.state == ProblemState.CLEARED:
        note = f"当场改正：{problem.detail or problem.title}"
        yield _move(problem, ProblemAct.ON_SPOT, begun, problem.state, note=note[:500], **seen)
    if problem.state == ProblemState.TO_CLAIM:
        note = facts.place.handed_to + _lateness(problem, facts.kinds[row.kind][1], told["at"])
        yield _move(
            problem, ProblemAct.TRANSFER, begun, problem.state, note=note, side=Side.SYSTEM,
            actor=None, actor_words="系统", at=told["at"], due_on=problem.claim_due_on,
        )  # fmt: skip


def _lateness(problem, clocks, at):
    hours = clocks.transfer_hours
    if hours is None or at - problem.found_at <= datetime.timedelta(hours=hours):
        return ""
    return f"；发现后超过 {hours} 小时才送到"


def _move(problem, act, state_from, state_to, **more):
    return ProblemMove(
        key=derived_key(problem.key, act), problem=problem, act=act, state_from=state_from,
        state_to=state_to, **more,
    )  # fmt: skip
