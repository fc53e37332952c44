"""How far a report is, and whether a county was in time: derived from what was done."""

import datetime
from dataclasses import dataclass

# The values of enums.Punctuality and enums.
NONE, WAITING, ON_TIME, LATE, MISSING = "", "waiting", "on_time", "late", "missing"
ISSUED, ARCHIVED = "issued", "archived"
STAGES = ("生成", "县区核对", "市局汇总", "签发", "归档")


def punctuality(
    *,
    reported_at: datetime.datetime | None,
    due_at: datetime.datetime | None,
    until: datetime.datetime | None,
    at: datetime.datetime,
) -> str:
    """按时: first confirmed by the deadline (or by the end of an exception); 迟报: later; 未报: not at all
    and the deadline has passed."""
    if due_at is None:
        return NONE
    limit = max(due_at, until) if until else due_at
    if reported_at is not None:
        return ON_TIME if reported_at <= limit else LATE
    return WAITING if at < limit else MISSING


@dataclass(frozen=True)
class Stage:
    """How far a report is: the place in STAGES, beginning with 0, and the word beside its title."""

    place: int
    word: str
    shape: str


def stage_of(
    *,
    state: str,
    is_closed_day: bool,
    confirmed: int,
    counties: int,
    due_at: datetime.datetime | None,
    at: datetime.datetime,
) -> Stage:
    """生成 while the day runs, 县区核对 until all have confirmed or the deadline, then 市局汇总."""
    if state == ARCHIVED:
        return Stage(4, "已归档", "ok")
    if state == ISSUED:
        return Stage(3, "已签发", "ok")
    if not is_closed_day:
        return Stage(0, "当日未截止", "running")
    if confirmed < counties and due_at is not None and at < due_at:
        return Stage(1, "县区核对中", "waiting")
    return Stage(2, "市局汇总中", "progress")
