"""Where the counts of a report come from, each rebuilt from history as of a moment: one entry a source. What
has an entry is in every line (0 where nothing was found); what has none shows "—" (rules.columns)."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields

from entities.queries.as_of import newly_graded
from entities.queries.tally import TallyRow, tally_as_of
from inspections.queries.as_of import counts_as_of as inspected_as_of
from responsibility.enums import CadreLevel
from responsibility.queries.as_of import counts_as_of
from responsibility.queries.changes import recorded_between


@dataclass(frozen=True)
class Moment:
    """What a report is about: everything below `code`, at `at`; changes are those after `since`. `divided`:
    the county units that have towns."""

    code: str
    at: datetime.datetime
    since: datetime.datetime
    divided: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Source:
    """`read` gives (area code, {key: count}) as deep as it knows; sums over the areas above are made by
    the caller, unless the source `sums` itself over 4, 6 and 9 characters."""

    keys: tuple[str, ...]
    read: Callable[[Moment], Iterable[tuple[str, dict[str, int]]]]
    sums: bool = False
    # counts only from the first row on: before it, its columns show "—"
    begins: bool = False


def _register(moment):
    for row in tally_as_of(code=moment.code, moment=moment.at):
        counts = asdict(row)
        code = counts.pop("code")
        if code[:6] not in moment.divided:
            # a unit without towns (高新区) is itself the deepest area
            counts["shallow"] = 0
        yield code, counts


def _newly(moment):
    found = newly_graded(code=moment.code, moment=moment.at, since=moment.since)
    return [(code, {"newly_graded": number}) for code, number in found.items()]


def _changes(moment):
    found = recorded_between(code=moment.code, after=moment.since, until=moment.at)
    return [
        (code, {"changed_cadres": cadres, "changed_entities": entities})
        for code, (cadres, entities) in found.items()
    ]


def _inspected(what):
    return lambda moment: inspected_as_of(what=what, code=moment.code, moment=moment.at)


def _responsible(what):
    return lambda moment: counts_as_of(what=what, code=moment.code, moment=moment.at)


SOURCES: tuple[Source, ...] = (
    Source(tuple(field.name for field in fields(TallyRow) if field.name != "code"), _register),
    Source(("newly_graded",), _newly),
    Source(tuple(f"cadres_{level.value}" for level in CadreLevel), _responsible("cadres")),
    Source(("covered", "pending", "unfit"), _responsible("bonds")),
    Source(("pledges_signed",), _responsible("pledges")),
    Source(("ledgers_due", "ledgers_built"), _responsible("ledgers")),
    Source(("changed_cadres", "changed_entities"), _changes, sums=True),
    Source(("visits_due", "visits_done"), _inspected("visits"), begins=True),
    Source(("problems_found", "problems_fixed"), _inspected("problems"), begins=True),
)  # fmt: skip


def counted(moment: Moment, *, counties: Iterable[str]) -> dict[str, dict[str, int]]:
    """Every count by area: the city, its counties (`counties` stand there even with nothing), and those towns
    that have anything. A statement a source, whatever the size."""
    found = {source: list(source.read(moment)) for source in SOURCES}
    counting = [source for source in SOURCES if found[source] or not source.begins]
    empty = {key: 0 for source in counting for key in source.keys}
    lines: dict[str, dict[str, int]] = {}

    def add(code, counts):
        line = lines.setdefault(code, dict(empty))
        for key, number in counts.items():
            line[key] += number

    for code in (moment.code, *counties):
        add(code, {})
    for source in counting:
        for code, counts in found[source]:
            lengths = [len(code)] if source.sums else [4, 6, 9]
            for length in lengths:
                if len(code) >= length:
                    add(code[:length], counts)
    return lines
