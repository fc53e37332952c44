"""Open problems follow their business: to a new bearer, to an end when it leaves, and back when it returns.
Where it stands and its grade follow at once, by a trigger."""

import datetime

import pghistory
from django.db import connection, transaction
from django.urls import reverse

from entities.models import Entity
from responsibility.queries.calendar import work_calendar
from responsibility.services.notifications import notify_each

from ..enums import ProblemAct, ProblemState, Side
from ..models import Problem, ProblemMove
from ..queries.problem_people import people_around
from ..queries.reporting import clocks_of
from ..rules.deadlines import day_of, end_of, fix_due
from ..rules.leaving import GONE
from ..rules.problems import derived_key

BATCH = 1000
# Moves of so many days back are told once more in case a worker was down; who heard hears nothing twice.
TELL_DAYS = 2

# The bond in force says who answers; a business that nobody holds is the county's to verify.
_BEARERS = """
WITH wrong AS (
    SELECT p.id, p.state, p.revision, b.cadre_id AS cadre_id, o.name AS old, c.name AS new
    FROM inspections_problem p
    LEFT JOIN responsibility_assignment b ON b.entity_id = p.entity_id AND b.to_on IS NULL
    LEFT JOIN responsibility_cadre o ON o.id = p.cadre_id
    LEFT JOIN responsibility_cadre c ON c.id = b.cadre_id
    WHERE p.clock_at IS NOT NULL AND p.cadre_id IS DISTINCT FROM b.cadre_id
    ORDER BY p.id FOR UPDATE OF p SKIP LOCKED
), moved AS (
    UPDATE inspections_problem p SET cadre_id = w.cadre_id, revision = p.revision + 1
    FROM wrong w WHERE p.id = w.id RETURNING p.id
)
INSERT INTO inspections_problemmove
    (key, problem_id, act, side, state_from, state_to, actor_words, at, note)
SELECT md5('bearer:' || w.id || ':' || w.revision), w.id, 'bearer', 'system', w.state, w.state,
       '系统', %(at)s,
       CASE WHEN w.new IS NULL THEN '暂无包保干部，由县区局核查'
            WHEN w.old IS NULL THEN '包保干部为 ' || w.new
            ELSE '包保干部由 ' || w.old || ' 改为 ' || w.new END
FROM wrong w JOIN moved m ON m.id = w.id ORDER BY w.id
RETURNING problem_id
"""


def problems_follow(*, at: datetime.datetime) -> dict[str, int]:
    """Give open problems to whoever holds their business now, end those of businesses that have left, open
    those of businesses that came back, and tell whom it concerns. Set-based, runs twice without harm.
    Counts: bearers, ended, resumed, told."""
    counts = {"bearers": _bearers(at), "ended": 0, "resumed": 0}
    for name, step in (("ended", _end), ("resumed", _resume)):
        while number := step(at):
            counts[name] += number
    return counts | {"told": _tell(at)}


@transaction.atomic
def _bearers(at):
    with pghistory.context(via="problems_follow"), connection.cursor() as cursor:
        cursor.execute(_BEARERS, {"at": at})
        return cursor.rowcount


def _locked(found):
    rows = found.select_for_update(of=("self",), skip_locked=True).select_related("kind", "entity")
    return list(rows.order_by("pk")[:BATCH])


@transaction.atomic
def _end(at):
    gone = Entity.objects.filter(status__in=GONE)
    rows = _locked(Problem.objects.open().filter(entity__in=gone.values("pk")))
    moves = []
    for row in rows:
        word = row.entity.get_status_display()
        moves.append(
            _move(
                row,
                ProblemAct.END,
                ProblemState.ENDED,
                f"主体已{word.removeprefix('已')}，无从整改",
                at,
            )
        )
        row.state, row.settled_at = ProblemState.ENDED, at
        row.clock_at = row.climb_at = row.asked_due_on = row.climbed_to = None
        row.climbed = 0
    return _save(rows, moves)


@transaction.atomic
def _resume(at):
    back = Entity.objects.exclude(status__in=GONE)
    found = Problem.objects.filter(state=ProblemState.ENDED, entity__in=back.values("pk"))
    rows, calendar, today = _locked(found), work_calendar(), day_of(at)
    moves = []
    for row in rows:
        due = fix_due(clocks=clocks_of(row.kind), found_on=today, calendar=calendar)
        moves.append(
            _move(row, ProblemAct.RESUME, ProblemState.OPEN, f"主体恢复，{due:%Y-%m-%d} 前整改", at)
        )
        row.state, row.settled_at, row.fixed_at = ProblemState.OPEN, None, None
        row.claim_due_on = row.claimed_at = row.feedback_due_on = None
        row.due_at = row.clock_at = row.climb_at = end_of(due)
    return _save(rows, moves)


def _move(row, act, state, note, at):
    return ProblemMove(
        key=derived_key(act, row.pk, row.revision), problem=row, act=act, side=Side.SYSTEM,
        state_from=row.state, state_to=state, actor_words="系统", at=at, note=note,
    )  # fmt: skip


FIELDS = (
    "state", "settled_at", "fixed_at", "claim_due_on", "claimed_at", "feedback_due_on", "due_at",
    "clock_at", "climb_at", "asked_due_on", "climbed", "climbed_to", "revision",
)  # fmt: skip


def _save(rows, moves):
    for row in rows:
        row.revision += 1
    with pghistory.context(via="problems_follow"):
        Problem.objects.bulk_update(rows, FIELDS)
        ProblemMove.objects.bulk_create(moves)
    return len(rows)


def _tell(at):
    """Tell whose turn it became by a step that nobody stood behind: handed over at a report, a new bearer,
    a business that came back."""
    since = at - datetime.timedelta(days=TELL_DAYS)
    moves = ProblemMove.objects.filter(
        at__gte=since, actor=None, problem__clock_at__isnull=False,
        act__in=[ProblemAct.TRANSFER, ProblemAct.BEARER, ProblemAct.RESUME],
    ).select_related("problem__cadre")  # fmt: skip
    rows = [move for move in moves.order_by("pk") if move.state_to == move.problem.state]
    people = people_around(problems=[move.problem for move in rows])
    lines = [
        (
            pk,
            f"problem-move-{move.pk}",
            f"{move.problem.title}：{move.get_act_display()}，现为“{move.problem.get_state_display()}”",
            reverse("inspections:problem-detail", args=[move.problem_id]),
        )
        for move in rows
        for pk in people.waited_for(move.problem)
    ]
    notify_each(lines=lines)
    return len(lines)
