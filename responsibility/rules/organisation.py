"""What changed in the organisation, told from the terms of its members."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class Term:
    """One member's term: `key` of his row, `follows` the row whose place he took."""

    key: int
    body: str
    role: str
    name: str
    from_on: datetime.date
    to_on: datetime.date | None = None
    follows: int | None = None
    note: str = ""
    end_note: str = ""
    basis: int | None = None


@dataclass(frozen=True)
class ChangeLine:
    """One line of 变动记录."""

    on: datetime.date
    text: str
    basis: int | None = None


def in_force(row, on: datetime.date) -> bool:
    """Whether a term holds on that day: from its first day to the day before `to_on`."""
    return row.from_on <= on and (row.to_on is None or row.to_on > on)


def change_lines(terms: Iterable[Term]) -> list[ChangeLine]:
    """Who came, went and followed whom, newest first; several who come on one day are one line."""
    rows = list(terms)
    by_key = {row.key: row for row in rows}
    followed = {row.follows for row in rows if row.follows in by_key}
    lines = []
    for row in rows:
        if row.follows in by_key:
            before = by_key[row.follows]
            why = f"（{before.end_note}）" if before.end_note else ""
            text = f"{row.body}{row.role} {before.name} → {row.name}{why}"
            lines.append(ChangeLine(row.from_on, text, row.basis))
        if row.to_on and row.key not in followed:
            why = f"（{row.end_note}）" if row.end_note else ""
            lines.append(ChangeLine(row.to_on, f"{row.body}{row.role} {row.name} 不再担任{why}"))
    come = sorted(
        (row for row in rows if row.follows not in by_key), key=lambda row: (row.from_on, row.body)
    )
    for (on, body), group in groupby(come, key=lambda row: (row.from_on, row.body)):
        new = list(group)
        who = f"{new[0].role} {new[0].name}" if len(new) == 1 else f"{len(new)} 人"
        basis = next((row.basis for row in new if row.basis), None)
        lines.append(ChangeLine(on, f"{body} 增加 {who}", basis))
    return sorted(lines, key=lambda line: (-line.on.toordinal(), line.text))


def moved_counties(
    now: Mapping[str, int], wanted: Mapping[str, int | None]
) -> dict[str, tuple[int | None, int | None]]:
    """The counties whose 督导组 changes: code → (team now, team wanted); None is no team."""
    return {
        code: (now.get(code), team)
        for code, team in sorted(wanted.items())
        if now.get(code) != team
    }
