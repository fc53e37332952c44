"""One business, and acts on several."""

import pytest
from django.urls import reverse

from entities.models import (
    Category,
    Entity,
    Proposal,
)
from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import AuditRecord, User
from tests.entities.admin.pages import FAR_TOWN, sent, url
from tests.entities.ledgers import GOOD
from tests.factories import EntityFactory
from tests.personas import OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db


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
