import datetime

import pytest

from inspections.generator.enterprise import controls_of_visits, seed_enterprise
from inspections.models import ControlCheck, EntityCompliance, SafetyPerson
from inspections.queries.proof_enterprise import differences
from inspections.services.controls import controls_record
from tests.factories import UserFactory
from tests.inspections.makers_enterprise import make_entity
from tests.inspections.makers_visits import load_lists, make_held
from tests.inspections.test_controls import AT, visit_of

pytestmark = pytest.mark.django_db


def looks():
    fields = ("visit_id", "control", "told", "state", "checked_on", "last_on")
    return sorted(ControlCheck.objects.values_list(*fields))


def test_the_demonstration_registers_people_once(areas, city_admin):
    load_lists()
    for number in range(40):
        make_entity(form="学校食堂", diners=600, safety_officer="王五" if number % 2 else "")
    told = []
    seed = {"city": areas["3799"], "by": city_admin, "at": AT, "say": told.append}
    seed_enterprise(**seed)
    people = SafetyPerson.objects.count()
    assert SafetyPerson.objects.filter(source="ledger").count() == 20
    assert EntityCompliance.objects.lacking().exists()
    assert 60 < people < 80
    seed_enterprise(**seed)
    assert SafetyPerson.objects.count() == people
    assert differences()[0] == []


def test_looks_of_many_visits_are_those_of_each(areas):
    load_lists()
    bond = make_held(areas=areas, user=UserFactory())
    later = AT + datetime.timedelta(days=80)
    visits = [
        visit_of(bond, {"T02": "yes", "T12": "no", "T08": "na", "T16": "yes"}),
        visit_of(bond, {"T02": "no", "T12": "yes"}, key="b", at=later, mode="phone"),
    ]
    for visit in visits:
        controls_record(visit=visit, told=None, actor=bond.cadre.user, at=AT)
    each = looks()
    ControlCheck.objects.all().delete()
    assert controls_of_visits() == 5
    assert looks() == each
    assert controls_of_visits() == 0
