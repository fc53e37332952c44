"""Which list is walked through at a visit, and which of its items apply (domain §1.4)."""

from collections.abc import Iterable

# What an item says, in the order of the page; the code names the item.
FIELDS = (
    "heading", "text", "way", "na_allowed", "categories", "phrases", "problem_kind", "control",
)  # fmt: skip
_BY_BEARER = {"city": "main", "county": "main", "township": "township", "village": "village"}


def checklist_level(bearer_level: str, *, is_small: bool) -> str:
    """The level of the list by who visits: 市、县级 cadres walk M, 乡级 T, 村级 V; the small ones
    (小作坊、小餐饮、小食杂、小摊点) always V."""
    return "village" if is_small else _BY_BEARER[bearer_level]


def applies(categories: Iterable[str], category: str) -> bool:
    """Whether an item is for a business of this type; no types named: for all."""
    found = set(categories)
    return not found or category in found
