"""A problem moved on by somebody: one step of the table, one row of its story, once (domain §1.5)."""

import datetime
from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.models import Station
from jiamusi_foodsafety.kit.errors import DomainError
from responsibility.queries.calendar import work_calendar
from responsibility.services.notifications import notify

from ..enums import OPEN_STATES, ProblemAct, ProblemState, Side
from ..models import Photo, Problem, ProblemMove
from ..queries.problem_people import People, people_around, sides_of, words_of
from ..queries.reporting import clocks_of, place_for
from ..rules.deadlines import clock_of, day_of, end_of
from ..rules.moves import TABLE, WAITS_FOR, missing, refusal, state_after
from ..rules.problems import MOST_NOTE, derived_key, is_key
from .photos import photo_store

# How far an extension may reach beyond the day it is asked for.
MOST_DAYS = 366
# Whose words somebody may write down for him: the business and the department have no account.
SPOKEN_FOR = (Side.ENTITY, Side.INDUSTRY)
GONE_ON = "刚被别人办理过，您的这次没有保存。请看过现在的情况再办。"


class MoveError(DomainError):
    """A step that cannot be done now; the sentence says why and what to do."""


class MovedOn(MoveError):
    """Somebody was faster."""


@transaction.atomic
def problem_move(
    *, problem: Problem, act: str, actor, values: Mapping[str, Any], key: str, at: datetime.datetime
) -> tuple[ProblemMove, bool]:
    """Do one act of the table at a problem; the move, and whether it was done now (False: the key was here
    already). `values`: note, due_on (a day), station (a Station's key), photos (keys of the actor's own that
    were sent before), files (photographs sent with it, as bytes), side and speaker (for the words of the business or the department), revision (as the actor saw it).

    Two at once: one does it, the other gets MovedOn with a sentence. Raises MoveError."""
    if not is_key(key):
        raise MoveError("这次办理没有幂等键，请刷新页面后再办。")
    row = (
        Problem.objects.select_for_update(of=("self",))
        .select_related("kind", "cadre", "station", "area")
        .get(pk=problem.pk)
    )
    before = ProblemMove.objects.filter(key=key).first()
    if before is not None:
        if before.problem_id != row.pk or before.act != act:
            raise MoveError("这个键已用于另一次办理，请刷新页面后再办。")
        return before, False
    _check_may(row, act, actor, values)
    given = _given(row, act, actor, values, at)
    given["photos"] = _photos(actor, values, key, at)
    _check_complete(act, given)
    state_from = row.state
    note = _apply(row, act, given, at)
    with pghistory.context(user=actor.pk, via="problem_move"):
        row.revision += 1
        row.save()
    move = ProblemMove.objects.create(
        key=key, problem=row, act=act, state_from=state_from, state_to=row.state, at=at,
        note=note[:MOST_NOTE], actor=actor, due_on=given["due_on"] or _shown_day(row, state_from),
        **_who(row, actor, values),
    )  # fmt: skip
    if given["photos"]:
        given["photos"].update(problem=row, move=move)
    _tell(row, move, actor)
    return move, True


def _check_may(row, act, actor, values):
    seen = values.get("revision")
    reason = refusal(
        act=act,
        state=row.state,
        sides=sides_of(user=actor, problem=row),
        is_asked=row.asked_due_on is not None,
    )
    if seen is not None and seen != row.revision:
        raise MovedOn(_moved_on(row))
    if reason:
        raise MoveError(_refused(row, act, reason))


def _refused(row, act, reason):
    label = dict(ProblemAct.choices).get(act, "")
    if reason == "act":
        return "没有这一种办理。"
    if reason == "state":
        return f"这一件现在是“{row.get_state_display()}”，不能{label}。{_last_words(row)}"
    if reason == "who":
        return f"“{label}”不由您办理：{_who_may(act)}。"
    if reason == "asked":
        return "已有一次延期申请等县区局决定，决定以后再办。"
    return "没有等决定的延期申请，可能已被别人决定。请刷新后再看。"


def _who_may(act):
    words = {Side.CADRE: "这一户的包保干部", Side.STATION: "办理的监管所", Side.COUNTY: "县区局"}
    return "由" + "、".join(words[side] for side in words if side in TABLE[act].who)


def _last_words(row):
    last = row.moves.order_by("-pk").first()
    if last is None or not last.actor_words:
        return ""
    return f"{last.actor_words} {last.get_act_display()}。"


def _moved_on(row):
    last = row.moves.order_by("-pk").first()
    if last is None or last.actor_id is None:
        return f"这一件{GONE_ON}"
    return f"{last.actor_words}刚办过“{last.get_act_display()}”，您的这次没有保存。请看过现在的情况再办。"


def _given(row, act, actor, values, at):
    """What was given with the act, checked and complete. Raises MoveError."""
    given = {
        "note": str(values.get("note") or "").strip(),
        "due_on": values.get("due_on") if act == ProblemAct.ASK else None,
        "station": _station(row, values.get("station")) if act == ProblemAct.ASSIGN else None,
    }
    if len(given["note"]) > MOST_NOTE:
        raise MoveError(f"写得太长，最多 {MOST_NOTE} 字。")
    if given["due_on"]:
        _check_day(row, given["due_on"], at)
    return given


def _check_complete(act, given):
    needs = {
        "note": given["note"], "photo": given["photos"], "date": given["due_on"],
        "station": given["station"],
    }  # fmt: skip
    if lacking := missing(act=act, given={name for name, value in needs.items() if value}):
        raise MoveError("".join(lacking))


def _check_day(row, day, at):
    today, due = day_of(at), day_of(row.due_at)
    if day <= due or day < today:
        raise MoveError(f"延期要写在现在的期限 {due:%Y-%m-%d} 之后，也不能是过去的日子。")
    if (day - today).days > MOST_DAYS:
        raise MoveError("延期不能超过一年。")


def _station(row, pk):
    """A station in use of the same county."""
    found = Station.objects.filter(pk=pk, is_active=True, county=row.area_id[:6]).first()
    if pk and found is None:
        raise MoveError("没有这个监管所，或不在本县(市、区)，请重新选。")
    if found is not None and found.pk == row.station_id:
        raise MoveError(f"这一件已在{found.name}，请选别的监管所。")
    return found


def _photos(actor, values, key, at):
    """The photographs of the act: those named, all of them the actor's and shown by nothing yet, and those
    that came with it."""
    keys = set(values.get("photos") or ())
    for number, data in enumerate(values.get("files") or ()):
        photo, _ = photo_store(actor=actor, key=derived_key(key, "photo", number), data=data, at=at)
        keys.add(photo.key)
    if not keys:
        return None
    found = Photo.objects.filter(
        key__in=keys, uploaded_by=actor, visit=None, problem=None, move=None
    )
    if found.count() != len(keys):
        raise MoveError("有照片没有传到，请重新选照片再办。")
    return found


def _apply(row, act, given, at) -> str:
    """Change the row as the act says; gives the words of the move."""
    clocks, note = clocks_of(row.kind), given["note"]
    calendar = work_calendar()
    today, line = day_of(at), TABLE[act]
    state_from, clock_from = row.state, row.clock_at
    row.state = state_after(act=act, state=row.state)
    if line.drops_request or act in {ProblemAct.APPROVE, ProblemAct.REFUSE}:
        asked, row.asked_due_on = row.asked_due_on, None
    if act == ProblemAct.ASK:
        row.asked_due_on = given["due_on"]
    elif act == ProblemAct.APPROVE:
        row.due_at, row.extensions = end_of(asked), row.extensions + 1
        note = f"期限改为 {asked:%Y-%m-%d}" + (f"：{note}" if note else "")
    elif act == ProblemAct.TRANSFER:
        place = place_for(entity_id=row.entity_id)
        row.station_id, row.industry_unit = place.station_id, place.industry_unit[:60]
        note = f"{note}；{place.handed_to}"
    elif act == ProblemAct.ASSIGN:
        row.station = given["station"]
        note = f"指派{row.station.name}" + (f"：{note}" if note else "")
    elif act == ProblemAct.SEND_BACK:
        row.station = None
    _times(row, act, at)
    if act in {ProblemAct.TRANSFER, ProblemAct.ASSIGN}:
        row.claim_due_on = calendar.after(today, clocks.claim_workdays)
    if act in {ProblemAct.FIX, ProblemAct.FINISH, ProblemAct.FEED_BACK}:
        row.feedback_due_on = calendar.after(today, clocks.feedback_workdays)
    row.clock_at = clock_of(
        state=row.state, due_at=row.due_at, claim_due_on=row.claim_due_on,
        feedback_due_on=row.feedback_due_on,
    )  # fmt: skip
    if row.state != state_from:
        row.climbed, row.climbed_to = 0, None
    if row.state != state_from or row.clock_at != clock_from:
        row.climb_at = row.clock_at
    return note


def _times(row, act, at):
    """The moments that a step writes down or takes back."""
    if act in {ProblemAct.FIX, ProblemAct.VERIFY, ProblemAct.FINISH}:
        row.fixed_at = at
    if act in {ProblemAct.REJECT, ProblemAct.REDO, ProblemAct.DISPUTE, ProblemAct.TRANSFER}:
        row.fixed_at = row.feedback_due_on = None
    if act == ProblemAct.CLAIM:
        row.claimed_at = at
    if act in {ProblemAct.TRANSFER, ProblemAct.ASSIGN, ProblemAct.RETURN}:
        row.claimed_at = row.claim_due_on = None
    if row.state not in OPEN_STATES:
        row.settled_at = at


def _shown_day(row, state_from):
    """The new deadline, where a step sets one."""
    return day_of(row.clock_at) if row.clock_at and row.state != state_from else None


def _who(row, actor, values):
    """Whose act it is, and his words: as the problem's side, or written down for somebody without account."""
    sides, words = sides_of(user=actor, problem=row), words_of(user=actor, problem=row)
    spoken = values.get("side")
    if spoken in SPOKEN_FOR:
        speaker = str(values.get("speaker") or "").strip()[:40]
        return {
            "side": spoken,
            "actor_words": f"{speaker or Side(spoken).label}，{words}代录"[:120],
        }
    side = next((side for side in (Side.CADRE, Side.STATION) if side in sides), Side.COUNTY)
    if side == Side.COUNTY and len(actor.area_id or "") == 4:
        side = Side.CITY
    return {"side": side, "actor_words": words}


def _tell(row, move, actor):
    """Whoever must act now, and the cadre, hear of the step; a decision also whoever asked."""
    people = people_around(problems=[row])
    meant = set(people.of(row, Side.CADRE))
    if row.state in WAITS_FOR:
        meant |= set(people.waited_for(row))
    meant |= _also(row, move, people)
    notify(
        users=meant - {actor.pk},
        key=f"problem-move-{move.pk}",
        text=f"{row.title}：{move.get_act_display()}，现为“{row.get_state_display()}”",
        url=reverse("inspections:problem-detail", args=[row.pk]),
    )


def _also(row, move, people: People):
    if move.act in {ProblemAct.ASK, ProblemAct.SEND_BACK}:
        return set(people.of(row, Side.COUNTY))
    if row.station_id and row.state in {ProblemState.FILED, ProblemState.VOID, ProblemState.CLOSED}:
        return set(people.of(row, Side.STATION))
    return set()
