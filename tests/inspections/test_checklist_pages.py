"""Versions of a checklist: copied, edited, compared, issued."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.models import Checklist, ChecklistItem
from inspections.services import checklists
from inspections.services.checklists import ChecklistConflict, ChecklistError
from tests.inspections.at_once import at_once
from tests.inspections.makers_visits import load_lists

pytestmark = pytest.mark.django_db
DAY = datetime.date(2023, 1, 1)


@pytest.fixture
def in_force(areas):
    load_lists()
    return Checklist.objects.get(level="township")


@pytest.fixture
def draft(in_force, city_admin):
    return checklists.checklist_copy(actor=city_admin, checklist=in_force)


@pytest.fixture
def browser(city_admin, log_in):
    return log_in(city_admin)


def values(item, **more):
    fields = ("code", "heading", "text", "way", "na_allowed", "problem_kind", "control")
    found = {name: getattr(item, name) for name in fields}
    return found | {"phrases": "\n".join(item.phrases), "revision": item.revision} | more


def url(name, *args):
    return reverse(f"inspections:{name}", args=args)


def test_a_copy_has_all_items_with_their_types(in_force, draft):
    assert draft.version == 2
    assert draft.items.count() == in_force.items.count()
    assert draft.items.get(code="X01").categories.get().code == "school_canteen"


def test_there_is_one_draft_a_level(in_force, draft, city_admin):
    with pytest.raises(ChecklistConflict, match="已有"):
        checklists.checklist_copy(actor=city_admin, checklist=in_force)


def test_a_draft_is_edited_compared_and_issued_on_pages(browser, draft, in_force):
    item = draft.items.get(code="T03")
    page = url("checklist-item-update", item.pk)
    assert browser.get(page).status_code == 200
    answer = browser.post(
        page, values(item, text="证照都在墙上", phrases="没挂证\n\n没挂证\n证过期")
    )
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.text, item.phrases, item.revision) == ("证照都在墙上", ["没挂证", "证过期"], 2)
    text = browser.get(url("checklist-detail", draft.pk)).content.decode()
    assert "差 1 处" in text
    assert "证照都在墙上" in text
    browser.post(url("checklist-issue", draft.pk), {"effective_from": "2023-01-01"})
    draft.refresh_from_db()
    in_force.refresh_from_db()
    assert (draft.state, in_force.state) == ("issued", "superseded")
    assert in_force.effective_to == datetime.date(2022, 12, 31)
    versions = browser.get(url("checklist-versions", draft.pk)).content.decode()
    assert "第 1 版 → 第 2 版" in versions


def test_an_item_says_which_control_of_the_business_its_answer_tells_of(browser, draft):
    item = draft.items.get(code="T12")
    assert item.control == "daily"
    page = url("checklist-item-update", item.pk)
    assert '<option value="daily" selected>日管控</option>' in browser.get(page).content.decode()
    assert browser.post(page, values(item, control="nothing")).status_code == 200
    browser.post(page, values(item, control="weekly"))
    item.refresh_from_db()
    assert item.control == "weekly"
    text = browser.get(url("checklist-detail", draft.pk)).content.decode()
    assert "对应制度：周排查" in text
    for word in ("差 1 处", "对应制度", "日管控", "周排查"):
        assert word in text
    assert "weekly" not in text


def test_two_editors_get_one_result_and_one_message(browser, draft, city_admin):
    item = draft.items.get(code="T03")
    seen = values(item)
    checklists.item_update(
        actor=city_admin, item=item, revision=1, categories=[],
        values={"code": "T03", "heading": "system", "text": "先改的"},
    )  # fmt: skip
    answer = browser.post(url("checklist-item-update", item.pk), seen | {"text": "后改的"})
    text = answer.content.decode()
    assert "刚被别人改过" in text
    assert "先改的" in text
    assert ChecklistItem.objects.get(pk=item.pk).text == "先改的"
    browser.post(url("checklist-item-update", item.pk), seen | {"text": "后改的", "revision": 2})
    assert ChecklistItem.objects.get(pk=item.pk).text == "后改的"


def test_items_are_added_moved_and_removed(browser, draft):
    told = {
        "code": "T90",
        "heading": "added",
        "text": "冰雪旅游景点加查",
        "categories": ["catering"],
    }
    page = url("checklist-item-create", draft.pk)
    wrong = browser.post(page, told | {"categories": []})
    assert "要选用于哪些类别" in wrong.content.decode()
    assert "已有 T03" in browser.post(page, told | {"code": "T03"}).content.decode()
    browser.post(page, told)
    item = draft.items.get(code="T90")
    assert item.order == draft.items.count()
    browser.post(url("checklist-item-move", item.pk), {"step": "up"})
    before = item.order
    item.refresh_from_db()
    assert item.order == before - 1
    browser.post(url("checklist-item-remove", item.pk))
    assert not draft.items.filter(code="T90").exists()


@pytest.mark.parametrize(
    ("phrases", "word"), [("\n".join("一二三四五六七"), "最多 6 条"), ("长" * 61, "太长")]
)
def test_the_bank_of_findings_stays_short(browser, draft, phrases, word):
    item = draft.items.get(code="T03")
    answer = browser.post(url("checklist-item-update", item.pk), values(item, phrases=phrases))
    assert word in answer.content.decode()


def test_the_village_list_stays_within_sixteen_taps(areas, city_admin):
    load_lists()
    village = Checklist.objects.get(level="village")
    draft = checklists.checklist_copy(actor=city_admin, checklist=village)
    with pytest.raises(ChecklistError, match="村级清单不加查"):
        checklists.item_add(
            actor=city_admin, checklist=draft, categories=["sale"],
            values={"code": "S90", "heading": "added", "text": "x"},
        )  # fmt: skip
    checklists.item_add(
        actor=city_admin, checklist=draft, categories=[],
        values={"code": "T90", "heading": "system", "text": "多一项"},
    )  # fmt: skip
    with pytest.raises(ChecklistError, match="最多 16 项"):
        checklists.checklist_issue(
            actor=city_admin, checklist=draft, effective_from=DAY, at=timezone.now()
        )


def test_an_issued_list_is_not_edited(browser, in_force):
    item = in_force.items.first()
    answer = browser.get(url("checklist-item-update", item.pk), follow=True)
    assert "另拟一版" in answer.content.decode()
    answer = browser.post(url("checklist-item-remove", item.pk), follow=True)
    assert "不能再改" in answer.content.decode()
    assert in_force.items.filter(pk=item.pk).exists()


def test_a_draft_begins_after_the_list_in_force(browser, draft):
    answer = browser.post(url("checklist-issue", draft.pk), {"effective_from": "2022-10-01"})
    assert "须晚于现行版" in answer.content.decode()


def test_a_county_sees_lists_in_force_only(draft, in_force, county_officer, log_in):
    client = log_in(county_officer)
    text = client.get(url("checklist-index")).content.decode()
    assert "is-draft" not in text
    assert client.get(url("checklist-detail", in_force.pk)).status_code == 200
    assert client.get(url("checklist-detail", draft.pk)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_issues_at_once_are_one(areas, city_admin):
    load_lists()
    found = Checklist.objects.get(level="village")
    draft = checklists.checklist_copy(actor=city_admin, checklist=found)

    def issue():
        checklists.checklist_issue(
            actor=city_admin, checklist=draft, effective_from=DAY, at=timezone.now()
        )

    told = at_once(issue, issue)
    assert sorted(type(one).__name__ for one in told) == ["ChecklistConflict", "NoneType"]
    assert Checklist.objects.filter(level="village", state="issued").count() == 1
