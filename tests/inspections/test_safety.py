import datetime

import pytest
from django.utils import timezone

from inspections.models import RiskList, SafetyPerson
from inspections.services.safety import (
    SafetyChanged,
    SafetyError,
    exam_add,
    names_take,
    person_add,
    person_end,
    person_phone_reveal,
    person_update,
    record_void,
    risk_list_add,
    training_add,
)
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from tests.inspections.makers_enterprise import compliance, load_rules, make_entity, make_person

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2022, 11, 2, 2, tzinfo=datetime.UTC)
DAY = timezone.localdate(AT)


def add(actor, entity, **values):
    usual = {"post": "director", "name": "赵文博", "phone": "13804541234", "appointed_on": DAY}
    return person_add(actor=actor, entity=entity, values=usual | values)


def test_an_appointment_from_its_beginning_to_its_end(county_officer):
    entity = make_entity()
    person = add(county_officer, entity)
    assert compliance(entity).directors == 1
    person_update(
        actor=county_officer, person=person, revision=1, changes={"duty_scope": "全面管理"}
    )
    with pytest.raises(SafetyChanged):
        person_update(actor=county_officer, person=person, revision=1, changes={"phone": ""})
    person_end(actor=county_officer, person=person, on=DAY, reason="left")
    assert compliance(entity).directors == 0
    with pytest.raises(SafetyError, match="已经离任"):
        person_end(actor=county_officer, person=person, on=DAY, reason="left")
    assert add(county_officer, entity).pk != person.pk  # he comes back
    labels = person.events.order_by("pgh_id").values_list("pgh_label", flat=True)
    assert list(labels) == ["insert", "update", "update"]


def test_the_same_person_is_registered_once(county_officer):
    entity = make_entity()
    add(county_officer, entity)
    with pytest.raises(SafetyError, match="已登记"):
        add(county_officer, entity)
    assert SafetyPerson.objects.count() == 1


def test_no_id_number_is_kept(county_officer):
    with pytest.raises(SafetyError, match="身份证号"):
        add(county_officer, make_entity(), duty_scope="11010519491231002X")


def test_who_left_before_he_came_is_refused(county_officer):
    person = add(county_officer, make_entity())
    with pytest.raises(SafetyError, match="不能早于"):
        person_end(actor=county_officer, person=person, on=datetime.date(2022, 1, 1), reason="left")


def test_trainings_and_exams_are_written_once_and_voided_with_a_reason(county_officer):
    person = make_person(make_entity())
    values = {"held_on": DAY, "hours": 8, "content": "集中培训"}
    training = training_add(actor=county_officer, person=person, values=values)
    with pytest.raises(SafetyError, match="登记过"):
        training_add(actor=county_officer, person=person, values=values)
    exam = exam_add(
        actor=county_officer, person=person, values={"held_on": DAY, "kind": "spot", "score": 82}
    )
    for record in (training, exam):
        with pytest.raises(SafetyError, match="理由"):
            record_void(actor=county_officer, record=record, reason=" ")
        record_void(actor=county_officer, record=record, reason="记错")
        with pytest.raises(SafetyError, match="已经作废"):
            record_void(actor=county_officer, record=record, reason="记错")


def test_versions_of_the_risk_list_count_up_and_build_the_control(county_officer, areas):
    entity = make_entity()
    for _ in range(2):
        risk_list_add(
            actor=county_officer, entity=entity, at=AT,
            values={"dated_on": DAY, "items": "冷藏温度：每日两次"},
        )  # fmt: skip
    assert list(RiskList.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    assert compliance(entity).controls["risk_list"]["state"] == "built"


def test_the_ledger_s_names_are_taken_over_in_one_press(county_officer):
    load_rules()
    first = make_entity(safety_director="张三、李四", safety_officer="王五")
    other = make_entity(safety_officer="赵六13804541234")
    third = make_entity(safety_officer="钱七")
    ended = make_person(third, name="钱七")
    person_end(actor=county_officer, person=ended, on=DAY, reason="left")
    ids = [first.pk, other.pk, third.pk]
    counts = names_take(actor=county_officer, ids=ids, at=AT)
    assert counts == {"people": 3, "entities": 1}
    people = SafetyPerson.objects.filter(source="ledger").order_by("name")
    assert {(p.post, p.name) for p in people} == {
        ("director", "张三"), ("director", "李四"), ("officer", "王五"),
    }  # fmt: skip
    assert people[0].events.count() == 1
    assert not compliance(first).is_proposed
    assert names_take(actor=county_officer, ids=ids, at=AT) == {"people": 0, "entities": 0}


def test_a_look_at_the_whole_number_is_recorded(county_officer):
    person = make_person(make_entity())
    assert person_phone_reveal(actor=county_officer, person=person) == "13804541234"
    assert AuditRecord.objects.filter(action="reveal", object_id=str(person.pk)).exists()
