import base64
import json
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from jiamusi_foodsafety.jurisdiction.services import api_key_create
from reports.models import DailyReport
from tests.entities.api_calls import UPLOADS, ledger
from tests.entities.ledgers import GOOD
from tests.factories import EntityFactory
from tests.personas import OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db

ENTITIES = "/api/v1/entities/"
FAR_TOWN = "379902001"


@pytest.fixture
def entity(areas):
    return EntityFactory(area_id=TOWN, name="近处面馆", phone="13804541234", credit_code=GOOD[1])


@pytest.fixture
def foreign(areas):
    return EntityFactory(area_id=FAR_TOWN, name="远处金丝雀面馆", phone="13904549999")


@pytest.fixture
def report(areas):
    return DailyReport.objects.create(
        area=areas["3799"], date="2022-11-02", number=1, as_of=timezone.now()
    )


def patch(client, pk, **data):
    return client.patch(f"{ENTITIES}{pk}/", json.dumps(data), content_type="application/json")


# --- who is calling ------------------------------------------------------------------------------


def test_a_key_opens_the_door_and_none_gets_a_sentence(county_officer, entity):
    _, key = api_key_create(user=county_officer, label="对接", at=timezone.now())
    answer = Client().get(ENTITIES, headers={"Authorization": f"Token {key}"})
    assert [row["id"] for row in answer.json()["results"]] == [entity.pk]
    refused = Client().get(ENTITIES)
    assert refused.status_code == 401
    assert refused.json()["code"] == "not_authenticated"
    wrong = Client().get(ENTITIES, headers={"Authorization": "Token nothing"})
    assert wrong.status_code == 401
    assert "密钥" in wrong.json()["detail"]


def test_a_session_must_prove_that_it_means_it(county_officer, log_in):
    client = log_in(county_officer)
    client.handler.enforce_csrf_checks = True
    answer = client.post(UPLOADS, {"file": ledger(GOOD)})
    assert answer.status_code == 403
    assert set(answer.json()) == {"detail", "code"}


def test_who_may_read_pages_only_may_not_use_the_api(leader, log_in):
    answer = log_in(leader).get(ENTITIES)
    assert answer.status_code == 403
    assert answer.json() == {"detail": "您的账号不能办理这一项。", "code": "permission_denied"}


# --- businesses ------------------------------------------------------------------------------------


def test_everybody_lists_his_own_businesses(entity, foreign, request, log_in):
    for persona, expected in [
        ("city_admin", {entity.pk, foreign.pk}),
        ("county_officer", {entity.pk}),
        ("station_officer", {entity.pk}),
        ("outsider", {foreign.pk}),
    ]:
        answer = log_in(request.getfixturevalue(persona)).get(ENTITIES)
        assert {row["id"] for row in answer.json()["results"]} == expected
        if foreign.pk not in expected:
            assert "金丝雀" not in answer.content.decode()


def test_a_foreign_id_and_an_unknown_one_look_alike(county_officer, foreign, log_in):
    client = log_in(county_officer)
    for tail in ("", "history/"):
        known = client.get(f"{ENTITIES}{foreign.pk}/{tail}")
        unknown = client.get(f"{ENTITIES}{foreign.pk + 999}/{tail}")
        absurd = client.get(f"{ENTITIES}{10**30}/{tail}")
        assert known.status_code == unknown.status_code == absurd.status_code == 404
        assert known.json() == unknown.json() == absurd.json()
    known, unknown = (patch(client, pk, revision=1, name="改") for pk in (foreign.pk, 10**9))
    assert known.status_code == unknown.status_code == 404
    assert known.json() == unknown.json()


def test_the_list_is_the_pages_list(city_officer, areas, log_in):
    EntityFactory(area_id=TOWN, name="甲级超市", graded=True)
    EntityFactory(area_id=TOWN, name="关门超市", screened=True)
    EntityFactory(area_id=FAR_TOWN, name="到期超市", expired=True)
    EntityFactory(area_id=TOWN, name="撤销超市", status="withdrawn")
    client = log_in(city_officer)
    for query in (
        "", "?q=超市", "?grade=C", "?grade=C&grade=none", "?view=obliged", "?view=removed",
        f"?area={OTHER_COUNTY}", "?expiry=expired", "?status=closed", "?surveyed=no",
    ):  # fmt: skip
        page = client.get(f"/entities/{query}")
        rows = client.get(f"{ENTITIES}{query}").json()["results"]
        assert {row["id"] for row in rows} == {row.pk for row in page.context["page"].rows}, query
    assert client.get(f"{ENTITIES}?view=removed").json()["results"][0]["name"] == "撤销超市"


@pytest.mark.parametrize(
    "query", ["?grade=Z", "?view=all", "?status=gone", "?q=店", "?category=none"]
)
def test_a_filter_that_cannot_be_read_is_told(county_officer, entity, log_in, query):
    answer = log_in(county_officer).get(f"{ENTITIES}{query}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert answer.json()["fields"]


def test_pages_are_cut_by_key(county_officer, areas, log_in):
    made = {EntityFactory(area_id=TOWN).pk for _ in range(7)}
    client, address, seen = log_in(county_officer), f"{ENTITIES}?size=3", []
    while address:
        body = client.get(address).json()
        seen += [row["id"] for row in body["results"]]
        address = body["next"]
    assert seen == sorted(made)


@pytest.mark.parametrize(
    "place", ["p=abc", "p=\0", "p=1e9", "p=" + "9" * 30, "o=999999999&p=1", "r=x"]
)
def test_a_place_that_somebody_made_up_is_told(county_officer, entity, report, log_in, place):
    client = log_in(county_officer)
    mark = quote(base64.b64encode(place.encode()).decode())
    upload = client.post(UPLOADS, {"file": ledger(GOOD)}).json()["id"]
    for address in (
        ENTITIES, UPLOADS, f"{UPLOADS}{upload}/findings/", "/api/v1/areas/", "/api/v1/daily-reports/",
    ):  # fmt: skip
        answer = client.get(f"{address}?after={mark}")
        assert answer.status_code in (200, 404), address
    assert client.get(f"{ENTITIES}?after=nonsense").status_code == 404
    for size in ("-1", "0", "x", "9" * 30):
        assert client.get(f"{ENTITIES}?size={size}").status_code == 200


def test_a_list_costs_the_same_for_one_row_and_for_five(
    county_officer, areas, log_in, django_assert_max_num_queries, django_assert_num_queries
):
    client = log_in(county_officer)
    EntityFactory(area_id=TOWN)
    client.get(ENTITIES)
    with django_assert_max_num_queries(12) as one:
        client.get(ENTITIES)
    for _ in range(4):
        EntityFactory(area_id=f"{TOWN}001")
    with django_assert_num_queries(len(one.captured_queries)):
        assert len(client.get(ENTITIES).json()["results"]) == 5


def test_phones_are_masked_in_lists_and_whole_looks_are_recorded(
    entity, city_officer, county_officer, log_in
):
    listed = log_in(county_officer).get(ENTITIES).json()["results"][0]
    assert listed["phone"] == "138****1234"
    assert not AuditRecord.objects.filter(action=AuditAction.REVEAL).exists()
    masked = log_in(city_officer).get(f"{ENTITIES}{entity.pk}/").json()
    assert masked["phone"] == "138****1234"
    assert not AuditRecord.objects.filter(action=AuditAction.REVEAL).exists()
    whole = log_in(county_officer).get(f"{ENTITIES}{entity.pk}/").json()
    assert whole["phone"] == "13804541234"
    record = AuditRecord.objects.get(action=AuditAction.REVEAL)
    assert (record.actor, record.object_id) == (county_officer, str(entity.pk))


def test_a_change_is_written_with_its_author_and_what_is_not_listed_is_not_looked_at(
    entity, county_officer, log_in
):
    client = log_in(county_officer)
    entity.refresh_from_db()
    answer = patch(
        client, entity.pk, revision=entity.revision, name="近处大面馆", seats=120, grade="A",
        status="closed", id=999, revision_of=1, suggested_grade="A", created_at="2000-01-01",
        doubts=["W_PHONE"], area_text="改", licence_kind="SC", grade_source="manual",
    )  # fmt: skip
    assert answer.status_code == 200, answer.json()
    before = Entity.objects.values().get(pk=entity.pk)
    assert (before["name"], before["seats"]) == ("近处大面馆", 120)
    assert (before["grade"], before["status"], before["grade_source"]) == ("", "operating", "")
    assert (before["area_text"], before["licence_kind"]) == ("", "JY")
    assert "W_PHONE" not in before["doubts"]
    history = client.get(f"{ENTITIES}{entity.pk}/history/").json()["results"]
    assert history[0]["note"] == county_officer.name
    assert {"field": "主体名称", "old": "近处面馆", "new": "近处大面馆"} in history[0]["changes"]


def test_of_two_changes_at_one_revision_the_second_is_told(entity, county_officer, log_in):
    client = log_in(county_officer)
    entity.refresh_from_db()
    assert patch(client, entity.pk, revision=entity.revision, name="先改").status_code == 200
    late = patch(client, entity.pk, revision=entity.revision, name="后改")
    assert late.status_code == 409
    assert late.json()["code"] == "conflict"
    assert Entity.objects.get(pk=entity.pk).name == "先改"


@pytest.mark.parametrize(
    "change",
    [
        {"licence_no": "JY1"}, {"phone": "无"}, {"expires_on": "昨天"}, {"name": ""},
        {"area": FAR_TOWN}, {"area": "no-such"}, {"category": "nothing"}, {"name": ["a"]},
        {"seats": -1}, {"note": "身份证 230803199001011230"}, {},
    ],
)  # fmt: skip
def test_a_change_that_breaks_a_rule_changes_nothing(entity, county_officer, log_in, change):
    before = Entity.objects.values().get(pk=entity.pk)
    given = change and change | {"revision": before["revision"]}
    answer = patch(log_in(county_officer), entity.pk, **given)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert Entity.objects.values().get(pk=entity.pk) == before


def test_a_licence_number_taken_elsewhere_is_a_field_error(entity, county_officer, log_in):
    other = EntityFactory(area_id=TOWN)
    entity.refresh_from_db()
    answer = patch(
        log_in(county_officer), entity.pk, revision=entity.revision, licence_no=other.licence_no
    )
    assert answer.status_code == 400
    assert "licence_no" in answer.json()["fields"]
