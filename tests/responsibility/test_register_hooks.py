"""The register shows who holds a business, and a cadre sees those that he holds."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities.models import Entity
from responsibility.models import Assignment
from tests.factories import EntityFactory
from tests.personas import OTHER_TOWN, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
LIST = "entities:entity-list"


@pytest.fixture
def mine(areas, cadre):
    """Two businesses that the persona 包保干部 holds, one of them screened out; and one of another."""
    me = CadreFactory(area=areas[VILLAGE], user=cadre, name="我本人")
    held = EntityFactory(area=areas[VILLAGE], grade="D", name="我的小店", doubts=["W_PHONE"])
    closed = EntityFactory(area=areas[VILLAGE], grade="D", name="我的旧店", status="closed")
    other = EntityFactory(area=areas[VILLAGE], grade="D", name="别人的店")
    AssignmentFactory(entity=held, cadre=me)
    AssignmentFactory(entity=closed, cadre=me)
    AssignmentFactory(entity=other, cadre=CadreFactory(area=areas[VILLAGE], name="别人"))
    return {"me": me, "held": held, "closed": closed, "other": other}


def test_a_cadre_sees_in_the_list_what_he_holds(mine, cadre, log_in):
    response = log_in(cadre).get(reverse(LIST))
    assert {entity.name for entity in response.context["page"].rows} == {"我的小店", "我的旧店"}
    tabs = {tab["label"]: tab["count"] for tab in response.context["tabs"]}
    assert response.context["count"] == tabs["全部在册"] == 2
    assert (tabs["应包"], tabs["有疑点"], tabs["已筛除"]) == (1, 1, 1)
    assert "我的主体" in response.content.decode()


def test_a_cadre_opens_what_he_holds_and_nothing_else(mine, cadre, log_in):
    client = log_in(cadre)
    page = client.get(reverse("entities:entity-detail", args=[mine["held"].pk]))
    assert page.status_code == 200
    assert page.context["events"]
    text = page.content.decode()
    assert "我本人" in text
    assert mine["held"].phone not in text
    other = client.get(reverse("entities:entity-detail", args=[mine["other"].pk]))
    assert other.status_code == 404


def test_he_sees_it_no_longer_once_he_has_handed_it_over_or_left(mine, cadre):
    assert Entity.objects.visible_to(cadre).count() == 2
    Assignment.objects.filter(entity=mine["held"]).update(to_on=datetime.date(2022, 11, 2))
    assert list(Entity.objects.visible_to(cadre)) == [mine["closed"]]
    mine["me"].is_in_post = False
    mine["me"].save()
    assert not Entity.objects.visible_to(cadre).exists()


def test_the_list_names_the_bearer_or_says_that_there_is_none(areas, county_officer, log_in):
    holder = CadreFactory(area=areas[TOWN], level="township", name="赵国强")
    AssignmentFactory(entity=EntityFactory(area=areas[TOWN], grade="C"), cadre=holder)
    EntityFactory(area=areas[TOWN], grade="C", cadre_name="台账所写")
    response = log_in(county_officer).get(reverse(LIST))
    text = response.content.decode()
    assert "赵国强" in text
    assert "未分配" in text
    assert "台账：台账所写" in text
    found = log_in(county_officer).get(reverse(LIST), {"q": "赵国强"})
    assert len(found.context["page"].rows) == 1


def test_bearers_cost_one_statement_whatever_the_number(areas, county_officer, log_in):
    holder = CadreFactory(area=areas[VILLAGE])
    client, counts = log_in(county_officer), []
    for number in (1, 5):
        while Assignment.objects.count() < number:
            AssignmentFactory(entity=EntityFactory(area=areas[VILLAGE], grade="D"), cadre=holder)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST))
        counts.append(sum("responsibility_assignment" in query["sql"] for query in queries))
    assert counts == [1, 1]


def test_the_page_shows_the_bearer_and_those_before(areas, county_officer, log_in, city_officer):
    shop = EntityFactory(area=areas[VILLAGE], grade="D")
    first = CadreFactory(area=areas[VILLAGE], name="前任")
    now = CadreFactory(
        area=areas[VILLAGE], name="现任", liaison_name="何静", liaison_phone="13900002204"
    )
    AssignmentFactory(
        entity=shop, cadre=first, to_on=datetime.date(2022, 10, 20), end_reason="handover"
    )
    AssignmentFactory(entity=shop, cadre=now, from_on=datetime.date(2022, 10, 20))
    page = log_in(county_officer).get(reverse("entities:entity-detail", args=[shop.pk]))
    text = page.content.decode()
    assert reverse("responsibility:cadre-detail", args=[now.pk]) in text
    assert "前任" in text
    assert "139****2204" in text
    assert "13900002204" not in text


def test_a_wrong_bond_says_so(areas, county_officer, log_in):
    shop = EntityFactory(area=areas[VILLAGE], grade="D")
    AssignmentFactory(entity=shop, cadre=CadreFactory(area=areas[VILLAGE]))
    browser = log_in(county_officer)
    for grade, code, word in (("C", VILLAGE, "层级不符"), ("D", OTHER_TOWN, "属地不符")):
        shop.grade, shop.area = grade, areas[code]
        shop.save()
        assert word in browser.get(reverse(LIST)).content.decode()
        page = browser.get(reverse("entities:entity-detail", args=[shop.pk]))
        assert word in page.content.decode()


def test_the_register_stands_without_the_room_above(areas, county_officer, cadre, log_in, settings):
    settings.ENTITY_HOLDERS = ""
    shop = EntityFactory(area=areas[VILLAGE], grade="D", cadre_name="台账所写")
    client = log_in(county_officer)
    assert "包保干部（台账）" in client.get(reverse(LIST)).content.decode()
    assert client.get(reverse("entities:entity-detail", args=[shop.pk])).status_code == 200
    assert not Entity.objects.visible_to(cadre).exists()
