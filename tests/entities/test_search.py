"""A search finds the same whether its hits are few (looked up by id) or many (plain conditions)."""

import pytest
from django.urls import reverse

from entities import filters, querysets
from entities.models import Entity
from tests.factories import EntityFactory
from tests.personas import TOWN


@pytest.fixture
def shops(areas):
    return {
        name: EntityFactory(area_id=TOWN, name=name, **more)
        for name, more in {
            "东山惠民超市": {},
            "惠民超市二店": {},
            "东山市超水果店": {},
            "城关早餐": {"cadre_name": "惠民"},
            "城关面馆": {"licence_no": "JY22308040005674"},
        }.items()
    }


@pytest.fixture(params=[1000, 1], ids=["few", "many"])
def most(request, monkeypatch):
    monkeypatch.setattr(querysets, "FEW", request.param)
    monkeypatch.setattr(filters, "FEW", request.param)
    return request.param


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("超市", {"东山惠民超市", "惠民超市二店"}),
        ("惠民", {"东山惠民超市", "惠民超市二店", "城关早餐"}),
        ("JY2230804", {"城关面馆"}),
        ("没有这家", set()),
    ],
)
def test_what_a_search_finds(shops, most, text, names):
    assert {shop.name for shop in Entity.objects.searched(text, text)} == names


def test_a_word_that_a_sample_of_names_holds_is_found_whole(areas, county_officer, log_in):
    # more than the sample needs to call it common, fewer than would be too many to look up
    shops = {EntityFactory(area_id=TOWN, name=f"第{number}超市").pk for number in range(12)}
    EntityFactory(area_id=TOWN, name="城关面馆", cadre_name="超市")
    found = Entity.objects.searched("超市", "超市")
    assert shops < set(found.values_list("pk", flat=True))
    assert found.count() == 13
    page = log_in(county_officer).get(reverse("entities:entity-list"), {"q": "超市"})
    assert page.context["count"] == 13


def test_a_list_of_many_hits_says_that_there_are_more(shops, most, county_officer, log_in):
    page = log_in(county_officer).get(reverse("entities:entity-list"), {"q": "超市"})
    text = page.content.decode()
    assert "东山惠民超市" in text
    assert "惠民超市二店" in text
    assert ("家以上" in text) == (most == 1)
    assert page.context["count"] == min(most, 2)
