import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from inspections.models import (
    ComplianceTally,
    ControlCheck,
    EntityCompliance,
    RiskList,
    SafetyPerson,
    SafetyTraining,
)
from inspections.queries.figures_enterprise import (
    PARTS,
    QUERIES,
    enterprise_by_area,
    list_query,
    rows_of,
)
from inspections.queries.proof_enterprise import differences
from tests.factories import UserFactory
from tests.inspections.makers_enterprise import load_rules, make_check, make_entity, make_person
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
TOWN = "379921001"


@pytest.fixture
def browser(log_in, county_officer):
    load_rules()
    return log_in(county_officer)


def names_on(response):
    return [row.entity.name for row in response.context["page"].rows]


@pytest.fixture
def businesses(browser):
    """A school with its director, one without, a shop with a name in the ledger, one whose size is unknown."""
    school = make_entity(name="一中食堂", form="学校食堂", diners=900)
    make_person(school, post="director", name="赵文博")
    make_check(school, checked_on=timezone.localdate())
    other = make_entity(name="二中食堂", form="学校食堂", diners=900)
    make_check(other, control="daily", told="missing", state="absent")
    make_entity(name="小卖部", category="small_grocery", safety_officer="王五")
    make_entity(name="不知多大的饭店", category="catering", form="餐馆")
    return school, other


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"一中食堂", "二中食堂", "小卖部", "不知多大的饭店"}),
        ("view=open", {"不知多大的饭店"}),
        ("view=proposed", {"小卖部"}),
        ("view=failing", {"二中食堂"}),
        ("post=director&having=need", {"一中食堂", "二中食堂"}),
        ("post=director&having=yes", {"一中食堂"}),
        ("post=director&having=no", {"二中食堂"}),
        ("control=daily&standing=in_place", {"一中食堂"}),
        ("control=daily&standing=not_in_place", {"二中食堂"}),
        ("control=daily&standing=checked", {"一中食堂", "二中食堂"}),
        ("control=daily&standing=unseen", {"小卖部", "不知多大的饭店"}),
        ("category=small_grocery", {"小卖部"}),
        ("q=一中食", {"一中食堂"}),
        ("q=赵文博", {"一中食堂"}),
        ("area=379921102", set()),
        ("control=hourly", set()),
    ],
)
def test_the_list_narrows(browser, businesses, query, names):
    response = browser.get(f"{reverse('inspections:safety-list')}?{query}")
    assert set(names_on(response)) == names
    assert response.context["count"] == len(names)


def test_the_tabs_count_the_same_from_counters_and_from_rows(browser, businesses):
    address = reverse("inspections:safety-list")
    counted = {tab["label"]: tab["count"] for tab in browser.get(address).context["tabs"]}
    read = browser.get(
        f"{address}?category=school_canteen&category=small_grocery&category=catering"
    )
    assert counted == {tab["label"]: tab["count"] for tab in read.context["tabs"]}
    assert counted["应配未配"] == 4


def test_every_door_opens_as_many_rows_as_it_says(browser, businesses, county_officer):
    (figures,) = enterprise_by_area(user=county_officer, code="379921", length=6)
    for key in PARTS:
        rows = rows_of(user=county_officer, key=key, code="379921")
        assert rows.count() == getattr(figures, key), key
    for key in QUERIES:
        response = browser.get(list_query(key=key, code="379921"))
        assert response.context["count"] == getattr(figures, key), key
    assert differences() == ([], "4 家企业主体责任，1 名两员")
    doors = browser.get(reverse("inspections:safety-list")).context["doors"]
    assert [door["figures"].need_director for door in doors if door["figures"].entities] == [2, 2]


def test_the_proof_sees_a_wrong_counter_a_wrong_count_and_a_wrong_state(browser, businesses):
    school, other = businesses
    ComplianceTally.objects.filter(measure="lacking").update(total=99)
    EntityCompliance.objects.filter(pk=school.pk).update(directors=5)
    EntityCompliance.objects.filter(pk=other.pk).update(controls={})
    assert {what for what, *_ in differences()[0]} == {"企业主体责任计数", "两员人数", "制度状态"}


def test_the_export_holds_the_rows_of_the_list(browser, businesses):
    response = browser.get(reverse("inspections:safety-export") + "?view=failing")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[3] for row in rows[1:]] == ["二中食堂"]
    assert "13804541234" not in str(rows)


def test_the_page_of_a_business_and_its_card(browser, businesses):
    school, _ = businesses
    page = browser.get(reverse("inspections:safety-detail", args=[school.pk])).content.decode()
    assert "赵文博" in page
    assert "138****1234" in page
    assert "13804541234" not in page
    assert "学校食堂，每餐次平均 500 人及以上" in page
    card = browser.get(reverse("entities:entity-detail", args=[school.pk])).content.decode()
    assert "企业主体责任" in card
    assert "日管控" in card


def test_a_person_is_registered_changed_and_ended_on_the_pages(browser, businesses):
    _, school = businesses
    address = reverse("inspections:safety-person-create", args=[school.pk])
    values = {"post": "director", "name": "钱学礼", "phone": "13904540001"}
    assert browser.post(address, values | {"name": "钱1"}).status_code == 422
    paper = SimpleUploadedFile("任命.pdf", b"%PDF-1.4 paper")
    assert browser.post(address, values | {"document": paper}).status_code == 302
    person = SafetyPerson.objects.get(name="钱学礼")
    edit = reverse("inspections:safety-person-update", args=[person.pk])
    assert "139****0001" in browser.get(edit).content.decode()
    told = values | {"phone": "139****0001", "duty_scope": "后厨", "revision": 1}
    assert browser.post(edit, told).status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.duty_scope, person.document_name) == (
        "13904540001", "后厨", "任命.pdf",
    )  # fmt: skip
    late = browser.post(edit, values | {"duty_scope": "仓库", "revision": 1})
    assert late.status_code == 409
    assert "您改为" in late.content.decode()
    end = reverse("inspections:safety-person-end", args=[person.pk])
    assert browser.post(end, {"on": timezone.localdate()}).status_code == 422
    assert browser.post(end, {"on": timezone.localdate(), "reason": "left"}).status_code == 302
    person.refresh_from_db()
    assert person.ended_on == timezone.localdate()


def test_trainings_exams_looks_and_risk_lists_on_the_pages(browser, businesses):
    school, _ = businesses
    person = school.safety_people.get()
    today = timezone.localdate()

    def post(name, pk, **values):
        return browser.post(reverse(f"inspections:safety-{name}", args=[pk]), values).status_code

    assert post("person-training", person.pk, held_on=today, hours="2.5", content="培训") == 302
    assert post("person-training", person.pk, held_on=today, hours="0", content="培训") == 422
    training = SafetyTraining.objects.get()
    assert post("training-void", training.pk, reason="记错") == 302
    assert post("person-exam", person.pk, held_on=today, kind="spot", result="0", score=50) == 302
    assert post("control-create", school.pk, control="weekly", on=today, state="seen") == 302
    check = ControlCheck.objects.get(control="weekly")
    assert check.state == "verified"
    assert post("check-void", check.pk, reason="看错") == 302
    assert post("risk-create", school.pk, dated_on=today, items="") == 422
    assert post("risk-create", school.pk, dated_on=today, items="冷藏温度") == 302
    assert RiskList.objects.get().version == 1


def test_names_of_the_ledger_are_confirmed_for_one_and_for_all(browser, businesses):
    take = reverse("inspections:safety-take")
    (pk,) = [e.pk for e in [make_entity(name="乙店", safety_officer="孙七")]]
    back = reverse("inspections:safety-detail", args=[pk])
    assert "孙七" in browser.get(back).content.decode()
    assert browser.post(take, {"pk": pk, "back": back}).url == back
    assert SafetyPerson.objects.filter(name="孙七", source="ledger").exists()
    browser.post(f"{take}?view=proposed", {"every": "1"})
    assert SafetyPerson.objects.filter(name="王五", source="ledger").exists()


def test_a_cadre_adds_what_he_sees_where_he_holds_and_nowhere_else(log_in, areas, cadre):
    load_rules()
    mine = make_entity(category="small_grocery", grade="D", area="379921001001")
    other = make_entity(category="small_grocery", grade="D", area="379921001001")
    holder = CadreFactory(area=areas["379921001001"], user=cadre)
    AssignmentFactory(entity=mine, cadre=holder)
    browser = log_in(cadre)
    values = {"post": "officer", "name": "李掌柜"}
    address = "inspections:safety-person-create"
    assert browser.post(reverse(address, args=[mine.pk]), values).status_code == 302
    assert SafetyPerson.objects.get().source == "visit"
    assert browser.post(reverse(address, args=[other.pk]), values).status_code == 404
    assert names_on(browser.get(reverse("inspections:safety-list"))) == [mine.name]
    edit = reverse("inspections:safety-person-update", args=[SafetyPerson.objects.get().pk])
    assert browser.get(edit).status_code == 403


def test_the_api_registers_a_person(log_in, county_officer):
    entity = make_entity()
    client = log_in(county_officer)
    told = {"entity": entity.pk, "post": "officer", "name": "吴安"}
    address = reverse("api:safety-person-list")

    def post(**values):
        return client.post(address, told | values, content_type="application/json")

    made = post(phone="13904540001", appointed_on="2022-11-01")
    assert made.status_code == 201
    assert made.json()["phone"] == "139****0001"
    assert "已登记" in str(post().json())
    assert post(name="吴安1").status_code == 400
    assert post(entity=make_entity(area="379902001").pk).status_code == 404
    listed = client.get(f"{address}?entity={entity.pk}").json()["results"]
    assert [row["name"] for row in listed] == ["吴安"]
    one = client.get(reverse("api:compliance-detail", args=[entity.pk])).json()
    assert one["officers"] == 1


def test_what_no_cadre_may_see_stays_hidden_from_an_account_without_area(log_in, businesses):
    assert log_in(UserFactory()).get(reverse("inspections:safety-list")).status_code == 403
