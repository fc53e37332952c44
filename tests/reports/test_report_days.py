"""The business day is Asia/Shanghai's, whatever the server's zone; days, months, quarters and years meet at 17:00."""

import datetime
import os
import time

import pytest
from django.utils import timezone

from entities.models import Entity
from reports.models import DailyReport
from reports.queries.periods import period_page, periods_of
from reports.queries.rebuild import differences
from reports.rules.days import period_of, report_day_of
from reports.services import build_daily_report, build_due_reports
from reports.services.issuing import report_issue
from tests.factories import EntityFactory
from tests.personas import CITY, COUNTY, OTHER_TOWN, TOWN
from tests.reports.reporting import FAR_TOWN, SHANGHAI, at, redate, small_register

pytestmark = pytest.mark.django_db
ZONES = ("UTC", "America/New_York", "Pacific/Auckland")
D = datetime.date
BORDERS = {
    "day": D(2022, 11, 2),
    "month": D(2022, 11, 30),
    "quarter": D(2022, 9, 30),
    "year": D(2022, 12, 31),
}


@pytest.fixture(params=ZONES)
def server_zone(request, monkeypatch):
    """The server's clock stands in another zone: the process's and Django's."""
    monkeypatch.setitem(os.environ, "TZ", request.param)
    time.tzset()
    with timezone.override(request.param):
        yield request.param
    monkeypatch.undo()
    time.tzset()


def graded_at(moment, area=TOWN):
    shop = EntityFactory(area_id=area, graded=True)
    redate(moment, where="pgh_obj_id = %s", values=[shop.pk])


@pytest.mark.parametrize("border", BORDERS)
def test_seventeen_o_clock_in_shanghai_parts_the_days(areas, server_zone, border):
    day = BORDERS[border]
    following = day + datetime.timedelta(days=1)
    small_register()
    redate(at(9, day=day - datetime.timedelta(days=3)))
    build_daily_report(
        date=day - datetime.timedelta(days=1), area=areas[CITY],
        at=at(17, day=day - datetime.timedelta(days=1)),
    )  # fmt: skip
    graded_at(at(16, 59, day, 59))
    graded_at(at(17, 0, day))
    graded_at(at(17, 0, day, 1))
    graded_at(at(0, 0, following))
    for one in (day, following):
        close = at(17, day=one)
        # what the clock of that server would say
        assert build_due_reports(at=close.astimezone(timezone.get_current_timezone())) == 1
    first, second = (DailyReport.objects.get(date=one) for one in (day, following))
    counted = [report.lines.get(area=COUNTY).figures["newly_graded"] for report in (first, second)]
    assert counted == [2, 2]
    assert [differences(report=report)[0] for report in (first, second)] == [[], []]


def test_the_day_of_an_act_is_that_of_its_report(server_zone):
    day = D(2022, 12, 31)
    assert report_day_of(at(17, 0, day), 17) == day
    assert report_day_of(at(17, 0, day, 1), 17) == D(2023, 1, 1)
    assert report_day_of(at(0, 30, day).astimezone(datetime.UTC), 17) == day


def test_events_sum_over_days_to_the_total(areas, city_officer):
    small_register()
    redate(at(9, day=D(2022, 10, 28)))
    for step in range(5):
        day = D(2022, 10, 29) + datetime.timedelta(days=step)
        for number in range(step):
            graded_at(at(10 + number, day=day))
        build_daily_report(date=day, area=areas[CITY], at=at(17, day=day))
    reports = DailyReport.objects.order_by("date")
    lines = [report.lines.get(area=CITY).figures for report in reports]
    assert [line["newly_graded"] for line in lines[1:]] == [1, 2, 3, 4]
    assert sum(line["new_graded"] for line in lines[1:]) == lines[-1]["graded"] - lines[0]["graded"]


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("week", D(2023, 1, 1), D(2022, 12, 26), D(2023, 1, 1)),
        ("month", D(2024, 2, 29), D(2024, 2, 1), D(2024, 2, 29)),
        ("quarter", D(2022, 12, 31), D(2022, 10, 1), D(2022, 12, 31)),
        ("year", D(2022, 3, 4), D(2022, 1, 1), D(2022, 12, 31)),
    ],
)
def test_periods_begin_and_end_where_the_calendar_does(kind, day, first, last):
    period = period_of(kind, day)
    assert (period.first, period.last) == (first, last)


@pytest.fixture
def two_months(areas):
    """Reports on 30 and 31 October, 1 and 3 November: 1, 1, 2 and 3 newly graded in the near county."""
    small_register()
    redate(at(9, day=D(2022, 10, 20)))
    days = (D(2022, 10, 30), D(2022, 10, 31), D(2022, 11, 1), D(2022, 11, 3))
    for day, number in zip(days, (1, 1, 2, 3), strict=True):
        for hour in range(number):
            graded_at(at(9 + hour, day=day))
        build_daily_report(date=day, area=areas[CITY], at=at(17, day=day))
    return areas


def test_a_month_is_its_last_day_with_the_sum_of_its_days(two_months, leader):
    page = period_page(user=leader, kind="month", day=D(2022, 11, 2))
    row = next(row for row in page.rows if row.code == COUNTY)
    last = page.report.lines.get(area=COUNTY).figures
    assert page.report.date == D(2022, 11, 3)
    assert (page.previous.date, page.since_word) == (D(2022, 10, 31), "较上月")
    # the missed 2 November was caught up from the history
    assert row.counts["newly_graded"] == 5
    assert row.counts["graded"] == last["graded"]
    assert row.counts["new_graded"] == 5
    assert "较上月新增分级 5 家" in page.paragraphs[0]


def test_a_first_period_has_nothing_to_be_measured_from(two_months, leader):
    page = period_page(user=leader, kind="year", day=D(2022, 5, 1))
    assert page.total.counts["new_graded"] is None
    assert period_page(user=leader, kind="month", day=D(2022, 9, 1)) is None
    assert [period.name for period in periods_of(user=leader, kind="month")] == [
        "2022年11月", "2022年10月",
    ]  # fmt: skip


def test_a_county_s_period_is_by_township(two_months, county_officer, outsider):
    page = period_page(user=county_officer, kind="week", day=D(2022, 11, 1), area=COUNTY)
    # the week begins on 31 October: 1 + 2 + 3
    assert {row.code: row.counts["newly_graded"] for row in page.rows} == {TOWN: 6, OTHER_TOWN: 0}
    assert period_page(user=outsider, kind="week", day=D(2022, 11, 1), area=COUNTY) is None


def test_days_missed_are_caught_up_and_numbered_without_gaps(areas, city_officer):
    small_register()
    redate(at(9, day=D(2022, 10, 20)))
    first = build_daily_report(
        date=D(2022, 10, 30), area=areas[CITY], at=at(17, day=D(2022, 10, 30))
    )
    report_issue(actor=city_officer, report=first, at=at(19, day=D(2022, 10, 30)))
    Entity.objects.filter(area=FAR_TOWN).update(grade="B")
    redate(at(12, day=D(2022, 11, 1)), where="grade = 'B'")
    assert build_due_reports(at=at(17, 3, D(2022, 11, 2))) == 3
    found = DailyReport.objects.order_by("date").values_list("number", "date__day", "as_of")
    assert [(number, day) for number, day, _ in found] == [(1, 30), (2, 31), (3, 1), (4, 2)]
    assert all(as_of.astimezone(SHANGHAI).hour == 17 for *_, as_of in found)
    assert build_due_reports(at=at(17, 8, D(2022, 11, 2))) == 0
