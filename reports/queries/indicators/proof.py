"""Each indicator against brute force: the counters of every area against a count of the rows behind them."""

import datetime
from collections import Counter

from django.db.models import Count
from django.db.models.functions import Left

from .catalogue import INDICATORS, Side
from .figures import counts_of


def indicator_differences(*, user, code: str, on: datetime.date) -> tuple[list[tuple], int]:
    """What differs below `code`, as (indicator, side in words, area, counted by counters, by rows); and how
    many pairs of numbers were compared. Towns (9 characters) and whatever is known to higher levels only."""
    kept = counts_of(user=user, code=code, on=on)
    found, compared = [], 0
    for side, name in _sides():
        counted = _counted(side, user=user, code=code, on=on)
        for area in sorted(kept.keys() | counted.keys()):
            compared += 1
            pair = side.of(kept.get(area, Counter())), counted.get(area, 0)
            if pair[0] != pair[1]:
                found.append((name, side.words, area, *pair))
    return found, compared


def _sides() -> list[tuple[Side, str]]:
    """Each side once, with the first indicator that it belongs to."""
    sides: dict[Side, str] = {}
    for indicator in INDICATORS:
        for side in indicator.sides.values():
            sides.setdefault(side, indicator.code)
    return list(sides.items())


def _counted(side, **where):
    rows = side.rows(**where).order_by()
    return dict(rows.values_list(Left(side.area, 9)).annotate(Count("pk", distinct=True)))
