"""The register's list in the administration."""

import pytest
from django.urls import reverse
from django.utils import timezone

from entities.filters import EntityConditions
from tests.entities.admin.pages import FAR_TOWN, listed, url
from tests.factories import EntityFactory
from tests.personas import TOWN, VILLAGE

pytestmark = pytest.mark.django_db


QUERIES = (
    "", "?q=超市", "?area=379921", "?grade=C", "?grade=none", "?status=closed", "?expiry=expired",
    "?expiry=90", "?expiry=permanent", "?category=catering", "?view=removed", "?view=obliged",
    "?view=doubtful", "?area=379921&grade=C&view=obliged", "?sort=licence", "?sort=licence&grade=C",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_the_list_its_number_and_its_export_mean_the_same_rows(browser, city_admin, query):
    from django.http import QueryDict

    today = timezone.localdate()
    EntityFactory(area_id=TOWN, name="甲超市", graded=True)
    EntityFactory(area_id=VILLAGE, name="乙超市", screened=True)
    EntityFactory(area_id=FAR_TOWN, name="丙面馆", expired=True)
    EntityFactory(area_id=TOWN, name="丁面馆", status="withdrawn")
    EntityFactory(area_id=TOWN, name="戊面馆", is_permanent=True, doubts=["W_PHONE"])
    EntityFactory(area_id=FAR_TOWN, name="己面馆", expires_on=today + timezone.timedelta(days=60))
    found = listed(browser, query)
    expected = EntityConditions(QueryDict(query.strip("?")), user=city_admin, on=today).found()
    assert {row.pk for row in found.result_list} == set(expected.values_list("pk", flat=True))
    assert found.result_count == expected.count() > 0
    export = browser.get(reverse("entities:entity-export") + found.export_query + "&format=csv")
    names = b"".join(export.streaming_content).decode("utf-8-sig")
    assert all((row.name in names) for row in found.result_list)
    assert names.count("JY2379921") == found.result_count


def test_the_filters_numbers_are_the_registers(browser):
    EntityFactory.create_batch(3, area_id=TOWN, graded=True)
    EntityFactory.create_batch(2, area_id=FAR_TOWN)
    EntityFactory(area_id=TOWN, screened=True)
    specs = {spec.parameter_name: spec for spec in listed(browser, "?area=379921").filter_specs}

    def numbers(name):
        return {
            choice["display"]: choice["number"]
            for choice in specs[name].choices(listed(browser, "?area=379921"))
        }

    assert numbers("area")["全部"] == 6
    assert numbers("area")["东山县"] == 4
    assert numbers("area")["西河区"] == 2
    assert numbers("grade") == {"全部": 4, "A级": 0, "B级": 0, "C级": 3, "D级": 0, "待定": 1}
    assert numbers("status") == {"全部": 4, "在营": 3, "停业未注销": 1}


@pytest.mark.parametrize(
    "query", ["?grade=Z", "?status=x", "?area=370101", "?view=all", "?expiry=1", "?category=x"]
)
def test_a_value_that_no_filter_offers_shows_the_unfiltered_list(browser, entity, query):
    answer = browser.get(url("entity", "changelist") + query)
    assert answer.status_code == 302
    assert answer.url.endswith("?e=1")


@pytest.mark.parametrize("query", ["?phone__startswith=138", "?area__name=x", "?id__gt=0"])
def test_an_address_cannot_ask_what_no_filter_offers(browser, entity, query):
    assert browser.get(url("entity", "changelist") + query).status_code == 400


def test_pages_move_by_key_there_and_back(browser):
    EntityFactory.create_batch(120, area_id=TOWN)
    seen, query = [], ""
    while True:
        found = listed(browser, query)
        seen.append([row.pk for row in found.result_list])
        if not found.next_url:
            break
        query = found.next_url
    assert [len(page) for page in seen] == [50, 50, 20]
    assert len({pk for page in seen for pk in page}) == 120
    back = listed(browser, found.previous_url)
    assert [row.pk for row in back.result_list] == seen[1]


def test_the_list_costs_the_same_for_one_row_and_for_many(
    browser, entity, django_assert_num_queries, django_assert_max_num_queries
):
    listed(browser)
    with django_assert_max_num_queries(16) as one:
        listed(browser)
    assert not [
        query["sql"]
        for query in one.captured_queries
        if "COUNT(" in query["sql"] and 'FROM "entities_entity"' in query["sql"].split("WHERE")[0]
        and "LIMIT" not in query["sql"]
    ]  # fmt: skip
    EntityFactory.create_batch(20, area_id=VILLAGE)
    with django_assert_num_queries(len(one.captured_queries)):
        assert len(listed(browser).result_list) == 21
