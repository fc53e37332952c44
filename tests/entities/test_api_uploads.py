"""Ledgers by the API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from entities.ledger.process import upload_work
from entities.models import ColumnChoice, Entity, LedgerUpload
from tests.entities.api_calls import UPLOADS, ledger
from tests.entities.ledgers import GOOD, HEADER
from tests.factories import CategoryFactory, EntityFactory
from tests.personas import COUNTY, OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def dictionaries(areas):
    call_command("load_register_fixtures", verbosity=0)


def post(client, pk, act, **data):
    return client.post(f"{UPLOADS}{pk}/{act}/", json.dumps(data), content_type="application/json")


def work(answer):
    upload_work(answer.json()["id"])
    return LedgerUpload.objects.get(pk=answer.json()["id"])


def test_a_ledger_goes_all_the_way_by_the_api(dictionaries, county_officer, log_in):
    client = log_in(county_officer)
    bad = ["", *GOOD[1:2], "JY13799210000027", *GOOD[3:]]
    answer = client.post(UPLOADS, {"file": ledger(GOOD, bad), "mode": "partial"})
    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    assert answer.json()["channel"] == "api"
    assert answer.headers["Location"] == answer.json()["url"]
    work(answer)
    shown = client.get(answer.json()["url"]).json()
    assert (shown["state"], shown["new"], shown["refused_rows"]) == ("review", 1, 1), shown
    assert shown["findings"]["R_REQUIRED"] == 1
    found = client.get(f"{UPLOADS}{shown['id']}/findings/?code=R_REQUIRED").json()["results"]
    assert [(row["row"], row["index"], row["column"]) for row in found] == [(3, 2, "主体名称")]
    assert client.get(f"{UPLOADS}{shown['id']}/findings/?code=W").json()["results"] == []
    assert not Entity.objects.exists()

    confirmed = post(client, shown["id"], "confirm")
    assert (confirmed.status_code, confirmed.json()["state"]) == (202, "applying")
    assert work(answer).state == "applied"
    assert Entity.objects.get().name == GOOD[0]
    assert post(client, shown["id"], "discard").status_code == 409

    undone = post(client, shown["id"], "undo")
    assert (undone.status_code, undone.json()["state"]) == (200, "undone")
    assert Entity.objects.get().status == "withdrawn"


def test_the_same_key_twice_is_one_upload_and_another_persons_key_is_another(
    areas, county_officer, outsider, log_in
):
    client = log_in(county_officer)
    headers = {"Idempotency-Key": "nightly-2022-11-02"}
    first = client.post(UPLOADS, {"file": ledger(GOOD)}, headers=headers)
    second = client.post(UPLOADS, {"file": ledger(GOOD)}, headers=headers)
    other = log_in(outsider).post(UPLOADS, {"file": ledger(GOOD)}, headers=headers)
    assert first.json()["id"] == second.json()["id"] != other.json()["id"]
    assert other.json()["area"] == OTHER_COUNTY
    assert LedgerUpload.objects.count() == 2


def test_what_is_no_upload_is_told_and_an_empty_file_is_recorded(areas, county_officer, log_in):
    client = log_in(county_officer)
    missing = client.post(UPLOADS, {"mode": "partial"})
    assert (missing.status_code, missing.json()["code"]) == (400, "invalid")
    assert client.post(UPLOADS, {"file": ledger(GOOD), "mode": "all"}).status_code == 400
    for area in (OTHER_COUNTY, "999999", "3799"):
        answer = client.post(UPLOADS, {"file": ledger(GOOD), "area": area})
        assert answer.status_code == 400
        assert answer.json()["fields"] == {"area": ["没有这个县(市、区)，或者不在您的属地范围内。"]}
    assert not LedgerUpload.objects.exists()
    empty = client.post(UPLOADS, {"file": SimpleUploadedFile("空.xlsx", b"")})
    assert (empty.status_code, empty.json()["code"]) == (202, "E_EMPTY_FILE")


def test_unlisted_fields_of_an_upload_change_nothing(areas, county_officer, log_in):
    data = {
        "file": ledger(GOOD), "state": "applied", "wants_apply": "true", "uploaded_by": "1",
        "channel": "command", "confirmed_by": "1", "rows": "5",
    }  # fmt: skip
    made = log_in(county_officer).post(UPLOADS, data)
    upload = LedgerUpload.objects.get(pk=made.json()["id"])
    assert (upload.state, upload.channel, upload.rows) == ("queued", "api", 0)
    assert (upload.uploaded_by, upload.wants_apply, upload.confirmed_by) == (
        county_officer, False, None,
    )  # fmt: skip


def test_an_unsure_column_is_asked_for_and_the_answer_remembered(
    dictionaries, county_officer, log_in
):
    client = log_in(county_officer)
    header = ["店里叫啥", *HEADER[1:]]
    answer = client.post(UPLOADS, {"file": ledger(GOOD, header=header)})
    assert work(answer).state == "columns"
    pk = answer.json()["id"]
    assert client.get(f"{UPLOADS}{pk}/").json()["unmatched"]
    wrong = post(client, pk, "columns", choices={"店里叫啥": "no_field"})
    assert wrong.status_code == 400
    chosen = post(client, pk, "columns", choices={"店里叫啥": "name"}, remember=True)
    assert (chosen.status_code, chosen.json()["state"]) == (202, "queued")
    assert work(answer).state == "review"
    assert ColumnChoice.objects.get().area_id == COUNTY


def test_uploads_of_another_county_do_not_exist(areas, county_officer, outsider, log_in):
    made = log_in(outsider).post(UPLOADS, {"file": ledger(GOOD, name="金丝雀.csv")}).json()
    client = log_in(county_officer)
    assert client.get(UPLOADS).json()["results"] == []
    for tail in ("", "findings/"):
        known = client.get(f"{UPLOADS}{made['id']}/{tail}")
        unknown = client.get(f"{UPLOADS}{made['id'] + 999}/{tail}")
        assert known.status_code == unknown.status_code == 404
        assert known.json() == unknown.json()
    for act in ("columns", "renewals", "confirm", "discard", "undo"):
        known, unknown = (post(client, pk, act) for pk in (made["id"], made["id"] + 999))
        assert known.status_code == unknown.status_code == 404, act
        assert known.json() == unknown.json()
    assert LedgerUpload.objects.get().state == "queued"


def test_the_list_of_uploads_is_newest_first_and_by_state(
    areas, county_officer, log_in, django_assert_num_queries
):
    client = log_in(county_officer)
    first, second = (client.post(UPLOADS, {"file": ledger(GOOD)}).json()["id"] for _ in range(2))
    post(client, first, "discard")
    assert [row["id"] for row in client.get(UPLOADS).json()["results"]] == [second, first]
    listed = client.get(f"{UPLOADS}?state=discarded").json()["results"]
    assert [row["id"] for row in listed] == [first]
    assert client.get(f"{UPLOADS}?state=%00").status_code == 400


def test_too_many_uploads_are_told_to_wait(areas, county_officer, log_in, monkeypatch):
    monkeypatch.setattr("entities.api.uploads.UPLOADS_PER_MINUTE", 1)
    client = log_in(county_officer)
    answers = [client.post(UPLOADS, {"file": ledger(GOOD)}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 429]
    assert int(answers[1].headers["Retry-After"]) > 0
    assert answers[1].json()["code"] == "throttled"
    assert LedgerUpload.objects.count() == 1


def test_confirming_a_ledger_that_lacks_much_asks_twice(dictionaries, county_officer, log_in):
    for _ in range(3):
        EntityFactory(area_id=TOWN, category=CategoryFactory())
    client = log_in(county_officer)
    answer = client.post(UPLOADS, {"file": ledger(GOOD), "mode": "full"})
    assert work(answer).missing == 3
    pk = answer.json()["id"]
    asked = post(client, pk, "confirm")
    assert asked.status_code == 409
    assert "已核对" in asked.json()["detail"]
    assert post(client, pk, "confirm", sure=True).status_code == 202
