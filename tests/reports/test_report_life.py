"""汇总 → 签发 → 归档: who does what, until when, and what then stays."""

import datetime
import threading

import pytest
from django.db import DatabaseError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import Area, AuditRecord
from reports.enums import ReportState, ReviewState
from reports.models import CountyReview, DailyReport, ReportException
from reports.queries.reports import report_page
from reports.queries.todo import todo
from reports.services import build_daily_report
from reports.services.issuing import (
    IssueRefused,
    TextChanged,
    notes_set,
    report_archive,
    report_issue,
    reports_clock,
    text_edit,
)
from reports.services.reviewing import (
    ReviewError,
    review_confirm,
    review_reopen,
    review_return,
    reviews_remind,
)
from responsibility.models import Notification
from responsibility.queries.todo import badges
from tests.personas import CITY, COUNTY, OTHER_COUNTY
from tests.reports.reporting import DAY, NEXT, THIRD, at, confirm_all, small_register

pytestmark = pytest.mark.django_db


def test_the_city_issues_when_all_have_confirmed_or_the_deadline_has_passed(
    report, county_officer, outsider, third_officer, city_officer
):
    confirm_all(report, county_officer, outsider)
    with pytest.raises(IssueRefused, match="还有 1 个县"):
        report_issue(actor=city_officer, report=report, at=at(17, 59))
    early = report_issue(actor=city_officer, report=report, at=at(18))
    assert (early.state, early.issued_by, early.issued_at) == ("issued", city_officer, at(18))
    found = dict(early.reviews.values_list("area", "punctuality"))
    assert found == {COUNTY: "on_time", OTHER_COUNTY: "on_time", THIRD: "missing"}
    assert "南湖市未按时核对，本表按系统 17时数据列入" in early.generated_text
    with pytest.raises(IssueRefused, match=r"已由.*在 11-02 18:00 签发"):
        report_issue(actor=city_officer, report=report, at=at(18, 5))


def test_reports_are_issued_in_their_order_and_not_before_their_close(report, areas, city_officer):
    draft = build_daily_report(date=NEXT, area=areas[CITY], at=at(9, day=NEXT))
    with pytest.raises(IssueRefused, match="请先签发第 1 期"):
        report_issue(actor=city_officer, report=draft, at=at(19, day=NEXT))
    report_issue(actor=city_officer, report=report, at=at(19))
    with pytest.raises(IssueRefused, match="还没有截止"):
        report_issue(actor=city_officer, report=draft, at=at(9, 30, day=NEXT))


def test_a_check_that_does_not_hold_needs_its_explanation(report, city_officer):
    report.checks = [
        {"key": "falls", "words": "累计数没有无故下降", "holds": False, "note": "东山县在册 −1",
         "where": [COUNTY], "rows": "change", "figure": "registered"},
    ]  # fmt: skip
    report.save()
    with pytest.raises(IssueRefused, match="有 1 项需说明：累计数没有无故下降"):
        report_issue(actor=city_officer, report=report, at=at(19))
    notes_set(actor=city_officer, report=report, notes={"falls": "数据更正", "other": "不认识"})
    report.refresh_from_db()
    assert report.notes == {"falls": "数据更正"}
    report_issue(actor=city_officer, report=report, at=at(19))


def test_the_text_may_be_edited_before_the_issue_and_keeps_the_generated_one(
    report, city_officer, city_admin
):
    generated = report_page(user=city_officer, pk=report.pk, at=at(18)).paragraphs
    text_edit(actor=city_officer, report=report, text="改过的一段\n\n第二段", revision=1, at=at(18))
    with pytest.raises(TextChanged, match=city_officer.get_full_name()):
        text_edit(actor=city_admin, report=report, text="又改", revision=1, at=at(18, 1))
    page = report_page(user=city_officer, pk=report.pk, at=at(18))
    assert page.paragraphs == ["改过的一段", "第二段"]
    assert page.report.generated_text.splitlines() == generated
    report_issue(actor=city_officer, report=report, at=at(18, 30))
    with pytest.raises(ReviewError, match="不能再改"):
        text_edit(actor=city_officer, report=report, text="晚了", revision=3, at=at(19))
    report.refresh_from_db()
    assert report.text == ["改过的一段", "第二段"]
    assert "未按时核对" in report.generated_text


def test_the_generated_text_comes_back_when_the_edit_is_emptied(report, city_officer):
    text_edit(actor=city_officer, report=report, text="改", revision=1, at=at(18))
    text_edit(actor=city_officer, report=report, text="", revision=2, at=at(18))
    report.refresh_from_db()
    assert report.edited_text == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda report: report.lines.filter(area=CITY).update(figures={}),
        lambda report: report.lines.filter(area=CITY).delete(),
        lambda report: report.lines.create(area_id="379921203", figures={}),
        lambda report: report.reviews.update(remark="改"),
        lambda report: report.reviews.all().delete(),
        lambda report: DailyReport.objects.filter(pk=report.pk).update(edited_text="改"),
        lambda report: DailyReport.objects.filter(pk=report.pk).update(as_of=at(18)),
        lambda report: DailyReport.objects.filter(pk=report.pk).update(state="open"),
        lambda report: DailyReport.objects.filter(pk=report.pk).delete(),
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_what_was_issued(report, city_officer, change):
    report_issue(actor=city_officer, report=report, at=at(19))
    with pytest.raises(DatabaseError, match="已签发的日报不能改动"), transaction.atomic():
        change(report)


def test_after_the_issue_people_are_told_so(report, county_officer, city_officer, areas):
    report_issue(actor=city_officer, report=report, at=at(19))
    for act in (
        lambda: review_confirm(actor=county_officer, report=report, at=at(19, 1)),
        lambda: review_return(actor=county_officer, report=report, reason="错", at=at(19, 1)),
        lambda: review_reopen(actor=city_officer, report=report, area=COUNTY, reason="错", at=at(19, 1)),
        lambda: reviews_remind(actor=city_officer, report=report, at=at(19, 1)),
    ):  # fmt: skip
        with pytest.raises(ReviewError, match="已于 11-02 19:00 签发，不能再改"):
            act()
    again = build_daily_report(date=DAY, area=areas[CITY], at=at(20))
    assert again.state == ReportState.ISSUED


def test_issued_reports_are_archived_when_their_day_is_locked(report, city_officer):
    report_issue(actor=city_officer, report=report, at=at(19))
    assert reports_clock(at=at(8, 59, day=NEXT))["archived"] == 0
    assert reports_clock(at=at(9, day=NEXT))["archived"] == 1
    report.refresh_from_db()
    assert (report.state, len(report.fingerprint)) == (ReportState.ARCHIVED, 64)
    assert report_archive(report=report, at=at(10, day=NEXT)).archived_at == at(9, day=NEXT)


def test_the_clock_reminds_once_before_the_deadline(report, county_officer, outsider):
    review_confirm(actor=outsider, report=report, at=at(17, 5))
    assert reports_clock(at=at(17, 29))["reminded"] == 0
    assert reports_clock(at=at(17, 30))["reminded"] == 2
    assert reports_clock(at=at(17, 35))["reminded"] == 0
    assert reports_clock(at=at(18, 1))["reminded"] == 0
    assert "第 1 期日报待核对，截止 11-02 18:00" in Notification.objects.get().text
    assert Notification.objects.get().user == county_officer


def test_what_waits_stands_in_the_todo_of_whom_it_waits_for(areas, county_officer, city_officer):
    small_register()
    today = timezone.localdate()
    report = build_daily_report(
        date=today - datetime.timedelta(days=1), area=areas[CITY], at=timezone.now()
    )
    DailyReport.objects.filter(pk=report.pk).update(
        locks_at=timezone.now() + datetime.timedelta(hours=1)
    )
    assert [line["label"] for line in todo(user=county_officer)] == ["核对第 1 期日报"]
    assert badges(user=county_officer)["reports"] == 1
    assert [line["label"] for line in todo(user=city_officer)] == ["签发第 1 期日报"]
    review_confirm(actor=county_officer, report=report, at=timezone.now())
    assert todo(user=county_officer) == []
    report_issue(actor=city_officer, report=report, at=timezone.now())
    assert (todo(user=city_officer), badges(user=city_officer)["reports"]) == ([], 0)


def test_every_act_is_recorded(report, county_officer, city_officer):
    review_return(actor=county_officer, report=report, reason="少计", at=at(17, 5))
    review_reopen(actor=city_officer, report=report, area=COUNTY, reason="以截止为准", at=at(17, 9))
    review_confirm(actor=county_officer, report=report, at=at(17, 30))
    report_issue(actor=city_officer, report=report, at=at(19))
    acts = [
        record.detail["act"]
        for record in AuditRecord.objects.filter(action="report").order_by("pk")
    ]
    assert acts == ["build", "return", "reopen", "confirm", "issue"]
    states = CountyReview.pgh_event_model.objects.filter(area=COUNTY).order_by("pgh_id")
    assert [row.state for row in states][:4] == [
        ReviewState.WAITING, ReviewState.RETURNED, ReviewState.REOPENED, ReviewState.CONFIRMED,
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_one_issue_and_one_clear_message(areas, city_officer, city_admin):
    small_register()
    report = build_daily_report(date=DAY, area=Area.objects.get(pk=CITY), at=at(17))
    start, said = threading.Barrier(2), []

    def issue(person):
        try:
            start.wait(timeout=20)
            report_issue(actor=person, report=report, at=at(19))
            said.append("issued")
        except IssueRefused as error:
            said.append(error.message)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=issue, args=[person]) for person in (city_officer, city_admin)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(word) for word in said)[0] == len("issued")
    assert sum("不必再签" in word for word in said) == 1


# --- pages --------------------------------------------------------------------------------------


def test_the_county_confirms_on_the_page(areas, county_officer, log_in):
    small_register()
    now = timezone.now()
    report = build_daily_report(date=timezone.localdate(), area=areas[CITY], at=now)
    CountyReview.objects.get_or_create(report=report, area_id=COUNTY)
    DailyReport.objects.filter(pk=report.pk).update(
        due_at=now + datetime.timedelta(hours=1), locks_at=now + datetime.timedelta(hours=2)
    )
    client = log_in(county_officer)
    page = reverse("reports:daily-report-detail", args=[report.pk])
    assert "确认本县一行" in client.get(page).content.decode()
    client.post(
        reverse("reports:daily-report-confirm", args=[report.pk]),
        {"remark": "无", "checker": "张三"},
    )
    review = report.reviews.get(area=COUNTY)
    assert (review.state, review.checker, review.confirmed_by) == (
        "confirmed",
        "张三",
        county_officer,
    )
    shown = client.get(page).content.decode()
    assert "确认本县一行" not in shown
    assert "审核人" in client.get(page + "?columns=all").content.decode()


def test_the_city_edits_explains_and_issues_on_the_page(report, city_officer, leader, log_in):
    client, page = log_in(city_officer), reverse("reports:daily-report-detail", args=[report.pk])
    editing = client.get(page + "?edit=text").content.decode()
    assert "保存文字" in editing
    client.post(
        reverse("reports:daily-report-text", args=[report.pk]), {"text": "改过", "revision": 1}
    )
    assert "改过" in client.get(page).content.decode()
    assert (
        "签发"
        not in log_in(leader).get(page).content.decode().split("</header>")[1].split("stages")[0]
    )
    client.post(reverse("reports:daily-report-issue", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == ReportState.ISSUED
    refused = client.post(reverse("reports:daily-report-issue", args=[report.pk]), follow=True)
    assert "不必再签" in refused.content.decode()


def test_exceptions_are_made_and_ended_on_their_page(areas, city_officer, log_in):
    client, page = log_in(city_officer), reverse("reports:report-exception-list")
    today = timezone.localdate().isoformat()
    until = timezone.localtime() + datetime.timedelta(days=1)
    sent = {
        "area": COUNTY, "title": "停电", "reason": "全县停电", "from_on": today, "to_on": today,
        "until": f"{until:%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert client.post(page, sent | {"until": "2022-01-01T09:00"}).status_code == 200
    assert not ReportException.objects.exists()
    assert client.post(page, sent).status_code == 302
    made = ReportException.objects.get()
    assert "全县停电" in client.get(page).content.decode()
    client.post(reverse("reports:report-exception-end", args=[made.pk]))
    made.refresh_from_db()
    assert made.ended_at is not None
