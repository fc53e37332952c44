"""倒排工期 in plain values: paces, finishing days, verdicts, at the borders of days, months and years."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules.plans import (
    UNKNOWN,
    Pace,
    Point,
    against_plan,
    finish_on,
    forecast_of,
    needed_a_day,
    pace_of,
    place_between,
    plan_fault,
    planned_count,
    planned_share,
    verdict_of,
)
from reports.rules.stages import MEASURES, counted
from reports.rules.walls import border_words, map_borders, step_among

DAY = datetime.date(2022, 11, 2)
ONE = datetime.timedelta(days=1)
STEPS = [
    (datetime.date(2022, 10, 20), Decimal(60)),
    (datetime.date(2022, 11, 9), Decimal(95)),
    (datetime.date(2022, 11, 20), Decimal(100)),
]


def points(*dones, last=DAY, whole=100):
    """Points on the days up to `last`, one a day."""
    begin = last - (len(dones) - 1) * ONE
    return [Point(begin + number * ONE, done, whole) for number, done in enumerate(dones)]


def verdict(forecast, *, target=DAY + 10 * ONE, starts=DAY - 10 * ONE, on=DAY):
    return verdict_of(forecast=forecast, starts_on=starts, target_on=target, on=on)


def test_the_pictures_forecast():
    """27,748 of 29,291, 171 a day over 7 days, 572 over 14: done on 12 November, by the longer pace on 5."""
    found = [
        Point(DAY - 14 * ONE, 27748 - 14 * 572, 29291),
        Point(DAY - 7 * ONE, 27748 - 7 * 171, 29291),
        Point(DAY, 27748, 29291),
    ]
    forecast = forecast_of(found)
    assert (forecast.short.rounded, forecast.long.rounded) == (171, 572)
    assert forecast.earliest == datetime.date(2022, 11, 5)
    assert forecast.latest == datetime.date(2022, 11, 12)
    told = verdict(forecast, target=datetime.date(2022, 11, 20))
    assert (told.tone, told.word, told.days) == ("green", "早 8 天", -8)
    assert needed_a_day(remaining=1543, on=DAY, target_on=datetime.date(2022, 11, 20)) == 86


def test_the_pace_is_measured_over_days_not_over_reports():
    gappy = [Point(DAY - 9 * ONE, 10, 100), Point(DAY - 2 * ONE, 20, 100), Point(DAY, 28, 100)]
    # the newest point that is at least seven days old
    assert pace_of(gappy, days=7) == Pace(Fraction(18, 9), 9)
    # younger than asked for: since the oldest
    assert pace_of(gappy[1:], days=7) == Pace(Fraction(8, 2), 2)


@pytest.mark.parametrize("dones", [(), (50,)])
def test_one_day_of_data_has_no_pace(dones):
    found = points(*dones)
    assert pace_of(found, days=7) is None
    forecast = forecast_of(found)
    assert forecast is None or (forecast.earliest, forecast.latest) == (None, None)
    assert verdict(forecast) == UNKNOWN


def test_nothing_moves_and_going_back_never_finish():
    for dones in ((50,) * 15, tuple(range(64, 49, -1))):
        forecast = forecast_of(points(*dones))
        assert forecast.latest is None
        told = verdict(forecast)
        assert (told.tone, told.word) == ("red", "按现速完不成")
    assert forecast_of(points(*range(64, 49, -1))).short.rounded == -1


def test_a_week_without_progress_has_no_end_though_the_fortnight_has():
    forecast = forecast_of(points(*range(10, 18), *(17,) * 7))
    assert forecast.short.a_day == 0
    assert forecast.earliest is not None
    assert forecast.latest is None


def test_done_is_done_since_the_first_day_of_the_last_stretch():
    forecast = forecast_of(points(100, 90, 99, 100, 101))
    assert forecast.is_done
    assert forecast.since == forecast.latest == DAY - ONE
    # done counts even after the target and before the start
    for target in (DAY - 5 * ONE, DAY + 5 * ONE):
        assert verdict(forecast, target=target).word == "已完成"


def test_without_a_whole_there_is_nothing_to_forecast():
    assert forecast_of([Point(DAY - ONE, 0, 0), Point(DAY, 0, 0)]) is None


def test_finishing_crosses_the_year_and_the_leap_day():
    eve = datetime.date(2022, 12, 31)
    assert finish_on(remaining=1, pace=Pace(Fraction(1), 7), on=eve) == datetime.date(2023, 1, 1)
    assert finish_on(remaining=3, pace=Pace(Fraction(2), 7), on=datetime.date(2024, 2, 28)) == (
        datetime.date(2024, 3, 1)
    )
    assert finish_on(remaining=0, pace=None, on=eve) == eve
    # a pace that would need more than ten years
    assert finish_on(remaining=3651, pace=Pace(Fraction(1), 7), on=eve) is None
    assert finish_on(remaining=3650, pace=Pace(Fraction(1), 7), on=eve) is not None


@pytest.mark.parametrize(
    ("late", "tone", "word"),
    [(-4, "green", "早 4 天"), (-3, "green", "早 3 天"), (-2, "amber", "早 2 天"),
     (0, "amber", "刚好到期"), (1, "amber", "晚 1 天"), (3, "amber", "晚 3 天"),
     (4, "red", "晚 4 天")],
)  # fmt: skip
def test_the_borders_of_the_colours(late, tone, word):
    # 10 a day, 50 left: done in five days
    forecast = forecast_of(points(*range(10, 51, 5), last=DAY)[-2:])
    assert forecast.latest == DAY + 10 * ONE
    told = verdict(forecast, target=forecast.latest - late * ONE)
    assert (told.tone, told.word) == (tone, word)
    assert told.told == f"预计{word}"


def test_a_missed_target_is_overdue_from_the_next_day_on():
    forecast = forecast_of(points(10, 20))
    assert verdict(forecast, target=DAY).shape != "overdue"
    told = verdict(forecast, target=DAY - ONE)
    assert (told.tone, told.shape, told.word, told.told) == (
        "red", "overdue", "逾期 1 天", "逾期 1 天",
    )  # fmt: skip
    # from one month, and from one year, into the next
    for on, target in ((datetime.date(2022, 11, 1), datetime.date(2022, 10, 31)),
                       (datetime.date(2023, 1, 1), datetime.date(2022, 12, 31))):  # fmt: skip
        assert verdict(forecast, target=target, on=on).word == "逾期 1 天"


def test_what_has_not_begun_is_not_behind():
    assert verdict(None, starts=DAY + ONE).word == "未开始"
    assert verdict(forecast_of(points(0, 0)), starts=DAY + ONE).word == "未开始"
    # begun before its day
    assert verdict(forecast_of(points(0, 10)), starts=DAY + ONE).word != "未开始"


def test_how_many_a_day_are_needed():
    assert needed_a_day(remaining=0, on=DAY, target_on=DAY) == 0
    assert needed_a_day(remaining=5, on=DAY, target_on=DAY) is None
    assert needed_a_day(remaining=5, on=DAY, target_on=DAY + 2 * ONE) == 3


def test_the_plan_is_straight_between_its_targets():
    assert planned_share(STEPS[0][0] - ONE, STEPS) == 60
    assert planned_share(datetime.date(2022, 10, 30), STEPS) == Decimal("77.5")
    assert planned_share(STEPS[1][0], STEPS) == 95
    assert planned_share(STEPS[2][0] + ONE, STEPS) == 100
    assert planned_count(datetime.date(2022, 10, 30), STEPS, 1) == 1  # 0.775, half up
    assert planned_count(STEPS[1][0], STEPS, 29291) == 27826


@given(
    dones=st.lists(st.integers(0, 1000), min_size=2, max_size=40),
    whole=st.integers(1, 1000),
)
def test_whatever_the_counts_the_forecast_is_sane(dones, whole):
    found = points(*dones, whole=whole)
    forecast = forecast_of(found)
    if forecast.is_done:
        assert found[-1].remaining == 0
        assert found[0].day <= forecast.since <= DAY
        return
    for day in (forecast.earliest, forecast.latest):
        assert day is None or day > DAY
    if forecast.latest is not None:
        assert forecast.earliest <= forecast.latest
        assert forecast.short.a_day > 0
        assert forecast.long.a_day > 0


@given(day=st.dates(datetime.date(2022, 1, 1), datetime.date(2023, 12, 31)))
def test_the_plan_never_falls(day):
    assert planned_share(day, STEPS) <= planned_share(day + ONE, STEPS)


def test_against_the_plan_where_no_pace_is_known():
    assert against_plan(share=None, planned=Decimal(10)) == UNKNOWN
    assert against_plan(share=Decimal(10), planned=Decimal(10)).word == "按计划"
    assert against_plan(share=Decimal("9.99"), planned=Decimal(10)).word == "慢于计划"


@pytest.mark.parametrize(
    ("targets", "fault"),
    [
        ([], "至少填一个"),
        ([(DAY - ONE, 100)], "不晚于"),
        ([(DAY, 50), (DAY, 100)], "不高于|不晚于"),
        ([(DAY, 95), (DAY + ONE, 90)], "逐步提高"),
        ([(DAY, 5)], "逐步提高"),
        ([(DAY, 95)], "应为 100%"),
        ([(DAY, 100)], None),
        ([(DAY + ONE, 95), (DAY + 2 * ONE, 100)], None),
    ],
)
def test_what_a_plan_may_not_be(targets, fault):
    pairs = [(day, Decimal(share)) for day, share in targets]
    told = plan_fault(starts_on=DAY, start_share=Decimal(10), targets=pairs)
    assert (told == "") == (fault is None)
    assert fault is None or any(part in told for part in fault.split("|"))


def test_where_a_day_lies_on_the_axis():
    first, last = datetime.date(2022, 12, 30), datetime.date(2023, 1, 2)
    assert [place_between(first + n * ONE, first, last) for n in range(-1, 6)] == [
        0, 0, 25, 50, 75, 100, 100,
    ]  # fmt: skip


def test_a_line_without_a_count_tells_nothing():
    counts = {"grade_a": 1, "grade_b": 2, "grade_c": 3, "grade_d": 4, "obliged": 20}
    assert counted(MEASURES["graded"], counts) == (10, 20)
    assert counted(MEASURES["graded"], counts | {"grade_d": None}) is None
    assert counted(MEASURES["visited"], counts) is None
    assert counted(MEASURES["by_hand"], counts) is None


def test_the_map_keeps_95_as_a_border():
    narrow = map_borders([Decimal("90.33"), Decimal("96.7")], is_share=True)
    assert border_words(narrow, "%") == ["<92", "92–94", "94–95", "95–96", "≥96%"]
    assert [step_among(Decimal(value), narrow) for value in ("91.99", "92", "95", "96")] == [
        1, 2, 4, 5,
    ]  # fmt: skip
    assert step_among(None, narrow) == 0
    assert Decimal(95) in map_borders([Decimal(75)], is_share=True)
    # far below it all would be one blue
    assert map_borders([Decimal(20), Decimal(25)], is_share=True) == (21, 22, 23, 24)
    assert map_borders([], is_share=True) == narrow
    even = map_borders([Decimal(0), Decimal(10)], is_share=False)
    assert even == (Decimal("2.00"), Decimal("4.00"), Decimal("6.00"), Decimal("8.00"))
    assert len(set(map_borders([Decimal(3), Decimal(3)], is_share=False))) == 4
