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
class Piece:
    """One county in one 督导组's hands for a time."""

    county: str
    body: str
    from_on: datetime.date
    to_on: datetime.date | None = None
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


def change_lines(
    terms: Iterable[Term], founded: Mapping[str, datetime.date] | None = None
) -> list[ChangeLine]:
    """Who came, went and followed whom, newest first; several who come to a body on one day are one line, and
    so are the bodies `founded` on one day (by name) with all who came on that day."""
    rows, founded = list(terms), founded or {}
    by_key = {row.key: row for row in rows}
    followed = {row.follows for row in rows if row.follows in by_key}
    lines = _founding(rows, founded)
    for row in rows:
        if row.follows in by_key:
            before = by_key[row.follows]
            text = f"{row.body}{row.role} {before.name} → {row.name}{_why(before.end_note)}"
            lines.append(ChangeLine(row.from_on, text, row.basis))
        if row.to_on and row.key not in followed:
            text = f"{row.body}{row.role} {row.name} 不再担任{_why(row.end_note)}"
            lines.append(ChangeLine(row.to_on, text))
    come = sorted(
        (row for row in rows if row.follows not in by_key and founded.get(row.body) != row.from_on),
        key=lambda row: (row.from_on, row.body),
    )
    for (on, body), group in groupby(come, key=lambda row: (row.from_on, row.body)):
        new = list(group)
        who = f"{new[0].role} {new[0].name}" if len(new) == 1 else f"{len(new)} 人"
        lines.append(ChangeLine(on, f"{body} 增加 {who}", _basis(new)))
    return newest_first(lines)


def newest_first(lines: Iterable[ChangeLine]) -> list[ChangeLine]:
    return sorted(lines, key=lambda line: (-line.on.toordinal(), line.text))


def _why(note):
    return f"（{note}）" if note else ""


def _basis(rows):
    return next((row.basis for row in rows if row.basis), None)


def _founding(rows, founded):
    """One line a day on which bodies were founded."""
    lines = []
    for on in sorted(set(founded.values())):
        names = [name for name, day in founded.items() if day == on]
        first = [row for row in rows if row.body in names and row.from_on == on]
        told = "、".join(names[:2]) + (f"等 {len(names)} 个机构" if len(names) > 2 else "")
        lines.append(ChangeLine(on, f"{told}成立，共 {len(first)} 人次任职", _basis(first)))
    return lines


def allotment_lines(
    pieces: Iterable[Piece], founded: Mapping[str, datetime.date] | None = None
) -> list[ChangeLine]:
    """Which county went from which 督导组 to which; what a team had from its first day is no change."""
    lines, founded = [], founded or {}
    rows = sorted(pieces, key=lambda row: (row.county, row.from_on))
    for county, group in groupby(rows, key=lambda row: row.county):
        before = None
        for row in group:
            follows = before is not None and before.to_on == row.from_on
            if before is not None and not follows and before.to_on:
                lines.append(ChangeLine(before.to_on, f"{county} 不再由{before.body}分管"))
            if follows:
                text = f"{county} {before.body} → {row.body}"
                lines.append(ChangeLine(row.from_on, text, row.basis))
            elif founded.get(row.body) != row.from_on:
                lines.append(ChangeLine(row.from_on, f"{county} 由{row.body}分管", row.basis))
            before = row
        if before.to_on:
            lines.append(ChangeLine(before.to_on, f"{county} 不再由{before.body}分管"))
    return lines


def moved_counties(
    now: Mapping[str, int], wanted: Mapping[str, int | None]
) -> dict[str, tuple[int | None, int | None]]:
    """The counties whose 督导组 changes: code → (team now, team wanted); None is no team."""
    return {
        code: (now.get(code), team)
        for code, team in sorted(wanted.items())
        if now.get(code) != team
    }
