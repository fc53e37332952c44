"""Why a business stands where it does in the due list. For ordering only: nobody is judged by it."""

import datetime
from typing import NamedTuple

LONG_AGO = 60  # days since the last visit that are worth a word


class Standing(NamedTuple):
    """What the list knows of one business on a day; problem_due_on: the earliest term of its open ones."""

    last_visit_on: datetime.date | None
    problems: int
    open_problems: int
    problem_due_on: datetime.date | None
    expires_on: datetime.date | None
    due_on: datetime.date


def _soon(day, on):
    left = (day - on).days
    if left < 0:
        return f"已过期 {-left} 天"
    return "今天到期" if left == 0 else "明天到期" if left == 1 else f"{left} 天后到期"


def reasons(standing: Standing, *, on: datetime.date, licence_days: int) -> list[str]:
    """The reasons in words, the most pressing first: 问题 1 个，明天到期 · 94 天没去 · 许可证 30 天内到期."""
    found = []
    if standing.open_problems:
        word = f"问题 {standing.open_problems} 个"
        if standing.problem_due_on is not None:
            word += f"，{_soon(standing.problem_due_on, on)}"
        found.append(word)
    if standing.due_on < on:
        found.append(f"逾期 {(on - standing.due_on).days} 天")
    if standing.last_visit_on is None:
        found.append("还没去过")
    elif (on - standing.last_visit_on).days >= LONG_AGO:
        found.append(f"{(on - standing.last_visit_on).days} 天没去")
    if standing.expires_on is not None:
        left = (standing.expires_on - on).days
        if left < 0:
            found.append("许可证已过期")
        elif left <= licence_days:
            found.append(f"许可证 {licence_days} 天内到期")
    if standing.problems and not standing.open_problems:
        found.append(f"以往问题 {standing.problems} 个")
    return found
