"""Problems reported: where they begin, their number, their deadlines, repeats, and the same report twice."""

import datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.enums import ProblemState
from inspections.models import EntityRecord, Problem, ProblemKind, ProblemTally
from inspections.rules.deadlines import end_of
from inspections.services.problems import ProblemError
from inspections.services.seeds_problems import load
from jiamusi_foodsafety.jurisdiction import roles
from tests.factories import CategoryFactory, EntityFactory, StationFactory, UserFactory
from tests.inspections.makers_problems import (
    NOW,
    TODAY,
    a_key,
    found,
    load_kinds,
    make_shop,
    report,
)
from tests.personas import COUNTY, OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db
day = datetime.date


@pytest.fixture
def bond(areas, cadre, station_officer):
    load_kinds()
    return make_shop(areas=areas, user=cadre)


def steps(problem):
    return [
        (move.act, move.state_from, move.state_to, move.side)
        for move in problem.moves.order_by("pk")
    ]


def test_a_general_problem_waits_for_the_business(bond, cadre):
    (problem,) = report(bond=bond, actor=cadre, detail="2 袋饼干")
    problem.refresh_from_db()
    assert problem.state == ProblemState.OPEN
    assert problem.number == "WT20221102-0001"
    assert problem.due_at == problem.clock_at == problem.climb_at == end_of(day(2022, 11, 17))
    assert problem.claim_due_on is None
    assert problem.station.name == "城关市场监督管理所"
    assert steps(problem) == [("report", "", "open", "cadre")]
    move = problem.moves.get()
    assert (move.note, move.actor, move.at) == ("2 袋饼干", cadre, NOW)


def test_a_slight_one_is_due_the_same_day(bond, cadre):
    (problem,) = report(bond=bond, actor=cadre, kind="minor")
    assert problem.due_at == end_of(TODAY)


def test_put_right_on_the_spot_is_settled_at_once(bond, cadre):
    (problem,) = report(bond=bond, actor=cadre, kind="minor", on_spot=True, detail="已下架 2 袋")
    assert problem.state == ProblemState.CLEARED
    assert problem.fixed_at == problem.settled_at == NOW
    assert problem.clock_at is None
    assert steps(problem) == [
        ("report", "", "open", "cadre"),
        ("on_spot", "open", "cleared", "cadre"),
    ]
    assert problem.moves.get(act="on_spot").note == "当场改正：已下架 2 袋"


def test_a_greater_one_is_with_the_station_at_once(bond, cadre):
    (problem,) = report(bond=bond, actor=cadre, kind="major", on_spot=True)
    assert problem.state == ProblemState.TO_CLAIM
    assert problem.claim_due_on == day(2022, 11, 4)
    assert problem.clock_at == end_of(day(2022, 11, 4))
    assert problem.due_at == end_of(day(2022, 11, 9))
    assert steps(problem)[1] == ("transfer", "open", "to_claim", "system")
    assert problem.moves.get(act="transfer").note == "移交城关市场监督管理所"


def test_a_serious_one_must_be_claimed_the_same_day(bond, cadre):
    (problem,) = report(bond=bond, actor=cadre, kind="serious")
    assert problem.clock_at == end_of(TODAY)


def test_the_department_of_the_category_is_told(areas, cadre, station_officer):
    load_kinds()
    school = CategoryFactory(code="school_canteen", name="学校幼儿园食堂")
    bond = make_shop(areas=areas, category=school)
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    assert problem.industry_unit == "东山县教育局"
    assert problem.moves.get(act="transfer").note == "移交城关市场监督管理所，同时告知东山县教育局"


def test_without_a_station_the_county_gets_it_and_is_told_so(areas):
    entity = EntityFactory(area=areas[OTHER_TOWN])
    (problem,) = report(entity=entity, kind="major")
    assert problem.station is None
    assert problem.moves.get(act="transfer").note == "这里没有指定监管所，由东山县局办理"


def test_a_station_without_an_account_is_told_too(areas):
    StationFactory(name="城东所", county=areas[COUNTY], covers=[areas[OTHER_TOWN]])
    (problem,) = report(entity=EntityFactory(area=areas[OTHER_TOWN]), kind="major")
    assert "城东所没有可用账号" not in problem.moves.get(act="transfer").note
    assert problem.moves.get(act="transfer").note == (
        "移交城东所；该所没有可用账号，由东山县局代办"
    )


def test_what_a_station_finds_it_has_in_hand(bond, station_officer):
    (problem,) = report(bond=bond, actor=station_officer)
    assert problem.state == ProblemState.HANDLING
    assert steps(problem) == [("report", "", "handling", "station")]
    assert problem.clock_at == problem.due_at


def test_the_same_item_found_wrong_again_is_a_repeat(bond, cadre):
    first, other = report(bond=bond, rows=[found(item_code="T18"), found(item_code="T16")])
    again, fresh, none = report(
        bond=bond,
        rows=[found(item_code="T18"), found(item_code="T20"), found(item_code="")],
    )
    assert [p.is_repeat for p in (first, other, again, fresh, none)] == [
        False, False, True, False, False,
    ]  # fmt: skip


def test_a_false_alarm_before_makes_no_repeat(bond):
    (first,) = report(bond=bond)
    Problem.objects.filter(pk=first.pk).update(state="void", clock_at=None, climb_at=None)
    (again,) = report(bond=bond)
    assert not again.is_repeat


def test_the_same_report_twice_is_stored_once(bond, cadre):
    rows = [found(), found(item_code="T16")]
    first = report(bond=bond, actor=cadre, rows=rows)
    again = report(bond=bond, actor=cadre, rows=[*rows, found(item_code="T20")])
    assert [problem.pk for problem in again[:2]] == [problem.pk for problem in first]
    assert Problem.objects.count() == 3
    assert again[2].number == "WT20221102-0003"
    assert [problem.moves.count() for problem in again] == [1, 1, 1]


def test_a_key_of_another_business_is_refused(areas, bond):
    row = found()
    report(bond=bond, rows=[row])
    with pytest.raises(ProblemError, match="另一个主体"):
        report(bond=make_shop(areas=areas), rows=[row])


def test_what_is_wrong_with_a_report_is_said_and_nothing_stored(bond):
    key = a_key()
    for row, word in (
        ([found(title=" ")], "请写明是什么问题"),
        ([found(kind="none")], "没有这个问题类别"),
        ([found(key=key), found(key=key, item_code="T16")], "同一个键"),
    ):
        with pytest.raises(ProblemError, match=word):
            report(bond=bond, rows=row)
    assert not Problem.objects.exists()
    assert report(bond=bond, rows=()) == []


def test_the_number_of_statements_is_four_whatever_the_number_of_problems(bond, cadre):
    report(bond=bond, actor=cadre)
    counts = []
    for rows in ([found()], [found(kind=kind) for kind in ("minor", "general", "major") * 4]):
        with CaptureQueriesContext(connection) as queries:
            report(bond=bond, actor=cadre, rows=rows)
        counts.append(len([q for q in queries if 'inspections_problemkind" LIMIT' not in q["sql"]]))
    assert counts[0] == counts[1] <= 5, counts


def test_numbers_of_a_day_go_on_and_each_day_begins_anew(bond):
    report(bond=bond, rows=[found(), found(item_code="T16")])
    (third,) = report(bond=bond)
    (next_day,) = report(bond=bond, at=NOW + datetime.timedelta(days=1))
    assert third.number == "WT20221102-0003"
    assert next_day.number == "WT20221103-0001"


def test_just_after_midnight_it_is_the_next_day(bond):
    late = datetime.datetime(2022, 11, 2, 15, 59, 59, tzinfo=datetime.UTC)
    (before,) = report(bond=bond, at=late)
    (after,) = report(bond=bond, at=late + datetime.timedelta(seconds=1))
    assert (before.found_on, after.found_on) == (day(2022, 11, 2), day(2022, 11, 3))


def test_at_a_visit_the_day_of_the_visit_counts(bond, cadre):
    from inspections.services import problems

    visit = SimpleNamespace(finished_at=NOW, visited_on=TODAY)
    facts = problems.report_facts(entity_id=bond.entity_id, found=[found(kind="serious")], on=TODAY)
    problem = problems._problem(
        found(kind="serious"), facts, at=NOW + datetime.timedelta(days=1), side="cadre",
        found_at=visit.finished_at, found_on=visit.visited_on, entity=bond.entity,
    )  # fmt: skip
    assert problem.due_at == end_of(day(2022, 11, 9))
    assert problem.claim_due_on == day(2022, 11, 3)
    note = problems._lateness(problem, facts.kinds["serious"][1], NOW + datetime.timedelta(hours=3))
    assert note == "；发现后超过 2 小时才送到"


def test_the_counters_and_the_business_know_of_it(bond, cadre):
    report(bond=bond, actor=cadre, rows=[found(kind="minor", on_spot=True), found(kind="major")])
    record = EntityRecord.objects.get(entity=bond.entity)
    assert (record.problems, record.open_problems) == (2, 1)
    rows = {
        (row.state, row.found_on, row.clock_on): (row.total, row.transferred, row.fixed_in_time)
        for row in ProblemTally.objects.all()
    }
    assert rows == {
        ("cleared", None, None): (1, 0, 1),
        ("to_claim", TODAY, day(2022, 11, 4)): (1, 1, 0),
    }


def test_open_ones_follow_their_business_to_another_place(areas, bond):
    (problem,) = report(bond=bond)
    (done,) = report(bond=bond, kind="minor", on_spot=True)
    entity = bond.entity
    entity.area, entity.grade = areas[OTHER_TOWN], "C"
    entity.save()
    problem.refresh_from_db()
    done.refresh_from_db()
    assert (problem.area_id, problem.grade) == (OTHER_TOWN, "C")
    assert done.area_id.startswith(TOWN)
    assert ProblemTally.objects.get(area=OTHER_TOWN, total=1).state == "open"


def test_who_sees_it(areas, bond, cadre, station_officer, county_officer, outsider, nobody):
    (problem,) = report(bond=bond, actor=cadre)
    other = UserFactory(role=roles.CADRE, area=areas["379921001"])
    seen = {
        user.username: Problem.objects.visible_to(user).filter(pk=problem.pk).exists()
        for user in (cadre, station_officer, county_officer, outsider, nobody)
    }
    assert seen == {
        "cadre": True, "station_officer": True, "county_officer": True, "outsider": False,
        "nobody": False,
    }  # fmt: skip
    assert not Problem.objects.visible_to(other).exists()
    Problem.objects.update(climbed_to="379921001")
    assert Problem.objects.visible_to(other).exists()


def test_the_first_rows_load_again_without_harm():
    load_kinds()
    ProblemKind.objects.filter(code="general").update(fix_days=10)
    load(on=TODAY)
    assert ProblemKind.objects.get(code="general").fix_days == 10
    assert ProblemKind.objects.count() == 4
