import pytest
from django.core.management import call_command
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import Area
from reports.models import DailyReport
from reports.services import build_daily_report
from tests.factories import EntityFactory
from tests.personas import CITY, COUNTY, OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db

PROGRESS, REPORTS, AREAS = "/api/v1/progress/", "/api/v1/daily-reports/", "/api/v1/areas/"


@pytest.fixture
def businesses(areas):
    EntityFactory.create_batch(2, area_id=TOWN, graded=True)
    EntityFactory(area_id=TOWN)
    EntityFactory(area_id="379902001", graded=True)


# --- areas -----------------------------------------------------------------------------------------


def codes(answer):
    assert answer.status_code == 200, answer.content
    return {row["code"] for row in answer.json()["results"]}


def test_areas_are_those_of_the_callers_scope(
    city_officer, county_officer, station_officer, log_in
):
    everything = set(Area.objects.filter(is_active=True).values_list("pk", flat=True))
    found, address = set(), f"{AREAS}?size=7"
    client = log_in(city_officer)
    while address:
        answer = client.get(address)
        found |= codes(answer)
        address = answer.json()["next"]
    assert found == everything
    assert codes(log_in(county_officer).get(f"{AREAS}?size=500")) == {
        code for code in everything if code.startswith(COUNTY)
    }
    assert codes(log_in(station_officer).get(f"{AREAS}?size=500")) == {
        code for code in everything if code.startswith(TOWN)
    }


def test_areas_narrow_by_level_and_parent_and_name_their_children(county_officer, log_in):
    client = log_in(county_officer)
    towns = codes(client.get(f"{AREAS}?level=township"))
    assert TOWN in towns
    assert towns == codes(client.get(f"{AREAS}{COUNTY}/children/"))
    assert towns == codes(client.get(f"{AREAS}?parent={COUNTY}"))
    shown = client.get(f"{AREAS}{TOWN}/").json()
    assert (shown["name"], shown["level_name"], shown["parent"]) == (
        "城关街道", "乡镇(街道)", COUNTY,
    )  # fmt: skip


@pytest.mark.parametrize("code", [OTHER_COUNTY, CITY, "000000", "a'b", "x" * 300])
def test_an_area_elsewhere_and_an_unknown_one_look_alike(county_officer, log_in, code):
    client = log_in(county_officer)
    answers = [client.get(f"{AREAS}{code}/"), client.get(f"{AREAS}{code}/children/")]
    unknown = client.get(f"{AREAS}999999/")
    assert [answer.status_code for answer in answers] == [404, 404]
    assert {answer.content for answer in answers} == {unknown.content}


# --- progress --------------------------------------------------------------------------------------


def test_progress_is_the_same_as_the_commands(businesses, city_officer, log_in, capsys):
    import json

    call_command("progress", "--json")
    printed = json.loads(capsys.readouterr().out)
    shown = log_in(city_officer).get(PROGRESS).json()
    assert (shown.pop("as_of"), printed.pop("as_of")) > ("", "")
    assert shown == printed
    assert (shown["registered"], shown["graded"], shown["rate_gross"]) == (4, 3, 75.0)


def test_progress_is_of_the_callers_scope(
    businesses, county_officer, station_officer, outsider, log_in
):
    own = log_in(county_officer).get(PROGRESS).json()
    assert (own["area"], own["registered"], own["graded"]) == (COUNTY, 3, 2)
    town = log_in(station_officer).get(PROGRESS).json()
    assert (town["area"], town["registered"]) == (TOWN, 3)
    assert log_in(outsider).get(PROGRESS).json()["registered"] == 1
    client = log_in(county_officer)
    assert client.get(f"{PROGRESS}?area={TOWN}").json()["registered"] == 3
    known, unknown = (client.get(f"{PROGRESS}?area={code}") for code in (OTHER_COUNTY, "999999"))
    assert known.status_code == unknown.status_code == 404
    assert known.content == unknown.content
    assert client.get(f"{PROGRESS}?area=%00").status_code == 400


def test_progress_costs_the_same_for_one_business_and_for_many(
    areas, city_officer, log_in, django_assert_num_queries, django_assert_max_num_queries
):
    client = log_in(city_officer)
    EntityFactory(area_id=TOWN)
    client.get(PROGRESS)
    with django_assert_max_num_queries(12) as few:
        client.get(PROGRESS)
    EntityFactory.create_batch(5, area_id="379902001", graded=True)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(PROGRESS)


# --- daily reports ---------------------------------------------------------------------------------


@pytest.fixture
def report(businesses, areas):
    now = timezone.now()
    return build_daily_report(date=timezone.localdate(now), area=areas[CITY], at=now, by=None)


def test_reports_are_listed_and_frozen(report, city_officer, log_in):
    client = log_in(city_officer)
    listed = client.get(REPORTS).json()["results"]
    assert [row["number"] for row in listed] == [report.number]
    EntityFactory(area_id=TOWN)
    shown = client.get(listed[0]["url"]).json()
    assert shown["is_whole"] is True
    assert (shown["total"]["registered"], shown["total"]["graded"]) == (4, 3)
    assert sum(row["registered"] for row in shown["rows"]) == 4


def test_a_county_reads_its_own_line_only(report, county_officer, log_in):
    shown = log_in(county_officer).get(f"{REPORTS}{report.pk}/").json()
    assert [row["area"] for row in shown["rows"]] == [COUNTY]
    assert shown["is_whole"] is False
    assert shown["total"]["registered"] == 3


def test_a_report_of_another_city_and_an_unknown_one_look_alike(
    report, county_officer, station_officer, log_in
):
    city = Area.objects.create(code="3788", name="另一市", level="city")
    foreign = DailyReport.objects.create(
        date="2022-11-02", area=city, number=1, as_of=timezone.now()
    )
    client = log_in(county_officer)
    known, unknown = (client.get(f"{REPORTS}{pk}/") for pk in (foreign.pk, foreign.pk + 999))
    assert known.status_code == unknown.status_code == 404
    assert known.content == unknown.content
    assert [row["area"] for row in client.get(REPORTS).json()["results"]] == [CITY]
    assert log_in(station_officer).get(REPORTS).status_code == 403


# --- the documentation -----------------------------------------------------------------------------


def test_the_documentation_is_for_callers_and_has_no_inline_script(
    county_officer, leader, log_in, anonymous
):
    client = log_in(county_officer)
    page = client.get("/api/v1/docs/").content.decode()
    assert "<script>" not in page
    assert "<style" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert client.get("/api/v1/docs/?script=").headers["Content-Type"] == "application/javascript"
    assert "ledger-uploads" in client.get("/api/v1/schema/").content.decode()
    for address in ("/api/v1/docs/", "/api/v1/schema/"):
        assert log_in(leader).get(address).status_code == 403
        assert anonymous.get(address).status_code == 401
