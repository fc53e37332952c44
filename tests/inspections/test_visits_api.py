"""Visits, photographs and due lists by the API: what a phone client could be built on."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from inspections.models import Photo, Problem, Visit
from inspections.services.planning import dues_make
from inspections.services.seeds_problems import load as load_kinds
from tests.inspections.makers_visits import TODAY, load_lists, make_held
from tests.inspections.pictures import picture
from tests.inspections.sent import key, sent_for
from tests.personas import CITY, OTHER_COUNTY

pytestmark = pytest.mark.django_db
MADE = reverse("api:visit-list")
PHOTOS = reverse("api:photo")


@pytest.fixture
def bond(areas, cadre):
    load_lists()
    load_kinds(on=TODAY)
    bond = make_held(areas=areas, user=cadre)
    dues_make(city=areas[CITY], on=timezone.localdate(), at=timezone.now())
    return bond


def sent(bond, **more):
    """A visit of just now."""
    at = timezone.now().isoformat()
    return sent_for(bond.entity, started_at=at, finished_at=at, **more)


@pytest.fixture
def phone(cadre):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cadre)
    client.get(reverse("account"))
    client.credentials(HTTP_X_CSRFTOKEN=client.cookies["csrftoken"].value)
    return client


def test_a_phone_sends_a_visit_with_its_session(phone, bond):
    told = sent(bond, wrong=["T18"])
    answer = phone.post(MADE, told, format="json")
    assert answer.status_code == 201
    body = answer.json()
    visit = Visit.objects.get()
    assert (body["id"], body["was_new"]) == (visit.pk, True)
    assert body["problems"][0]["number"] == Problem.objects.get().number
    again = phone.post(MADE, told, format="json")
    assert (again.status_code, again.json()) == (200, body | {"was_new": False})


def test_without_the_csrf_header_nothing_is_stored(cadre, bond):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cadre)
    assert client.post(MADE, sent(bond), format="json").status_code == 403
    assert not Visit.objects.exists()


def test_a_fault_is_told_by_field(phone, bond):
    told = sent(bond)
    del told["answers"]["T02"]
    answer = phone.post(MADE, told, format="json")
    assert answer.status_code == 422
    assert answer.json() == {"errors": {"answers": ["还有 1 项没有填：T02。"]}}
    assert phone.post(MADE, [1], format="json").status_code == 422


def test_a_key_of_another_visit_is_a_conflict(phone, bond):
    told = sent(bond)
    phone.post(MADE, told, format="json")
    answer = phone.post(MADE, told | {"entity": bond.entity_id + 1}, format="json")
    assert answer.status_code == 409


def test_who_does_not_hold_it_gets_404_or_403(phone, bond, areas, leader):
    far = make_held(areas=areas, code=OTHER_COUNTY + "001001")
    assert phone.post(MADE, sent(far), format="json").status_code == 404
    client = APIClient()
    client.force_login(leader)
    answer = client.post(MADE, sent(bond), format="json")
    assert answer.status_code == 403
    assert "不由您包保" in answer.json()["detail"]


def test_a_photo_is_taken_once_and_shown_to_who_may(phone, bond):
    def send(one, data=None):
        file = SimpleUploadedFile("../../x.svg", data or picture(gps=True))
        return phone.post(PHOTOS, {"key": one, "file": file}, format="multipart")

    one = key()
    assert send(one).status_code == 201
    assert send(one).status_code == 200
    assert Photo.objects.count() == 1
    refused = send(key(), b"<svg/>")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["file"])
    assert phone.post(PHOTOS, {"key": key()}, format="multipart").status_code == 422


def test_a_due_line_carries_what_a_phone_needs(phone, bond):
    line = phone.get(reverse("api:due-visit-list")).json()["results"][0]
    assert line["entity"] == bond.entity_id
    assert line["reasons"] == ["还没有去过"]
    assert (line["last_answers"], line["open_problems"]) == ({}, [])
    checklist = phone.get(reverse("api:checklist-detail", args=[line["checklist"]])).json()
    assert (checklist["level"], len(checklist["items"])) == ("village", 16)
    phone.post(MADE, sent(bond, wrong=["T18"]), format="json")
    url = reverse("api:due-visit-list") + "?view=done"
    line = phone.get(url).json()["results"][0]
    assert line["last_answers"]["T18"] == "no"
    assert [row["item_code"] for row in line["open_problems"]] == ["T18"]


def test_a_visit_is_read_with_its_answers(phone, bond, county_officer, outsider):
    pk = phone.post(MADE, sent(bond, wrong=["T18"]), format="json").json()["id"]
    body = phone.get(reverse("api:visit-detail", args=[pk])).json()
    assert body["answers"]["T18"] == "no"
    assert len(body["problems"]) == 1
    client = APIClient()
    for person, status in ((county_officer, 200), (outsider, 404)):
        client.force_login(person)
        assert client.get(reverse("api:visit-detail", args=[pk])).status_code == status
    client.force_login(county_officer)
    day = datetime.date(2000, 1, 1)
    assert client.get(MADE).json()["results"][0]["id"] == pk
    assert client.get(f"{MADE}?last={day}").json()["results"] == []
    assert client.get(f"{MADE}?last=gestern").status_code == 400
