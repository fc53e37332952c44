"""Periods by the calendar, and what differs between two versions."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responsibility.rules import periods
from responsibility.rules.lists import code_key, differences, is_reordered

day = datetime.date


@pytest.mark.parametrize(
    ("cycle", "on", "label", "starts", "due"),
    [
        ("quarter", day(2022, 12, 31), "2022Q4", day(2022, 10, 1), day(2022, 12, 31)),
        ("period", day(2023, 1, 1), "2023Q1", day(2023, 1, 1), day(2023, 3, 31)),
        ("quarter", day(2022, 9, 30), "2022Q3", day(2022, 7, 1), day(2022, 9, 30)),
        ("half_year", day(2022, 6, 30), "2022H1", day(2022, 1, 1), day(2022, 6, 30)),
        ("half_year", day(2022, 7, 1), "2022H2", day(2022, 7, 1), day(2022, 12, 31)),
        ("month", day(2024, 2, 29), "2024-02", day(2024, 2, 1), day(2024, 2, 29)),
        ("month", day(2022, 12, 31), "2022-12", day(2022, 12, 1), day(2022, 12, 31)),
        ("year", day(2022, 12, 31), "2022", day(2022, 1, 1), day(2022, 12, 31)),
        ("year", day(2023, 1, 1), "2023", day(2023, 1, 1), day(2023, 12, 31)),
        ("first", day(2022, 11, 2), "首次", day(2022, 11, 2), day(2022, 12, 31)),
        # 29 days are too few: the next quarter's end, over New Year
        ("first", day(2022, 12, 2), "首次", day(2022, 12, 2), day(2023, 3, 31)),
        ("first", day(2022, 12, 1), "首次", day(2022, 12, 1), day(2022, 12, 31)),
    ],
)
def test_a_day_lies_in_its_period(cycle, on, label, starts, due):
    assert periods.periods_of(cycle, on) == [periods.Period(label, starts, due)]


@pytest.mark.parametrize("cycle", ["", "any_time", "daily"])
def test_cycles_without_a_date_make_nothing(cycle):
    assert periods.periods_of(cycle, day(2022, 11, 2)) == []


@given(st.dates(day(2000, 1, 1), day(2100, 12, 31)))
def test_periods_of_one_cycle_follow_each_other_without_gap(on):
    for cycle in ("quarter", "half_year", "month", "year"):
        (found,) = periods.periods_of(cycle, on)
        assert found.starts_on <= on <= found.due_on
        (following,) = periods.periods_of(cycle, found.due_on + datetime.timedelta(days=1))
        assert following.starts_on == found.due_on + datetime.timedelta(days=1)
        assert following.label != found.label
        assert len(found.label) <= 10


def holidays(first, name, count):
    return [(first + datetime.timedelta(days=n), name) for n in range(count)]


def test_a_holiday_is_due_the_day_before_it_from_fifteen_days_on():
    free = holidays(day(2022, 12, 31), "元旦", 3) + holidays(day(2023, 1, 21), "春节", 7)
    found = periods.periods_of("before_holiday", day(2022, 12, 16), free)
    assert found == [periods.Period("2023元旦", day(2022, 12, 16), day(2022, 12, 30))]
    assert periods.periods_of("before_holiday", day(2022, 12, 15), free) == []
    assert periods.periods_of("before_holiday", day(2022, 12, 31), free) == []
    spring = periods.periods_of("before_holiday", day(2023, 1, 20), free)
    assert [found.label for found in spring] == ["2023春节"]


def test_the_same_holiday_of_two_years_is_two():
    free = holidays(day(2022, 10, 1), "国庆节", 7) + holidays(day(2023, 10, 1), "国庆节", 7)
    labels = [
        periods.periods_of("before_holiday", on, free)[0].label
        for on in (day(2022, 9, 30), day(2023, 9, 30))
    ]
    assert labels == ["2022国庆节", "2023国庆节"]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("2022Q4", "2022年第四季度"), ("2022H1", "2022年上半年"), ("2022-09", "2022年9月"),
        ("2022", "2022年度"), ("首次", "首次"), ("2023春节", "2023年春节节前"),
    ],
)  # fmt: skip
def test_labels_are_said_in_words(label, words):
    assert periods.period_words(label) == words


def line(code, **more):
    return {"code": code, "clause": f"{code} 的内容", "cycle": "季"} | more


def test_differences_are_told_by_code():
    old = [line("J1"), line("J2"), line("J3")]
    new = [line("J3"), line("J1", cycle="半年"), line("J9")]
    found = {each.code: (each.kind, each.changes) for each in differences(old, new)}
    assert found == {
        "J1": ("changed", [("cycle", "季", "半年")]),
        "J9": ("added", []),
        "J2": ("removed", []),
    }
    assert is_reordered(old, new)
    assert not is_reordered(old, [line("J0"), line("J1"), line("J3")])
    assert differences(old, old) == []


def test_codes_sort_as_people_count():
    assert sorted(["J10", "J2", "Q1", "J"], key=code_key) == ["J", "J2", "J10", "Q1"]
