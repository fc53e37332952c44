"""The board and K13–K16 against a count row by row, through a wild life of many problems."""

import datetime
import random

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.models import Problem, ProblemTally
from inspections.queries.figures_problems import COUNTS, problems_brute, problems_by_area
from inspections.queries.problem_board import board
from inspections.queries.problem_people import sides_of
from inspections.rules.ages import AGES, age_of, found_between
from inspections.rules.moves import TABLE, acts_for
from inspections.services.moves import problem_move
from inspections.services.problem_clocks import problems_climb
from jiamusi_foodsafety.jurisdiction.queries import everybody
from tests.inspections.makers_problems import TODAY, a_key, found, load_kinds, make_shop, report
from tests.inspections.pictures import picture
from tests.personas import OTHER_TOWN, VILLAGE

DAY = datetime.timedelta(days=1)
NOON = datetime.datetime(2022, 11, 2, 4, 0, tzinfo=datetime.UTC)


@pytest.fixture
def lives(areas, cadre, station_officer, county_officer, city_admin):
    """Some forty problems of three businesses, each moved on by chance over three weeks."""
    load_kinds()
    dice, photo = random.Random(7), picture()
    shops = [
        make_shop(areas=areas, user=cadre),
        make_shop(areas=areas, code=VILLAGE),
        make_shop(areas=areas, code=OTHER_TOWN, level="township", grade="C"),
    ]
    people = (cadre, station_officer, county_officer)
    for number in range(12):
        at = NOON - DAY * (21 - number)
        rows = [
            found(kind=kind, on_spot=dice.random() < 0.3, item_code=dice.choice(["T16", "T18", ""]))
            for kind in ("minor", "general", "major")
        ]
        report(bond=dice.choice(shops), actor=cadre, at=at, rows=rows)
    for problem in Problem.objects.order_by("pk"):
        at = problem.found_at
        for _ in range(dice.randrange(6)):
            at += DAY * dice.randrange(4)
            if at > NOON or not problem.is_open:
                break
            actor = dice.choice(people)
            acts = acts_for(
                state=problem.state, sides=sides_of(user=actor, problem=problem),
                is_asked=problem.asked_due_on is not None,
            )  # fmt: skip
            acts = [act for act in acts if act != "assign"]
            if not acts:
                continue
            act = dice.choice(acts)
            values = {"note": "办了", "due_on": max(problem.due_at, at).date() + DAY * 3}
            if "photo" in TABLE[act].needs:
                values["files"] = [photo]
            problem_move(problem=problem, act=act, actor=actor, values=values, key=a_key(), at=at)
            problem.refresh_from_db()
    problems_climb(at=NOON)
    return people


@pytest.mark.django_db
def test_counters_and_rows_say_the_same(lives, county_officer, capsys):
    call_command("prove_inspections")
    told = capsys.readouterr().out
    assert told.startswith("计数与实数一致：")
    assert "36 件问题" in told
    user = everybody()
    for code, length in (("3799", 6), ("379921", 9), ("379921001", 12)):
        rows = problems_by_area(user=user, code=code, length=length, on=TODAY)
        for row in rows:
            real = problems_brute(user=user, code=row.code, on=TODAY)
            assert {name: getattr(row, name) for name in COUNTS} == {
                name: getattr(real, name) for name in COUNTS
            }, row.code
    total = board(user=county_officer, code="379921", on=TODAY)
    real = problems_brute(user=county_officer, code="379921", on=TODAY)
    assert all(getattr(total.figures, name) == getattr(real, name) for name in COUNTS)
    assert real.found > real.open > real.overdue > 0
    assert 0 < real.in_time < real.due
    assert 0 < real.settled <= real.verified
    assert 0 < real.claimed_in_time < real.transferred


@pytest.mark.django_db
def test_the_table_of_states_and_ages_is_the_rows(lives, county_officer, cadre):
    for user in (county_officer, cadre):
        shown = board(user=user, code="", on=TODAY)
        rows = list(Problem.objects.visible_to(user).open())
        assert rows
        for line in shown.lines:
            mine = [row for row in rows if row.state == line.state]
            assert line.total == len(mine)
            for age in AGES:
                assert line.ages[age] == sum(age_of(row.found_on, TODAY) == age for row in mine)
        assert shown.total.total == len(rows) == sum(shown.total.ages.values())
        assert shown.figures.open == len(rows)


@pytest.mark.django_db
def test_of_one_class_only(lives, county_officer):
    kinds = [
        board(user=county_officer, code="", kind=kind, on=TODAY).figures.found
        for kind in ("minor", "general", "major")
    ]
    whole = board(user=county_officer, code="", on=TODAY).figures
    assert sum(kinds) == whole.found
    assert min(kinds) > 0


@pytest.mark.django_db
def test_settled_ones_share_a_row_and_the_board_costs_one_statement(areas, cadre, county_officer):
    load_kinds()
    bond = make_shop(areas=areas, user=cadre)
    for day in range(5):
        rows = [found(kind="minor", on_spot=True) for _ in range(4)]
        report(bond=bond, actor=cadre, at=NOON - DAY * day, rows=rows)
    assert ProblemTally.objects.filter(total__gt=0).count() == 1
    area_scope_read = county_officer.has_perm("inspections.view_problem")
    assert area_scope_read
    board(user=county_officer, code="", on=TODAY)
    with CaptureQueriesContext(connection) as queries:
        shown = board(user=county_officer, code="", on=TODAY)
    assert len(queries) == 1
    assert shown.figures.settled == 20


@pytest.mark.django_db
def test_a_wrong_counter_is_found(lives, capsys):
    row = ProblemTally.objects.filter(total__gt=0).order_by("pk").first()
    ProblemTally.objects.filter(pk=row.pk).update(total=row.total + 1)
    with pytest.raises(SystemExit):
        call_command("prove_inspections")
    assert "不符 问题计数" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("age", "first", "last"),
    [
        ("0-2", datetime.date(2022, 10, 31), None),
        ("3-7", datetime.date(2022, 10, 26), datetime.date(2022, 10, 30)),
        ("16", None, datetime.date(2022, 10, 17)),
    ],
)
def test_the_days_of_an_age(age, first, last):
    assert found_between(age, TODAY) == (first, last)
