"""Two people at the same moment, on two connections: one result and one clear sentence."""

import pytest

from inspections.models import Problem, ProblemMove
from inspections.services.moves import problem_move
from inspections.services.problem_clocks import problems_climb
from jiamusi_foodsafety.jurisdiction import roles
from tests.factories import UserFactory
from tests.inspections.makers_problems import NOW, a_key, found, load_kinds, make_shop, report
from tests.responsibility.test_organisation_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bond(areas, cadre, station_officer):
    load_kinds()
    return make_shop(areas=areas, user=cadre)


def claim(problem, actor, key=None):
    return lambda: problem_move(
        problem=problem, act="claim", actor=actor, values={}, key=key or a_key(), at=NOW
    )


def test_one_of_two_claims(bond, cadre, station, station_officer):
    other = UserFactory(role=roles.STATION_OFFICER, station=station)
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    told = at_once(claim(problem, station_officer), claim(problem, other))
    assert told[0] == ""
    assert told[1].startswith("这一件现在是“处置中”，不能认领。")
    assert ProblemMove.objects.filter(problem=problem, act="claim").count() == 1


def test_the_same_press_on_two_connections_acts_once(bond, cadre, station_officer):
    (problem,) = report(bond=bond, actor=cadre, kind="major")
    key = a_key()
    assert at_once(*[claim(problem, station_officer, key)] * 2) == ["", ""]
    assert ProblemMove.objects.filter(problem=problem, act="claim").count() == 1


def test_all_that_report_at_once_get_numbers_of_their_own(bond, cadre):
    told = at_once(
        *(lambda: report(bond=bond, actor=cadre, rows=[found(), found(item_code="T16")]),) * 4
    )
    assert told == [""] * 4
    numbers = sorted(Problem.objects.values_list("number", flat=True))
    assert numbers == [f"WT20221102-{serial:04d}" for serial in range(1, 9)]


def test_two_clocks_at_once_climb_once(bond, cadre, county_officer):
    (problem,) = report(bond=bond, actor=cadre)
    late = problem.due_at.replace(day=18)
    assert at_once(lambda: problems_climb(at=late), lambda: problems_climb(at=late)) == ["", ""]
    assert ProblemMove.objects.filter(problem=problem, act="climb").count() == 1
