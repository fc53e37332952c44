"""Who must have a 食品安全总监 or a 食品安全员, and how a control stands after a look (domain §4)."""

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from jiamusi_foodsafety.kit.codes import looks_like_id_card

Number = int | float | Decimal
BOUNDS = ("floor_area", "seats", "diners", "annual_output", "staff_count")
FACT_NAMES = {
    "form": "业态",
    "floor_area": "经营面积",
    "seats": "座位数",
    "diners": "每餐用餐人数",
    "annual_output": "年产值",
    "staff_count": "从业人数",
}


class SafetyFacts(NamedTuple):
    """What the rules look at: category code, form text, ㎡, seats, diners a meal, 万元 a year, persons."""

    category: str
    form: str = ""
    floor_area: Number | None = None
    seats: Number | None = None
    diners: Number | None = None
    annual_output: Number | None = None
    staff_count: Number | None = None


class SafetyRuleRow(NamedTuple):
    """One line of the table: for these categories and words in the form, from these sizes on (or above
    them, when exclusive), in force from … to … (both days included)."""

    code: int
    post: str
    order: int
    effective_from: datetime.date
    effective_to: datetime.date | None = None
    categories: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    floor_area: Number | None = None
    seats: Number | None = None
    diners: Number | None = None
    annual_output: Number | None = None
    staff_count: Number | None = None
    is_exclusive: bool = False


class Need(NamedTuple):
    """Whether somebody is needed (None: a fact is missing), by which rule, and what is missing."""

    needed: bool | None
    rule: int | None
    missing: tuple[str, ...]


class Needs(NamedTuple):
    director: Need
    officer: Need


def must_have(facts: SafetyFacts, rules: Iterable[SafetyRuleRow], on: datetime.date) -> Needs:
    """Whether a business must have a director and an officer on the day `on` (Order 60 and its revision
    of 2025, domain §4).

    Any rule that hits suffices; the first by its order is named. Of several sizes in one rule any known one
    that is reached suffices, and a known one that falls short decides when none is reached (as in the
    grading standard). A rule whose sizes are all unknown leaves the question open and names them; so does a
    blank form where the sizes may be met.
    """
    rules = [r for r in rules if r.effective_from <= on and (r.effective_to or on) >= on]
    rules.sort(key=lambda rule: (rule.order, rule.code))
    return Needs(
        *(_need(facts, [r for r in rules if r.post == post]) for post in ("director", "officer"))
    )


def _need(facts, rules):
    missing = set()
    for rule in rules:
        verdict, lacking = _hits(facts, rule)
        if verdict:
            return Need(True, rule.code, ())
        if verdict is None:
            missing |= lacking
    if missing:
        return Need(None, None, tuple(name for name in FACT_NAMES if name in missing))
    return Need(False, None, ())


def _hits(facts, rule):
    """True, False, or None with the facts that would decide."""
    if rule.categories and facts.category not in rule.categories:
        return False, set()
    bounds = {name: getattr(rule, name) for name in BOUNDS if getattr(rule, name) is not None}
    lacking = set()
    if rule.forms:
        if not facts.form and bounds:
            lacking.add("form")
        elif not any(word in facts.form for word in rule.forms):
            return False, set()
    known = {name: getattr(facts, name) for name in bounds if getattr(facts, name) is not None}
    is_met = any(
        value > bounds[name] if rule.is_exclusive else value >= bounds[name]
        for name, value in known.items()
    )
    if bounds and not is_met:
        if known:
            return False, set()
        lacking |= set(bounds)
    return (None, lacking) if lacking else (True, set())


def control_state(
    *,
    told: str,
    was_seen: bool,
    is_present: bool,
    checked_on: datetime.date,
    last_on: datetime.date | None = None,
    is_sampled_right: bool | None = None,
    fresh_days: int | None = None,
) -> str:
    """How a control stands after one look (domain §4: 未建立, 已建立, 已核实, 不落实, or 不涉及).

    `told` seen | missing | na. Not there: 未建立, or 不落实 where it was seen before. There: 不落实 when the
    newest record is older than `fresh_days` or the sample was wrong; else 已核实 where somebody stood in the
    premises (`is_present`), 已建立 on the business's own word.
    """
    if told == "na":
        return "na"
    if told == "missing":
        return "failed" if was_seen else "absent"
    if is_sampled_right is False:
        return "failed"
    if last_on and fresh_days is not None and (checked_on - last_on).days > fresh_days:
        return "failed"
    return "verified" if is_present else "built"


TOLD_BY_ANSWER = {"yes": "seen", "no": "missing", "na": "na"}


def controls_from_answers(answers: dict[str, str], controls: dict[str, str]) -> dict[str, dict]:
    """What a visit's answers tell of the controls, so that nobody types it twice: `answers` item → yes | no
    | na, `controls` item → control. Of several items of one control the worst answer counts."""
    worst = ("na", "seen", "missing")
    found: dict[str, dict] = {}
    for item, answer in answers.items():
        control, told = controls.get(item, ""), TOLD_BY_ANSWER.get(answer)
        if not control or told is None:
            continue
        before = found.get(control)
        if before is None or worst.index(told) > worst.index(before["state"]):
            found[control] = {"state": told}
    return found


NAME_BREAKS = re.compile(r"[、,，;；/／|\s]+")
DIGIT = re.compile(r"[0-9０-９]")
NOBODY = frozenset({"无", "暂无", "没有", "未配备", "未配", "待定", "不涉及", "-", "—", "无需"})


def names_in(text: str) -> tuple[str, ...]:
    """The persons named in a cell of the ledger, each once; words for nobody, and pieces with digits (a
    phone, an ID number) are no names."""
    pieces = NAME_BREAKS.split(text.strip())
    fit = (p for p in pieces if 2 <= len(p) <= 20 and p not in NOBODY and not DIGIT.search(p))
    return tuple(dict.fromkeys(fit))


# how a phone number may be written
PHONE = re.compile(r"[\d\-+() ]{7,40}")
ID_CARD = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def holds_id_card(text: str) -> bool:
    """Whether a text holds a citizen's ID number: these are never kept (domain §8.1)."""
    return any(looks_like_id_card(found.upper()) for found in ID_CARD.findall(text))
