"""Pages of the three lists."""

import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from responsibility.models import ListDocument
from responsibility.services import lists
from responsibility.services.seeds_lists import load

DAY = datetime.date(2022, 10, 12)


@pytest.fixture
def draft(db):
    load()
    return ListDocument.objects.get(kind="task", level="village")


@pytest.fixture
def in_force(draft, city_admin):
    return lists.list_issue(actor=city_admin, document=draft, effective_from=DAY, at=timezone.now())


@pytest.fixture
def browser(city_admin, log_in):
    return log_in(city_admin)


def page(browser, name, *args, **query):
    answer = browser.get(reverse(f"responsibility:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_index_shows_lists_in_force_and_drafts_apart(browser, in_force, city_admin):
    lists.list_copy(actor=city_admin, document=in_force)
    text = page(browser, "list-index")
    assert text.count("is-draft") == 11  # ten first drafts and the copy
    assert "在用 1 份，草稿 11 份，旧版 0 份" in text
    assert "市督县" in text
    assert "示例，可修改" in text
    assert "2022-10-12" in text


def test_a_county_sees_no_draft(in_force, county_officer, log_in):
    browser = log_in(county_officer)
    text = page(browser, "list-index")
    assert "is-draft" not in text
    assert "在用 1 份，旧版 0 份" in text
    other = ListDocument.objects.get(kind="task", level="city")
    assert browser.get(reverse("responsibility:list-detail", args=[other.pk])).status_code == 404


def test_a_version_shows_its_matrix(browser, in_force):
    text = page(browser, "list-detail", in_force.pk)
    assert "重要节点督导" in text
    assert "○" in text
    assert "自 2022年10月12日 起" in text
    assert "另拟一版" in text
    assert "加一条" not in text


def test_copy_edit_and_issue_in_the_browser(browser, in_force):
    made = browser.post(reverse("responsibility:list-copy", args=[in_force.pk]))
    copy = ListDocument.objects.get(version=2)
    assert made.url == reverse("responsibility:list-detail", args=[copy.pk])
    item = copy.items.get(code="J3")
    form = {
        "code": "j3", "heading": item.heading, "clause": item.clause, "cycle": "half_year",
        "deliverable": item.deliverable, "owner": "cadre", "mark_city": "full",
        "mark_county": "full", "mark_township": "full", "mark_village": "full", "revision": "1",
        "core_task": item.core_task_id, "stage": item.stage_id,
    }  # fmt: skip
    answer = browser.post(reverse("responsibility:list-item-update", args=[item.pk]), form)
    assert answer.status_code == 302
    text = page(browser, "list-detail", copy.pk)
    assert "差 1 处" in text
    assert "每周期" in text
    assert "半年" in text
    again = browser.post(reverse("responsibility:list-item-update", args=[item.pk]), form)
    assert "J3 刚被别人改过" in again.content.decode()
    assert 'name="revision" value="2"' in again.content.decode()
    issue = reverse("responsibility:list-issue", args=[copy.pk])
    early = browser.post(issue, {"effective_from": "2022-10-12"})
    assert "生效日期须晚于现行版的生效日期 2022-10-12" in early.content.decode()
    browser.post(
        issue,
        {"effective_from": "2023-01-01", "document_no": "佳食安办〔2022〕9号", "is_verified": "on"},
    )
    copy.refresh_from_db()
    assert (copy.state, copy.document_no, copy.is_example) == (
        "issued",
        "佳食安办〔2022〕9号",
        False,
    )
    told = page(browser, "list-versions", copy.pk)
    assert "第 1 版 → 第 2 版" in told
    assert "已替代" in told


def test_a_line_needs_a_cycle_and_its_own_mark(browser, draft):
    answer = browser.post(
        reverse("responsibility:list-item-create", args=[draft.pk]),
        {"code": "J20", "clause": "试", "owner": "cadre"},
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="id_cycle_error"' in text
    assert 'id="id_mark_village_error"' in text
    twice = browser.post(
        reverse("responsibility:list-item-create", args=[draft.pk]),
        {"code": "J1", "clause": "试", "owner": "cadre", "cycle": "year", "mark_village": "full"},
    )
    assert "已有 J1" in twice.content.decode()


def test_a_line_of_an_issued_list_is_not_edited(browser, in_force):
    item = in_force.items.first()
    answer = browser.get(reverse("responsibility:list-item-update", args=[item.pk]), follow=True)
    assert "已印发，不能再改" in answer.content.decode()
    answer = browser.post(reverse("responsibility:list-item-remove", args=[item.pk]), follow=True)
    assert "已印发，不能再改" in answer.content.decode()


def test_the_paper_says_what_the_page_says(browser, in_force):
    answer = browser.get(reverse("responsibility:list-docx", args=[in_force.pk]))
    paper = Document(io.BytesIO(answer.content))
    words = "\n".join(line.text for line in paper.paragraphs)
    assert "村级食品安全任务清单" in words
    assert "自2022年10月12日起施行，示例，可修改" in words
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert len(rows) == 12
    assert rows[1][:2] == ["J1", "对所包保主体开展督导（用本级对应的督导任务清单）"]
    assert paper.tables[0].rows[0]._tr.trPr.xpath("w:tblHeader")
    pdf = browser.get(reverse("responsibility:list-pdf", args=[in_force.pk]))
    assert pdf.content.startswith(b"%PDF-")
    assert "filename*=utf-8''" in pdf.headers["Content-Disposition"]
