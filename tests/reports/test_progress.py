import datetime
import json
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entities.models import Entity, EntityTally
from entities.queries.tally import tally_as_of, tally_differences, tally_of_city
from reports.queries import county_place, home_place, progress, progress_of
from tests.factories import UserFactory
from tests.personas import CITY, COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN, VILLAGE
from tests.reports.city import COUNTIES, load_areas, put_city, put_entities

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2022, 11, 2, 10, 20, tzinfo=datetime.UTC)


@pytest.fixture
def boss(areas):
    return UserFactory(username="boss", is_superuser=True)


def by_code(page):
    return {row.code: row for row in page.children if not row.is_rest}


def test_the_city_of_the_pictures(boss):
    load_areas(levels=("city", "county"))
    for county in COUNTIES:
        assert county.d > 0
    put_city()
    call_command("prove_tally", verbosity=0)
    from jiamusi_foodsafety.jurisdiction.models import Area

    page = progress(user=boss, area=Area(code="2308"), at=NOW)
    total = page.total.figures
    assert (total.registered, total.screened, total.obliged) == (31_191, 1_900, 29_291)
    assert (total.graded, total.ungraded) == (27_748, 1_543)
    grades = (total.grade_a, total.grade_b, total.grade_c, total.grade_d)
    assert grades == (45, 350, 2_900, 24_453)
    assert (total.rate_gross, total.rate_net) == (Decimal("88.96"), Decimal("94.73"))
    rows = by_code(page)
    assert list(rows) == [county.code for county in COUNTIES]
    assert [rows[county.code].rank for county in COUNTIES] == [6, 7, 9, 10, 8, 3, 11, 1, 5, 4, 2]
    assert rows["230882"].figures.rate_net == Decimal("95.12")
    assert {rows[code].band for code in ("230882", "2308G1")} == {"green"}
    assert rows["230828"].band == "amber"
    assert rows["230828"].map_step == 1
    assert county_place(code="230882") == (5, 11)


def test_graded_counts_inside_the_obliged_only(boss, areas):
    put_entities([TOWN], 3, grade="D")
    put_entities([TOWN], 2, grade="A", status="closed")
    put_entities([TOWN], 4, grade="B", status="cancelled")
    put_entities([TOWN], 1)
    figures = progress(user=boss, area=areas[CITY], at=NOW).total.figures
    assert (figures.registered, figures.screened, figures.obliged) == (6, 2, 4)
    assert (figures.graded, figures.grade_a, figures.ungraded) == (3, 0, 1)


def test_children_come_in_the_order_of_codes_with_zero_and_own_remainder(boss, areas):
    put_entities([OTHER_TOWN], 2, grade="C")
    put_entities([COUNTY], 3)
    page = progress(user=boss, area=areas[COUNTY], at=NOW)
    named = [(row.code, row.is_rest, row.figures.registered) for row in page.children]
    assert named == [
        (TOWN, False, 0),
        (OTHER_TOWN, False, 2),
        ("379921203", False, 0),
        (COUNTY, True, 3),
    ]
    assert page.children[-1].name == "东山县本级"
    assert page.total.figures.registered == 5
    assert page.children[0].figures.rate_net is None
    assert page.total.figures.shallow == 3


def test_a_retired_area_shows_only_while_it_holds_businesses(boss, areas):
    type(areas[TOWN]).objects.filter(pk__in=[TOWN, OTHER_TOWN]).update(is_active=False)
    put_entities([OTHER_TOWN], 1)
    codes = [row.code for row in progress(user=boss, area=areas[COUNTY], at=NOW).children]
    assert TOWN not in codes
    assert OTHER_TOWN in codes


def test_figures_are_of_the_users_scope(areas, county_officer, station_officer, supervision, cadre):
    put_entities([TOWN], 2)
    put_entities([OTHER_TOWN], 3)
    put_entities(["379902001"], 4)
    assert progress(user=county_officer, area=areas[CITY], at=NOW) is None
    assert progress(user=county_officer, area=areas[OTHER_COUNTY], at=NOW) is None
    assert progress(user=county_officer, area=areas[COUNTY], at=NOW).total.figures.registered == 5
    assert progress(user=station_officer, area=areas[COUNTY], at=NOW) is None
    for user, code, number in [(station_officer, TOWN, 2), (supervision, COUNTY, 5)]:
        place = home_place(user=user)
        assert place.code == code
        assert progress_of(user=user, place=place, at=NOW).total.figures.registered == number
    assert home_place(user=cadre) is None


def test_a_scope_of_several_areas_is_one_page(areas, supervision):
    supervision.counties.add(areas[OTHER_COUNTY])
    put_entities([TOWN], 2, grade="D")
    put_entities(["379902001"], 4)
    page = progress_of(user=supervision, place=home_place(user=supervision), at=NOW)
    assert page.place.code == ""
    assert [(row.code, row.figures.registered) for row in page.children] == [
        (OTHER_COUNTY, 4),
        (COUNTY, 2),
    ]
    assert page.total.figures.rate_net == Decimal("33.33")


def test_progress_costs_three_statements_whatever_the_size(boss, areas):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            progress(user=boss, area=areas[CITY], at=NOW)
        return len(queries)

    put_entities([TOWN], 1)
    few = cost()
    put_entities([TOWN, OTHER_TOWN, VILLAGE, "379902001"], 400, grade="D")
    assert cost() == few == 3


def test_history_rebuilds_the_live_figures(boss, areas):
    put_entities([TOWN, VILLAGE], 40, grade="D", suggested="C", surveyed="2022-10-20")
    put_entities([COUNTY], 5)
    Entity.objects.filter(area=VILLAGE).update(status="closed", doubts=["W_PHONE"])
    Entity.objects.filter(area=COUNTY, pk__in=Entity.objects.filter(area=COUNTY)[:2]).update(
        grade="A"
    )
    Entity.objects.filter(area=COUNTY, grade="").update(area=OTHER_COUNTY)
    live = [row for row in tally_of_city(code=CITY) if row.registered]
    assert tally_as_of(code=CITY, moment=datetime.datetime.now(datetime.UTC)) == live
    long_ago = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    assert tally_as_of(code=CITY, moment=long_ago) == []


def test_prove_tally_finds_a_wrong_counter(areas, capsys):
    put_entities([TOWN], 3)
    assert tally_differences()[0] == []
    EntityTally.objects.update(total=7)
    with pytest.raises(SystemExit) as end:
        call_command("prove_tally")
    assert end.value.code == 1
    assert TOWN in capsys.readouterr().err


def test_command_prints_one_line_of_json(areas, capsys):
    put_entities([TOWN], 3, grade="D")
    put_entities([TOWN], 1)
    call_command("progress", "--json")
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    data = json.loads(out)
    assert (data["area"], data["name"], data["registered"], data["graded"]) == (
        CITY,
        "示例市",
        4,
        3,
    )
    assert data["grades"] == {"A": 0, "B": 0, "C": 0, "D": 3}
    assert (data["rate_gross"], data["rate_net"]) == (75.0, 75.0)
    near = {child["area"]: child for child in data["children"]}
    assert (near[COUNTY]["rank"], near[OTHER_COUNTY]["rank"]) == (1, None)
    assert near[OTHER_COUNTY]["rate_net"] is None


def test_command_needs_an_area_where_there_are_two_cities(areas, capsys):
    load_areas(levels=("city",))
    with pytest.raises(SystemExit) as end:
        call_command("progress", "--json")
    assert end.value.code == 2
    assert capsys.readouterr().out == ""
    with pytest.raises(SystemExit) as end:
        call_command("progress", "--area", "99")
    assert end.value.code == 2


def test_command_takes_a_former_code(areas, capsys):
    areas[COUNTY].aliases.create(code="379977")
    call_command("progress", "--area", "379977", "--json")
    assert json.loads(capsys.readouterr().out)["area"] == COUNTY


def test_command_prints_a_table(areas, capsys):
    put_entities([TOWN], 3, grade="D")
    call_command("progress")
    out = capsys.readouterr().out
    assert "示例市应梳理 3 家，已梳理 3 家，完成比例 100.00%" in out
    assert "西河区" in out
