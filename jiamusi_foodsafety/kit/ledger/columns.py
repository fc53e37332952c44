"""A ledger's columns, each declared once: everything that knows a heading comes from the declaration."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One field of a ledger.

    `synonyms` in order of precedence; `weak` ones match only when nothing better does. `kind` names
    the cleaner that the ledger's own reader makes.
    """

    key: str
    heading: str
    kind: str
    synonyms: tuple[str, ...]
    weak: tuple[str, ...] = ()
    required: bool = False
    max_length: int = 0
    example: str = ""
    help: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that means this column, in order of precedence."""
        own = () if self.heading in self.synonyms else (self.heading,)
        return own + self.synonyms + self.weak


def column(key: str, heading: str, kind: str, synonyms: str, **rest) -> Column:
    """A column whose synonyms are written in one text, separated by spaces."""
    rest["weak"] = tuple(rest.pop("weak", "").split())
    return Column(key, heading, kind, tuple(synonyms.split()), **rest)


def columns_table(columns: Iterable[Column]) -> str:
    """The columns as a Markdown table for the documentation."""
    lines = [
        "| 字段 | 标准表头 | 必填 | 也认这些表头（按优先次序） | 填写说明 | 示例 |",
        "|---|---|---|---|---|---|",
    ]
    for c in columns:
        others = "、".join(h for h in c.headings if h != c.heading)
        must = "是" if c.required else ""
        lines.append(f"| {c.key} | {c.heading} | {must} | {others} | {c.help} | {c.example} |")
    return "\n".join(lines)
