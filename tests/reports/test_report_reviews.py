"""县区核对: which county owes its line of the report until when, and what becomes of who is late or returns it."""

import datetime

import pytest

from reports.enums import Punctuality
from reports.models import RateBand, ReportClock, ReportException
from reports.queries.standing import standings_of
from reports.services import build_daily_report
from reports.services.issuing import (
    IssueRefused,
    report_issue,
)
from reports.services.reviewing import (
    ReviewError,
    exception_end,
    exception_make,
    review_confirm,
    review_reopen,
    review_return,
    reviews_remind,
)
from responsibility.models import Notification
from tests.factories import UserFactory
from tests.personas import CITY, COUNTY, OTHER_COUNTY
from tests.reports.reporting import DAY, NEXT, THIRD, at, confirm_all, small_register, words

pytestmark = pytest.mark.django_db


def test_the_clocks_are_those_of_the_table_and_stay_with_the_report(areas):
    small_register()
    ReportClock.objects.create(effective_from="2022-10-01", due_time="18:00", lock_time="09:00")
    ReportClock.objects.create(effective_from=NEXT, due_time="18:30", lock_time="08:00")
    RateBand.objects.create(column="", amber_from=70, green_from=90)
    first = build_daily_report(date=DAY, area=areas[CITY], at=at(17))
    second = build_daily_report(date=NEXT, area=areas[CITY], at=at(17, day=NEXT))
    assert (first.due_at, first.locks_at) == (at(18), at(9, day=NEXT))
    assert second.due_at == at(18, 30, day=NEXT)
    assert first.bands == {"": [70.0, 90.0]}


def test_each_county_owes_its_line_from_the_close_on(report, areas):
    assert set(report.reviews.values_list("area", "state")) == {
        (code, "waiting") for code in (COUNTY, OTHER_COUNTY, THIRD)
    }
    early = build_daily_report(date=NEXT, area=areas[CITY], at=at(9, day=NEXT))
    assert not early.reviews.exists()


def test_in_time_late_and_missing_follow_from_what_was_done(report, county_officer, outsider):
    assert words(report, at(17, 59))[COUNTY] == "待核对"
    review_confirm(actor=county_officer, report=report, remark="集中审批", at=at(18))
    review_confirm(actor=outsider, report=report, at=at(18, 0, second=1))
    assert words(report, at(18, 30)) == {COUNTY: "按时", OTHER_COUNTY: "迟报", THIRD: "未报"}
    assert report.reviews.get(area=COUNTY).remark == "集中审批"


def test_only_the_county_itself_confirms(report, city_officer, leader, outsider):
    for person in (city_officer, leader):
        with pytest.raises(ReviewError, match="只有本县"):
            review_confirm(actor=person, report=report, at=at(17, 10))
    review_confirm(actor=outsider, report=report, at=at(17, 10))
    assert report.reviews.get(state="confirmed").area_id == OTHER_COUNTY


def test_a_second_confirmation_is_told_who_was_first(report, areas, county_officer):
    colleague = UserFactory(username="colleague", role="县区局人员", area=areas[COUNTY])
    review_confirm(actor=county_officer, report=report, at=at(17, 10))
    with pytest.raises(ReviewError, match=f"{county_officer.get_full_name()}在 11-02 17:10确认"):
        review_confirm(actor=colleague, report=report, at=at(17, 11))


def test_before_the_close_there_is_nothing_to_confirm(areas, county_officer):
    small_register()
    draft = build_daily_report(date=DAY, area=areas[CITY], at=at(9))
    with pytest.raises(ReviewError, match="还没有截止"):
        review_confirm(actor=county_officer, report=draft, at=at(9, 30))


def test_a_returned_line_reaches_the_city_and_stops_the_issue(
    report, county_officer, outsider, third_officer, city_officer
):
    with pytest.raises(ReviewError, match="写明原因"):
        review_return(actor=county_officer, report=report, reason=" ", at=at(17, 5))
    review_return(actor=county_officer, report=report, reason="少计 2 家", at=at(17, 5))
    assert "少计 2 家" in Notification.objects.get(user=city_officer).text
    confirm_all(report, outsider, third_officer)
    with pytest.raises(IssueRefused, match="东山县退回了本县的一行"):
        report_issue(actor=city_officer, report=report, at=at(19))
    review_reopen(
        actor=city_officer, report=report, area=COUNTY, reason="以 17 时为准", at=at(19, 5)
    )
    assert "以 17 时为准" in Notification.objects.filter(user=county_officer).latest("pk").text
    review_confirm(actor=county_officer, report=report, at=at(19, 10))
    issued = report_issue(actor=city_officer, report=report, at=at(19, 20))
    assert issued.reviews.get(area=COUNTY).punctuality == Punctuality.LATE


def test_who_confirmed_in_time_stays_in_time_when_the_city_asks_again(
    report, county_officer, city_officer
):
    review_confirm(actor=county_officer, report=report, at=at(17, 30))
    review_reopen(actor=city_officer, report=report, area=COUNTY, reason="再核", at=at(18, 10))
    assert words(report, at(18, 20))[COUNTY] == "市局退回"
    review_confirm(actor=county_officer, report=report, at=at(18, 30))
    assert words(report, at(18, 40))[COUNTY] == "按时"


def test_after_the_lock_only_an_exception_with_a_name_a_reason_and_an_end_helps(
    report, areas, county_officer, city_officer
):
    late = at(9, 1, day=NEXT)
    with pytest.raises(ReviewError, match="已于 11-03 09:00 锁定"):
        review_confirm(actor=county_officer, report=report, at=late)
    with pytest.raises(ReviewError, match="已经过了"):
        exception_make(
            actor=city_officer, area=areas[COUNTY], title="停电", reason="全县停电", from_on=DAY,
            to_on=DAY, until=at(9, day=NEXT), at=late,
        )  # fmt: skip
    made = exception_make(
        actor=city_officer, area=areas[COUNTY], title="停电", reason="全县停电", from_on=DAY,
        to_on=DAY, until=at(12, day=NEXT), at=late,
    )  # fmt: skip
    review_confirm(actor=county_officer, report=report, at=at(11, 59, day=NEXT))
    assert words(report, at(12, day=NEXT))[COUNTY] == "按时"
    exception_end(actor=city_officer, exception=made, at=at(12, day=NEXT) - timedelta(1))
    with pytest.raises(ReviewError, match="已经到期"):
        exception_end(actor=city_officer, exception=made, at=at(12, day=NEXT))


def timedelta(minutes):
    return datetime.timedelta(minutes=minutes)


def test_an_exception_is_the_countys_alone(report, areas, outsider, city_officer):
    ReportException.objects.create(
        area=areas[COUNTY], title="停电", reason="停电", from_on=DAY, to_on=NEXT,
        until=at(12, day=NEXT), made_at=at(17), made_by=city_officer,
    )  # fmt: skip
    review_confirm(actor=outsider, report=report, at=at(18, 1))
    with pytest.raises(IssueRefused, match="东山县（11-03 12:00）经批准延后"):
        report_issue(actor=city_officer, report=report, at=at(19))
    found = standings_of(report=report, at=at(19))
    assert found[COUNTY].punctuality == Punctuality.WAITING
    assert found[OTHER_COUNTY].punctuality == Punctuality.LATE


def test_the_city_urges_those_who_have_not_reported(report, county_officer, outsider, city_officer):
    review_confirm(actor=outsider, report=report, at=at(17, 5))
    done = reviews_remind(actor=city_officer, report=report, at=at(18, 5))
    assert done == {"reminded": 2, "recent": 0, "told": 1}
    again = reviews_remind(actor=city_officer, report=report, at=at(18, 6))
    assert (again["reminded"], again["recent"]) == (0, 2)
    assert "未按时核对" in Notification.objects.get(user=county_officer).text
    assert report.reviews.get(area=COUNTY).reminders == 1
