"""The pages of the cadre ledger, on the real pipeline: what a clerk sees and what pressing does."""

import io
import re

import openpyxl
import pytest
from django.urls import reverse

from responsibility.ledger import process
from responsibility.models import Cadre, CadreColumnChoice, CadreUpload
from tests.entities.pipeline import FILES

from .cadre_pipeline import COUNTY, GOOD, VILLAGE, Roll, confirm, counts, phone, take
from .factories import CadreFactory

pytestmark = pytest.mark.usefixtures("areas")
LIST = reverse("responsibility:cadre-upload-list")
FORM = {"key": "0" * 32, "mode": "partial"}


def at(name, upload):
    return reverse(f"responsibility:cadre-upload-{name}", args=[upload.pk])


def words(response):
    """The page's text on one line, without its tags."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def page(client, upload, query=""):
    response = client.get(at("detail", upload) + query)
    assert response.status_code == 200
    return words(response)


@pytest.fixture
def clerk(county_officer, log_in):
    return log_in(county_officer)


@pytest.fixture
def roll(tmp_path):
    return Roll(tmp_path)


def send(client, path, **data):
    with open(path, "rb") as file:
        return client.post(
            reverse("responsibility:cadre-upload-create"), FORM | data | {"file": file}
        )


def test_a_file_is_kept_and_queued_and_leads_to_its_progress(clerk, county_officer, roll):
    path = roll.book(GOOD)
    response = send(clerk, path, mode="full")
    upload = CadreUpload.objects.get()
    assert response.url == at("detail", upload)
    assert (upload.state, upload.mode, upload.area_id) == ("queued", "full", COUNTY)
    assert upload.uploaded_by == county_officer
    assert upload.file.name.startswith("cadre-ledgers/")
    assert "排第 1 位" in page(clerk, upload)
    assert send(clerk, path, mode="full").url == response.url
    assert CadreUpload.objects.count() == 1
    assert "hx-trigger" in clerk.get(at("progress", upload)).content.decode()
    process.upload_work(upload.pk)
    assert clerk.get(at("progress", upload))["HX-Refresh"] == "true"


def test_without_a_file_the_form_says_what_is_missing(clerk):
    response = clerk.post(reverse("responsibility:cadre-upload-create"), FORM, follow=True)
    assert "请先选择名册文件" in words(response)


def test_the_whole_way_from_the_page(clerk, roll):
    CadreFactory(name="王五", phone=phone(1), area_id=VILLAGE, post="旧职务")
    upload = roll.take(GOOD, {"姓名": "赵六", "电话": phone(2)}, {"姓名": "钱七", "电话": "无法"})
    shown = page(clerk, upload)
    assert "将写入 2 人：新增 1，变更 1" in shown
    assert "1 行拒收不写入" in shown
    assert "旧职务" in shown
    assert "钱七" not in page(clerk, upload, "?show=new")
    assert "赵六" in page(clerk, upload, "?show=new")
    assert clerk.post(at("confirm", upload)).status_code == 302
    process.upload_work(upload.pk)
    shown = page(clerk, upload)
    assert "已写入 2 人" in shown
    assert "本次新增的 1 人改为“登记撤销”" in shown
    assert "撤销本次写入？" in words(clerk.get(at("undo", upload)))
    assert "已撤销，恢复 2 人" in words(clerk.post(at("undo", upload), follow=True))
    assert Cadre.objects.get(name="王五").post == "旧职务"
    assert "王五" not in words(clerk.get(LIST))


def test_giving_up_changes_nothing(clerk, roll):
    upload = roll.take(GOOD)
    assert "已放弃本次上传" in words(clerk.post(at("discard", upload), follow=True))
    assert not Cadre.objects.exists()


def test_what_is_left_out_and_kept_is_named(clerk, roll):
    CadreFactory(name="王五", phone=phone(1), area_id=VILLAGE, post="旧职务")
    upload = roll.take(GOOD)
    Cadre.objects.update(post="刚改的职务")
    confirm(upload)
    shown = page(clerk, upload)
    assert "已被他人修改，没有写入" in shown
    assert "刚改的职务" in shown


def test_a_whole_ledger_shows_whom_it_lacks_and_asks(clerk, roll):
    CadreFactory(name="周八", area_id=VILLAGE)
    upload = roll.take(GOOD, mode="full")
    assert "周八" in page(clerk, upload, "?show=missing")
    refused = words(clerk.post(at("confirm", upload), follow=True))
    assert "请先核对是不是完整的名册" in refused
    assert clerk.post(at("confirm", upload), {"sure": "1"}).status_code == 302
    upload.refresh_from_db()
    assert upload.state == "applying"


def test_an_unknown_heading_is_asked_and_remembered(clerk, roll):
    headings = ["包保同志", *list(GOOD)[1:]]
    path = roll.book({"包保同志": "王五"}, headings=headings)
    upload = take(path)
    assert (upload.state, upload.code) == ("columns", "E_HEADER_MISSING")
    assert "姓名" in page(clerk, upload)
    nothing = clerk.post(at("columns", upload), {"heading": ["包保同志"], "field": [""]})
    assert nothing.status_code == 422
    answer = {"heading": ["包保同志"], "field": ["name"], "remember": "1"}
    assert clerk.post(at("columns", upload), answer).status_code == 302
    assert CadreColumnChoice.objects.get().field == "name"
    process.upload_work(upload.pk)
    upload.refresh_from_db()
    assert counts(upload) == (1, 0, 0, 0)
    assert counts(take(path)) == (1, 0, 0, 0)


def test_the_workbook_of_problems_can_be_corrected_and_sent_again(clerk, roll, tmp_path):
    upload = roll.take({"电话": "无法"}, {"姓名": "赵六", "电话": phone(2)})
    response = clerk.get(at("error-book", upload))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book.worksheets[0]
    assert sheet.max_row == 2
    headings = [cell.value for cell in sheet[1]]
    assert headings[-1] == "问题说明"
    sheet.cell(row=2, column=headings.index("电话") + 1).value = phone(1)
    path = tmp_path / "corrected.xlsx"
    book.save(path)
    assert counts(take(path)) == (1, 0, 0, 0)


def test_the_template_can_be_filled_and_sent(clerk, tmp_path):
    response = clerk.get(reverse("responsibility:cadre-upload-template"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book.worksheets[0]
    for column, heading in enumerate([cell.value for cell in sheet[1]], start=1):
        sheet.cell(row=2, column=column).value = GOOD.get(heading)
    path = tmp_path / "filled.xlsx"
    book.save(path)
    assert counts(take(path)) == (1, 0, 0, 0)


def test_the_exported_cadres_change_nothing_when_they_come_back(
    clerk, roll, tmp_path, county_officer
):
    roll.write(
        GOOD | {"任职起": "2022-10-01", "备注": "兼职"},
        {"姓名": "赵六", "包保层级": "乡级", "村社区": None, "电话": phone(2), "联络员": "李四",
         "包保联系单位": "市场局", "联络员电话": phone(3)},
        {"姓名": "孙七", "包保层级": "县级", "乡镇街道": None, "村社区": None, "电话": phone(4)},
    )  # fmt: skip
    response = clerk.get(reverse("responsibility:cadre-export"))
    path = tmp_path / "export.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    upload = take(path)
    assert (upload.state, counts(upload)) == ("review", (0, 0, 3, 0)), upload.message


def test_the_original_file_comes_back(clerk, roll):
    path = roll.book(GOOD)
    upload = take(path)
    response = clerk.get(at("file", upload))
    assert b"".join(response.streaming_content) == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("E06_bomb_lying_size.xlsx", "E_UNSAFE"),
        ("E08_billion_laughs.xlsx", "E_UNSAFE"),
        ("E18_truncated_tail.xlsx", "E_CORRUPT"),
        ("D33_exe_named_xlsx.xlsx", "E_TYPE"),
        ("A19_no_cells.xlsx", "E_EMPTY"),
        ("A01_clean.xlsx", "E_HEADER_MISSING"),
    ],
)
def test_hostile_files_and_other_ledgers_are_refused_with_a_sentence(clerk, name, code):
    upload = take(FILES / name, channel="command")
    assert (upload.state, upload.code) == ("refused", code)
    shown = page(clerk, upload)
    assert "干部名册没有改动" in shown
    assert not Cadre.objects.exists()


def test_another_county_sees_nothing(outsider, log_in, roll):
    upload = roll.take(GOOD)
    client = log_in(outsider)
    assert client.get(at("detail", upload)).status_code == 404
    assert client.post(at("confirm", upload)).status_code == 404
    assert upload.reference not in words(client.get(LIST))


def test_phones_of_anothers_file_are_masked(city_officer, county_officer, log_in, roll):
    upload = roll.take({"电话": f"{phone(1)}/{phone(2)}"}, by=county_officer)
    shown = page(log_in(city_officer), upload)
    assert phone(1) not in shown
    assert phone(1) in page(log_in(county_officer), upload)
