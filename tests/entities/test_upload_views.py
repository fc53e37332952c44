"""The pages of the ledger upload, on the real pipeline: what a clerk sees and what pressing does."""

import io

import openpyxl
import pghistory
import pytest
from django.urls import reverse
from django.utils import timezone

from entities.ledger import process
from entities.models import Entity, LedgerUpload, Proposal, WorkerPulse
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from tests.entities.upload_pages import LICENCES, at, page, rows, words
from tests.personas import COUNTY

from .pipeline import FILES, GOOD, Ledger, entity, take

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")
LIST = reverse("entities:upload-list")
FORM = {"key": "0" * 32, "mode": "partial"}


@pytest.fixture
def clerk(county_officer, log_in):
    return log_in(county_officer)


@pytest.fixture
def ledger(tmp_path, county_officer):
    made = Ledger(tmp_path)
    made.by = county_officer
    return made


def send(client, path, **data):
    with open(path, "rb") as file:
        return client.post(reverse("entities:upload-create"), FORM | data | {"file": file})


def test_a_file_is_kept_and_queued_and_leads_to_its_progress(clerk, county_officer):
    response = send(clerk, FILES / "A01_clean.xlsx", mode="full")
    upload = LedgerUpload.objects.get()
    assert response.url == at("detail", upload)
    assert (upload.state, upload.mode, upload.area_id) == ("queued", "full", COUNTY)
    assert upload.uploaded_by == county_officer
    shown = words(page(clerk, upload))
    assert "排第 1 位" in shown
    assert "工作进程未运行" in shown
    assert "上传已保存，正在排队" in shown


def test_the_same_form_sent_twice_uploads_once_another_file_is_another_upload(clerk):
    first = send(clerk, FILES / "A01_clean.xlsx")
    assert send(clerk, FILES / "A01_clean.xlsx").url == first.url
    assert send(clerk, FILES / "A03_title_rows.xlsx").url != first.url
    assert LedgerUpload.objects.count() == 2


def test_without_a_file_the_form_says_what_is_missing(clerk):
    response = clerk.post(reverse("entities:upload-create"), FORM, follow=True)
    assert "请先选择台账文件" in words(response)
    assert not LedgerUpload.objects.exists()


def test_progress_renews_itself_until_the_work_is_done(clerk, ledger):
    WorkerPulse.objects.create(name="worker", seen_at=timezone.now())
    upload = take(FILES / "A01_clean.xlsx")
    LedgerUpload.objects.update(
        state="processing", stage="check",
        progress={"done": 2816, "total": 4700, "refused": 11, "warned": 88},
    )  # fmt: skip
    response = clerk.get(at("progress", upload))
    shown = words(response)
    assert "HX-Refresh" not in response
    assert 'hx-trigger="every 1s"' in response.content.decode()
    assert "X-Passive" in response.content.decode()
    assert "已查 2,816 / 4,700 行" in shown
    assert "拒收 11 行、提示 88 行" in shown
    assert 'aria-valuenow="59"' in response.content.decode()
    assert "工作进程正常" in shown
    LedgerUpload.objects.update(state="review", stage="review")
    response = clerk.get(at("progress", upload))
    assert response["HX-Refresh"] == "true"
    assert "hx-trigger" not in response.content.decode()


def test_a_refused_file_says_what_to_do_and_that_nothing_changed(clerk):
    upload = take(FILES / "E06_bomb_lying_size.xlsx")
    shown = words(page(clerk, upload))
    assert upload.message in shown
    assert upload.code in shown
    assert "重新上传" in shown
    assert "名录没有改动" in shown
    assert upload.message in words(clerk.get(LIST))


def test_review_says_what_would_be_written_and_what_not(clerk, ledger):
    upload = ledger.take(*rows(2), rows(3)[2] | {"统一社会信用代码": "123"}, by=ledger.by)
    response = page(clerk, upload)
    shown = words(response)
    tiles = {tile["label"]: tile["value"] for tile in response.context["tiles"]}
    assert tiles == {"新增": 2, "变更": 0, "未变": 0, "拒收": 1, "提示": upload.warned_rows}
    assert "将写入 2 家：新增 2（可整份撤销）" in shown
    assert "1 行拒收不写入" in shown
    assert "在册 0 → 2" in shown
    assert "确认写入 2 家" in shown
    assert [finding.code for finding in response.context["findings"]] == ["R_CODE"]


def test_refusals_and_hints_never_mix(clerk, ledger):
    upload = ledger.take(
        rows(1)[0] | {"联系电话": "13900000001/13900000002"},
        rows(2)[1] | {"联系电话": "打不通"},
        by=ledger.by,
    )
    for query, initial in (("", "R"), ("?show=findings&kind=W", "W"), ("?show=findings", "R")):
        found = page(clerk, upload, query).context["findings"]
        assert {finding.code[0] for finding in found} == {initial}


def test_changes_stand_field_by_field_and_can_be_narrowed(clerk, ledger):
    ledger.write(*rows(2, 经营面积="51", 法定代表人="李四"), by=ledger.by)
    upload = ledger.take(
        *rows(1, 经营面积="77.5", 法定代表人="王五"),
        rows(2)[1] | {"经营面积": "51", "法定代表人": "王五"}, by=ledger.by,
    )  # fmt: skip
    response = page(clerk, upload, "?show=changed")
    changes = {
        (group["code"], change["field"]): (change["old"], change["new"])
        for group in response.context["groups"]
        for change in group["changes"]
    }
    assert changes == {
        (LICENCES[0], "经营面积(㎡)"): ("51", "77.5"),
        (LICENCES[0], "法定代表人(负责人)"): ("李四", "王五"),
        (LICENCES[1], "法定代表人(负责人)"): ("李四", "王五"),
    }
    response = page(clerk, upload, "?show=changed&field=floor_area")
    assert [group["code"] for group in response.context["groups"]] == [LICENCES[0]]
    assert [(item["label"], item["count"]) for item in response.context["fields"]] == [
        ("法定代表人(负责人)", 2), ("经营面积(㎡)", 1),
    ]  # fmt: skip


def test_phones_in_changes_are_masked(clerk, ledger):
    ledger.write(*rows(1, 联系电话="13900001111"), by=ledger.by)
    upload = ledger.take(*rows(1, 联系电话="13900002222"), by=ledger.by)
    shown = words(page(clerk, upload, "?show=changed"))
    assert "139****1111" in shown
    assert "139****2222" in shown
    assert "13900001111" not in shown


def test_confirm_orders_the_writing_and_the_page_tells_the_result(clerk, ledger):
    upload = ledger.take(*rows(2), by=ledger.by)
    assert clerk.post(at("confirm", upload)).url == at("detail", upload)
    upload.refresh_from_db()
    assert upload.state == "applying"
    assert "正在写入名录" in words(page(clerk, upload))
    process.upload_work(upload.pk)
    shown = words(page(clerk, upload))
    assert "已写入 2 家" in shown
    assert "撤销本次写入" in shown
    assert Entity.objects.count() == 2


def test_undo_asks_first_and_then_restores(clerk, ledger):
    ledger.write(*rows(1, 经营面积="51"), by=ledger.by)
    upload = ledger.write(*rows(2, 经营面积="77"), by=ledger.by)
    shown = words(clerk.get(at("undo", upload)))
    assert "本次变更的 1 家恢复原值" in shown
    assert "本次新增的 1 家改为“已撤销”" in shown
    assert entity(LICENCES[0]).floor_area == 77
    response = clerk.post(at("undo", upload), follow=True)
    assert "写入已撤销，恢复 2 家" in words(response)
    assert entity(LICENCES[0]).floor_area == 51
    assert entity(LICENCES[1]).status == "withdrawn"
    assert clerk.get(at("undo", upload)).url == at("detail", upload)


def test_undo_lists_what_somebody_changed_since(clerk, ledger):
    upload = ledger.write(*rows(2), by=ledger.by)
    with pghistory.context(via="test"):
        Entity.objects.filter(licence_no=LICENCES[0]).update(legal_person="赵六")
    assert "1 家写入后又被改过" in words(clerk.get(at("undo", upload)))
    response = clerk.post(at("undo", upload), follow=True)
    assert [kept.licence_no for kept in response.context["kept"]] == [LICENCES[0]]
    assert entity(LICENCES[0]).status == "operating"


def test_what_somebody_changed_meanwhile_is_left_out_with_its_three_values(clerk, ledger):
    ledger.write(*rows(1, 经营面积="51"), by=ledger.by)
    upload = ledger.take(*rows(1, 经营面积="77"), by=ledger.by)
    Entity.objects.update(floor_area=60)
    clerk.post(at("confirm", upload))
    process.upload_work(upload.pk)
    response = page(clerk, upload)
    (group,) = response.context["conflicts"]
    assert group["changes"] == [
        {"field": "经营面积(㎡)", "before": "51", "mine": "77", "now": "60"}
    ]
    assert "已被他人修改，没有写入" in words(response)
    assert entity(LICENCES[0]).floor_area == 60


def test_a_whole_ledger_that_lacks_too_much_asks_twice(clerk, ledger):
    ledger.write(*rows(4), by=ledger.by)
    upload = ledger.take(*rows(1), by=ledger.by, mode="full")
    assert "占 75.0%" in words(page(clerk, upload))
    response = clerk.post(at("confirm", upload), follow=True)
    assert "再勾选“已核对”后写入" in words(response)
    upload.refresh_from_db()
    assert upload.state == "review"
    clerk.post(at("confirm", upload), {"sure": "1"})
    upload.refresh_from_db()
    assert upload.state == "applying"


def test_what_a_whole_ledger_lacks_is_listed_and_only_proposed(clerk, ledger):
    ledger.write(*rows(3), by=ledger.by)
    upload = ledger.take(*rows(1), by=ledger.by, mode="full")
    response = page(clerk, upload, "?show=missing")
    assert [one.licence_no for one in response.context["missing"]] == LICENCES[1:3]
    assert "提请筛除 2 家" in words(response)
    clerk.post(at("propose-missing", upload))
    assert set(Proposal.objects.values_list("status_to", "source", "state")) == {
        ("closed", "missing", "proposed")
    }
    assert Proposal.objects.count() == 2
    assert set(Entity.objects.values_list("status", flat=True)) == {"operating"}
    assert "已提请 2 家" in words(page(clerk, upload, "?show=missing"))
    clerk.post(at("propose-missing", upload))
    assert Proposal.objects.count() == 2


def test_a_discarded_ledger_can_no_longer_propose(clerk, ledger):
    ledger.write(*rows(2), by=ledger.by)
    upload = ledger.take(*rows(1), by=ledger.by, mode="full")
    clerk.post(at("discard", upload))
    assert "已放弃本次上传" in words(page(clerk, upload))
    clerk.post(at("propose-missing", upload))
    assert not Proposal.objects.exists()


def test_a_renewal_is_written_only_when_it_is_chosen(clerk, ledger):
    ledger.write(*rows(1, 经营地址="长安路1号"), by=ledger.by)
    renewed = rows(1, 经营地址="长安路1号")[0] | {"许可证编号": LICENCES[3]}
    upload = ledger.take(renewed, by=ledger.by)
    assert "疑似换证 1 家没有选择，不写入" in words(page(clerk, upload))
    (offer,) = page(clerk, upload, "?show=renewals").context["renewals"]
    clerk.post(at("renewals", upload), {f"row-{offer['index']}": "renew"})
    assert "将写入 1 家：换证 1" in words(page(clerk, upload))
    clerk.post(at("confirm", upload))
    process.upload_work(upload.pk)
    assert Entity.objects.get().licence_no == LICENCES[3]


def test_the_error_workbook_has_the_rows_that_need_work_and_is_recorded(clerk, ledger):
    bad = rows(2)[1] | {"统一社会信用代码": "123"}
    upload = ledger.take(*rows(1), bad, by=ledger.by)
    response = clerk.get(at("error-book", upload))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    head, *body = sheet.iter_rows(values_only=True)
    assert head[-1] == "问题说明"
    assert [line[head.index("许可证编号")] for line in body] == [LICENCES[1]]
    assert AuditRecord.objects.filter(action="export", object_id=upload.reference).exists()


def test_the_original_comes_back_as_it_was(clerk):
    source = FILES / "A01_clean.xlsx"
    upload = take(source)
    response = clerk.get(at("file", upload))
    assert response.getvalue() == source.read_bytes()
    assert response["Content-Type"] == "application/octet-stream"


def test_a_county_sees_its_own_uploads_the_city_all(clerk, city_officer, log_in, ledger):
    mine, other = ledger.take(*rows(1), by=ledger.by), take(FILES / "A01_clean.xlsx", area="379902")
    assert [one.pk for one in clerk.get(LIST).context["uploads"]] == [mine.pk]
    assert clerk.get(at("detail", other)).status_code == 404
    city = log_in(city_officer)
    assert [one.pk for one in city.get(LIST).context["uploads"]] == [other.pk, mine.pk]
    assert "谁的台账" in words(city.get(LIST))
    assert city.get(LIST + "?state=refused").context["uploads"] == []


def test_another_ones_phones_are_masked_for_who_does_not_need_them(city_officer, log_in, ledger):
    upload = ledger.take(*rows(1, 联系电话="13900001111/13900002222"), by=ledger.by)
    shown = words(page(log_in(city_officer), upload, "?show=findings&kind=W"))
    assert "139****2222" in shown
    assert "13900002222" not in shown


def test_the_template_is_taken_without_a_correction(clerk, tmp_path, ledger):
    path = tmp_path / "template.xlsx"
    path.write_bytes(clerk.get(reverse("entities:upload-template")).getvalue())
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for heading, value in GOOD.items():
        sheet.cell(row=2, column=heads.index(heading) + 1).value = value
    book.save(path)
    upload = ledger.take(path=path, by=ledger.by)
    assert (upload.state, upload.new, upload.refused_rows) == ("review", 1, 0)


def test_rows_past_their_keeping_are_said_to_be_gone(clerk, ledger):
    upload = ledger.write(*rows(1, 联系电话="13900001111/13900002222"), by=ledger.by)
    upload.ledger_rows.all().delete()
    upload.ledger_findings.all().delete()
    shown = words(page(clerk, upload))
    assert "逐行明细已过保存期限" in shown
    assert clerk.get(at("error-book", upload)).status_code == 404
