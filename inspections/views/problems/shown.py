"""What the page of one problem shows: its path, the four parties, its story, and what may be done."""

import datetime
from dataclasses import dataclass

from ...enums import ProblemAct, ProblemState, Side
from ...forms.problems import MoveForm
from ...models import Photo, Problem, ProblemMove
from ...queries.problem_people import sides_of
from ...rules.deadlines import begin_of, day_of
from ...rules.moves import WAITS_FOR, acts_for

UPPER = ("发现", "整改", "核查", "销号")
LOWER = ("移交", "认领", "处置", "复查", "反馈", "闭环")
# state → the path and where on it; filed, false alarms and ended ones have left the path
STAGES = {
    ProblemState.OPEN: (UPPER, 1),
    ProblemState.FIXED: (UPPER, 2),
    ProblemState.CLEARED: (UPPER, 4),
    ProblemState.TO_CLAIM: (LOWER, 1),
    ProblemState.HANDLING: (LOWER, 2),
    ProblemState.TO_REVIEW: (LOWER, 3),
    ProblemState.FED_BACK: (LOWER, 5),
    ProblemState.CLOSED: (LOWER, 6),
}
# What each act does, beside its button.
EFFECTS = {
    ProblemAct.FIX: "记下主体报告的整改，等包保干部核查。",
    ProblemAct.VERIFY: "现场看过已改好，直接销号。",
    ProblemAct.CLEAR: "核查通过，销号。",
    ProblemAct.REJECT: "退回主体继续整改，期限不变。",
    ProblemAct.TRANSFER: "移交监管所，从今天起计认领时限。",
    ProblemAct.CLAIM: "认领后进入处置，整改期限不变。",
    ProblemAct.SEND_BACK: "退回县区局，由县区局改派或处理。",
    ProblemAct.ASSIGN: "改派后重新计认领时限。",
    ProblemAct.RETURN: "不再由监管所处置，改由主体自改、包保干部核查。",
    ProblemAct.FINISH: "处置完成，进入复查。",
    ProblemAct.REDO: "复查不通过，继续处置，期限不变。",
    ProblemAct.FEED_BACK: "复查通过，反馈给包保干部。",
    ProblemAct.CLOSE: "核实反馈属实，闭环。",
    ProblemAct.DISPUTE: "反馈与实际不符，退回监管所继续处置。",
    ProblemAct.ASK: "由县区局决定；决定以前期限不变。",
    ProblemAct.REFUSE: "不批准，期限不变。",
    ProblemAct.FILE_CASE: "移送立案后不再按整改流程办理，不能撤回。",
    ProblemAct.VOID: "作废后不计入发现问题，不能撤回。",
    ProblemAct.REMARK: "写进经过，状态和期限不变。",
}
# The acts whose buttons stand open, the first that is possible; the rest lies under 其他办理.
FIRST = (
    ProblemAct.APPROVE, ProblemAct.CLEAR, ProblemAct.CLOSE, ProblemAct.FEED_BACK, ProblemAct.FINISH,
    ProblemAct.CLAIM, ProblemAct.VERIFY, ProblemAct.FIX, ProblemAct.ASSIGN,
)  # fmt: skip
DANGEROUS = (
    ProblemAct.REFUSE, ProblemAct.REJECT, ProblemAct.REDO, ProblemAct.DISPUTE, ProblemAct.FILE_CASE,
    ProblemAct.VOID, ProblemAct.SEND_BACK,
)  # fmt: skip
# The county acts for a station only as a substitute: these are never its first button.
STATIONS = (ProblemAct.CLAIM, ProblemAct.FINISH, ProblemAct.FEED_BACK)
ICONS = {
    ProblemAct.REPORT: "alert-triangle",
    ProblemAct.TRANSFER: "send",
    ProblemAct.ASSIGN: "send",
    ProblemAct.CLAIM: "hand-stop",
    ProblemAct.ASK: "calendar-plus",
    ProblemAct.APPROVE: "calendar-plus",
    ProblemAct.REFUSE: "calendar-plus",
    ProblemAct.CLIMB: "arrows-vertical",
    ProblemAct.REJECT: "arrow-back-up",
    ProblemAct.REDO: "arrow-back-up",
    ProblemAct.DISPUTE: "arrow-back-up",
    ProblemAct.SEND_BACK: "arrow-back-up",
    ProblemAct.RETURN: "arrow-back-up",
    ProblemAct.CLEAR: "circle-check",
    ProblemAct.VERIFY: "circle-check",
    ProblemAct.ON_SPOT: "circle-check",
    ProblemAct.CLOSE: "circle-check",
    ProblemAct.VOID: "ban",
    ProblemAct.FILE_CASE: "gavel",
    ProblemAct.BEARER: "user",
}


@dataclass(frozen=True)
class Party:
    """One of the four: its label, the name, what it last did; tone red where its time has run out."""

    label: str
    name: str
    last: str
    is_late: bool = False


@dataclass(frozen=True)
class Event:
    """One line of the story, newest first."""

    move: ProblemMove
    title: str
    who: str
    icon: str
    state: str
    photos: list[Photo]


def stages_of(problem: Problem) -> list[dict]:
    """The path that the problem is on (components/_stages.html); empty where it has left it."""
    names, now = STAGES.get(problem.state, ((), 0))
    states = ["done"] * now + ["now"] + ["later"] * len(names)
    return [
        {"name": name, "note": "", "state": state}
        for name, state in zip(names, states, strict=False)
    ]


def parties_of(problem: Problem, on: datetime.date) -> list[Party]:
    """四方: the cadre, market regulation, the department, the business."""
    waits = WAITS_FOR.get(problem.state, ("", ""))[0]
    late = (on - day_of(problem.clock_at)).days if problem.clock_at else 0
    cadre = problem.cadre
    told = "已告知" if problem.claim_due_on and problem.industry_unit else ""
    named = f"{cadre.name} {cadre.post}".strip() if cadre else "暂无，由县区局核查"
    station = problem.station.name if problem.station_id else "县区局"
    parties = (
        ("包保干部", named, (Side.CADRE,), ""),
        ("市场监管", station, (Side.STATION, Side.COUNTY, Side.CITY), ""),
        ("行业主管", problem.industry_unit or "没有对应部门", (Side.INDUSTRY,), told),
        ("主体", problem.entity.legal_person or problem.entity.name, (Side.ENTITY,), ""),
    )
    return [
        Party(
            label, name,
            _late_words(problem, late) if late > 0 and waits in sides else _last(problem, sides, told),
            late > 0 and waits in sides,
        )
        for label, name, sides, told in parties
    ]  # fmt: skip


def _late_words(problem, late):
    return f"{problem.get_state_display()}，逾期 {late} 天"


def _last(problem, sides, told):
    last = next((move for move in problem.story if move.side in sides), None)
    if last is None:
        return told or "还没有办理"
    return f"{last.get_act_display()} {day_of(last.at):%m-%d}"


def story_of(problem: Problem) -> list[Event]:
    """The moves, newest first, each with its photographs; those of the report stand at the report."""
    asks = [move.pk for move in problem.story if move.act == ProblemAct.ASK]
    pending = asks[0] if asks and problem.asked_due_on else None
    events = []
    for move in problem.story:
        is_first = move.act == ProblemAct.REPORT
        photos = [*move.shown_photos, *(problem.first_photos if is_first else [])]
        title = move.get_act_display()
        if move.act == ProblemAct.ASK and move.due_on:
            title = f"申请延期到 {move.due_on:%m-%d}"
        state = "overdue" if move.act == ProblemAct.CLIMB else ""
        if move.pk == pending:
            state = "waiting"
        who = " · ".join(word for word in (move.get_side_display(), move.actor_words) if word)
        if move.side == Side.SYSTEM:
            who = "系统"
        events.append(Event(move, title, who, ICONS.get(move.act, "file-text"), state, photos))
    return events


# The refusal that stands beside a decision.
PAIRS = {
    ProblemAct.APPROVE: ProblemAct.REFUSE,
    ProblemAct.CLEAR: ProblemAct.REJECT,
    ProblemAct.CLOSE: ProblemAct.DISPUTE,
    ProblemAct.FEED_BACK: ProblemAct.REDO,
    ProblemAct.CLAIM: ProblemAct.SEND_BACK,
}


@dataclass
class ActForm:
    """One act that the reader may do now: its form, what pressing it does."""

    act: str
    label: str
    effect: str
    form: MoveForm
    is_dangerous: bool
    is_bare: bool  # nothing to fill in: a single button


def acts_of(problem: Problem, *, user, stations, filled: MoveForm | None = None) -> dict:
    """What the reader may do: `first` the decision that waits for him (or the form that came back with what
    is missing), `second` its refusal, `others`; None and empty where there is none."""
    sides = sides_of(user=user, problem=problem)
    names = acts_for(state=problem.state, sides=sides, is_asked=problem.asked_due_on is not None)
    is_substitute = sides == {Side.COUNTY} and problem.station_id is not None
    first = [act for act in FIRST if not (is_substitute and act in STATIONS)]
    if filled is not None and filled.act in names:
        first = [filled.act, *first]
    forms = {
        act: _act(problem, act, stations, filled if filled and filled.act == act else None)
        for act in names
    }
    main = next((act for act in first if act in forms), None)
    pair = PAIRS.get(main)
    return {
        "first": forms.pop(main, None),
        "second": forms.pop(pair, None),
        "others": list(forms.values()),
    }


def _act(problem, act, stations, filled):
    form = filled or MoveForm(act=act, problem=problem, stations=stations)
    label, effect = ProblemAct(act).label, EFFECTS.get(act, "")
    if act == ProblemAct.APPROVE:
        label = f"批准延期到 {problem.asked_due_on:%m-%d}"
        effect = f"批准后期限改为 {problem.asked_due_on:%m-%d}，逾期记录保留；不批准，期限不变。"
    return ActForm(
        act=act, label=label, effect=effect, form=form, is_dangerous=act in DANGEROUS,
        is_bare=not form.is_asked,
    )  # fmt: skip


def deadline_of(problem: Problem, on: datetime.date) -> dict:
    """The words of the deadline in force: 逾期 2 天, 认领逾期, 今天到期, 明天到期, 还有 3 天."""
    if problem.clock_at is None:
        return {"word": "", "is_late": False, "days": (on - problem.found_on).days}
    left = (day_of(problem.clock_at) - on).days
    is_late = problem.clock_at < begin_of(on)
    if is_late:
        prefix = "认领" if problem.state == ProblemState.TO_CLAIM else ""
        word = f"{prefix}逾期 {-left} 天"
    else:
        word = {0: "今天到期", 1: "明天到期"}.get(left, f"还有 {left} 天")
    return {"word": word, "is_late": is_late, "days": (on - problem.found_on).days}
