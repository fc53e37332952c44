import datetime
import re

import pytest
from django.urls import reverse

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from tests.factories import CategoryFactory, EntityFactory
from tests.personas import COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN, VILLAGE

pytestmark = pytest.mark.django_db
LIST = reverse("entities:entity-list")


@pytest.fixture
def register(areas, dictionaries):
    """Businesses of two counties in many states."""
    sale = CategoryFactory(code="sale")
    town, other, far = areas[TOWN], areas[OTHER_TOWN], areas[f"{OTHER_COUNTY}001"]
    return {
        "plain": EntityFactory(name="好又多超市", area=town, category=sale, form="超市", grade="C"),
        "ungraded": EntityFactory(name="老于家饭馆", area=town),
        "village": EntityFactory(
            name="兴旺食杂店", area=areas[VILLAGE], grade="D", cadre_name="赵国强"
        ),
        "other": EntityFactory(name="第三小学食堂", area=other, grade="B", suggested_grade="A"),
        "expired": EntityFactory(name="过期面馆", area=other, expired=True, grade="D"),
        "closed": EntityFactory(name="已关小店", area=town, screened=True, grade="D"),
        "gone": EntityFactory(name="注销小店", area=town, status="cancelled"),
        "doubt": EntityFactory(name="疑点小店", area=other, grade="D", doubts=["W_CHECK_DIGIT"]),
        "far": EntityFactory(name="别县超市", area=far, grade="C"),
    }


def names(response):
    return {entity.name for entity in response.context["page"].rows}


def places(response):
    text = response.content.decode()
    return {
        re.sub(r"<[^>]+>", "", cell).strip()
        for cell in re.findall(r'属地">(.*?)</td>', text, re.DOTALL)
    }


def test_a_place_is_shown_with_its_county_where_the_list_spans_several(
    register, areas, city_officer, county_officer, log_in
):
    county, town = areas[COUNTY].name, areas[TOWN].name
    wide = places(log_in(city_officer).get(LIST))
    assert f"{county} {town}" in wide
    assert f"{county} {town} {areas[VILLAGE].name}" in wide
    for narrow in (
        log_in(city_officer).get(LIST, {"area": COUNTY}),
        log_in(county_officer).get(LIST),
    ):
        assert town in places(narrow)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"plain", "ungraded", "village", "other", "expired", "closed", "doubt"}),
        ("view=obliged", {"plain", "ungraded", "village", "other", "expired", "doubt"}),
        ("view=ungraded", {"ungraded"}),
        ("view=differing", {"other"}),
        ("view=doubtful", {"doubt"}),
        ("view=screened", {"closed"}),
        ("view=removed", {"gone"}),
        ("q=超市", {"plain"}),
        ("q=小学", {"other"}),
        ("q=小学食", {"other"}),
        ("q=市超", set()),
        ("q=超", set()),
        ("q=赵国强", {"village"}),
        (f"area={TOWN}", {"plain", "ungraded", "village", "closed"}),
        (f"area={VILLAGE}", {"village"}),
        (f"area={OTHER_COUNTY}", set()),
        ("grade=B&grade=C", {"plain", "other"}),
        ("grade=none", {"ungraded"}),
        ("category=sale", {"plain"}),
        ("status=closed", {"closed"}),
        ("expiry=expired", {"expired"}),
        ("surveyed=yes", set()),
        ("grade=X", set()),
        ("expiry=sometimes", set()),
    ],
)
def test_list_finds_what_the_conditions_say(query, found, register, county_officer, log_in):
    response = log_in(county_officer).get(f"{LIST}?{query}")
    assert response.status_code == 200
    assert names(response) == {register[key].name for key in found}
    assert response.context["count"] == len(found)


def test_list_finds_by_licence_and_credit_code(register, county_officer, log_in):
    client, plain = log_in(county_officer), register["plain"]
    Entity.objects.filter(pk=plain.pk).update(credit_code="92230882MA19KP5Q9D")
    for text in (plain.licence_no, plain.licence_no.lower(), "92230882ma19kp5q9d"):
        assert names(client.get(LIST, {"q": text})) == {plain.name}
    assert len(names(client.get(LIST, {"q": "jy2 3799"}))) == 7


def test_tabs_count_what_they_lead_to(register, county_officer, log_in):
    client = log_in(county_officer)
    for tab in client.get(LIST, {"area": TOWN}).context["tabs"]:
        assert client.get(LIST + tab["url"]).context["count"] == tab["count"], tab["label"]


def test_station_sees_its_towns_alone(register, station_officer, log_in):
    response = log_in(station_officer).get(LIST)
    assert names(response) == {"好又多超市", "老于家饭馆", "兴旺食杂店", "已关小店"}


@pytest.mark.parametrize("sort", ["area", "licence", "expiry"])
def test_pager_walks_there_and_back_over_every_row(sort, areas, county_officer, log_in):
    start = datetime.date(2030, 1, 1)
    EntityFactory.create_batch(40, area=areas[TOWN], expires_on=start)
    EntityFactory.create_batch(15, area=areas[OTHER_TOWN], expires_on=start.replace(day=2))
    EntityFactory.create_batch(60, area=areas[OTHER_TOWN], is_permanent=True)
    client, seen, address, pages = log_in(county_officer), [], f"{LIST}?sort={sort}", []
    while address:
        response = client.get(address)
        rows = [entity.pk for entity in response.context["page"].rows]
        pages.append(rows)
        seen += rows
        context = response.context
        assert (context["first"], context["last"]) == (len(seen) - len(rows) + 1, len(seen))
        address = context["next_url"] and LIST + context["next_url"]
    assert len(seen) == len(set(seen)) == 115
    back, address = [], LIST + response.context["previous_url"]
    while address:
        response = client.get(address)
        back.append([entity.pk for entity in response.context["page"].rows])
        address = response.context["previous_url"] and LIST + response.context["previous_url"]
    assert back == pages[-2::-1]


def test_pager_begins_anew_at_a_broken_key(register, county_officer, log_in):
    response = log_in(county_officer).get(f"{LIST}?after=nonsense&page=9&sort=expiry")
    assert response.status_code == 200
    assert response.context["first"] == 1


def test_detail_shows_one_business(register, county_officer, log_in):
    entity = register["other"]
    text = log_in(county_officer).get(reverse("entities:entity-detail", args=[entity.pk])).content
    assert entity.licence_no.encode() in text
    assert b"138****0000" in text
    assert b"13804540000" not in text


def test_detail_out_of_scope_does_not_exist(register, outsider, log_in):
    address = reverse("entities:entity-detail", args=[register["plain"].pk])
    assert log_in(outsider).get(address).status_code == 404


def test_detail_tells_other_licences_of_the_code_in_scope(register, areas, county_officer, log_in):
    Entity.objects.update(credit_code="92230882MA19KP5Q9D")
    address = reverse("entities:entity-detail", args=[register["plain"].pk])
    beside = log_in(county_officer).get(address).context["beside"]
    assert {entity.name for entity in beside} == {
        register[key].name for key in register if key not in ("plain", "far")
    }


def test_full_phone_is_shown_by_right_and_recorded(register, county_officer, leader, log_in):
    address = reverse("entities:entity-phone", args=[register["plain"].pk])
    assert log_in(leader).post(address).status_code == 403
    response = log_in(county_officer).post(address, headers={"HX-Request": "true"})
    assert "13804540000" in response.content.decode()
    record = AuditRecord.objects.get(action="reveal")
    assert record.object_id == str(register["plain"].pk)
    assert log_in(county_officer).get(address).status_code == 405


def form_data(entity, **more):
    values = {
        "revision": entity.revision,
        "name": entity.name,
        "credit_code": "92230882MA19KP5Q9D",
        "licence_no": entity.licence_no,
        "area": entity.area_id,
        "category": entity.category_id,
        "status": "operating",
        "phone": entity.phone,
        "legal_person": entity.legal_person,
    }
    return values | more


def test_edit_writes_history_and_follows_the_standard(register, county_officer, log_in):
    entity = Entity.objects.get(pk=register["plain"].pk)
    address = reverse("entities:entity-update", args=[entity.pk])
    client = log_in(county_officer)
    assert client.get(address).status_code == 200
    response = client.post(address, form_data(entity, form="超市", floor_area="5200"))
    assert response.status_code == 302, response.context["form"].errors
    entity.refresh_from_db()
    assert (entity.floor_area, entity.suggested_grade) == (5200, "B")
    response = client.get(reverse("entities:entity-detail", args=[entity.pk]))
    newest = response.context["events"][0]
    changed = {change.field: (change.old, change.new) for change in newest.changes}
    assert changed["经营面积(㎡)"] == ("", "5200.00")
    assert newest.note == county_officer.name


def test_edit_refuses_what_cannot_be(register, areas, county_officer, log_in):
    entity = Entity.objects.get(pk=register["plain"].pk)
    address = reverse("entities:entity-update", args=[entity.pk])
    client = log_in(county_officer)
    for field, value in {
        "credit_code": "123",
        "licence_no": "JY123",
        "phone": "没有",
        "legal_person": "230803198001010019",
        "area": f"{OTHER_COUNTY}001",
        "status": "closed",
        "season_from_month": "13",
    }.items():
        response = client.post(address, form_data(entity, **{field: value}))
        assert response.status_code == 200
        assert field in response.context["form"].errors, field
    other = register["other"].licence_no
    response = client.post(address, form_data(entity, licence_no=other))
    assert response.context["form"].errors["licence_no"] == ["这个许可证编号已经登记。"]


def test_two_people_on_one_business_see_three_values(register, county_officer, log_in):
    entity = Entity.objects.get(pk=register["plain"].pk)
    address = reverse("entities:entity-update", args=[entity.pk])
    client = log_in(county_officer)
    mine = form_data(entity, credit_code="", category="small_grocery", form="超市", seats="30")
    theirs = mine | {"seats": "20", "staff_count": "4"}
    assert client.post(address, theirs).status_code == 302
    response = client.post(address, mine)
    assert response.status_code == 409
    rows = {row["label"]: row for row in response.context["rows"]}
    assert (rows["座位数"]["before"], rows["座位数"]["mine"], rows["座位数"]["now"]) == (
        "",
        "30",
        "20",
    )
    kept = {field.name: field.value() for field in response.context["form"]}
    again = {name: "" if value is None else value for name, value in kept.items()}
    again["revision"] = response.context["revision"]
    again.pop("is_permanent")
    assert client.post(address, again).status_code == 302
    entity.refresh_from_db()
    assert (entity.seats, entity.staff_count) == (30, 4)


def test_business_is_taken_in_by_hand(register, county_officer, city_admin, log_in):
    address = reverse("entities:entity-create")
    data = {
        "name": "新开粮油店",
        "credit_code": "92230882MA19KP5Q9D",
        "licence_no": "JY13799210000017",
        "area": VILLAGE,
        "category": "sale",
        "form": "粮油店",
        "status": "operating",
        "address": "示例市东山县城关街道1号",
    }
    response = log_in(county_officer).post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    entity = Entity.objects.get(licence_no="JY13799210000017")
    assert (entity.licence_kind, entity.suggested_grade, entity.grade) == ("JY", "D", "")
    response = log_in(city_admin).get(address)
    assert {area.code for area in response.context["areas"]} >= {COUNTY, OTHER_COUNTY}
    assert log_in(city_admin).get(f"{address}?area={COUNTY}").context["form"] is not None


@pytest.mark.parametrize("persona", ["county_officer", "city_admin"])
def test_list_and_detail_cost_the_same_for_one_and_for_many(
    persona, dictionaries, request, log_in, django_assert_max_num_queries
):
    client = log_in(request.getfixturevalue(persona))
    entity = EntityFactory(area_id=TOWN)
    addresses = (
        LIST,
        f"{LIST}?q=餐馆&expiry=90",
        reverse("entities:entity-detail", args=[entity.pk]),
    )
    counts = {}
    for size in ("one", "many"):
        for address in addresses:
            # the page of one business carries the cards of the rooms above
            with django_assert_max_num_queries(25) as captured:
                assert client.get(address).status_code == 200
            counts[size, address] = len(captured)
        EntityFactory.create_batch(49, area_id=VILLAGE)
    for address in addresses:
        assert counts["one", address] == counts["many", address]
        if address.startswith(LIST + "?") or address == LIST:
            assert counts["many", address] <= 12


def test_edit_form_hides_the_phone_and_keeps_it(register, city_officer, log_in):
    entity = Entity.objects.get(pk=register["plain"].pk)
    address = reverse("entities:entity-update", args=[entity.pk])
    client = log_in(city_officer)
    assert "13804540000" not in client.get(address).content.decode()
    client.post(address, form_data(entity, phone="138****0000", seats="12"))
    entity.refresh_from_db()
    assert (entity.phone, entity.seats) == ("13804540000", 12)
    client.post(address, form_data(entity, phone="139 0000 0001"))
    entity.refresh_from_db()
    assert entity.phone == "13900000001"


def test_empty_register_tells_each_reader_why(areas, cadre, leader, county_officer, log_in):
    page = reverse("entities:entity-list")
    told = {
        person.username: log_in(person).get(page).content.decode()
        for person in (cadre, leader, county_officer)
    }
    assert "还没有由您包保的主体" in told[cadre.username]
    assert "县区局上传台账后" in told[leader.username]
    assert "上传一份台账" in told[county_officer.username]
