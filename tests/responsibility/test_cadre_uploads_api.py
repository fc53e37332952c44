"""Cadre ledgers by the API and by the command: the clerk's own pipeline."""

import json

import pytest

from responsibility.ledger.process import upload_work
from responsibility.models import Cadre, CadreUpload
from tests.entities.pipeline import run

from .cadre_pipeline import COUNTY, Roll, phone

pytestmark = pytest.mark.usefixtures("areas")
UPLOADS = "/api/v1/cadre-uploads/"


@pytest.fixture
def roll(tmp_path):
    return Roll(tmp_path)


def post(client, pk, act, **data):
    return client.post(f"{UPLOADS}{pk}/{act}/", json.dumps(data), content_type="application/json")


def test_a_cadre_ledger_goes_all_the_way_by_the_api(roll, county_officer, log_in):
    client = log_in(county_officer)
    book = roll.book({"电话": phone(1)}, {"姓名": "李四", "电话": "138"})
    with book.open("rb") as file:
        answer = client.post(UPLOADS, {"file": file}, headers={"Idempotency-Key": "a"})
    assert (answer.status_code, answer.json()["channel"]) == (202, "api")
    with book.open("rb") as file:
        again = client.post(UPLOADS, {"file": file}, headers={"Idempotency-Key": "a"})
    pk = answer.json()["id"]
    assert again.json()["id"] == pk
    upload_work(pk)
    shown = client.get(answer.json()["url"]).json()
    assert (shown["state"], shown["new"]) == ("review", 1), shown
    assert "renewals" not in shown
    found = client.get(f"{UPLOADS}{pk}/findings/?code=R").json()["results"]
    assert {row["row"] for row in found} == {3}
    assert not Cadre.objects.exists()

    assert post(client, pk, "confirm").json()["state"] == "applying"
    upload_work(pk)
    assert client.get(f"{UPLOADS}?state=applied").json()["results"][0]["id"] == pk
    assert Cadre.objects.get().name == "王五"
    assert post(client, pk, "discard").status_code == 409
    assert post(client, pk, "undo").json()["state"] == "undone"
    assert not Cadre.objects.in_post().exists()


def test_columns_in_question_are_chosen_by_the_api(roll, county_officer, log_in):
    client = log_in(county_officer)
    book = roll.book(
        {"同志": "王五", "姓名": None},
        headings=["同志", "职务", "包保层级", "乡镇街道", "村社区", "电话"],
    )
    with book.open("rb") as file:
        pk = client.post(UPLOADS, {"file": file}).json()["id"]
    upload_work(pk)
    assert client.get(f"{UPLOADS}{pk}/").json()["state"] == "columns"
    assert post(client, pk, "columns", choices={"同志": "grade"}).status_code == 400
    assert post(client, pk, "columns", choices={"同志": "name"}).status_code == 202
    upload_work(pk)
    assert client.get(f"{UPLOADS}{pk}/").json()["new"] == 1


def test_the_command_reads_and_with_apply_writes(roll, county_officer):
    book = roll.book({"电话": phone(1)})
    looked = run("import_cadres", book, "--as", county_officer.username, "--json")
    assert (looked.code, looked.result["state"], looked.result["new"]) == (0, "review", 1)
    assert not Cadre.objects.exists()
    written = run("import_cadres", book, "--area", COUNTY, "--apply", "--json")
    assert (written.code, written.result["state"], written.result["new"]) == (0, "applied", 1)
    assert Cadre.objects.get().area_id == "379921102002"
    assert CadreUpload.objects.get(pk=looked.result["upload"]).uploaded_by == county_officer


def test_the_command_says_what_is_wrong(roll, tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(b"hello")
    ran = run("import_cadres", path, "--area", COUNTY, "--json")
    assert (ran.code, ran.result["state"]) == (1, "refused")
    assert run("import_cadres", tmp_path / "none.xlsx", "--json").code == 2
    told = run("import_cadres", roll.book({"电话": phone(2)}), "--area", COUNTY)
    assert "新增 1" in told.out
