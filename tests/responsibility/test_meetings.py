"""会议 → 议定事项 → 任务: done by the owner, closed by the issuer; papers; two people on one record."""

import datetime
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from responsibility.models import Action, Document, Experience, Meeting
from responsibility.queries.documents import documents_in, experiences_in
from responsibility.queries.meetings import action_counts, actions_in, meeting_counts, meetings_in
from responsibility.queries.organisation_todo import todo_lines
from responsibility.services.meetings import (
    MeetingError,
    action_close,
    action_done,
    action_return,
    decision_add,
)
from tests.foreign import cells_of
from tests.responsibility.makers import make_action, make_document, make_meeting

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2022, 11, 2)
NOW = datetime.datetime(2022, 11, 2, 9, tzinfo=datetime.UTC)
EAST, WEST = "379921", "379902"
PDF = b"%PDF-1.7 minutes"


def paper(name="纪要.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def package(**parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return target.getvalue()


def meeting_form(**more):
    return {
        "title": "食安办视频会议",
        "mode": "video",
        "held_on": "2022-10-10",
        "host": "周建国",
    } | more


# --- tasks ------------------------------------------------------------------------------------------


@pytest.fixture
def task(areas):
    """The city gave 东山县 a task that is overdue on 2022-11-02."""
    meeting = make_meeting(area=areas["3799"])
    return make_action(area=areas[EAST], meeting=meeting)


def test_a_task_goes_from_its_owner_to_its_issuer(task, county_officer, city_officer):
    action_done(actor=county_officer, action=task, result="已完成", at=NOW)
    with pytest.raises(MeetingError, match="只有开会的单位"):
        action_close(actor=county_officer, action=task, at=NOW)
    action_return(actor=city_officer, action=task, why="缺名单", due_on=datetime.date(2022, 11, 9))
    task.refresh_from_db()
    assert (task.state, task.due_on.day, task.result) == ("open", 9, "退回：缺名单")
    action_done(actor=county_officer, action=task, result="已补", at=NOW)
    action_close(actor=city_officer, action=task, at=NOW)
    task.refresh_from_db()
    assert (task.state, task.closed_at, task.done_by) == ("closed", NOW, county_officer)
    assert task.events.count() == 5


def test_of_two_who_report_one_task_the_second_is_told(task, county_officer):
    stale = Action.objects.get(pk=task.pk)
    action_done(actor=county_officer, action=task, result="甲办的", at=NOW)
    with pytest.raises(MeetingError, match="已办结"):
        action_done(actor=county_officer, action=stale, result="乙办的", at=NOW)
    assert Action.objects.get().result == "甲办的"


def test_a_task_of_a_person_is_his_alone(areas, station_officer, county_officer):
    mine = make_action(area=areas[EAST], user=station_officer)
    with pytest.raises(MeetingError, match="不是交给您的"):
        action_done(actor=county_officer, action=mine, result="代办", at=NOW)
    action_done(actor=station_officer, action=mine, result="已办", at=NOW)
    assert Action.objects.get().state == "done"


def test_what_somebody_owes_stands_in_his_to_do_and_leads_to_the_same_rows(
    task, areas, county_officer, city_officer, outsider, leader
):
    make_action(area=areas[EAST], meeting=task.decision.meeting, due_on=datetime.date(2022, 12, 1))
    (line,) = todo_lines(user=county_officer, on=TODAY)
    assert (line["count"], line["tone"], line["hint"]) == (2, "red", "其中逾期 1 项")
    rows = actions_in(user=county_officer, today=TODAY, state="open", whose="owed")
    assert rows.count() == line["count"]
    assert todo_lines(user=outsider, on=TODAY) == []
    assert todo_lines(user=leader, on=TODAY) == []
    action_done(actor=county_officer, action=task, result="已办", at=NOW)
    (given,) = todo_lines(user=city_officer, on=TODAY)
    assert (given["count"], given["url"]) == (1, "/meetings/tasks/?whose=given&state=done")
    counts = action_counts(user=city_officer, today=TODAY)
    assert counts == {"open": 1, "overdue": 0, "done": 1, "closed": 0, "all": 2}


def test_a_county_sees_the_city_s_meeting_but_only_its_own_tasks(
    task, areas, county_officer, outsider, log_in
):
    make_action(
        area=areas[WEST], meeting=task.decision.meeting, text="西河区的任务", owner="西河区局"
    )
    address = reverse("responsibility:meeting-detail", args=[task.decision.meeting_id])
    assert "西河区局" not in log_in(county_officer).get(address).content.decode()
    assert "西河区局" in log_in(outsider).get(address).content.decode()


def test_a_task_outside_the_meeting_s_area_is_refused(areas, county_officer):
    meeting = make_meeting(area=areas[EAST])
    given = {"area": areas[WEST], "owner": "", "body": None, "user": None, "due_on": TODAY}
    with pytest.raises(MeetingError, match="属地之内"):
        decision_add(actor=county_officer, meeting=meeting, text="越界", decision=None, task=given)
    assert not meeting.decisions.exists()


# --- pages ------------------------------------------------------------------------------------------


def test_a_meeting_with_minutes_is_recorded_counted_and_exported(city_officer, cadre, log_in):
    browser = log_in(city_officer)
    create = reverse("responsibility:meeting-create")
    for number in (1, 2):
        sent = meeting_form(title=f"第{number}次会议", minutes=paper())
        assert browser.post(create, sent).status_code == 302
    counts = meeting_counts(meetings_in(user=city_officer))
    assert (counts["total"], counts["video"]) == (2, 2)
    assert "共召开 2 次" in browser.get(reverse("responsibility:meeting-list")).content.decode()
    meeting = Meeting.objects.order_by("pk").first()
    file = log_in(cadre).get(reverse("responsibility:meeting-minutes", args=[meeting.pk]))
    assert (file.getvalue(), file["Content-Type"]) == (PDF, "application/octet-stream")
    assert meeting.minutes.name.startswith("papers/")
    book = browser.get(reverse("responsibility:meeting-export"), {"q": "第1次"})
    names = [cell.value for cell in cells_of(book)]
    assert "第1次会议" in names
    assert "第2次会议" not in names


def test_a_decision_with_a_task_is_added_on_the_page(areas, city_officer, county_officer, log_in):
    meeting, browser = make_meeting(area=areas["3799"]), log_in(city_officer)
    add = reverse("responsibility:meeting-decision-add", args=[meeting.pk])
    assert browser.post(add, {"text": "摸底", "area": EAST}).status_code == 422
    sent = {"text": "摸底", "area": EAST, "due_on": "2022-11-20", "user": "county_officer"}
    assert browser.post(add, sent).status_code == 302
    action = Action.objects.get()
    assert (action.area_id, action.user, action.decision.order) == (EAST, county_officer, 1)
    decide = reverse("responsibility:meeting-action-decide", args=[action.pk])
    log_in(county_officer).post(decide, {"act": "done", "result": "办了"})
    browser.post(decide, {"act": "close"})
    assert Action.objects.get().state == "closed"


BAD_PAPERS = [
    ("木马.exe", b"MZ", "不收"),
    ("假的.pdf", b"MZ not a pdf", "与扩展名不符"),
    ("假的.docx", package(**{"xl/workbook.xml": "x"}), "与扩展名不符"),
    ("坏的.docx", b"PK\x03\x04 broken", "已损坏"),
    ("宏.docx", package(**{"word/document.xml": "x", "word/vbaProject.bin": "x"}), "带有宏"),
]


@pytest.mark.parametrize(("name", "content", "words"), BAD_PAPERS)
def test_a_file_that_is_not_what_it_says_is_refused_with_a_sentence(
    name, content, words, city_officer, log_in
):
    sent = meeting_form(minutes=paper(name, content))
    response = log_in(city_officer).post(reverse("responsibility:meeting-create"), sent)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Meeting.objects.exists()


def test_a_hostile_name_is_only_a_name(city_officer, log_in):
    sent = meeting_form(minutes=paper("..\\..\\a/纪\u202e要.pdf"))
    browser = log_in(city_officer)
    browser.post(reverse("responsibility:meeting-create"), sent)
    meeting = Meeting.objects.get()
    assert meeting.minutes_name == "纪要.pdf"
    file = browser.get(reverse("responsibility:meeting-minutes", args=[meeting.pk]))
    assert file.getvalue() == PDF


def test_of_two_on_one_record_the_second_sees_three_values_and_saves_only_his_own(
    areas, city_officer, log_in
):
    meeting, browser = make_meeting(area=areas["3799"], host="甲"), log_in(city_officer)
    edit = reverse("responsibility:meeting-update", args=[meeting.pk])
    first = meeting_form(revision=1, host="乙")
    assert browser.post(edit, first).status_code == 302
    second = meeting_form(revision=1, host="甲", title="我的题目")
    told = browser.post(edit, second)
    assert told.status_code == 409
    assert [line["label"] for line in told.context["lines"]] == ["名称"]
    assert told.context["revision"] == 2
    kept = {name: told.context["form"][name].value() or "" for name in told.context["form"].fields}
    kept.pop("minutes")
    assert browser.post(edit, kept | {"revision": 2}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.host, meeting.title, meeting.revision) == ("乙", "我的题目", 3)


# --- papers and experience ----------------------------------------------------------------------------


def test_two_characters_find_a_paper_by_title_number_or_summary(areas, city_officer):
    make_document(area=areas["3799"], title="分级标准说明", summary="包保范围")
    make_document(area=areas["3799"], title="别的", document_no="总局令第60号")
    for text, titles in (
        ("分级", ["分级标准说明"]),
        ("包保", ["分级标准说明"]),
        ("第60", ["别的"]),
        ("督导", []),
        ("别", ["别的"]),
    ):
        found = documents_in(user=city_officer, text=text).values_list("title", flat=True)
        assert list(found) == titles, text


def test_a_city_s_paper_is_read_below_and_a_county_s_not_beside(
    areas, county_officer, outsider, station_officer, cadre
):
    make_document(area=areas["3799"], title="市里的")
    make_document(area=areas[EAST], title="县里的")
    for person in (county_officer, station_officer, cadre):
        found = documents_in(user=person).values_list("title", flat=True)
        assert sorted(found) == ["县里的", "市里的"], person
    assert list(documents_in(user=outsider).values_list("title", flat=True)) == ["市里的"]


def test_a_county_does_not_change_the_city_s_paper(areas, county_officer, log_in):
    document = make_document(area=areas["3799"])
    browser = log_in(county_officer)
    for name in ("document-update", "document-retire"):
        address = reverse(f"responsibility:{name}", args=[document.pk])
        assert browser.post(address, {"act": "retire"}).status_code == 404


def test_a_paper_is_registered_retired_and_brought_back(city_officer, log_in):
    browser = log_in(city_officer)
    sent = {"level": "city", "kind": "plan", "title": "工作方案", "file": paper("方案.pdf")}
    assert browser.post(reverse("responsibility:document-create"), sent).status_code == 302
    document = Document.objects.get()
    retire = reverse("responsibility:document-retire", args=[document.pk])
    browser.post(retire, {"act": "retire"})
    again = browser.post(retire, {"act": "retire"}, follow=True)
    assert "刚有人改过" in again.content.decode()
    listed = browser.get(reverse("responsibility:document-list"))
    assert (listed.context["count"], listed.context["rows"]) == (0, [])
    listed = browser.get(reverse("responsibility:document-list"), {"use": "retired"})
    assert listed.context["rows"] == [document]
    browser.post(retire, {"act": "restore"})
    assert Document.objects.get().is_active


def test_experience_is_searched_and_a_strange_address_refused(city_officer, log_in):
    browser, create = log_in(city_officer), reverse("responsibility:experience-create")
    sent = {"source": "外地", "title": "一户一表", "practice": "拍照留痕", "adoption": "studying"}
    bad = browser.post(create, sent | {"link": "javascript://x"})
    assert bad.status_code == 422
    assert browser.post(create, sent | {"link": "https://example.cn/a"}).status_code == 302
    assert experiences_in(user=city_officer, text="留痕").count() == 1
    row = Experience.objects.get()
    edit = reverse("responsibility:experience-update", args=[row.pk])
    browser.post(edit, sent | {"revision": 1, "adoption": "adopted", "link": row.link})
    assert Experience.objects.get().adoption == "adopted"


# --- API ----------------------------------------------------------------------------------------------


def test_the_api_gives_a_meeting_with_the_caller_s_own_tasks(task, areas, outsider, log_in):
    make_action(area=areas[WEST], meeting=task.decision.meeting, text="西河区的任务")
    browser = log_in(outsider)
    assert browser.get(reverse("api:meeting-list")).json()["results"][0]["mode_name"] == "视频"
    told = browser.get(reverse("api:meeting-detail", args=[task.decision.meeting_id])).json()
    found = {row["text"]: [one["area"] for one in row["actions"]] for row in told["decisions"]}
    assert found == {"完成摸底": [], "西河区的任务": [WEST]}


def test_the_api_searches_papers_and_tells_wrong_conditions(areas, city_officer, log_in):
    make_document(area=areas["3799"], summary="包保范围")
    browser, address = log_in(city_officer), reverse("api:document-list")
    assert len(browser.get(address, {"q": "包保"}).json()["results"]) == 1
    assert browser.get(address, {"q": "督导"}).json()["results"] == []
    assert browser.get(address, {"level": "x"}).status_code == 400
