import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules import (
    Figures,
    band,
    closing_of,
    day_of,
    due_days,
    last_closed_day,
    map_step,
    percent,
    ranks,
    total_of,
)

# Domain guide §6.2: the invented split of the true totals.
SPLIT = {
    "向阳区": (5200, 4680),
    "前进区": (3900, 3510),
    "东风区": (2900, 2552),
    "郊区": (2700, 2349),
    "桦南县": (3300, 2904),
    "桦川县": (1900, 1748),
    "汤原县": (2000, 1700),
    "同江市": (2100, 1932),
    "富锦市": (4700, 4136),
    "抚远市": (1291, 1162),
    "高新区": (1200, 1075),
}


def test_total_rate_is_a_ratio_of_sums_never_a_mean_of_rates():
    rows = [Figures(registered=r, obliged=r, grade_d=g) for r, g in SPLIT.values()]
    total = total_of(rows)
    assert (total.registered, total.graded) == (31_191, 27_748)
    assert total.rate_gross == Decimal("88.96")
    mean = sum(row.rate_gross for row in rows) / len(rows)
    assert mean.quantize(Decimal("0.01")) == Decimal("89.05")


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [
        (27_748, 31_191, "88.96"),
        (27_748, 29_291, "94.73"),
        (1, 8_000, "0.01"),
        (1, 32, "3.13"),
        (77_777, 80_000, "97.22"),
        (0, 5, "0.00"),
        (5, 5, "100.00"),
    ],
)
def test_rate_has_two_decimals_half_up(part, whole, rate):
    assert percent(part, whole) == Decimal(rate)


def test_rate_without_a_denominator_is_nothing():
    assert percent(0, 0) is None
    assert Figures().rate_gross is None


@pytest.mark.parametrize(
    ("rate", "colour"),
    [("79.99", "red"), ("80.00", "amber"), ("94.99", "amber"), ("95.00", "green"), (None, "")],
)
def test_bands_begin_at_80_and_95(rate, colour):
    assert band(rate and Decimal(rate)) == colour


@pytest.mark.parametrize(
    ("rate", "step"),
    [("91.99", 1), ("92", 2), ("94", 3), ("95", 4), ("95.99", 4), ("96", 5), (None, 0)],
)
def test_map_steps_have_a_border_at_95(rate, step):
    assert map_step(rate and Decimal(rate)) == step


def test_ranks_share_ties_and_leave_out_what_has_no_rate():
    rates = {"a": Decimal(95), "b": Decimal(96), "c": Decimal(95), "d": Decimal(90), "e": None}
    assert ranks(rates) == {"b": 1, "a": 2, "c": 2, "d": 4}


@given(st.dictionaries(st.text(), st.integers(0, 9), min_size=1))
def test_ranks_begin_at_one_and_follow_the_rate(rates):
    found = ranks(rates)
    assert min(found.values()) == 1
    for one, rate in rates.items():
        assert all((found[one] < found[two]) == (rate > other) for two, other in rates.items())


def test_figures_add_up_and_keep_their_identities():
    one = Figures(registered=10, screened=2, obliged=8, grade_a=1, grade_d=4)
    both = one + Figures(registered=5, screened=1, obliged=4, grade_b=2)
    assert (both.registered, both.obliged, both.graded, both.ungraded) == (15, 12, 7, 5)


def test_day_closes_in_shanghai_whatever_the_zone_of_the_moment():
    new_york = ZoneInfo("America/New_York")
    # 17:00 in Shanghai on 2 November 2022 is 05:00 in New York (summer time)
    closing = datetime.datetime(2022, 11, 2, 5, 0, tzinfo=new_york)
    assert closing_of(datetime.date(2022, 11, 2), 17) == closing
    assert day_of(datetime.datetime(2022, 11, 1, 12, 30, tzinfo=new_york)) == datetime.date(
        2022, 11, 2
    )
    assert last_closed_day(closing, 17) == datetime.date(2022, 11, 2)
    before = closing - datetime.timedelta(seconds=1)
    assert last_closed_day(before, 17) == datetime.date(2022, 11, 1)


def test_due_days_catch_up_a_week_at_most():
    day = datetime.date
    assert due_days(last=None, newest=day(2022, 11, 2)) == [day(2022, 11, 2)]
    assert due_days(last=day(2022, 11, 2), newest=day(2022, 11, 2)) == []
    assert due_days(last=day(2022, 10, 31), newest=day(2022, 11, 2)) == [
        day(2022, 11, 1),
        day(2022, 11, 2),
    ]
    late = due_days(last=day(2022, 9, 1), newest=day(2022, 11, 2))
    assert (late[0], late[-1], len(late)) == (day(2022, 10, 27), day(2022, 11, 2), 7)
