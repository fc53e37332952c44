"""Problems under /api/v1/: the clients of a station and of a cadre list, read and move them on."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from tests.factories import EntityFactory
from tests.inspections.makers_checks import make_campaign
from tests.inspections.makers_problems import a_key, found, load_kinds, make_shop, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of():
    def make(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return make


@pytest.fixture
def problem(areas, cadre, station_officer):
    load_kinds()
    bond = make_shop(areas=areas, user=cadre)
    rows = [found(kind="major"), found(kind="minor", on_spot=True, item_code="T16")]
    return report(bond=bond, actor=cadre, rows=rows)[0]


def test_the_list_narrows_as_the_page_does(problem, station_officer, client_of):
    client = client_of(station_officer)
    url = reverse("api:problem-list")
    assert [row["number"] for row in client.get(url).json()["results"]] == [problem.number]
    settled = client.get(url, {"tab": "settled"}).json()["results"]
    assert [row["item_code"] for row in settled] == ["T16"]
    assert client.get(url, {"item": "T99"}).json()["results"] == []
    assert client.get(url, {"state": "fly"}).status_code == 400


def test_one_with_its_story_and_what_may_be_done(problem, station_officer, client_of):
    shown = client_of(station_officer).get(reverse("api:problem-detail", args=[problem.pk])).json()
    assert [move["act"] for move in shown["moves"]] == ["transfer", "report"]
    assert shown["acts"] == ["claim", "send_back", "remark"]
    assert shown["waits_for"] == "监管所认领"


def test_a_step_once_and_in_turn(problem, station_officer, client_of):
    client, url = client_of(station_officer), reverse("api:problem-move", args=[problem.pk])
    told = {"key": a_key(), "act": "claim", "revision": problem.revision}
    first = client.post(url, told, format="json")
    assert (first.status_code, first.json()["state"]) == (201, "handling")
    assert client.post(url, told, format="json").status_code == 200
    again = client.post(url, told | {"key": a_key()}, format="json")
    assert again.status_code == 409
    assert "您的这次没有保存" in again.json()["detail"]
    wrong = client.post(url, {"key": "x", "act": "fly"}, format="json")
    assert wrong.status_code == 400
    late = client.post(url, {"key": a_key(), "act": "finish", "note": "已改"}, format="json")
    assert (late.status_code, late.json()["detail"]) == (409, "请附照片。")
    assert client.post(url, told | {"act": "void"}, format="json").status_code == 403


def test_a_cadre_s_phone_reads_its_own_and_confirms(problem, cadre, station_officer, client_of):
    stranger = report(entity=EntityFactory(area=problem.area), cadre=None)[0]
    phone, url = client_of(cadre), reverse("api:problem-move", args=[problem.pk])
    listed = phone.get(reverse("api:problem-list")).json()["results"]
    assert [row["number"] for row in listed] == [problem.number]
    assert phone.get(reverse("api:problem-detail", args=[stranger.pk])).status_code == 404
    problem.state = "fed_back"
    problem.feedback_due_on = problem.found_on
    problem.save()
    assert "close" in phone.get(reverse("api:problem-detail", args=[problem.pk])).json()["acts"]
    done = phone.post(url, {"key": a_key(), "act": "close"}, format="json")
    assert (done.status_code, done.json()["state"]) == (201, "closed")
    assert phone.post(url, {"key": a_key(), "act": "claim"}, format="json").status_code == 403


def test_what_a_phone_offers_to_choose_from(problem, cadre, client_of):
    phone = client_of(cadre)
    campaign = make_campaign(name="守查保")
    listed = phone.get(reverse("api:campaign-list")).json()["results"]
    assert [row["id"] for row in listed] == [campaign.pk]
    kinds = phone.get(reverse("api:problem-kind-list")).json()["results"]
    assert {row["code"] for row in kinds} >= {"minor", "general", "major", "serious"}
