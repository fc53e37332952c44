"""The way of a problem, as one table (domain §1.5): act → from which states, to which, by whom, with what.

Two paths: put right by the business itself (待整改 → 已整改待核查 → 已销号), or handed to the station
(待认领 → 处置中 → 待复查 → 已反馈 → 已闭环). Plain words only: enums.ProblemState, ProblemAct and Side
have the same values."""

from collections.abc import Set
from dataclasses import dataclass

# states
OPEN, FIXED, CLEARED = "open", "fixed", "cleared"
TO_CLAIM, HANDLING, TO_REVIEW = "to_claim", "handling", "to_review"
FED_BACK, CLOSED = "fed_back", "closed"
FILED, VOID, ENDED = "filed", "void", "ended"
WAITING = (OPEN, FIXED, TO_CLAIM, HANDLING, TO_REVIEW, FED_BACK)

# sides
CADRE, STATION, COUNTY, SYSTEM = "cadre", "station", "county", "system"

NOTE, PHOTO, DATE, PLACE = "note", "photo", "date", "station"
NEED_WORDS = {
    NOTE: "请写明情况。",
    PHOTO: "请附照片。",
    DATE: "请写日期。",
    PLACE: "请选监管所。",
}


@dataclass(frozen=True)
class Act:
    """One line of the table. `to` None: the state stays. `asked`: whether an extension must wait for its
    decision (True), must not (False), or does not matter (None)."""

    sources: tuple[str, ...]
    to: str | None
    who: frozenset[str]
    needs: tuple[str, ...] = ()
    asked: bool | None = None
    # whose turn comes while the old extension request is settled by moving on
    drops_request: bool = False


def _act(sources, to, who, *needs, **more):
    return Act(
        (sources,) if isinstance(sources, str) else sources, to, frozenset(who), needs, **more
    )


_VERIFIERS = (CADRE, COUNTY)
# The county may do a station's work: where there is no station, or none of its officers has an account.
_HANDLERS = (STATION, COUNTY)
_ALL = (CADRE, STATION, COUNTY)

TABLE: dict[str, Act] = {
    # --- put right by the business itself
    "fix": _act(OPEN, FIXED, _ALL, NOTE, PHOTO, drops_request=True),
    "verify": _act(OPEN, CLEARED, _VERIFIERS, NOTE, PHOTO, drops_request=True),
    "clear": _act(FIXED, CLEARED, _VERIFIERS, NOTE),
    "reject": _act(FIXED, OPEN, _VERIFIERS, NOTE),
    # --- handed to the station
    "transfer": _act((OPEN, FIXED), TO_CLAIM, _ALL, NOTE, drops_request=True),
    "claim": _act(TO_CLAIM, HANDLING, _HANDLERS),
    "send_back": _act(TO_CLAIM, TO_CLAIM, (STATION,), NOTE),
    "assign": _act(TO_CLAIM, TO_CLAIM, (COUNTY,), PLACE),
    "return": _act((TO_CLAIM, HANDLING), OPEN, (COUNTY,), NOTE, drops_request=True),
    "finish": _act(HANDLING, TO_REVIEW, _HANDLERS, NOTE, PHOTO, drops_request=True),
    "redo": _act(TO_REVIEW, HANDLING, _HANDLERS, NOTE),
    "feed_back": _act(TO_REVIEW, FED_BACK, _HANDLERS, NOTE),
    "close": _act(FED_BACK, CLOSED, _VERIFIERS),
    "dispute": _act(FED_BACK, HANDLING, _VERIFIERS, NOTE),
    # --- beside the path
    "ask": _act((OPEN, HANDLING), None, (CADRE, STATION), NOTE, DATE, asked=False),
    "approve": _act((OPEN, HANDLING), None, (COUNTY,), asked=True),
    "refuse": _act((OPEN, HANDLING), None, (COUNTY,), NOTE, asked=True),
    "file_case": _act(WAITING, FILED, (COUNTY,), NOTE, drops_request=True),
    "void": _act(WAITING, VOID, (COUNTY,), NOTE, drops_request=True),
    "remark": _act(WAITING, None, _ALL, NOTE),
    # --- by themselves
    "climb": _act(WAITING, None, (SYSTEM,)),
    "bearer": _act(WAITING, None, (SYSTEM,)),
    "end": _act(WAITING, ENDED, (SYSTEM,), drops_request=True),
    "resume": _act(ENDED, OPEN, (SYSTEM,)),
}

# Whose turn it is, in each open state: the side, and the words of the column 等谁.
WAITS_FOR: dict[str, tuple[str, str]] = {
    OPEN: (CADRE, "主体自改"),
    FIXED: (CADRE, "包保干部去看"),
    TO_CLAIM: (STATION, "监管所认领"),
    HANDLING: (STATION, "监管所、主体"),
    TO_REVIEW: (STATION, "监管所"),
    FED_BACK: (CADRE, "待包保干部销号"),
}


def acts_for(*, state: str, sides: Set[str], is_asked: bool) -> list[str]:
    """What somebody of these sides may do now, in the order of the table."""
    return [
        name
        for name in TABLE
        if refusal(act=name, state=state, sides=sides, is_asked=is_asked) == ""
    ]


def refusal(*, act: str, state: str, sides: Set[str], is_asked: bool) -> str:
    """Why the act may not be done: "" it may; "act" there is none of this name; "state" not in this state;
    "who" not by these sides; "asked" an extension waits, "unasked" none does."""
    line = TABLE.get(act)
    if line is None:
        return "act"
    if state not in line.sources:
        return "state"
    if not line.who & sides:
        return "who"
    if line.asked is not None and line.asked != is_asked:
        return "asked" if is_asked else "unasked"
    return ""


def state_after(*, act: str, state: str) -> str:
    """The state in which an act leaves a problem."""
    return TABLE[act].to or state


def missing(*, act: str, given: Set[str]) -> list[str]:
    """The sentences on what the act still needs."""
    return [NEED_WORDS[need] for need in TABLE[act].needs if need not in given]
