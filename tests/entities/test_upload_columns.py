"""Columns that nobody is sure of: asked, answered, remembered."""

import re

import pytest

from entities.ledger import process
from entities.models import ColumnChoice
from tests.entities.upload_pages import at, page, rows, words

from .pipeline import Ledger

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")


@pytest.fixture
def clerk(county_officer, log_in):
    return log_in(county_officer)


@pytest.fixture
def ledger(tmp_path, county_officer):
    made = Ledger(tmp_path)
    made.by = county_officer
    return made


STRANGE = ["店家招牌", "统一社会信用代码", "许可证书的编号", "主体类别", "乡镇街道"]


@pytest.fixture
def strange(ledger):
    """A ledger whose names and licences stand under headings that nobody knows."""
    data = rows(2)
    for row in data:
        row["店家招牌"], row["许可证书的编号"] = row["主体名称"], row["许可证编号"]
    return ledger.take(*data, headings=STRANGE, by=ledger.by)


def columns_of(response, **answers):
    """The columns form as a browser would send it, with some answers."""
    items = [*response.context["asked"], *response.context["matched"]]
    return {
        "heading": [item["heading"] for item in items],
        "field": [answers.get(item["heading"], item["field"]) for item in items],
        "remember": "1",
    }


def test_unknown_columns_are_asked_with_samples(clerk, strange):
    assert strange.state == "columns"
    response = page(clerk, strange)
    asked = {item["heading"]: item for item in response.context["asked"]}
    assert asked["店家招牌"]["samples"] == ["示例小店0号", "示例小店1号"]
    assert {column.key for column in response.context["wanted"]} == {"name", "licence_no"}
    assert "还差必需的列" in words(response)


def test_columns_go_on_from_the_stored_file_and_are_remembered(clerk, strange, ledger):
    answers = {"店家招牌": "name", "许可证书的编号": "licence_no"}
    clerk.post(at("columns", strange), columns_of(page(clerk, strange), **answers))
    process.upload_work(strange.pk)
    strange.refresh_from_db()
    assert (strange.state, strange.new) == ("review", 2)
    assert dict(ColumnChoice.objects.values_list("heading", "field")) == answers
    again = ledger.take(path=strange_path(ledger), by=ledger.by)
    assert again.state == "review"


def strange_path(ledger):
    return sorted(ledger.folder.glob("*.xlsx"))[0]


def test_a_missing_answer_is_said_and_what_was_chosen_stays(clerk, strange):
    sent = columns_of(page(clerk, strange), 店家招牌="name", 许可证书的编号="?")
    response = clerk.post(at("columns", strange), sent)
    assert response.status_code == 422
    shown = words(response)
    assert "“许可证书的编号” 还没有选" in shown
    assert "必需的“许可证编号”还没有选是哪一列" in shown
    asked = {item["heading"]: item["field"] for item in response.context["asked"]}
    assert asked["店家招牌"] == "name"
    strange.refresh_from_db()
    assert strange.state == "columns"


def test_one_field_cannot_have_two_columns(clerk, strange):
    sent = columns_of(page(clerk, strange), 店家招牌="name", 许可证书的编号="name")
    response = clerk.post(at("columns", strange), sent)
    assert "都选了“主体名称”" in words(response)


def test_columns_can_be_changed_at_the_review(clerk, ledger):
    data = [row | {"等级": "C", "原等级": "B"} for row in rows(1)]
    upload = ledger.take(*data, by=ledger.by)
    response = page(clerk, upload, "?show=columns")
    clerk.post(at("columns", upload), columns_of(response, 等级="", 原等级="grade"))
    process.upload_work(upload.pk)
    upload.refresh_from_db()
    assert upload.columns["grade"] == "原等级"
    assert upload.ledger_rows.get().grade == "B"


def test_a_ledger_given_up_before_it_was_read_shows_no_counts(clerk, strange):
    clerk.post(at("discard", strange))
    response = page(clerk, strange)
    assert "已放弃本次上传" in words(response)
    assert response.context["tiles"] == []
    assert "tile" not in re.sub(r"<head>.*?</head>", "", response.content.decode(), flags=re.DOTALL)
