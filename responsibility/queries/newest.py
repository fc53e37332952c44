"""Lists that begin with the newest and move by key."""

import datetime
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

PER_PAGE = 50


@dataclass(frozen=True)
class NewestPage:
    """One page: its rows, their numbers, and the keys where the neighbours begin ("" where there is none)."""

    rows: list
    number: int
    first: int
    last: int
    previous: str
    next: str


def newest_page(
    found: QuerySet, *, column: str, after="", before="", number=1, per_page=PER_PAGE
) -> NewestPage:
    """Rows by `column` (a day or moment that is never empty) downwards, then by id. `after`/`before` are the
    neighbours' keys as "2022-11-02~17"; one that cannot be read begins anew."""
    key = _key(after or before)
    is_back = bool(before) and not after and key is not None
    if key is not None:
        day, pk = key
        edge = "gt" if is_back else "lt"
        found = found.filter(
            Q(**{f"{column}__{edge}": day}) | Q(**{column: day, f"pk__{edge}": pk})
        )
    way = F(column).asc() if is_back else F(column).desc()
    rows = list(found.order_by(way, "pk" if is_back else "-pk")[: per_page + 1])
    has_more = len(rows) > per_page
    rows = rows[:per_page]
    if is_back:
        rows.reverse()
    number = max(number, 1) if key is not None and (has_more or not is_back) else 1
    first = (number - 1) * per_page + 1
    return NewestPage(
        rows=rows,
        number=number,
        first=first,
        last=first + len(rows) - 1 if rows else 0,
        previous=_mark(rows[0], column) if rows and number > 1 else "",
        next=_mark(rows[-1], column) if rows and (has_more or is_back) else "",
    )


def _key(text):
    day, mark, pk = text.partition("~")
    if not mark or not pk.isdecimal() or len(pk) > 18:
        return None
    try:
        if "T" not in day:
            return datetime.date.fromisoformat(day), int(pk)
        moment = datetime.datetime.fromisoformat(day)
        return (moment, int(pk)) if moment.tzinfo and moment.year > 1900 else None
    except ValueError:
        return None


def _mark(row, column):
    return f"{getattr(row, column).isoformat()}~{row.pk}"
