"""包保档案 (domain §6.3): what belongs into a file, and how complete it is."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .figures import percent

PRESENT, MISSING, NONE = "present", "missing", "none"
STATE_WORDS = {PRESENT: "有", MISSING: "缺", NONE: "不适用"}


@dataclass
class Section:
    """One item of a file: is it there, what it says. `note`: in one line; `lack`: who must do what where it is
    missing. Facts are (label, value) pairs, `rows` a table under `heads` with `widths` as shares; `papers`: whole
    lists of visits for the print. `url`: where it is kept."""

    key: str
    title: str
    state: str = PRESENT
    note: str = ""
    lack: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    heads: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: list[tuple] = field(default_factory=list)
    total: int = 0
    papers: list[Any] = field(default_factory=list)
    url: str = ""

    @property
    def word(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def left_out(self) -> int:
        """Rows that are not shown."""
        return max(self.total - len(self.rows), 0)


@dataclass
class Archive:
    """One file: of a business, a cadre or a unit."""

    kind: str
    key: str
    name: str
    area: str
    area_code: str
    # the county or city that keeps it
    keeper: str
    facts: list[tuple[str, str]]
    sections: list[Section]

    @property
    def required(self) -> int:
        """Items that apply."""
        return sum(section.state != NONE for section in self.sections)

    @property
    def present(self) -> int:
        return sum(section.state == PRESENT for section in self.sections)

    @property
    def rate(self) -> Decimal | None:
        """完整度 in %: present / required; None where nothing applies."""
        return percent(self.present, self.required)

    @property
    def missing(self) -> list[Section]:
        return [section for section in self.sections if section.state == MISSING]


def state_of(is_there: object, *, applies: bool = True) -> str:
    """The state of an item from whether it is there and whether it applies."""
    if is_there:
        return PRESENT
    return MISSING if applies else NONE
