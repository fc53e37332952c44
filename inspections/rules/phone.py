"""What stands on a phone's card: why this business comes now (domain §1.3; for ordering only)."""

import datetime
from dataclasses import dataclass

# Licences that end within so many days are named on the card.
EXPIRY_DAYS = 60
LONG_AGO_DAYS = 60


@dataclass(frozen=True)
class Reason:
    """One reason: a meaning of the kit's shapes, an icon and the words."""

    tone: str
    icon: str
    words: str


def reasons_of(
    *,
    open_problems: int,
    problem_due: datetime.date | None,
    last_visit: datetime.date | None,
    expires: datetime.date | None,
    due: datetime.date | None,
    on: datetime.date,
    problems: int = 0,
    expiry_days: int = EXPIRY_DAYS,
) -> list[Reason]:
    """Why this business is to be gone to, the most urgent first: all that its place in the order comes from,
    but the grade, which stands beside it. Days are calendar days. `problems`: all that were ever found here,
    those that are settled are named as past ones."""
    found = []
    if due is not None and due < on:
        found.append(Reason("red", "clock-exclamation", f"督导已逾期 {(on - due).days} 天"))
    if open_problems:
        words = f"问题 {open_problems} 个"
        tone = "amber"
        if problem_due is not None:
            words += f"，{day_words(problem_due, on=on)}"
            tone = "red" if (problem_due - on).days <= 1 else "amber"
        found.append(Reason(tone, "alert-octagon", words))
    if last_visit is None:
        found.append(Reason("amber", "clock", "还没有去过"))
    elif (on - last_visit).days >= LONG_AGO_DAYS:
        found.append(Reason("amber", "clock", f"{(on - last_visit).days} 天没去"))
    if expires is not None and (expires - on).days <= expiry_days:
        is_over = expires < on
        words = "许可证已过期" if is_over else f"许可证 {month_day(expires)}到期"
        found.append(Reason("red" if is_over else "amber", "certificate", words))
    if problems > open_problems:
        found.append(Reason("grey", "history", f"以往问题 {problems - open_problems} 个"))
    if not found and last_visit is not None:
        found.append(Reason("grey", "clock", f"上次 {month_day(last_visit)}"))
    return found


def day_words(day: datetime.date, *, on: datetime.date) -> str:
    """明天到期, 还有 5 天, 已逾期 3 天."""
    days = (day - on).days
    if days < 0:
        return f"已逾期 {-days} 天"
    named = {0: "今天到期", 1: "明天到期", 2: "后天到期"}
    return named.get(days, f"{days} 天后到期")


def month_day(day: datetime.date) -> str:
    """12月6日."""
    return f"{day.month}月{day.day}日"
