import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import EntityFactory
from tests.responsibility.factories import CadreFactory

TOWN, FAR_TOWN = "379921001", "379902001"


@pytest.fixture
def shops(areas):
    EntityFactory(area_id=TOWN, name="近处甲店", graded=True)
    EntityFactory(area_id=TOWN, name="近处乙店")
    EntityFactory(area_id=FAR_TOWN, name="远处丙店", graded=True)
    CadreFactory(area_id=TOWN, level="township", name="近处干部")


def page(client, name, *args, **query):
    response = client.get(reverse(f"reports:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_catalogue_shows_each_figure_with_its_doors(shops, county_officer, log_in):
    text = page(log_in(county_officer), "indicator-list")
    assert "50.00%" in text  # K02: 1 of 2
    assert reverse("reports:indicator-rows", args=["K02", "part"]) + "?area=379921" in text
    assert "远处" not in text


def test_an_indicator_by_area_leads_to_the_rows_of_that_area(shops, leader, log_in):
    client = log_in(leader)
    text = page(client, "indicator-detail", "K02")
    assert reverse("reports:indicator-rows", args=["K02", "part"]) + "?area=379902" in text
    rows = page(client, "indicator-rows", "K02", "part", area="379902")
    assert "远处丙店" in rows
    assert "近处甲店" not in rows
    assert "共 1 家" in rows


def test_another_countys_rows_are_not_found(shops, county_officer, log_in):
    client = log_in(county_officer)
    address = reverse("reports:indicator-rows", args=["K02", "part"])
    assert client.get(address, {"area": "379902"}).status_code == 404
    assert client.get(reverse("reports:indicator-detail", args=["K99"])).status_code == 404
    assert client.get(reverse("reports:indicator-rows", args=["K02", "half"])).status_code == 404


def test_rows_of_a_count_beside_the_rate(shops, county_officer, log_in):
    assert "没有明细" in page(log_in(county_officer), "indicator-rows", "K25", "more1")
    assert "近处干部" in page(log_in(county_officer), "indicator-rows", "K25", "whole")


def test_the_export_holds_the_rows_of_the_page(shops, county_officer, log_in):
    response = log_in(county_officer).get(
        reverse("reports:indicator-export", args=["K02", "whole"])
    )
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    names = {row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert names == {"近处甲店", "近处乙店"}


def test_rows_cost_the_same_for_one_and_for_many(shops, county_officer, log_in):
    client, counts = log_in(county_officer), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page(client, "indicator-rows", "K01", "whole")
        counts.append(len(queries))
        EntityFactory.create_batch(3, area_id=TOWN)
    assert counts[0] == counts[1] <= 12


def test_the_api_gives_the_figures_of_the_page(shops, county_officer, log_in):
    data = log_in(county_officer).get(reverse("api:indicators")).json()
    k02 = next(row for row in data["indicators"] if row["code"] == "K02")
    assert (k02["part"], k02["whole"], k02["value"]) == (1, 2, 50.0)
    # every unit below is owed a check (K17): a town without businesses has its line too
    assert [child["area"] for child in data["children"]] == [TOWN, "379921102", "379921203"]
    assert (k02["band"], k02["amber_from"], k02["green_from"]) == ("red", 80, 95)
    assert (
        log_in(county_officer).get(reverse("api:indicators"), {"area": "379902"}).status_code == 404
    )
