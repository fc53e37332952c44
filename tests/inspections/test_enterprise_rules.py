import datetime

import pytest

from inspections.rules.enterprise import (
    SafetyFacts,
    SafetyRuleRow,
    control_state,
    controls_from_answers,
    holds_id_card,
    must_have,
    names_in,
)
from tests.inspections.makers_enterprise import example_rules

RULES = example_rules()
BEFORE, FIRST = datetime.date(2022, 10, 31), datetime.date(2022, 11, 1)
LAST_OLD, NEW = datetime.date(2025, 4, 14), datetime.date(2025, 4, 15)
ON = datetime.date(2022, 11, 2)


def director(on, category="school_canteen", **facts):
    return must_have(SafetyFacts(category, **facts), RULES, on).director


@pytest.mark.parametrize(
    ("category", "form", "diners", "old", "new"),
    [
        ("school_canteen", "幼儿园食堂", 299, False, False),
        ("school_canteen", "幼儿园食堂", 300, True, True),
        ("school_canteen", "学校食堂", 499, False, False),
        ("school_canteen", "学校食堂", 500, True, True),
        ("canteen", "养老机构食堂", 299, False, False),
        ("canteen", "养老机构食堂", 300, False, True),
        ("canteen", "企业食堂", 999, False, False),
        ("canteen", "企业食堂", 1000, False, True),
        ("canteen", "企业食堂", 1001, True, True),
        ("catering", "集体用餐配送", 999, False, False),
        ("catering", "集体用餐配送", 1000, False, True),
        ("catering", "集体用餐配送", 1001, True, True),
    ],
)
def test_the_same_canteen_before_and_after_the_rules_changed(category, form, diners, old, new):
    facts = {"category": category, "form": form, "diners": diners}
    if category == "catering":
        facts |= {"floor_area": 100, "seats": 10}
    assert director(BEFORE, **facts).needed is False
    assert [director(day, **facts).needed for day in (FIRST, LAST_OLD)] == [old, old]
    assert director(NEW, **facts).needed is new


def test_the_rule_that_hits_is_the_one_of_the_day():
    facts = {"form": "学校食堂", "diners": 1860}
    old, new = director(LAST_OLD, **facts).rule, director(NEW, **facts).rule
    by_code = {rule.code: rule for rule in RULES}
    assert old != new
    assert by_code[old].effective_to == LAST_OLD
    assert by_code[new].effective_from == NEW


def test_everybody_needs_an_officer_from_the_first_day():
    facts = SafetyFacts("stall")
    assert must_have(facts, RULES, BEFORE).officer.needed is False
    assert must_have(facts, RULES, FIRST).officer.needed is True


@pytest.mark.parametrize(
    ("category", "facts", "missing"),
    [
        ("school_canteen", {"form": "幼儿园食堂"}, ("diners",)),
        ("school_canteen", {"diners": 800}, ("form",)),
        ("school_canteen", {}, ("form", "diners")),
        ("catering", {"form": "餐馆"}, ("floor_area", "seats")),
        ("production", {"form": "粮食加工"}, ("annual_output", "staff_count")),
    ],
)
def test_missing_facts_are_named(category, facts, missing):
    need = director(FIRST, category, **facts)
    assert need.needed is None
    assert need.rule is None
    assert need.missing == missing


@pytest.mark.parametrize(
    ("category", "facts", "needed"),
    [
        ("school_canteen", {"diners": 200}, False),  # too few for any kind of school
        (
            "catering",
            {"form": "餐馆", "floor_area": 150},
            False,
        ),  # exclusive; the known one decides
        ("catering", {"form": "餐馆", "floor_area": 151}, True),
        ("catering", {"form": "餐馆", "floor_area": 20, "seats": 76}, True),
        ("production", {"form": "保健食品"}, True),  # special food whatever its size
        ("production", {"form": "糕点", "annual_output": 1999}, False),
        ("sale", {"form": "超市", "floor_area": 1000}, True),
        ("sale", {"form": "连锁总部", "floor_area": 10}, True),
        ("small_catering", {}, False),
    ],
)
def test_sizes_and_words_decide(category, facts, needed):
    assert director(FIRST, category, **facts).needed is needed


def test_the_first_rule_by_order_is_named():
    rules = [
        SafetyRuleRow(code=7, post="director", order=20, effective_from=FIRST),
        SafetyRuleRow(code=9, post="director", order=10, effective_from=FIRST),
        SafetyRuleRow(code=8, post="director", order=10, effective_from=FIRST),
    ]
    assert must_have(SafetyFacts("sale"), rules, ON).director.rule == 8


def day(number):
    return datetime.date(2022, 11, number)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"told": "na"}, "na"),
        ({"told": "missing"}, "absent"),
        ({"told": "missing", "was_seen": True}, "failed"),
        ({"told": "seen"}, "verified"),
        ({"told": "seen", "is_present": False}, "built"),
        ({"told": "seen", "is_sampled_right": False}, "failed"),
        ({"told": "seen", "last_on": day(1), "fresh_days": 7}, "verified"),
        ({"told": "seen", "last_on": datetime.date(2022, 10, 20), "fresh_days": 7}, "failed"),
        ({"told": "seen", "last_on": datetime.date(2022, 10, 20)}, "verified"),
    ],
)
def test_how_a_control_stands_after_a_look(facts, state):
    usual = {"was_seen": False, "is_present": True, "checked_on": day(2)}
    assert control_state(**(usual | facts)) == state


def test_answers_tell_of_the_controls():
    answers = {"T01": "na", "T02": "yes", "T12": "no", "T16": "yes", "T13": "yes", "T15": "no"}
    controls = {
        "T01": "director",
        "T02": "officer",
        "T12": "daily",
        "T13": "weekly",
        "T15": "weekly",
    }
    assert controls_from_answers(answers, controls) == {
        "director": {"state": "na"},
        "officer": {"state": "seen"},
        "daily": {"state": "missing"},
        "weekly": {"state": "missing"},  # the worst of two items
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张三", ("张三",)),
        ("张三、李四", ("张三", "李四")),
        ("张三/张三 李四", ("张三", "李四")),
        ("无", ()),
        ("", ()),
        ("张三13804541234", ()),
        ("李", ()),
    ],
)
def test_names_of_a_ledger_cell(text, names):
    assert names_in(text) == names


def test_an_id_number_is_recognised_in_a_text():
    assert holds_id_card("身份证 11010519491231002X")
    assert not holds_id_card("电话 13804541234")
