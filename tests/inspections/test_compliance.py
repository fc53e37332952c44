import datetime
import random

import pytest

from entities.models import Category, Entity
from inspections.models import (
    ComplianceTally,
    ControlRule,
    EntityCompliance,
    OfficerRule,
    SafetyExam,
    SafetyPerson,
    SafetyTraining,
)
from inspections.queries.compliance import facts_of, rule_rows
from inspections.rules.enterprise import must_have
from inspections.services.compliance import compliance_refresh
from tests.factories import EntityFactory
from tests.inspections.makers_enterprise import (
    compliance,
    load_rules,
    make_check,
    make_entity,
    make_person,
)

pytestmark = pytest.mark.django_db
DAYS = [datetime.date(2022, 10, 31), datetime.date(2022, 11, 2), datetime.date(2025, 4, 15)]
TODAY = datetime.date(2025, 6, 1)


@pytest.fixture
def rules(areas):
    load_rules()


def random_entities(count=150):
    chance = random.Random(20221101)
    codes = list(Category.objects.order_by("pk").values_list("code", flat=True))
    forms = [
        "",
        "幼儿园食堂",
        "学校食堂",
        "养老机构食堂",
        "餐馆",
        "集体用餐配送",
        "连锁总部",
        "保健食品",
        "超市",
        "糕点",
    ]

    def size(*values):
        return chance.choice([None, *values])

    return [
        EntityFactory.build(
            area_id="379921001", category_id=chance.choice(codes), form=chance.choice(forms),
            floor_area=size(20, 150, 151, 999, 1000), seats=size(10, 75, 76),
            diners=size(200, 299, 300, 499, 500, 999, 1000, 1001), annual_output=size(100, 2000),
            staff_count=size(5, 50, 300), licence_no=f"JY2379921{n:07d}",
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("on", DAYS)
def test_the_set_says_what_the_rule_says(rules, on):
    Entity.objects.bulk_create(random_entities())
    compliance_refresh(on=on)
    rows, found = rule_rows(), set()
    for row in EntityCompliance.objects.select_related("entity"):
        needs = must_have(facts_of(row.entity), rows, on)
        assert (row.need_director, row.director_rule_id) == needs.director[:2], row.entity
        assert (row.need_officer, row.officer_rule_id) == needs.officer[:2]
        assert set(row.missing) == {*needs.director.missing, *needs.officer.missing}
        found.add(row.need_director)
    assert found == ({False} if on == DAYS[0] else {True, False, None})


def test_a_new_fact_asks_anew(rules):
    entity = make_entity(form="学校食堂", diners=400)
    assert compliance(entity).need_director is False
    Entity.objects.filter(pk=entity.pk).update(diners=500)
    assert compliance(entity).need_director is True
    Entity.objects.filter(pk=entity.pk).update(diners=None)
    row = compliance(entity)
    assert (row.need_director, row.missing) == (None, ["diners"])


def test_a_changed_rule_asks_everybody_anew(rules):
    entity = make_entity(form="学校食堂", diners=400)
    OfficerRule.objects.filter(order=61).update(diners_from=300)
    assert compliance(entity).need_director is True
    OfficerRule.objects.filter(order=61).delete()
    assert compliance(entity).need_director is False


def test_a_second_refresh_writes_nothing(rules):
    make_entity(form="学校食堂", diners=400)
    compliance_refresh(on=TODAY)
    assert compliance_refresh(on=TODAY) == 0


def test_appointments_count_from_their_day_to_their_end(rules):
    entity = make_entity(form="学校食堂", diners=600)
    assert EntityCompliance.objects.lacking().filter(pk=entity.pk).exists()
    person = make_person(entity, post="director", appointed_on=datetime.date(2025, 5, 1))
    make_person(entity, post="officer")
    assert (compliance(entity).directors, compliance(entity).officers) == (1, 1)
    assert not EntityCompliance.objects.lacking().filter(pk=entity.pk).exists()
    compliance_refresh(on=datetime.date(2025, 4, 30))
    assert compliance(entity).directors == 0
    SafetyPerson.objects.filter(pk=person.pk).update(
        ended_on=datetime.date(2025, 6, 1), end_reason="left"
    )
    assert compliance(entity).directors == 0


def test_hours_of_the_year_against_the_rule(rules):
    entity = make_entity()
    person = make_person(entity, appointed_on=datetime.date(2024, 1, 1))
    record = {"person": person, "content": "培训"}
    SafetyTraining.objects.create(held_on="2024-12-31", hours=40, **record)
    compliance_refresh(on=TODAY)
    assert compliance(entity).is_hours_short
    half = SafetyTraining.objects.create(held_on="2025-03-01", hours="24.5", **record)
    SafetyTraining.objects.create(held_on="2025-05-01", hours="15.5", **record)
    compliance_refresh(on=TODAY)
    assert not compliance(entity).is_hours_short
    half.is_void, half.void_reason = True, "记错"
    half.save()
    compliance_refresh(on=TODAY)
    assert compliance(entity).is_hours_short
    ControlRule.objects.filter(control="training").update(hours=15)
    compliance_refresh(on=TODAY)
    assert not compliance(entity).is_hours_short


def test_an_exam_falls_due_after_the_interval_or_when_failed(rules):
    entity = make_entity()
    person = make_person(entity, appointed_on=datetime.date(2024, 6, 1))

    def is_due(on):
        compliance_refresh(on=on)
        return compliance(entity).is_exam_due

    assert not is_due(datetime.date(2025, 6, 1))
    assert is_due(datetime.date(2025, 6, 2))
    SafetyExam.objects.create(person=person, held_on="2025-06-02", kind="enterprise")
    assert not is_due(datetime.date(2025, 6, 2))
    SafetyExam.objects.create(person=person, held_on="2025-06-03", kind="spot", is_passed=False)
    assert is_due(datetime.date(2025, 6, 3))


@pytest.mark.parametrize(
    ("text", "proposed"), [("张三", True), ("无", False), ("张三13804541234", False), ("", False)]
)
def test_a_name_of_the_ledger_waits_until_it_is_registered(rules, text, proposed):
    entity = make_entity(safety_officer=text)
    assert compliance(entity).is_proposed is proposed
    if proposed:
        make_person(entity, name=text)
        assert compliance(entity).is_proposed is False


def test_the_newest_look_decides(rules):
    entity = make_entity()
    new = make_check(entity, state="failed", told="missing", checked_on="2022-11-10")
    make_check(entity, state="verified", checked_on="2022-11-02", last_on="2022-11-01")
    row = compliance(entity)
    assert row.controls["daily"] == {
        "state": "failed", "on": "2022-11-10", "last_on": None, "was_seen": True
    }  # fmt: skip
    assert (row.failing, row.checked_on) == (1, datetime.date(2022, 11, 10))
    new.is_void, new.void_reason = True, "填错"
    new.save()
    row = compliance(entity)
    assert (row.controls["daily"]["state"], row.failing) == ("verified", 0)


def counters():
    rows = ComplianceTally.objects.exclude(total=0).order_by("area_id", "measure")
    return {(row.area_id, row.measure): row.total for row in rows}


def test_counters_follow_the_rows_of_what_must_be_held(rules):
    school = make_entity(form="学校食堂", diners=600)
    make_entity(category="stall", status="closed")
    make_person(school, post="director")
    make_check(school)
    make_check(school, control="weekly", told="missing", state="absent")
    town = "379921001"
    assert counters() == {
        (town, "entities"): 1,
        (town, "need_director"): 1,
        (town, "has_director"): 1,
        (town, "need_officer"): 1,
        (town, "lacking"): 1,
        (town, "failing"): 1,
        (town, "hours_short"): 1,
        (town, "daily:verified"): 1,
        (town, "weekly:absent"): 1,
    }
    Entity.objects.filter(pk=school.pk).update(area_id="379921102")
    assert {area for area, _ in counters()} == {"379921102"}
    Entity.objects.filter(pk=school.pk).update(status="closed")
    assert counters() == {}
