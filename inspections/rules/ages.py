"""How long a problem has been open, in the four columns of the board."""

import datetime

# key → (words, from day, to day)
AGES: dict[str, tuple[str, int, int | None]] = {
    "0-2": ("0–2 天", 0, 2),
    "3-7": ("3–7 天", 3, 7),
    "8-15": ("8–15 天", 8, 15),
    "16": ("16 天以上", 16, None),
}
DAY = datetime.timedelta(days=1)


def found_between(age: str, on: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    """The first and last day on which a problem of this age was found; None: any earlier, any later."""
    _, low, high = AGES[age]
    return (on - DAY * high if high is not None else None, on - DAY * low if low else None)


def age_of(found_on: datetime.date, on: datetime.date) -> str:
    """The column of a problem that was found on a day."""
    days = (on - found_on).days
    return next(key for key, (_, low, high) in AGES.items() if high is None or days <= high)
