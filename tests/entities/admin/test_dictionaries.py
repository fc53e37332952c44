"""Words, standards and records in the administration."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from entities.enums import StandardState
from entities.ledger.uploads import upload_accept
from entities.models import (
    BusinessForm,
    Category,
    ColumnChoice,
    Entity,
    GradingStandard,
    Proposal,
    Transfer,
    WorkerPulse,
)
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area, AuditRecord
from reports.models import DailyReport
from tests.entities.admin.pages import sent, url
from tests.factories import StationFactory
from tests.personas import COUNTY, OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db


def test_words_of_a_category_are_edited_in_one_line_and_recorded(browser):
    address = url("category", "change", "catering")
    data = sent(browser.get(address)) | {"synonyms": "饭店，餐馆、酒楼"}
    assert browser.post(address, data).status_code == 302
    assert Category.objects.get(code="catering").synonyms == ["饭店", "餐馆", "酒楼"]
    record = AuditRecord.objects.get(action=AuditAction.CHANGE, object_type="category")
    assert record.detail["fields"] == ["synonyms"]


def send(browser, model, text):
    file = SimpleUploadedFile("c.csv", text.encode())
    return browser.post(url(model, "import"), {"format": "1", "resource": "0", "import_file": file})


def test_a_category_file_comes_in_after_a_dry_run_and_exports_are_formula_safe(browser):
    Category.objects.filter(code="catering").update(synonyms=["=cmd()"])
    data = {"format": "1", "resource": "0"}
    text = browser.post(url("category", "export"), data).content.decode("utf-8-sig")
    assert text.startswith("代码,名称,同义词,三小,次序")
    assert "'=cmd()" in text
    assert AuditRecord.objects.filter(action="export", object_type="entities.category").exists()
    lines = "代码,名称,同义词,三小,次序\ncatering,餐饮服务,饭店、酒楼,0,30\n"
    asked = send(browser, "category", lines)
    page = asked.content.decode()
    assert "<ins>饭店、酒楼</ins>" in page
    assert "style=" not in page
    assert Category.objects.get(code="catering").synonyms == ["=cmd()"]
    form = asked.context["confirm_form"]
    done = browser.post(url("category", "process_import"), form.initial | {"resource": "0"})
    assert done.status_code == 302
    assert Category.objects.get(code="catering").synonyms == ["饭店", "酒楼"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("名称,同义词\n餐饮服务,饭店\n", "文件缺少这些列：代码。"),
        ("代码,名称\nnew,餐饮服务\n", "已存在"),
        ("代码,名称\nnew,长名长名长名长名长名长名长名长名长名长名长名\n", "20"),
    ],
)
def test_a_file_that_is_wrong_is_told_in_words(browser, lines, words):
    before = list(Category.objects.order_by("pk").values())
    page = send(browser, "category", lines).content.decode()
    assert words in page
    for inner in ("Traceback", "site-packages", "duplicate key", "violates"):
        assert inner not in page
    assert list(Category.objects.order_by("pk").values()) == before


def test_suggested_areas_of_one_name_are_told_apart(browser):
    query = {"app_label": "entities", "model_name": "entity", "field_name": "area", "term": "城关"}
    answer = browser.get(reverse("admin:autocomplete"), query).json()
    assert {"id": TOWN, "text": "东山县 城关街道"} in answer["results"]


def test_a_business_form_may_be_removed(browser):
    made = BusinessForm.objects.create(name="烧烤摊")
    assert browser.post(url("businessform", "delete", made.pk), {"post": "yes"}).status_code == 302
    assert not BusinessForm.objects.filter(pk=made.pk).exists()
    assert AuditRecord.objects.filter(object_type="businessform", detail__act="delete").exists()


def test_a_standard_in_force_is_read_only_and_is_copied_to_be_changed(browser):
    standard = GradingStandard.objects.get(state=StandardState.ACTIVE)
    page = browser.get(url("gradingstandard", "change", standard.pk))
    assert page.status_code == 200
    assert 'name="rules-0-grade"' not in page.content.decode()
    rule = standard.rules.first()
    forged = {
        "name": "改名", "rules-TOTAL_FORMS": 1, "rules-INITIAL_FORMS": 1, "rules-0-id": rule.pk,
        "rules-0-standard": standard.pk, "rules-0-grade": "A", "rules-0-priority": rule.priority,
    }  # fmt: skip
    assert browser.post(url("gradingstandard", "change", standard.pk), forged).status_code == 403
    answer = browser.post(
        url("gradingstandard", "changelist"),
        {
            "action": "draft", "_selected_action": [standard.pk], "confirm": "1", "name": "二稿",
            "effective_from": "2023-01-01",
        },
    )  # fmt: skip
    draft = GradingStandard.objects.get(name="二稿")
    assert answer.url == url("gradingstandard", "change", draft.pk)
    assert draft.rules.count() == standard.rules.count()
    opened = browser.get(answer.url)
    assert 'name="rules-0-grade"' in opened.content.decode()


def test_a_rule_of_a_draft_can_be_changed_in_its_row(browser, city_admin):
    from entities.services.grading import standard_draft

    source = GradingStandard.objects.get(state=StandardState.ACTIVE)
    draft = standard_draft(
        actor=city_admin, source=source, name="二稿", effective_from=source.effective_from
    )
    address = url("gradingstandard", "change", draft.pk)
    page = browser.get(address)
    data = sent(page)
    for formset in page.context["inline_admin_formsets"]:
        for bound in formset.formset.management_form:
            data[bound.html_name] = bound.value()
        for form in formset.formset.initial_forms:
            for bound in form:
                value = bound.value()
                if value is True:
                    data[bound.html_name] = "on"
                elif value not in (None, False):
                    data[bound.html_name] = value
    rule = draft.rules.order_by("priority").first()
    data["rules-0-forms"] = "烧烤、火锅"
    data["rules-0-categories"] = "餐饮业"
    refused = browser.post(address, data)
    assert "没有“餐饮业”这个类别" in refused.content.decode()
    data["rules-0-categories"] = "餐饮服务、单位食堂"
    assert browser.post(address, data).status_code == 302
    rule.refresh_from_db()
    assert rule.forms == ["烧烤", "火锅"]
    assert rule.categories == ["catering", "canteen"]
    assert 'value="餐饮服务、单位食堂"' in browser.get(address).content.decode()
    assert source.rules.order_by("priority").first().forms != ["烧烤", "火锅"]


def test_a_remembered_column_can_be_changed_but_not_given_to_another_county(browser, areas):
    choice = ColumnChoice.objects.create(area_id=COUNTY, heading="店里叫啥", field="form")
    address = url("columnchoice", "change", choice.pk)
    answer = browser.post(address, {"field": "name", "area": OTHER_COUNTY, "heading": "改"})
    assert answer.status_code == 302
    choice.refresh_from_db()
    assert (choice.field, choice.area_id, choice.heading) == ("name", COUNTY, "店里叫啥")
    assert browser.post(address, {"field": "nothing"}).status_code == 200


def test_records_are_read_only(browser, entity, city_admin):
    upload = upload_accept(
        source=io.BytesIO(b"x"), filename="台账.csv", area=Area.objects.get(pk=COUNTY),
        by=city_admin, channel="page", at=timezone.now(),
    )  # fmt: skip
    proposal = Proposal.objects.create(
        entity=entity, area_id=TOWN, kind="screen", status_to="closed", reason="关门"
    )
    transfer = Transfer.objects.create(entity=entity, to_area_id=OTHER_COUNTY)
    WorkerPulse.objects.create(name="worker@a", seen_at=timezone.now())
    report = DailyReport.objects.create(
        area_id="3799", date="2022-11-02", number=1, as_of=timezone.now()
    )
    report.lines.create(area_id=COUNTY, figures={"registered": 4, "obliged": 4, "grade_c": 1})
    for model, pk in (
        ("ledgerupload", upload.pk), ("proposal", proposal.pk), ("transfer", transfer.pk),
        ("workerpulse", "worker@a"), ("dailyreport", report.pk),
    ):  # fmt: skip
        assert browser.get(url(model, "changelist")).status_code == 200
        page = browser.get(url(model, "change", pk))
        assert page.status_code == 200, model
        assert 'name="_save"' not in page.content.decode()
        assert browser.post(url(model, "change", pk), {"state": "applied"}).status_code == 403
        assert browser.get(url(model, "add")).status_code == 403
    assert "25.00%" in browser.get(url("dailyreport", "change", report.pk)).content.decode()


def test_the_front_page_offers_what_the_role_may_do(browser):
    page = browser.get(reverse("admin:index")).content.decode()
    for words in ("主体类别", "分级标准", "台账上传", "日报"):
        assert words in page
    assert "查看或修改" in page
    assert "Model name" not in page


def test_a_station_of_another_county_is_not_accepted(browser, entity):
    other = StationFactory(county_id=OTHER_COUNTY)
    address = url("entity", "change", entity.pk)
    data = sent(browser.get(address)) | {"station_override": other.pk}
    assert browser.post(address, data).status_code == 200
    assert Entity.objects.get(pk=entity.pk).station_override is None
