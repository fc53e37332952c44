"""Periods, frequency, order, and what a phone may send: plain values."""

import datetime

import pytest

from inspections.rules.frequency import (
    Key,
    Line,
    OnSite,
    frequency_of,
    key_fits,
    must_be_on_site,
    period_name,
    period_of,
    takes_new,
)
from inspections.rules.visits import (
    SHANGHAI,
    Item,
    answer_faults,
    clock_faults,
    day_of,
    is_key,
    moment,
    problem_faults,
)

D = datetime.date
ITEMS = [Item("T02", "食品安全员", False), Item("T20", "餐具", True)]


@pytest.mark.parametrize(
    ("cycle", "day", "label", "first", "last", "name"),
    [
        ("quarter", D(2022, 12, 31), "2022Q4", D(2022, 10, 1), D(2022, 12, 31), "2022年第四季度"),
        ("quarter", D(2023, 1, 1), "2023Q1", D(2023, 1, 1), D(2023, 3, 31), "2023年第一季度"),
        ("month", D(2023, 2, 28), "2023-02", D(2023, 2, 1), D(2023, 2, 28), "2023年2月"),
        ("half_year", D(2022, 7, 1), "2022H2", D(2022, 7, 1), D(2022, 12, 31), "2022年下半年"),
        ("year", D(2024, 2, 29), "2024", D(2024, 1, 1), D(2024, 12, 31), "2024年度"),
    ],
)
def test_a_day_lies_in_one_period_of_a_cycle(cycle, day, label, first, last, name):
    found = period_of(cycle, day)
    assert (found.label, found.starts_on, found.due_on) == (label, first, last)
    assert period_name(found.label) == name


def test_the_first_line_that_fits_holds():
    lines = [
        Line("", "school_canteen", "", "month", 1),
        Line("D", "", "", "half_year", 1),
        Line("", "", "D", "month", 2),
        Line("", "", "", "quarter", 1),
    ]

    def cycle(grade, category, risk):
        return frequency_of(lines, grade=grade, category=category, risk_grade=risk).cycle

    assert cycle("D", "school_canteen", "") == "month"
    assert cycle("D", "sale", "D") == "half_year"
    assert cycle("A", "sale", "D") == "month"
    assert cycle("", "sale", "") == "quarter"
    assert frequency_of([], grade="D", category="sale", risk_grade="") is None


def test_high_risk_and_school_canteens_are_on_site_only():
    lines = [OnSite("", "school_canteen", ""), OnSite("", "", "D")]

    def only(category, risk):
        return must_be_on_site(lines, grade="A", category=category, risk_grade=risk)

    assert only("school_canteen", "")
    assert only("sale", "D")
    assert not only("sale", "A")  # 风险A级 is the lowest


def test_a_key_period_names_grades_and_types():
    assert key_fits(Key([], []), grade="D", category="sale")
    assert not key_fits(Key(["A", "B"], []), grade="D", category="sale")
    assert key_fits(Key([], ["school_canteen"]), grade="D", category="school_canteen")


@pytest.mark.parametrize(
    ("first", "last", "day", "is_due"),
    [
        (D(2022, 10, 1), D(2022, 12, 31), D(2022, 12, 2), True),  # 30 days with both ends
        (D(2022, 10, 1), D(2022, 12, 31), D(2022, 12, 3), False),
        (D(2022, 11, 1), D(2022, 11, 30), D(2022, 11, 21), True),  # a month: a third of it
        (D(2022, 11, 1), D(2022, 11, 30), D(2022, 11, 22), False),
    ],
)
def test_who_comes_in_late_is_due_in_the_next_period(first, last, day, is_due):
    assert takes_new(starts_on=first, ends_on=last, on=day, least_days=30) is is_due


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOW = at("2022-11-02 10:00")


@pytest.mark.parametrize(
    ("started", "finished", "word"),
    [
        ("2022-11-03 09:00", "2022-11-03 09:10", "比现在晚"),
        ("2022-11-02 10:11", "2022-11-02 10:12", "比现在晚"),
        ("2022-09-02 09:00", "2022-09-02 09:10", "超过 60 天"),
        ("2022-11-02 09:00", "2022-11-02 08:59", "早于开始时间"),
    ],
)
def test_a_wrong_clock_is_told(started, finished, word):
    faults = clock_faults(at(started), at(finished), NOW)
    assert len(faults) == 1
    assert word in faults[0][1]


@pytest.mark.parametrize(
    ("started", "now"),
    [
        ("2022-11-02 10:09", "2022-11-02 10:00"),  # a little ahead
        ("2022-09-03 23:59", "2022-11-02 10:00"),  # the sixtieth day
        ("2022-10-31 23:59", "2022-11-01 00:01"),  # over midnight
    ],
)
def test_a_clock_that_is_right_passes(started, now):
    assert clock_faults(at(started), at(started), at(now)) == []


def test_the_day_is_shanghais():
    assert day_of(datetime.datetime(2022, 12, 31, 16, 0, tzinfo=datetime.UTC)) == D(2023, 1, 1)
    assert day_of(datetime.datetime(2022, 12, 31, 15, 59, tzinfo=datetime.UTC)) == D(2022, 12, 31)
    assert moment("2022-12-31T16:00:00Z").date() == D(2023, 1, 1)


@pytest.mark.parametrize("text", ["2022-11-02T09:00:00", "昨天", "", None, 5, "9999-99-99T00:00Z"])
def test_a_moment_without_a_zone_is_none(text):
    assert moment(text) is None


def test_a_key_is_thirty_two_hex_characters():
    assert is_key("0" * 31 + "f")
    assert not any(map(is_key, ("0" * 31, "0" * 31 + "g", "0" * 33, None, 7)))


def test_every_item_is_answered_and_no_other():
    assert answer_faults(ITEMS, {"T02": "yes", "T20": "na"}) == []
    (missing,) = answer_faults(ITEMS, {"T20": "no"})
    assert missing == "还有 1 项没有填：T02。"
    assert (
        "不在这家主体的清单里" in answer_faults(ITEMS, {"T02": "yes", "T20": "yes", "T99": "no"})[0]
    )
    assert answer_faults(ITEMS, {"T02": "na", "T20": "yes"}) == ["T02 不能填不涉及。"]
    assert answer_faults(ITEMS, {"T02": "maybe", "T20": "yes"}) == ["T02 只能填是、否或不涉及。"]


def test_each_no_says_once_what_is_wrong():
    problem = {"key": "a" * 32, "item": "T02", "title": "没有食品安全员"}
    assert problem_faults({"T02": "no"}, [problem]) == []
    assert problem_faults({"T02": "no"}, []) == ["T02 填了否，请写明是什么问题。"]
    assert "没有填否" in problem_faults({"T02": "yes"}, [problem])[0]
    assert "报了两次" in problem_faults({"T02": "no"}, [problem, problem])[0]
    assert "请写明" in problem_faults({"T02": "no"}, [problem | {"title": " "}])[0]
    assert "太长" in problem_faults({"T02": "no"}, [problem | {"title": "长" * 121}])[0]
    assert "没有编号" in problem_faults({"T02": "no"}, [problem | {"key": "1"}])[0]
