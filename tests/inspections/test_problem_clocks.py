"""Reminders, the way up, and problems that follow their business; nothing twice."""

import datetime

import pytest

from inspections.models import Problem, ProblemTally
from inspections.rules.deadlines import end_of
from inspections.services.moves import problem_move
from inspections.services.problem_clocks import problems_climb, problems_remind
from inspections.services.problem_follow import problems_follow
from jiamusi_foodsafety.jurisdiction import roles
from responsibility.models import Assignment, Notification
from tests.factories import UserFactory
from tests.inspections.makers_problems import NOW, a_key, load_kinds, make_shop, report
from tests.personas import TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
day = datetime.date


def moment(*parts):
    """A moment in Asia/Shanghai."""
    return datetime.datetime(*parts, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


@pytest.fixture
def bond(areas, cadre, station_officer, county_officer, city_admin):
    load_kinds()
    return make_shop(areas=areas, user=cadre)


@pytest.fixture
def town_cadre(areas):
    return UserFactory(username="town", role=roles.CADRE, area=areas[TOWN])


def told(user, word="逾期"):
    found = Notification.objects.filter(user=user, text__contains=word)
    return list(found.order_by("pk").values_list("text", flat=True))


def climbs(problem):
    return list(problem.moves.filter(act="climb").order_by("pk").values_list("note", flat=True))


def test_an_overdue_one_climbs_level_by_level_and_nothing_twice(
    bond, cadre, town_cadre, county_officer, city_admin
):
    (problem,) = report(bond=bond, actor=cadre)
    assert problem.due_at == end_of(day(2022, 11, 17))
    assert problems_climb(at=moment(2022, 11, 17, 23, 59, 59))["climbed"] == 0
    assert problems_climb(at=moment(2022, 11, 18, 0, 5))["climbed"] == 1
    for _ in range(3):
        assert problems_climb(at=moment(2022, 11, 18, 0, 20))["climbed"] == 0
    problem.refresh_from_db()
    assert (problem.climbed, problem.climbed_to_id) == (1, TOWN)
    # three working days on: Monday to Wednesday
    assert problem.climb_at == end_of(day(2022, 11, 23))
    assert climbs(problem) == ["超过期限 11-17，升到城关街道"]
    assert len(told(town_cadre)) == 1
    assert told(county_officer) == []
    assert Problem.objects.visible_to(town_cadre).get() == problem
    problems_climb(at=moment(2022, 11, 24, 0, 5))
    problem.refresh_from_db()
    assert (problem.climbed, problem.climbed_to_id) == (2, "379921")
    assert told(county_officer) == ["问题逾期：货架有过期食品，超过期限 11-17，升到东山县局"]
    problems_climb(at=moment(2022, 11, 30, 0, 5))
    problem.refresh_from_db()
    assert (problem.climbed, problem.climbed_to_id, problem.climb_at) == (3, "3799", None)
    assert len(told(city_admin)) == 1
    assert problems_climb(at=moment(2023, 6, 1, 0, 5))["climbed"] == 0
    assert len(climbs(problem)) == 3


def test_a_level_without_an_account_is_passed_and_told_so(bond, cadre, county_officer):
    (problem,) = report(bond=bond, actor=cadre)
    problems_climb(at=moment(2022, 11, 18, 0, 5))
    problem.refresh_from_db()
    assert problem.climbed_to_id == "379921"
    assert climbs(problem) == ["超过期限 11-17，升到东山县局（城关街道没有可通知的账号）"]
    assert len(told(county_officer)) == 1


def test_what_a_station_does_not_claim_goes_to_the_county_after_working_days(
    bond, cadre, station_officer, county_officer
):
    # Friday before National Day's week: two working days end on Sunday the 9th, a worked one
    (problem,) = report(bond=bond, actor=cadre, kind="major", at=moment(2022, 9, 30, 16, 0))
    assert problem.claim_due_on == day(2022, 10, 9)
    assert problem.due_at == end_of(day(2022, 10, 8))
    assert problem.clock_at == problem.due_at
    assert problems_climb(at=moment(2022, 10, 8, 23, 0))["climbed"] == 0
    assert problems_climb(at=moment(2022, 10, 9, 0, 5))["climbed"] == 1
    assert climbs(problem) == ["超过期限 10-08，升到东山县局"]
    assert len(told(county_officer)) == len(told(station_officer)) == 1


def test_a_new_state_has_a_clock_of_its_own(bond, cadre, station_officer, county_officer):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    problems_climb(at=moment(2022, 11, 5, 0, 5))
    problem.refresh_from_db()
    assert problem.climbed == 1
    problem_move(
        problem=problem, act="claim", actor=station_officer, values={}, key=a_key(),
        at=moment(2022, 11, 5, 9, 0),
    )  # fmt: skip
    problem.refresh_from_db()
    assert (problem.climbed, problem.climbed_to, problem.climb_at) == (0, None, problem.due_at)
    problems_climb(at=moment(2022, 11, 10, 0, 5))
    assert climbs(problem) == ["超过期限 11-04，升到东山县局", "超过期限 11-09，升到东山县局"]
    assert len(told(county_officer)) == 2


def test_the_reminder_comes_before_the_deadline_and_once(bond, cadre, station_officer):
    (problem,) = report(bond=bond, actor=cadre)
    assert problems_remind(at=moment(2022, 11, 15, 9, 0)) == 0
    for hour in (9, 10):
        problems_remind(at=moment(2022, 11, 16, hour, 0))
    assert told(cadre, "快到期") == ["问题快到期：货架有过期食品，11-17 到期，现为“待整改”"]
    assert told(station_officer, "快到期") == []
    assert problem.moves.count() == 1


def test_friday_reminds_of_monday(bond, cadre):
    report(bond=bond, actor=cadre, at=moment(2022, 11, 6, 9, 0))  # due Monday the 21st
    assert problems_remind(at=moment(2022, 11, 17, 9, 0)) == 0
    assert problems_remind(at=moment(2022, 11, 18, 9, 0)) == 1


def test_an_open_one_goes_to_the_new_bearer(areas, bond, cadre):
    (problem,) = report(bond=bond, actor=cadre)
    (done,) = report(bond=bond, actor=cadre, kind="minor", on_spot=True)
    user = UserFactory(role=roles.CADRE, area=areas[VILLAGE])
    heir = CadreFactory(area=areas[VILLAGE], user=user, name="赵六")
    Assignment.objects.update(to_on=day(2022, 11, 3), end_reason="replaced")
    AssignmentFactory(entity=bond.entity, cadre=heir, from_on=day(2022, 11, 3))
    assert problems_follow(at=NOW) == {"bearers": 1, "ended": 0, "resumed": 0, "told": 1}
    assert problems_follow(at=NOW)["bearers"] == 0
    problem.refresh_from_db()
    done.refresh_from_db()
    assert (problem.cadre, done.cadre) == (heir, bond.cadre)
    note = problem.moves.get(act="bearer").note
    assert note == f"包保干部由 {bond.cadre.name} 改为 赵六"
    assert len(told(user, "更换包保干部")) == 1
    assert Problem.objects.visible_to(user).count() == 2


def test_without_a_bearer_it_is_the_county_s(bond, cadre, county_officer):
    (problem,) = report(bond=bond, actor=cadre)
    Assignment.objects.update(to_on=day(2022, 11, 3), end_reason="removed")
    problems_follow(at=NOW)
    problem.refresh_from_db()
    assert problem.cadre is None
    assert problem.moves.get(act="bearer").note == "暂无包保干部，由县区局核查"
    assert len(told(county_officer, "更换包保干部")) == 1


def test_handed_over_at_a_report_the_station_hears_of_it(bond, cadre, station_officer):
    report(bond=bond, actor=cadre, kind="major")
    problems_follow(at=NOW + datetime.timedelta(minutes=5))
    problems_follow(at=NOW + datetime.timedelta(minutes=10))
    assert told(station_officer, "移交") == ["货架有过期食品：移交监管所，现为“待认领”"]


def test_a_business_that_closed_ends_its_open_problems_and_back_they_come(bond, cadre):
    (problem,) = report(bond=bond, actor=cadre)
    (done,) = report(bond=bond, actor=cadre, kind="minor", on_spot=True)
    entity = bond.entity
    entity.status = "suspended"
    entity.save()
    assert problems_follow(at=NOW)["ended"] == 0
    entity.status = "cancelled"
    entity.save()
    assert problems_follow(at=NOW)["ended"] == 1
    assert problems_follow(at=NOW)["ended"] == 0
    problem.refresh_from_db()
    assert (problem.state, problem.clock_at) == ("ended", None)
    assert problem.moves.get(act="end").note == "主体已注销，无从整改"
    entity.status = "operating"
    entity.save()
    at = moment(2022, 12, 1, 9, 0)
    assert problems_follow(at=at)["resumed"] == 1
    assert problems_follow(at=at)["resumed"] == 0
    problem.refresh_from_db()
    assert (problem.state, problem.due_at) == ("open", end_of(day(2022, 12, 16)))
    assert problem.moves.get(act="resume").note == "主体恢复，2022-12-16 前整改"
    done.refresh_from_db()
    assert done.state == "cleared"
    open_rows = {row.state: row.total for row in ProblemTally.objects.filter(total__gt=0)}
    assert open_rows == {"open": 1, "cleared": 1}
