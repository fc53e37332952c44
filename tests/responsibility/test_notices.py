"""工作提示: draft, issue, 签收, 反馈, 催办, withdrawal; who sees what."""

import datetime
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from responsibility.models import Notice, NoticeTarget, Notification
from responsibility.queries import notices as queries
from responsibility.services import notices as services
from responsibility.services.notices import NoticeError
from responsibility.services.seeds_notices import load
from tests.personas import COUNTY, OTHER_COUNTY
from tests.responsibility.notice_factories import NoticeFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 example"
NOW = datetime.datetime(2022, 10, 31, 6, 50, tzinfo=datetime.UTC)


def form(number=14, **more):
    return {
        "number": number, "title": "变更调整与档案", "topic": "变更", "body": "正文", "needs_answer": "on",
        "action_required": "反馈变更数", "due_at": f"{timezone.localdate() + datetime.timedelta(days=3)}T17:00",
        "areas": [COUNTY, OTHER_COUNTY], "revision": 0,
    } | more  # fmt: skip


def target_of(notice, code=COUNTY):
    return NoticeTarget.objects.get(notice=notice, area_id=code)


def test_a_draft_is_issued_and_its_areas_officers_are_told(
    city_officer, county_officer, outsider, station_officer, log_in
):
    browser = log_in(city_officer)
    file = SimpleUploadedFile("交接单样式.pdf", PDF)
    page = browser.post(reverse("responsibility:notice-create"), form(files=[file]))
    notice = Notice.objects.get()
    assert page.headers["Location"] == reverse("responsibility:notice-detail", args=[notice.pk])
    assert (notice.state, notice.area_id, notice.files.get().name) == (
        "draft", "3799", "交接单样式.pdf",
    )  # fmt: skip
    assert not Notification.objects.exists()
    browser.post(reverse("responsibility:notice-issue", args=[notice.pk]))
    notice.refresh_from_db()
    assert (notice.state, notice.issued_by) == ("issued", city_officer)
    assert set(Notification.objects.values_list("user", flat=True)) == {
        county_officer.pk, outsider.pk,
    }  # fmt: skip
    assert AuditRecord.objects.filter(object_type="notice", detail__act="issue").exists()


def test_the_next_number_is_proposed_and_a_taken_one_is_refused(city_officer, log_in):
    NoticeFactory(number=14, to=[COUNTY])
    browser = log_in(city_officer)
    address = reverse("responsibility:notice-create")
    assert browser.get(address).context["form"].initial["number"] == 15
    page = browser.post(address, form(number=14))
    assert "第 14 期已经有了" in page.content.decode()
    assert page.context["form"]["body"].value() == "正文"
    assert Notice.objects.count() == 1


def test_an_issued_notice_is_not_changed_any_more(city_officer, log_in):
    notice = NoticeFactory(to=[COUNTY])
    address = reverse("responsibility:notice-edit", args=[notice.pk])
    assert log_in(city_officer).post(address, form(title="换题")).status_code == 302
    with pytest.raises(NoticeError, match="已经下发"):
        services.notice_save(actor=city_officer, notice=notice, values={}, areas=[], revision=1)
    notice.refresh_from_db()
    assert notice.title != "换题"


def test_two_who_edit_one_draft_get_one_result_and_one_message(city_officer, log_in):
    notice = NoticeFactory(draft=True, number=14, to=[COUNTY])
    browser = log_in(city_officer)
    address = reverse("responsibility:notice-edit", args=[notice.pk])
    assert browser.post(address, form(title="甲改", revision=1)).status_code == 302
    page = browser.post(address, form(title="乙改", revision=1))
    assert "刚刚被别人改过" in page.content.decode()
    notice.refresh_from_db()
    assert notice.title == "甲改"


@pytest.mark.parametrize(
    ("change", "word"),
    [({"body": " "}, "正文"), ({"due_at": NOW - datetime.timedelta(hours=1)}, "期限已过")],
)
def test_a_draft_that_lacks_something_is_not_issued(city_officer, change, word):
    notice = NoticeFactory(draft=True, to=[COUNTY], **{"due_at": None} | change)
    with pytest.raises(NoticeError, match=word):
        services.notice_issue(actor=city_officer, notice=notice, at=NOW)


def test_a_draft_without_areas_is_not_issued(city_officer):
    with pytest.raises(NoticeError, match="下发对象"):
        services.notice_issue(
            actor=city_officer, notice=NoticeFactory(draft=True, due_at=None), at=NOW
        )


def test_a_second_press_of_the_button_signs_nothing(county_officer, log_in):
    target = target_of(NoticeFactory(to=[COUNTY]))
    browser = log_in(county_officer)
    address = reverse("responsibility:notice-receive", args=[target.pk])
    browser.post(address)
    target.refresh_from_db()
    first = target.received_at
    assert target.received_by == county_officer
    page = browser.post(address, follow=True)
    assert f"东山县已由{county_officer.name}在" in page.content.decode()
    target.refresh_from_db()
    assert target.received_at == first


def test_an_answer_signs_too_and_is_read_by_the_issuer(county_officer, city_officer, log_in):
    notice = NoticeFactory(to=[COUNTY, OTHER_COUNTY], issued_by=city_officer)
    target = target_of(notice)
    file = SimpleUploadedFile("交接单.pdf", PDF)
    log_in(county_officer).post(
        reverse("responsibility:notice-answer", args=[target.pk]),
        {"answer": "变更 6 户，均已调整", "file": file},
    )
    target.refresh_from_db()
    assert (target.answer, target.file_name) == ("变更 6 户，均已调整", "交接单.pdf")
    assert target.received_by == target.answered_by == county_officer
    assert Notification.objects.get(user=city_officer).text.startswith("东山县已反馈")
    got = log_in(city_officer).get(reverse("responsibility:notice-answer-file", args=[target.pk]))
    assert b"".join(got.streaming_content) == PDF
    assert got.headers["Content-Type"] == "application/octet-stream"


def test_the_second_of_two_answers_is_told_of_the_first(county_officer, log_in):
    target = target_of(NoticeFactory(to=[COUNTY]))
    browser = log_in(county_officer)
    address = reverse("responsibility:notice-answer", args=[target.pk])
    browser.post(address, {"answer": "甲写的", "seen": ""})
    page = browser.post(address, {"answer": "乙写的", "seen": ""})
    assert "已经反馈，您写的没有保存" in page.content.decode()
    assert page.context["answer_form"]["answer"].value() == "乙写的"
    target.refresh_from_db()
    assert target.answer == "甲写的"
    browser.post(address, {"answer": "补充", "seen": services.answer_mark(target)})
    target.refresh_from_db()
    assert target.answer == "补充"


@pytest.mark.parametrize(
    ("name", "body"), [("a.exe", b"MZ"), ("a.pdf", b"<html>"), ("a.docx", b"PK\x03\x04")]
)
def test_a_file_that_is_no_paper_is_refused(county_officer, log_in, name, body):
    target = target_of(NoticeFactory(to=[COUNTY]))
    page = log_in(county_officer).post(
        reverse("responsibility:notice-answer", args=[target.pk]),
        {"answer": "有", "file": SimpleUploadedFile(name, body)},
    )
    assert page.status_code == 200
    assert page.context["answer_form"].errors["file"]
    target.refresh_from_db()
    assert not target.answered_at


def test_reminding_tells_those_who_owe_and_not_twice_within_the_hour(
    city_officer, county_officer, outsider
):
    notice = NoticeFactory(to=[COUNTY, OTHER_COUNTY])
    done = target_of(notice, OTHER_COUNTY)
    services.target_answer(actor=outsider, target=done, answer="无", at=NOW)
    told = services.targets_remind(actor=city_officer, notice=notice, at=NOW)
    assert told == {"reminded": 1, "recent": 0, "told": 1}
    again = services.targets_remind(
        actor=city_officer, notice=notice, at=NOW + datetime.timedelta(minutes=30)
    )
    assert again == {"reminded": 0, "recent": 1, "told": 0}
    later = NOW + datetime.timedelta(hours=2)
    services.targets_remind(actor=city_officer, notice=notice, at=later)
    row = target_of(notice)
    assert (row.reminders, row.reminded_at) == (2, later)
    texts = list(Notification.objects.filter(user=county_officer).values_list("text", flat=True))
    assert len(texts) == 2
    assert "还没有签收" in texts[0]
    assert not Notification.objects.filter(user=outsider).exists()


def test_nothing_is_owed_for_a_withdrawn_notice(city_officer, county_officer, log_in):
    notice = NoticeFactory(to=[COUNTY])
    with pytest.raises(NoticeError, match="原因"):
        services.notice_withdraw(actor=city_officer, notice=notice, reason=" ", at=NOW)
    services.notice_withdraw(actor=city_officer, notice=notice, reason="期限写错", at=NOW)
    with pytest.raises(NoticeError, match="不能撤回"):
        services.notice_withdraw(actor=city_officer, notice=notice, reason="再撤", at=NOW)
    with pytest.raises(NoticeError, match="已经撤回"):
        services.target_receive(actor=county_officer, target=target_of(notice), at=NOW)
    with pytest.raises(NoticeError, match="没有要催办的"):
        services.targets_remind(actor=city_officer, notice=notice, at=NOW)
    page = log_in(county_officer).get(reverse("responsibility:notice-detail", args=[notice.pk]))
    assert "期限写错" in page.content.decode()


def test_a_county_sees_its_own_row_only_and_no_draft(county_officer, city_officer, log_in):
    notice = NoticeFactory(to=[COUNTY, OTHER_COUNTY])
    draft = NoticeFactory(draft=True, to=[COUNTY])
    rows, _ = queries.notice_page(user=county_officer, tab="")
    assert [(row.pk, row.sent) for row in rows] == [(notice.pk, 1)]
    assert [row.area_id for row in queries.targets_of(user=county_officer, notice=notice)] == [
        COUNTY
    ]
    assert queries.notice_get(user=county_officer, pk=draft.pk) is None
    assert [row.sent for row in queries.notice_page(user=city_officer, tab="")[0]] == [2]
    page = log_in(county_officer).get(reverse("responsibility:notice-detail", args=[notice.pk]))
    assert "西河区" not in page.content.decode()


def test_a_reader_who_owes_nothing_sees_no_count_of_nothing(cadre, log_in):
    NoticeFactory(to=[COUNTY])
    page = log_in(cadre).get(reverse("responsibility:notice-list")).content.decode()
    assert "累计下发" in page
    assert "0 / 0" not in page
    assert "全部办结" not in page


def test_a_notice_to_another_county_is_not_there(outsider, log_in):
    notice = NoticeFactory(to=[COUNTY])
    assert queries.notice_page(user=outsider, tab="")[0] == []
    address = reverse("responsibility:notice-detail", args=[notice.pk])
    assert log_in(outsider).get(address).status_code == 404


def test_the_counts_of_the_page_are_those_of_the_rows(city_officer, outsider):
    open_one = NoticeFactory(to=[COUNTY, OTHER_COUNTY])
    NoticeFactory(to=[COUNTY], needs_answer=False)
    done = NoticeFactory(to=[OTHER_COUNTY])
    services.target_answer(
        actor=outsider, target=target_of(done, OTHER_COUNTY), answer="无", at=NOW
    )
    services.target_receive(actor=outsider, target=target_of(open_one, OTHER_COUNTY), at=NOW)
    totals = queries.notice_totals(user=city_officer)
    assert (totals["issued"], totals["open"], totals["drafts"]) == (3, 2, 0)
    rows = {row.pk: row for row in queries.notice_page(user=city_officer, tab="open")[0]}
    row = rows[open_one.pk]
    assert (row.sent, row.received, row.answered, row.unsigned) == (2, 1, 0, 1)
    assert done.pk not in rows


def test_the_export_holds_a_row_for_each_area(city_officer, log_in):
    notice = NoticeFactory(to=[COUNTY, OTHER_COUNTY], title="=变更")
    services.target_answer(actor=city_officer, target=target_of(notice), answer="无变更", at=NOW)
    response = log_in(city_officer).get(reverse("responsibility:notice-export"))
    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    rows = list(book.active.values)
    assert [row[6] for row in rows[1:]] == ["西河区", "东山县"]
    assert rows[2][11] == "无变更"
    assert rows[1][1] == "=变更"


def test_the_fourteen_examples_are_drafts_and_edited_ones_stay(city_officer, areas):
    load()
    assert Notice.objects.filter(area="3799", state="draft", is_example=True).count() == 14
    notice = Notice.objects.get(number=1)
    assert notice.targets.count() == len(queries.areas_to_choose(user=city_officer))
    Notice.objects.filter(pk=notice.pk).update(title="改过")
    load()
    assert Notice.objects.count() == 14
    assert Notice.objects.get(number=1).title == "改过"


def test_no_statement_more_for_many_areas(city_officer, log_in, areas):
    browser = log_in(city_officer)
    counts = []
    for codes in ([COUNTY], [code for code in areas if len(code) == 6]):
        notice = NoticeFactory(to=codes)
        with CaptureQueriesContext(connection) as statements:
            browser.get(reverse("responsibility:notice-detail", args=[notice.pk]))
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_every_change_of_a_target_is_in_its_history(county_officer):
    target = target_of(NoticeFactory(to=[COUNTY]))
    services.target_receive(actor=county_officer, target=target, at=NOW)
    services.target_answer(actor=county_officer, target=target, answer="无", at=NOW)
    answers = list(target.events.order_by("pgh_id").values_list("answer", flat=True))
    assert answers == ["", "", "无"]


def test_the_api_gives_a_county_its_own_row_only(county_officer, log_in):
    notice = NoticeFactory(to=[COUNTY, OTHER_COUNTY])
    NoticeFactory(draft=True, to=[COUNTY])
    services.target_answer(actor=county_officer, target=target_of(notice), answer="无变更", at=NOW)
    browser = log_in(county_officer)
    listed = browser.get(reverse("api:notice-list")).json()["results"]
    assert [(row["id"], row["sent"], row["answered"]) for row in listed] == [(notice.pk, 1, 1)]
    assert browser.get(reverse("api:notice-list") + "?view=open").json()["results"] == []
    told = browser.get(reverse("api:notice-detail", args=[notice.pk])).json()
    assert [(row["area"], row["answer"]) for row in told["targets"]] == [(COUNTY, "无变更")]
