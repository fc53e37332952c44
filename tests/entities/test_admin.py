import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from entities.enums import StandardState
from entities.filters import EntityConditions
from entities.ledger.process import upload_work
from entities.ledger.uploads import upload_accept
from entities.models import (
    BusinessForm,
    Category,
    ColumnChoice,
    Entity,
    GradingStandard,
    LedgerUpload,
    Proposal,
    SampleDraw,
    Transfer,
    WorkerPulse,
)
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area, AuditRecord, User
from reports.models import DailyReport
from tests.entities.ledgers import GOOD
from tests.entities.test_api import ledger
from tests.factories import EntityFactory, StationFactory
from tests.personas import COUNTY, OTHER_COUNTY, TOWN, VILLAGE

pytestmark = pytest.mark.django_db

FAR_TOWN = "379902001"
CANARY = "别市金丝雀"


@pytest.fixture(autouse=True)
def dictionaries(areas):
    call_command("load_register_fixtures", verbosity=0)


@pytest.fixture
def browser(city_admin, log_in):
    return log_in(city_admin)


@pytest.fixture
def entity():
    made = EntityFactory(
        area_id=TOWN, name="城关面馆", credit_code=GOOD[1], phone="13804541234",
        category=Category.objects.get(code="catering"),
    )  # fmt: skip
    made.refresh_from_db()
    return made


@pytest.fixture
def foreign(city_admin):
    """A business of another city in the same database, with all that hangs on it."""
    city = Area.objects.create(code="3701", name=f"{CANARY}市", level="city")
    county = Area.objects.create(code="370101", name=f"{CANARY}县", level="county", parent=city)
    entity = EntityFactory(area=county, name=CANARY, cadre_name=CANARY)
    upload = upload_accept(
        source=io.BytesIO(b"x"), filename=f"{CANARY}.csv", area=county, by=None, channel="api",
        at=timezone.now(),
    )  # fmt: skip
    return {
        "entity": entity,
        "ledgerupload": upload,
        "proposal": Proposal.objects.create(
            entity=entity, area=county, kind="screen", status_to="closed", reason=CANARY
        ),
        "transfer": Transfer.objects.create(entity=entity, to_area=county),
        "sampledraw": SampleDraw.objects.create(
            area=city, kind="screen", seed=1, percent=5, until=timezone.now(), frame_size=0,
            drawn_ids=[], drawn_by=city_admin,
        ),
        "columnchoice": ColumnChoice.objects.create(area=county, heading=CANARY, field="name"),
        "dailyreport": DailyReport.objects.create(
            area=city, date="2022-11-02", number=1, as_of=timezone.now()
        ),
    }  # fmt: skip


def url(model, page, *args):
    app = "reports" if model == "dailyreport" else "entities"
    return reverse(f"admin:{app}_{model}_{page}", args=args)


def listed(browser, query=""):
    page = browser.get(url("entity", "changelist") + query)
    assert page.status_code == 200, page.headers
    return page.context["cl"]


# --- scope -----------------------------------------------------------------------------------------

SCOPED = (
    "entity", "ledgerupload", "proposal", "transfer", "sampledraw", "columnchoice", "dailyreport",
)  # fmt: skip


@pytest.mark.parametrize("model", SCOPED)
def test_another_city_is_nowhere_in_the_administration(foreign, browser, model):
    page = browser.get(url(model, "changelist"))
    assert page.status_code == 200
    assert CANARY not in page.content.decode()
    key = foreign[model].pk
    assert f"/{key}/change/" not in page.content.decode()
    for name in ("change", "history"):
        known, unknown = (browser.get(url(model, name, pk)) for pk in (key, key + 999))
        assert known.status_code == unknown.status_code == 404
        assert known.content == unknown.content


def test_suggestions_and_searches_name_no_business_of_another_city(foreign, entity, browser):
    assert [row.pk for row in listed(browser, "?q=金丝雀").result_list] == []
    query = {
        "app_label": "entities",
        "model_name": "proposal",
        "field_name": "entity",
        "term": "金丝",
    }
    answer = browser.get(reverse("admin:autocomplete"), query)
    assert answer.status_code in (200, 403)
    assert CANARY not in answer.content.decode()


@pytest.mark.parametrize(
    "persona",
    [
        "city_officer",
        "county_officer",
        "station_officer",
        "leader",
        "system_admin",
        "auditor",
        "cadre",
    ],
)
def test_only_the_citys_administrators_reach_the_register_here(request, log_in, entity, persona):
    browser = log_in(request.getfixturevalue(persona))
    for address in (
        url("entity", "changelist"), url("entity", "change", entity.pk), url("entity", "import"),
        url("category", "changelist"), url("gradingstandard", "changelist"),
    ):  # fmt: skip
        assert browser.get(address).status_code == 403, address


def test_who_is_not_logged_in_is_sent_to_the_one_login(anonymous):
    address = url("entity", "changelist")
    answer = anonymous.get(address)
    assert answer.status_code == 302
    assert answer.url == f"{reverse('login')}?next={address}"


def test_nothing_here_is_deleted_but_dictionary_words(entity, browser):
    for model, pk in (
        ("entity", entity.pk), ("category", "catering"), ("gradingstandard", 1),
    ):  # fmt: skip
        assert browser.post(url(model, "delete", pk), {"post": "yes"}).status_code == 403
    answer = browser.post(
        url("entity", "changelist"),
        {"action": "delete_selected", "_selected_action": [entity.pk], "post": "yes", "index": 0},
    )
    assert answer.status_code in (200, 302)
    assert Entity.objects.filter(pk=entity.pk).exists()


# --- the list --------------------------------------------------------------------------------------

QUERIES = (
    "", "?q=超市", "?area=379921", "?grade=C", "?grade=none", "?status=closed", "?expiry=expired",
    "?expiry=90", "?expiry=permanent", "?category=catering", "?view=removed", "?view=obliged",
    "?view=doubtful", "?area=379921&grade=C&view=obliged", "?sort=licence", "?sort=licence&grade=C",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_the_list_its_number_and_its_export_mean_the_same_rows(browser, city_admin, query):
    from django.http import QueryDict

    today = timezone.localdate()
    EntityFactory(area_id=TOWN, name="甲超市", graded=True)
    EntityFactory(area_id=VILLAGE, name="乙超市", screened=True)
    EntityFactory(area_id=FAR_TOWN, name="丙面馆", expired=True)
    EntityFactory(area_id=TOWN, name="丁面馆", status="withdrawn")
    EntityFactory(area_id=TOWN, name="戊面馆", is_permanent=True, doubts=["W_PHONE"])
    EntityFactory(area_id=FAR_TOWN, name="己面馆", expires_on=today + timezone.timedelta(days=60))
    found = listed(browser, query)
    expected = EntityConditions(QueryDict(query.strip("?")), user=city_admin, on=today).found()
    assert {row.pk for row in found.result_list} == set(expected.values_list("pk", flat=True))
    assert found.result_count == expected.count() > 0
    export = browser.get(reverse("entities:entity-export") + found.export_query + "&format=csv")
    names = b"".join(export.streaming_content).decode("utf-8-sig")
    assert all((row.name in names) for row in found.result_list)
    assert names.count("JY2379921") == found.result_count


def test_the_filters_numbers_are_the_registers(browser):
    EntityFactory.create_batch(3, area_id=TOWN, graded=True)
    EntityFactory.create_batch(2, area_id=FAR_TOWN)
    EntityFactory(area_id=TOWN, screened=True)
    specs = {spec.parameter_name: spec for spec in listed(browser, "?area=379921").filter_specs}

    def numbers(name):
        return {
            choice["display"]: choice["number"]
            for choice in specs[name].choices(listed(browser, "?area=379921"))
        }

    assert numbers("area")["全部"] == 6
    assert numbers("area")["东山县"] == 4
    assert numbers("area")["西河区"] == 2
    assert numbers("grade") == {"全部": 4, "A级": 0, "B级": 0, "C级": 3, "D级": 0, "待定": 1}
    assert numbers("status") == {"全部": 4, "在营": 3, "停业未注销": 1}


@pytest.mark.parametrize(
    "query", ["?grade=Z", "?status=x", "?area=370101", "?view=all", "?expiry=1", "?category=x"]
)
def test_a_value_that_no_filter_offers_shows_the_unfiltered_list(browser, entity, query):
    answer = browser.get(url("entity", "changelist") + query)
    assert answer.status_code == 302
    assert answer.url.endswith("?e=1")


@pytest.mark.parametrize("query", ["?phone__startswith=138", "?area__name=x", "?id__gt=0"])
def test_an_address_cannot_ask_what_no_filter_offers(browser, entity, query):
    assert browser.get(url("entity", "changelist") + query).status_code == 400


def test_pages_move_by_key_there_and_back(browser):
    EntityFactory.create_batch(120, area_id=TOWN)
    seen, query = [], ""
    while True:
        found = listed(browser, query)
        seen.append([row.pk for row in found.result_list])
        if not found.next_url:
            break
        query = found.next_url
    assert [len(page) for page in seen] == [50, 50, 20]
    assert len({pk for page in seen for pk in page}) == 120
    back = listed(browser, found.previous_url)
    assert [row.pk for row in back.result_list] == seen[1]


def test_the_list_costs_the_same_for_one_row_and_for_many(
    browser, entity, django_assert_num_queries, django_assert_max_num_queries
):
    listed(browser)
    with django_assert_max_num_queries(16) as one:
        listed(browser)
    assert not [
        query["sql"]
        for query in one.captured_queries
        if "COUNT(" in query["sql"] and 'FROM "entities_entity"' in query["sql"].split("WHERE")[0]
        and "LIMIT" not in query["sql"]
    ]  # fmt: skip
    EntityFactory.create_batch(20, area_id=VILLAGE)
    with django_assert_num_queries(len(one.captured_queries)):
        assert len(listed(browser).result_list) == 21


# --- one business ----------------------------------------------------------------------------------


def sent(page):
    """What the browser would send back of a change form."""
    form = page.context["adminform"].form
    data = {}
    for bound in form:
        value = bound.value()
        if value is True:
            data[bound.html_name] = "on"
        elif value not in (None, False):
            data[bound.html_name] = value
    return data


def test_a_correction_goes_through_the_service_and_state_is_read_only(browser, city_admin, entity):
    address = url("entity", "change", entity.pk)
    data = sent(browser.get(address))
    forged = {
        "status": "closed", "grade": "A", "grade_source": "manual", "suggested_grade": "A",
        "doubts": "W_PHONE", "revision": "99", "licence_kind": "SC",
    }  # fmt: skip
    answer = browser.post(address, data | {"name": "城关大面馆"} | forged)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    found = Entity.objects.get(pk=entity.pk)
    assert found.name == "城关大面馆"
    assert (found.status, found.grade, found.licence_kind) == ("operating", "", "JY")
    event = found.events.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["via"] == "edit"
    assert event.pgh_context.metadata["user"] == city_admin.pk
    record = AuditRecord.objects.filter(action=AuditAction.CHANGE, object_type="entity").get()
    assert record.detail["fields"] == ["address_key", "licence_kind", "name"]


def test_saving_without_a_change_writes_nothing(browser, entity):
    address = url("entity", "change", entity.pk)
    assert browser.post(address, sent(browser.get(address))).status_code == 302
    assert Entity.objects.get(pk=entity.pk).revision == entity.revision


def test_of_two_people_on_one_record_the_second_is_told_and_keeps_what_he_typed(browser, entity):
    address = url("entity", "change", entity.pk)
    data = sent(browser.get(address))
    assert browser.post(address, data | {"name": "先改"}).status_code == 302
    late = browser.post(address, data | {"name": "后改"})
    assert late.status_code == 200
    assert "您的修改没有保存" in late.content.decode()
    assert "后改" in late.content.decode()
    assert Entity.objects.get(pk=entity.pk).name == "先改"


@pytest.mark.parametrize(
    "wrong",
    [{"licence_no": "JY1"}, {"phone": "无"}, {"area": FAR_TOWN}, {"credit_code": ""}, {"seen": ""}],
)
def test_what_breaks_a_rule_is_refused_in_the_form(browser, entity, wrong):
    address = url("entity", "change", entity.pk)
    answer = browser.post(address, sent(browser.get(address)) | wrong)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert Entity.objects.get(pk=entity.pk).revision == entity.revision


def test_phones_are_masked_and_stay_when_the_rest_is_saved(browser, entity):
    address = url("entity", "change", entity.pk)
    page = browser.get(address)
    assert "138****1234" in page.content.decode()
    for shown in (page, browser.get(url("entity", "changelist"))):
        assert "13804541234" not in shown.content.decode()
    assert browser.post(address, sent(page) | {"seats": "8"}).status_code == 302
    found = Entity.objects.get(pk=entity.pk)
    assert (found.seats, found.phone) == (8, "13804541234")


def test_a_new_business_is_taken_in_by_the_service(browser):
    address = url("entity", "add")
    data = {
        "name": "新店", "credit_code": GOOD[1], "licence_no": GOOD[2], "area": TOWN,
        "category": "food_sales", "phone": "13804540001",
    }  # fmt: skip
    data["category"] = Category.objects.get(name="食品销售").pk
    answer = browser.post(address, data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = Entity.objects.get()
    assert (made.name, made.licence_kind, made.status) == ("新店", "JY", "operating")
    again = browser.post(address, data)
    assert (again.status_code, Entity.objects.count()) == (200, 1)
    assert "已经登记" in again.content.decode()


def test_the_history_is_the_businesss_own_page(browser, entity):
    answer = browser.get(url("entity", "history", entity.pk))
    assert answer.status_code == 302
    assert answer.url == reverse("entities:entity-detail", args=[entity.pk]) + "#history"


# --- acts ------------------------------------------------------------------------------------------


def act(browser, name, entities, query="", **data):
    keys = [entity.pk for entity in entities]
    address = url("entity", "changelist") + query
    return browser.post(address, {"action": name, "_selected_action": keys} | data)


def test_a_grade_is_set_with_a_reason_through_the_service(browser, entity):
    asked = act(browser, "set_grade", [entity], index=0)
    assert asked.status_code == 200
    assert "定级理由" in asked.content.decode()
    refused = act(browser, "set_grade", [entity], confirm="1", grade="B", reason="")
    assert refused.status_code == 200
    assert Entity.objects.get(pk=entity.pk).grade == ""
    done = act(browser, "set_grade", [entity], confirm="1", grade="B", reason="现场核查")
    assert done.status_code == 302
    found = Entity.objects.get(pk=entity.pk)
    assert (found.grade, found.grade_source, found.grade_reason) == ("B", "manual", "现场核查")


def test_an_act_on_all_means_the_filtered_rows(browser, entity):
    others = EntityFactory.create_batch(2, area_id=FAR_TOWN)
    done = act(
        browser, "set_grade", [entity], query=f"?area={OTHER_COUNTY}", select_across="1",
        confirm="1", grade="D", reason="统一",
    )  # fmt: skip
    assert done.status_code == 302
    graded = set(Entity.objects.filter(grade="D").values_list("pk", flat=True))
    assert graded == {other.pk for other in others}


def test_suggestions_are_adopted_after_asking(browser, entity):
    Entity.objects.filter(pk=entity.pk).update(suggested_grade="D")
    act(browser, "adopt", [entity], index=0)
    assert Entity.objects.get(pk=entity.pk).grade == ""
    act(browser, "adopt", [entity], confirm="1")
    assert Entity.objects.get(pk=entity.pk).grade == "D"


def test_the_city_does_not_propose_what_stations_propose(browser, entity, log_in, areas):
    names = [value for value, _ in listed_actions(browser)]
    assert "propose_screening" not in names
    act(browser, "propose_screening", [entity], confirm="1", status_to="closed", reason="关门")
    assert not Proposal.objects.exists()
    root = log_in(User.objects.create_superuser("root", password="x", area=areas["3799"]))
    act(root, "propose_screening", [entity], confirm="1", status_to="closed", reason="关门")
    assert Proposal.objects.get().status_to == "closed"
    assert Entity.objects.get(pk=entity.pk).status == "operating"


def listed_actions(browser):
    page = browser.get(url("entity", "changelist"))
    return page.context["action_form"].fields["action"].choices


# --- the ledger's door -----------------------------------------------------------------------------


def test_import_leads_into_the_pipeline_and_writes_nothing_itself(browser):
    assert browser.get(url("entity", "import")).status_code == 200
    answer = browser.post(
        url("entity", "import"), {"file": ledger(GOOD), "area": COUNTY, "mode": "partial"}
    )
    upload = LedgerUpload.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("entities:upload-detail", args=[upload.pk])
    assert (upload.channel, upload.area_id, upload.state) == ("admin", COUNTY, "queued")
    assert not Entity.objects.exists()
    assert upload_work(upload.pk) == "review"
    assert LedgerUpload.objects.get().new == 1


def test_import_takes_no_file_in_anothers_name(browser):
    wrong = browser.post(
        url("entity", "import"), {"file": ledger(GOOD), "area": "370101", "mode": "partial"}
    )
    assert wrong.status_code == 200
    assert browser.post(url("entity", "import"), {"area": COUNTY}).status_code == 200
    assert not LedgerUpload.objects.exists()


# --- dictionaries and records ----------------------------------------------------------------------


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
