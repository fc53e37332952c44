"""What differs between two versions of a list: lines told apart by their code."""

from collections.abc import Sequence
from dataclasses import dataclass, field

# What a line says, in the order of the page; the code names the line.
FIELDS = (
    "heading", "clause", "standard", "cycle", "deliverable", "owner", "closed_by", "mark",
    "marks",    "core_task", "stage",
)  # fmt: skip
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Difference:
    """One line that differs: added, removed, or changed in some fields ((field, old, new) each)."""

    code: str
    kind: str
    line: dict
    changes: list[tuple[str, object, object]] = field(default_factory=list)


def differences(
    old: Sequence[dict], new: Sequence[dict], fields: Sequence[str] = FIELDS
) -> list[Difference]:
    """The lines that differ, in the order of the new list, removed ones behind. A line is a dict with
    `code` and `fields`."""
    before = {line["code"]: line for line in old}
    after = {line["code"]: line for line in new}
    found = []
    for code, line in after.items():
        if code not in before:
            found.append(Difference(code, ADDED, line))
            continue
        changes = [
            (name, before[code].get(name), line.get(name))
            for name in fields
            if before[code].get(name) != line.get(name)
        ]
        if changes:
            found.append(Difference(code, CHANGED, line, changes))
    found += [Difference(code, REMOVED, line) for code, line in before.items() if code not in after]
    return found


def is_reordered(old: Sequence[dict], new: Sequence[dict]) -> bool:
    """Whether the lines that both hold stand in another order."""
    before = [line["code"] for line in old]
    after = [line["code"] for line in new]
    common = set(before) & set(after)
    return [code for code in before if code in common] != [code for code in after if code in common]


def code_key(code: str) -> tuple[str, int, str]:
    """Sorts J2 before J10."""
    letters = code.rstrip("0123456789")
    digits = code[len(letters) :]
    return letters, int(digits) if digits else 0, code
