"""Pages of the dated to-dos."""

import datetime
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from responsibility.models import Duty
from responsibility.services import duties, lists
from responsibility.services.seeds_lists import load
from tests.personas import CITY, COUNTY, OTHER_COUNTY, TOWN, VILLAGE
from tests.responsibility.factories import CadreFactory


@pytest.fixture
def duty(city_admin, areas, cadre):
    """J1 of the village's cadre, this quarter."""
    load()
    lists.lists_issue_all(
        actor=city_admin, effective_from=datetime.date(2022, 10, 12), at=timezone.now()
    )
    holder = CadreFactory(area=areas[VILLAGE], user=cadre, name="赵村干")
    duties.duties_make(on=timezone.localdate())
    return Duty.objects.get(cadre=holder, code="J1")


def text_of(browser, name, *args, **query):
    answer = browser.get(reverse(f"responsibility:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_cadre_finds_does_and_opens_his_to_do_again(duty, cadre, log_in):
    browser = log_in(cadre)
    text = text_of(browser, "duty-list")
    assert "开展督导" in text
    assert "赵村干" in text
    assert "按属地汇总" not in text
    address = reverse("responsibility:duty-complete", args=[duty.pk])
    empty = browser.post(address, {"revision": "1"})
    assert "请写明办理情况，或上传成果物。" in empty.content.decode()
    wrong = SimpleUploadedFile("清单.pdf", b"<script>alert(1)</script>")
    refused = browser.post(address, {"revision": "1", "file": wrong})
    assert "文件内容与扩展名不符" in refused.content.decode()
    scan = SimpleUploadedFile("../../督导清单.pdf", b"%PDF-1.7 x")
    told = browser.post(address, {"revision": "1", "note": "四家都去过", "file": scan}, follow=True)
    assert "已办结 J1 开展督导" in told.content.decode()
    duty.refresh_from_db()
    assert (duty.state, duty.file_name, duty.done_by) == ("done", "督导清单.pdf", cadre)
    file = browser.get(reverse("responsibility:duty-file", args=[duty.pk]))
    assert file.getvalue() == b"%PDF-1.7 x"
    assert file.headers["Content-Disposition"].startswith("attachment")
    again = browser.post(address, {"revision": "1", "note": "再办"}, follow=True)
    assert "已经办结这一项，您的内容没有保存" in again.content.decode()
    browser.post(
        reverse("responsibility:duty-reopen", args=[duty.pk]),
        {"revision": "2", "reason": "缺签字"},
    )
    text = text_of(browser, "duty-detail", duty.pk)
    assert "缺签字" in text
    assert "重新打开" in text
    assert "督导清单.pdf" in text
    record = AuditRecord.objects.filter(object_type="duty").earliest("pk")
    assert record.detail == {"act": "complete", "code": "J1", "period": duty.period,
                             "file": "督导清单.pdf"}  # fmt: skip


def test_who_may_only_read_sees_no_form(duty, leader, log_in):
    text = text_of(log_in(leader), "duty-detail", duty.pk)
    assert "办结这一项" not in text
    answer = log_in(leader).post(reverse("responsibility:duty-complete", args=[duty.pk]))
    assert answer.status_code == 403


def test_filters_narrow_and_chips_name_them(duty, county_officer, log_in):
    browser = log_in(county_officer)
    text = text_of(browser, "duty-list", area=VILLAGE, code="J1", whose="cadre")
    assert "赵村干" in text
    assert "任务：J1" in text
    assert "责任方：包保干部" in text
    assert "共 <strong>1</strong> 件" in text
    assert "赵村干" not in text_of(browser, "duty-list", area=TOWN, whose="area")
    text_of(browser, "duty-list", area="<script>", view="x", cadre="9" * 30, after="x~1", page="-1")


def test_each_figure_of_the_roll_up_is_the_list_behind_it(duty, leader, log_in):
    browser = log_in(leader)
    answer = browser.get(reverse("responsibility:duty-areas"), {"area": COUNTY})
    rows = answer.context["rows"]
    assert any(row["is_own"] for row in rows)
    for row in [{**answer.context["total"], "rows_url": answer.context["total_url"]}, *rows[:4]]:
        for view, key in (("all", "total"), ("open", "open"), ("done", "done"),
                          ("overdue", "overdue")):  # fmt: skip
            shown = browser.get(f"{row['rows_url']}&view={view}").context["count"]
            assert shown == row[key], (row, view)
    assert OTHER_COUNTY not in {row["part"] for row in rows}


def test_the_export_holds_what_the_list_holds(duty, county_officer, log_in):
    browser = log_in(county_officer)
    answer = browser.get(
        reverse("responsibility:duty-export"), {"area": VILLAGE, "view": "all", "whose": "cadre"}
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    values = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert values[0][:5] == ["代码", "任务", "周期", "起", "期限"]
    assert sorted(row[0] for row in values[1:]) == ["J1", "J2", "J7", "J9"]
    assert {row[9] for row in values[1:]} == {"赵村干"}
    assert AuditRecord.objects.filter(action="export", object_type="duty").count() == 1


def test_the_api_gives_the_same_to_dos_and_the_list_they_come_from(duty, county_officer, log_in):
    browser = log_in(county_officer)
    told = browser.get(reverse("api:duty-list"), {"area": VILLAGE, "whose": "cadre"}).json()
    assert [row["code"] for row in told["results"]] == ["J1", "J2", "J7", "J9"]
    assert (told["results"][0]["task"], told["results"][0]["cadre_name"]) == ("开展督导", "赵村干")
    one = browser.get(reverse("api:list-detail", args=[duty.item.document_id])).json()
    assert [line["code"] for line in one["items"]][:3] == ["J1", "J2", "J3"]
    assert one["items"][2]["marks"] == {
        "city": "full", "county": "full", "township": "full", "village": "assist",
    }  # fmt: skip


def test_a_leader_closes_what_he_owes_himself_and_nothing_else(duty, areas, leader, log_in):
    own = CadreFactory(area=areas[CITY], level="city", user=leader, post="副市长")
    duties.duties_make(on=timezone.localdate())
    client = log_in(leader)
    mine = Duty.objects.filter(cadre=own).order_by("pk").first()
    unit = Duty.objects.filter(area=CITY, cadre=None).order_by("pk").first()
    for made, status, state in ((mine, 302, "done"), (unit, 403, "open")):
        url = reverse("responsibility:duty-complete", args=[made.pk])
        assert client.post(url, {"note": "已办", "revision": made.revision}).status_code == status
        made.refresh_from_db()
        assert made.state == state
    assert "本单位的清单任务" not in client.get(reverse("todo")).content.decode()
