"""How much of what happened on which day before today, by county (the story of domain §1.9; paces of the
pictures): day 0 is the day the demonstration is made, day 30 what stood before the first report."""

from entities.generator.plan import COUNTIES, allot

DAYS = 30
# By county in the order of their codes: graded on the last day, 家/日 over the last 7 days, screened on the
# last day and over the 7 days before.
LAST_DAY = (24, 21, 17, 19, 23, 6, 9, 7, 44, 5, 11)
PACE_OF_7 = (22, 19, 16, 17, 21, 7, 8, 7, 38, 5, 11)
IN_14_DAYS = 14 * 572
SCREENED_LAST_DAY = (3, 2, 1, 4, 2, 0, 5, 1, 6, 0, 1)
SCREENED_IN_7 = (9, 7, 6, 10, 7, 3, 12, 4, 13, 3, 4)
BASE_SHARE = 0.1


def graded_by_day() -> dict[str, list[int]]:
    """{county: newly graded on day 30 (all before), 29, …, 0}; each adds up to the county's 已分级."""
    in_14 = allot(IN_14_DAYS, [county.graded for county in COUNTIES])
    found = {}
    for county, last, pace, fortnight in zip(COUNTIES, LAST_DAY, PACE_OF_7, in_14, strict=True):
        week = max(7 * pace, last)
        before = max(fortnight - week, 0)
        base = int(county.graded * BASE_SHARE)
        early = county.graded - base - week - before
        found[county.code] = [
            base,
            *allot(early, [10 + step for step in range(16)]),  # day 29 … 14
            *allot(before, [16, 15, 14, 13, 12, 11, 10]),  # day 13 … 7
            *allot(week - last, [7, 7, 6, 6, 6, 6]),  # day 6 … 1
            last,
        ]
    return found


def screened_by_day() -> dict[str, list[int]]:
    """{county: screened on day 30, 29, …, 0}; nothing before day 25."""
    found = {}
    for county, last, week in zip(COUNTIES, SCREENED_LAST_DAY, SCREENED_IN_7, strict=True):
        early = county.candidates - last - week
        found[county.code] = [
            0, 0, 0, 0, 0,
            *allot(early, [9 + step % 3 for step in range(18)]),  # day 25 … 8
            *allot(week, [1] * 7),  # day 7 … 1
            last,
        ]  # fmt: skip
    return found


def steps(by_day: dict[str, list[int]]) -> list[tuple[str, int, int, int]]:
    """(county, day, from, to) of the running numbers that fall on each day."""
    found = []
    for county, numbers in by_day.items():
        low = 0
        for day, number in zip(range(DAYS, -1, -1), numbers, strict=True):
            if number:
                found.append((county, day, low, low + number))
            low += number
    return found
