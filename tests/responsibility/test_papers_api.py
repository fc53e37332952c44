"""Pledges, letters and drafts of lists by the API: the services behind the pages, the same scope and sentences."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from responsibility.models import Batch, Letter, ListDocument, Pledge
from responsibility.services.batches import batch_work
from responsibility.services.lists import list_issue
from responsibility.services.seeds_lists import load
from tests.factories import EntityFactory
from tests.personas import COUNTY, OTHER_COUNTY, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4"


@pytest.fixture
def client(log_in, county_officer):
    return log_in(county_officer)


@pytest.fixture
def made(areas, client):
    """The pledge of a village cadre who holds a business, made by the API and its worker."""
    bearer = CadreFactory(area=areas[VILLAGE], name="王小五", phone="13800000001")
    AssignmentFactory(
        entity=EntityFactory(area=areas[VILLAGE], grade="D", grade_source="ledger"), cadre=bearer
    )
    answer = send(client, "pledges/", area=VILLAGE)
    assert answer.status_code == 202, answer.json()
    batch_work(answer.json()["id"], clock=timezone.now)
    return Pledge.objects.get()


def send(client, path, method="post", **data):
    call = getattr(client, method)
    return call(f"/api/v1/{path}", json.dumps(data), content_type="application/json")


def get(client, path):
    return client.get(f"/api/v1/{path}").json()


def scan(content=PDF):
    return SimpleUploadedFile("签.pdf", content)


def test_pledges_are_made_for_an_area_with_progress(client, made):
    batch = get(client, f"batches/{Batch.objects.get().pk}/")
    assert (batch["state"], batch["done"], batch["total"]) == ("done", 1, 1)
    again = send(client, "pledges/", area=VILLAGE)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert send(client, "pledges/", area=OTHER_COUNTY).status_code == 404

    [row] = get(client, "pledges/?q=王小五&view=waiting")["results"]
    assert (row["id"], row["state_name"], row["held_count"]) == (made.pk, "待签", 0)
    assert get(client, "pledges/?view=signed")["results"] == []
    shown = get(client, f"pledges/{made.pk}/")
    assert [entity["grade"] for entity in shown["annex"]["entities"]] == ["D"]
    assert "13800000001" not in json.dumps(shown)


def test_a_pledge_signed_on_paper_is_recorded_with_its_scan(client, made):
    path = f"/api/v1/pledges/{made.pk}/scan/"
    today = timezone.localdate().isoformat()
    wrong = client.post(path, {"signed_on": today, "scan": scan(b"MZ")})
    assert (wrong.status_code, "扩展名不符" in wrong.json()["detail"]) == (400, True)
    empty = client.post(path, {})
    assert empty.json()["fields"]["scan"] == ["请选择扫描件。"]
    signed = client.post(path, {"signed_on": today, "scan": scan()})
    assert (signed.status_code, signed.json()["state"]) == (200, "signed")
    assert client.post(path, {"signed_on": today, "scan": scan()}).status_code == 409
    void = send(client, f"pledges/{made.pk}/void/", reason="写错了")
    assert (void.status_code, void.json()["void_reason"]) == (200, "写错了")


def test_a_draft_is_put_before_its_cadre(client, made):
    Pledge.objects.update(state="draft")
    assert send(client, f"pledges/{made.pk}/issue/").json()["state"] == "waiting"


def test_letters_are_made_once_and_recorded(client, areas):
    assert send(client, "letters/", year=2022).json()["made"] > 3
    assert send(client, "letters/", year=2022).json()["made"] == 0
    [county] = get(client, f"letters/?kind=county&year=2022&area={COUNTY}")["results"]
    assert county["state_name"] == "未签"
    path = f"/api/v1/letters/{county['id']}/sign/"
    signed = client.post(path, {"signed_on": "2022-11-02", "signer_up": "郑海峰", "scan": scan()})
    assert (signed.status_code, signed.json()["state"]) == (200, "signed")
    assert client.post(path, {"signed_on": "2022-11-02"}).status_code == 409
    assert Letter.objects.get(pk=county["id"]).scan_name == "签.pdf"
    assert send(client, f"letters/{county['id']}/void/", reason="重签").json()["state"] == "void"
    assert get(client, "letters/?view=void")["results"][0]["id"] == county["id"]


def test_a_draft_of_a_list_is_written_and_issued(log_in, city_admin, areas):
    client = log_in(city_admin)
    load()
    first = ListDocument.objects.get(kind="task", level="village")
    list_issue(actor=None, document=first, effective_from=timezone.localdate(), at=timezone.now())
    draft = send(client, f"lists/{first.pk}/copy/")
    assert draft.status_code == 201
    assert send(client, f"lists/{first.pk}/copy/").status_code == 409
    pk = draft.json()["id"]
    line = {"code": "J20", "clause": "开展宣传", "owner": "cadre", "marks": {"village": "full"}}
    refused = send(client, f"lists/{pk}/items/", **line)
    assert (refused.status_code, refused.json()["fields"]) == (400, {"cycle": ["请选择周期。"]})
    added = send(client, f"lists/{pk}/items/", **line, cycle="year")
    assert added.status_code == 201
    item = added.json()["items"][-1]
    assert (item["code"], item["marks"]) == ("J20", {"village": "full"})
    line |= {"clause": "开展宣传周", "cycle": "year"}
    path = f"list-items/{item['id']}/"
    assert send(client, path, "put", **line, revision=item["revision"]).status_code == 200
    late = send(client, path, "put", **line, revision=item["revision"])
    assert (late.status_code, "刚被别人改过" in late.json()["detail"]) == (409, True)
    assert send(client, f"lists/{first.pk}/items/", **line).status_code == 409
    left = send(client, path, "delete").json()["items"]
    assert "J20" not in [row["code"] for row in left]
    day = timezone.localdate() + timezone.timedelta(days=1)
    issued = send(client, f"lists/{pk}/issue/", effective_from=day.isoformat(), verified=True)
    assert (issued.status_code, issued.json()["is_example"]) == (200, False)
    assert send(client, f"lists/{pk}/issue/", effective_from=day.isoformat()).status_code == 409
