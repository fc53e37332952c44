"""The pages of pledges and letters, as people use them."""

import datetime
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from responsibility import tasks
from responsibility.documents.pledge_template import default_template
from responsibility.models import Batch, Cadre, Letter, Notification, Pledge, PledgeTemplate
from responsibility.services.letters import letters_make
from responsibility.services.pledges_bulk import pledges_make, pledges_sign
from tests.factories import EntityFactory
from tests.kit.test_documents import a_docx
from tests.personas import CITY, COUNTY, OTHER_COUNTY, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 scan"


def url(name, *args, query=""):
    return reverse(f"responsibility:{name}", args=args) + query


@pytest.fixture
def bearer(areas, cadre):
    made = CadreFactory(area=areas[VILLAGE], name="王<b>小五", user=cadre)
    shop = EntityFactory(area=areas[VILLAGE], name="一&二餐馆", grade="D", grade_source="ledger")
    AssignmentFactory(entity=shop, cadre=made)
    return made


@pytest.fixture
def waiting(bearer):
    make(is_issued=True)
    return Pledge.objects.get(cadre=bearer)


def make(**more):
    at = timezone.now()
    return pledges_make(cadres=Cadre.objects.all(), actor=None, at=at, year=at.year, **more)


@pytest.fixture
def letters(areas, city_admin):
    year = timezone.localdate().year
    letters_make(areas=type(areas[CITY]).objects.all(), year=year, actor=city_admin)
    return {letter.area_id: letter for letter in Letter.objects.filter(unit="")}


def test_a_cadre_reads_and_signs_on_his_own_page(waiting, cadre, log_in):
    browser = log_in(cadre)
    assert browser.get(url("papers")).url == url("pledge-detail", waiting.pk)
    page = browser.get(url("pledge-mine"), follow=True)
    text = page.content.decode()
    assert "王&lt;b&gt;小五" in text
    assert "一&amp;二餐馆" in text
    mark = page.context["sign_form"]["mark"].value()
    send = {"typed": "王<b>小五", "has_read": "on", "mark": mark}
    wrong = browser.post(url("pledge-sign", waiting.pk), send | {"typed": "别人"}, follow=True)
    assert "不一致" in wrong.content.decode()
    done = browser.post(url("pledge-sign", waiting.pk), send, follow=True)
    assert "承诺书已签订" in done.content.decode()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.signed_via) == ("signed", "typed")
    again = browser.post(url("pledge-sign", waiting.pk), send, follow=True)
    assert "不必再签" in again.content.decode()


def test_the_office_issues_a_draft_and_records_a_scan(bearer, county_officer, log_in):
    make()
    pledge = Pledge.objects.get()
    browser = log_in(county_officer)
    assert "已送签" in browser.post(url("pledge-issue", pledge.pk), follow=True).content.decode()
    send = {"signed_on": "2022-10-30", "scan": SimpleUploadedFile("签.pdf", PDF)}
    page = browser.post(url("pledge-scan-add", pledge.pk), send, follow=True)
    assert "已登记为已签" in page.content.decode()
    response = browser.get(url("pledge-scan", pledge.pk))
    assert b"".join(response.streaming_content) == PDF
    assert response.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.exe", b"MZ", "只收 PDF 和照片"),
        ("a.pdf", b"<html>", "不符"),
        ("a.docx", b"PK\x03\x04", "只收 PDF 和照片"),
        ("a.pdf", b"", "空"),
        ("a.pdf", PDF + b"x" * 10 * 1024 * 1024, "10 MB"),
    ],
)
def test_a_hostile_scan_is_refused(waiting, county_officer, log_in, name, data, word):
    send = {"signed_on": "2022-10-30", "scan": SimpleUploadedFile(name, data)}
    page = log_in(county_officer).post(url("pledge-scan-add", waiting.pk), send)
    assert page.status_code == 400
    assert word in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_papers_open_in_other_programs(waiting, county_officer, log_in):
    browser = log_in(county_officer)
    pdf = PdfReader(io.BytesIO(browser.get(url("pledge-pdf", waiting.pk)).content))
    text = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    assert "王<b>小五" in text
    assert "一&二餐馆" in text
    assert waiting.number in text
    docx = browser.get(url("pledge-docx", waiting.pk)).content
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(docx)).namelist()
    one = browser.get(url("pledge-print")).content
    assert len(PdfReader(io.BytesIO(one)).pages) == len(pdf.pages)
    sheet = b"".join(browser.get(url("pledge-export")).streaming_content)
    assert sheet.startswith(b"PK")


def test_a_county_gets_its_pledges_in_one_go(bearer, areas, county_officer, log_in):
    CadreFactory(area=areas[TOWN], level="township")
    CadreFactory(area=areas[OTHER_COUNTY], level="county")
    browser = log_in(county_officer)
    page = browser.get(url("pledge-make"))
    assert page.context["due"] == 2
    response = browser.post(url("pledge-make"), {"area": COUNTY, "is_issued": "on"})
    batch = Batch.objects.get()
    assert response.url == url("pledge-batch", batch.pk)
    assert (batch.state, batch.total) == ("queued", 2)
    assert "排队中" in browser.get(response.url).content.decode()
    again = browser.post(url("pledge-make"), {"area": COUNTY}, follow=True)
    assert "正在生成" in again.content.decode()
    assert tasks.work_batch(batch.pk) == 2
    assert tasks.work_batch(batch.pk) == 0
    page = browser.get(url("pledge-batch-progress", batch.pk))
    assert "已生成 2 份" in page.content.decode()
    assert "hx-get" not in page.content.decode()
    assert set(Pledge.objects.values_list("area_id", "state")) == {
        (TOWN, "waiting"),
        (VILLAGE, "waiting"),
    }


def test_a_dead_worker_s_batch_is_taken_up_and_doubles_nothing(
    bearer, areas, county_officer, log_in
):
    CadreFactory(area=areas[TOWN], level="township")
    log_in(county_officer).post(url("pledge-make"), {"area": COUNTY})
    batch = Batch.objects.get()
    make(most=1)  # what the dead worker had done
    long_ago = timezone.now() - datetime.timedelta(minutes=5)
    Batch.objects.filter(pk=batch.pk).update(state="running", touched_at=long_ago, done=1)
    assert tasks.batches.waiting_batches(at=timezone.now()) == [batch.pk]
    assert tasks.work_batch(batch.pk) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.total) == ("done", 2, 2)
    assert Pledge.objects.count() == 2


def test_a_batch_that_kills_its_workers_is_given_up(bearer, county_officer, log_in):
    log_in(county_officer).post(url("pledge-make"), {"area": COUNTY})
    batch = Batch.objects.get()
    batch.options["tries"] = 5
    batch.save()
    assert tasks.work_batch(batch.pk) == 0
    batch.refresh_from_db()
    assert batch.state == "failed"
    assert "重新生成" in batch.message


def test_reminding_tells_those_with_an_account(waiting, areas, county_officer, log_in):
    CadreFactory(area=areas[TOWN], level="township")
    make(is_issued=True)
    browser = log_in(county_officer)
    assert "催签 2 人" in browser.get(url("papers")).content.decode()
    for _ in range(2):
        page = browser.post(url("pledge-remind"), follow=True)
        assert "已提醒 1 人；1 人还没有账号" in page.content.decode()
    assert Notification.objects.get().url == url("pledge-mine")


def test_a_template_is_tried_before_it_is_used(waiting, city_admin, log_in):
    browser = log_in(city_admin)
    for data, word in (
        (a_docx("{{ nmae }}"), "“nmae”"),
        (a_docx("没有占位符"), "{{ name }}"),
        (a_docx("{{ name }}"), "附件 1"),
        (a_docx("{{ name.__class__ }}"), "样例模板"),
        (b"%PDF-", "另存为"),
    ):
        send = {"of": "village", "file": SimpleUploadedFile("模板.docx", data)}
        page = browser.post(url("pledge-template-upload"), send)
        assert page.status_code == 400
        assert word in page.content.decode().replace("&quot;", '"')
    assert not PledgeTemplate.objects.exists()
    own = default_template()
    send = {"of": "village", "file": SimpleUploadedFile("模板.docx", own)}
    assert (
        "已启用" in browser.post(url("pledge-template-upload"), send, follow=True).content.decode()
    )
    assert browser.get(url("pledge-template-file", "village")).content == own
    page = browser.post(url("pledge-template-back"), {"of": "village"}, follow=True)
    assert "改回示例" in page.content.decode()


def test_the_tree_shows_where_the_chain_breaks(bearer, letters, areas, city_admin, log_in):
    browser = log_in(city_admin)
    for code in (COUNTY, VILLAGE):
        send = {"signed_on": str(timezone.localdate()), "signer_down": "张三"}
        page = browser.post(url("letter-sign", letters[code].pk), send, follow=True)
        assert "已登记为已签" in page.content.decode()
    page = browser.get(url("papers", query="?broken=1"))
    rows = [(row.name, row.letter, row.hanging, row.hangs) for row in page.context["rows"]]
    assert (areas[TOWN].name, "waiting", 1, False) in rows
    assert (areas[VILLAGE].name, "signed", 0, True) in rows
    text = page.content.decode()
    assert "下面 1 份悬空" in text
    assert "县与乡之间，悬空 1 份" in text
    browser.post(url("letter-sign", letters[TOWN].pk), send)
    page = browser.get(url("papers", query="?broken=1"))
    assert "没有断开的地方" in page.content.decode()


def test_the_tree_opens_by_htmx_and_by_links(bearer, letters, city_admin, log_in):
    browser = log_in(city_admin)
    plain = browser.get(url("papers", query=f"?open={COUNTY}"))
    piece = browser.get(
        url("papers", query=f"?open={COUNTY}"),
        headers={"HX-Request": "true", "HX-Target": "papers-tree"},
    )
    assert [row.code for row in plain.context["rows"]] == [
        row.code for row in piece.context["rows"]
    ]
    assert TOWN in [row.code for row in piece.context["rows"]]
    assert piece.content.decode().lstrip().startswith("<section")


def test_a_letter_is_recorded_once_and_voided_with_a_reason(letters, county_officer, log_in):
    browser = log_in(county_officer)
    letter = letters[TOWN]
    send = {"signed_on": "2099-01-01"}
    assert (
        "晚于今天"
        in browser.post(url("letter-sign", letter.pk), send, follow=True).content.decode()
    )
    send = {"signed_on": str(timezone.localdate()), "scan": SimpleUploadedFile("状.pdf", PDF)}
    browser.post(url("letter-sign", letter.pk), send)
    again = browser.post(
        url("letter-sign", letter.pk), {"signed_on": str(timezone.localdate())}, follow=True
    )
    assert "不必再登记" in again.content.decode()
    assert b"".join(browser.get(url("letter-scan", letter.pk)).streaming_content) == PDF
    browser.post(url("letter-void", letter.pk), {"reason": "登记有误"})
    letter.refresh_from_db()
    assert (letter.state, letter.void_reason) == ("void", "登记有误")
    page = browser.post(url("letter-make"), {"year": letter.year}, follow=True)
    assert "新生成 1 份" in page.content.decode()


def test_members_of_the_committee_sign_too(letters, city_admin, log_in):
    browser = log_in(city_admin)
    assert Letter.objects.filter(kind="member").count() == 28
    page = browser.post(url("letter-member-create"), {"unit": "市体育局"}, follow=True)
    assert "市体育局" in page.content.decode()
    page = browser.post(url("letter-member-create"), {"unit": "市体育局"}, follow=True)
    assert "已经有了" in page.content.decode()
    assert "0 / 29 已签" in browser.get(url("papers")).content.decode()
    sheet = browser.get(url("letter-export", query="?kind=member"))
    assert b"".join(sheet.streaming_content).startswith(b"PK")


def test_what_a_meeting_signed_is_recorded_at_once(bearer, letters, areas, county_officer, log_in):
    CadreFactory(area=areas[TOWN], level="township")
    CadreFactory(area=areas[OTHER_COUNTY], level="county")
    make(is_issued=True)
    browser = log_in(county_officer)
    today = str(timezone.localdate())
    page = browser.get(url("pledge-list", query="?view=waiting"))
    assert "登记为纸质签订" in page.content.decode()
    late = browser.post(
        url("pledge-bulk-sign"), {"every": "1", "signed_on": "2099-01-01"}, follow=True
    )
    assert "晚于今天" in late.content.decode()
    send = {"every": "1", "signed_on": today}
    done = browser.post(url("pledge-bulk-sign", query="?view=waiting"), send, follow=True)
    assert "已登记 2 份" in done.content.decode()
    assert list(Pledge.objects.exclude(state="signed").values_list("area_id", flat=True)) == [
        OTHER_COUNTY
    ]
    ours = [letters[COUNTY].pk, letters[TOWN].pk, letters[OTHER_COUNTY].pk]
    page = browser.get(url("letter-list", query="?view=waiting"))
    assert "登记为纸质签订" in page.content.decode()
    done = browser.post(url("letter-bulk-sign"), {"pk": ours, "signed_on": today}, follow=True)
    assert "已登记 2 份" in done.content.decode()
    letters[OTHER_COUNTY].refresh_from_db()
    assert letters[OTHER_COUNTY].state == "waiting"


def test_every_figure_is_the_number_of_its_rows(bearer, areas, cadre, city_admin, log_in):
    for _ in range(5):
        CadreFactory(area=areas[VILLAGE])
    make(most=5, is_issued=True)
    rows = list(Pledge.objects.order_by("pk"))
    Pledge.objects.filter(pk=rows[0].pk).update(state="draft")
    on = timezone.localdate()
    signed = Pledge.objects.filter(pk__in=[row.pk for row in rows[1:4]])
    pledges_sign(pledges=signed, actor=city_admin, on=on, at=timezone.now())
    Pledge.objects.filter(pk__in=[rows[1].pk, rows[2].pk]).update(state="resign")
    pledges_make(
        cadres=Cadre.objects.filter(pk=rows[1].cadre_id),
        actor=None,
        at=timezone.now(),
        year=on.year,
    )
    browser = log_in(city_admin)
    count = browser.get(url("papers")).context["tiles"]["count"]
    told = (count.due, count.signed, count.waiting, count.resign, count.unmade)
    assert told == (6, 1, 3, 1, 1)
    for view, number in (("signed", 1), ("open", 3), ("draft", 2), ("resign", 1), ("living", 5)):
        page = browser.get(url("pledge-list", query=f"?view={view}"))
        assert (page.context["count"], len(page.context["rows"])) == (number, number), view
    assert browser.get(url("cadre-list")).context["count"] == 6
