"""Figures from counters: each room names what it counts (Source), and one statement reads all of them,
grouped by area code. The cost is that of the counter tables, not of the rows that they count."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Source:
    """What one table of counters tells: `keys` name, in order, the entries of the bigint array that `sql`
    selects beside the area code: SELECT {code}, ARRAY[…]::bigint[] FROM … WHERE {inside} GROUP BY 1.

    `{code}` becomes the beginning of `area`, `{inside}` the condition of the reader's scope on it; further
    values are named parameters (%(on)s)."""

    keys: tuple[str, ...]
    sql: str
    area: str = "area_id"

    def select(self) -> str:
        """The statement with named parameters %(length)s and %(below)s."""
        code = f"left({self.area}, %(length)s)"
        inside = f"{self.area} LIKE ANY(%(below)s)"
        return self.sql.format(code=code, inside=inside)


def within(prefixes: Iterable[str] | None, code: str) -> list[str]:
    """The parts of the subtree `code` that lie in the subtrees `prefixes` (None: everywhere), as prefixes
    of area codes; none where they do not meet."""
    if prefixes is None:
        return [code]
    inside = {code if code.startswith(own) else own for own in prefixes if _meet(own, code)}
    return sorted(inside)


def _meet(one, other):
    return one.startswith(other) or other.startswith(one)


def read(
    sources: Sequence[Source],
    *,
    prefixes: Sequence[str],
    length: int,
    params: Mapping[str, Any] | None = None,
) -> dict[str, Counter]:
    """{area code cut to `length` characters: counts by key}; what is known to a higher level only keeps
    its shorter code. One statement. Without prefixes nothing is read."""
    if not sources or not prefixes:
        return {}
    # prefixes are area codes: letters and digits, nothing that LIKE would read as a pattern
    values = {**(params or {}), "length": length, "below": [f"{p}%" for p in prefixes]}
    # put together from constants of the rooms
    parts = (
        f"SELECT {number}, part.* FROM ({source.select()}) AS part"  # noqa: S608
        for number, source in enumerate(sources)
    )
    found: dict[str, Counter] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for number, code, counts in cursor.fetchall():
            row = found.setdefault(code, Counter())
            for key, count in zip(sources[number].keys, counts, strict=True):
                row[key] += count or 0
    return found
