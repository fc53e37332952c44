"""A page of a list that moves by its id alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

PER_PAGE = 50


@dataclass(frozen=True)
class KeyPage:
    """Rows, and the ids at which the neighbours begin (0: there is none)."""

    rows: list
    number: int
    per_page: int
    previous: int
    next: int

    @property
    def first(self):
        return (self.number - 1) * self.per_page + 1

    @property
    def last(self):
        return self.first + len(self.rows) - 1 if self.rows else 0

    def links(self, query: str) -> dict[str, str]:
        """The addresses of the neighbours for components/_pager.html; `query`: the conditions without a place."""
        lead = f"?{query}&" if query else "?"
        return {
            "previous_url": f"{lead}before={self.previous}&page={self.number - 1}"
            if self.previous
            else "",
            "next_url": f"{lead}after={self.next}&page={self.number + 1}" if self.next else "",
        }


def key_page(
    found: QuerySet, data: Mapping, *, is_falling: bool = False, per_page: int = PER_PAGE
) -> KeyPage:
    """The page that the query string names (after, before, page), by id, the greatest first when `is_falling`.
    One statement; a place that cannot be read begins anew."""
    after, before = _number(data.get("after")), _number(data.get("before"))
    is_back = bool(before) and not after
    is_up = is_falling == is_back
    if after or before:
        found = found.filter(**{"pk__gt" if is_up else "pk__lt": after or before})
    rows = list(found.order_by("pk" if is_up else "-pk")[: per_page + 1])
    has_more = len(rows) > per_page
    rows = rows[:per_page]
    if is_back:
        rows.reverse()
    number = max(_number(data.get("page")), 1) if after or (is_back and has_more) else 1
    return KeyPage(
        rows=rows,
        number=number,
        per_page=per_page,
        previous=rows[0].pk if rows and number > 1 else 0,
        next=rows[-1].pk if rows and (has_more or is_back) else 0,
    )


def _number(text) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0
