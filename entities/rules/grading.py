"""包保等级 by an ordered table of rules: the first rule that hits decides (domain §3.1)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

Number = int | float | Decimal


class GradingFacts(NamedTuple):
    """What the rules may look at: category code, form text, ㎡, seats, diners a meal, 万元 a year."""

    category: str
    form: str = ""
    floor_area: Number | None = None
    seats: Number | None = None
    diners: Number | None = None
    output: Number | None = None


class GradingRuleRow(NamedTuple):
    """One row of a grading standard; a bound is "at least", or "more than" when exclusive."""

    priority: int
    categories: frozenset[str]
    forms: tuple[str, ...]
    floor_area_from: Number | None
    seats_from: Number | None
    diners_from: Number | None
    output_from: Number | None
    is_exclusive: bool
    grade: str
    code: str


class GradeVerdict(NamedTuple):
    """The grade ("" = undetermined), the code of the rule that hit, missing facts, rules tried."""

    grade: str
    rule: str | None
    missing: tuple[str, ...]
    tried: tuple[str, ...]


def _bounds(rule: GradingRuleRow) -> tuple[tuple[str, Number], ...]:
    pairs = (
        ("floor_area", rule.floor_area_from),
        ("seats", rule.seats_from),
        ("diners", rule.diners_from),
        ("output", rule.output_from),
    )
    return tuple((fact, bound) for fact, bound in pairs if bound is not None)


def _is_of_type(rule: GradingRuleRow, facts: GradingFacts) -> bool:
    if rule.categories and facts.category not in rule.categories:
        return False
    return not rule.forms or any(word in facts.form for word in rule.forms)


def grade_by_rules(facts: GradingFacts, rules: Iterable[GradingRuleRow]) -> GradeVerdict:
    """The grade by the first rule of `rules` (in their order) that hits, with the reason.

    A rule without bounds hits by type. With bounds it hits when any known fact meets its own, so
    of floor area and seats the larger class counts. When all facts that it asks for are missing,
    the verdict is undetermined and names them; a known fact that falls short goes on to the next.
    """
    tried: list[str] = []
    for rule in rules:
        if not _is_of_type(rule, facts):
            continue
        tried.append(rule.code)
        bounds = _bounds(rule)
        if not bounds:
            return GradeVerdict(rule.grade, rule.code, (), tuple(tried))
        known = [
            (value, bound) for fact, bound in bounds if (value := getattr(facts, fact)) is not None
        ]
        if not known:
            return GradeVerdict("", None, tuple(fact for fact, _ in bounds), tuple(tried))
        if any(value > bound if rule.is_exclusive else value >= bound for value, bound in known):
            return GradeVerdict(rule.grade, rule.code, (), tuple(tried))
    return GradeVerdict("", None, (), tuple(tried))
