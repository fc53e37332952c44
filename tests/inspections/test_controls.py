import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inspections.models import Checklist, ControlCheck, Visit
from inspections.services.controls import ControlError, control_note, control_void, controls_record
from tests.factories import UserFactory
from tests.inspections.makers_enterprise import compliance, load_rules
from tests.inspections.makers_visits import load_lists, make_held

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2022, 11, 2, 2, tzinfo=datetime.UTC)
DAY = timezone.localdate(AT)


@pytest.fixture
def bond(areas):
    load_lists()
    load_rules()
    return make_held(areas=areas, user=UserFactory())


def visit_of(bond, answers, *, key="a", mode="on_site", at=AT, level="village"):
    return Visit.objects.create(
        key=key * 32, entity=bond.entity, area=bond.entity.area, cadre=bond.cadre, level="village",
        mode=mode, checklist=Checklist.objects.get(level=level, state="issued"), answers=answers,
        visited_on=timezone.localdate(at), started_at=at, finished_at=at, made_by=bond.cadre.user,
    )  # fmt: skip


def record(bond, visit, told=None):
    return controls_record(visit=visit, told=told, actor=bond.cadre.user, at=AT)


def states(bond):
    return {name: look["state"] for name, look in compliance(bond.entity).controls.items()}


def test_the_answers_of_a_visit_tell_of_the_controls_in_two_statements(bond):
    visit = visit_of(bond, {"T02": "yes", "T08": "na", "T12": "no", "T16": "no"})
    with CaptureQueriesContext(connection) as queries:
        record(bond, visit)
    assert len(queries) == 2, [query["sql"][:200] for query in queries]
    assert states(bond) == {"officer": "verified", "code": "na", "daily": "absent"}
    assert compliance(bond.entity).failing == 1


def test_the_same_visit_again_stores_nothing_more(bond):
    visit = visit_of(bond, {"T12": "yes"})
    record(bond, visit)
    record(bond, visit)
    assert ControlCheck.objects.count() == 1


def test_what_was_told_itself_goes_before_the_answer(bond):
    visit = visit_of(bond, {"T12": "yes"})
    record(bond, visit, {"daily": {"state": "seen", "last_on": "2022-10-20"}})
    look = compliance(bond.entity).controls["daily"]
    assert (look["state"], look["last_on"]) == ("failed", "2022-10-20")  # older than 7 days


def test_the_business_s_own_word_builds_but_does_not_verify(bond):
    record(bond, visit_of(bond, {"T12": "yes"}, mode="phone"))
    assert states(bond) == {"daily": "built"}


def test_gone_after_it_was_there_is_not_carried_out(bond):
    record(bond, visit_of(bond, {"T12": "yes"}))
    later = AT + datetime.timedelta(days=80)
    record(bond, visit_of(bond, {"T12": "no"}, key="b", at=later))
    assert states(bond) == {"daily": "failed"}


def test_a_void_visit_saw_nothing(bond):
    visit = visit_of(bond, {"T12": "no"})
    record(bond, visit)
    visit.is_void, visit.void_reason = True, "误填"
    visit.save()
    assert states(bond) == {}
    assert ControlCheck.objects.get().is_void


@pytest.mark.parametrize(
    "told",
    [
        {"daily": {"state": "seen", "last_on": "2022-11-03"}},
        {"daily": {"state": "seen", "last_on": "昨天"}},
        {"daily": {"state": "好"}},
        {"hourly": {"state": "seen"}},
    ],
)
def test_what_cannot_be_is_refused_in_words(bond, told):
    with pytest.raises(ControlError):
        record(bond, visit_of(bond, {}), told)
    assert not ControlCheck.objects.exists()


def note(bond, **look):
    return control_note(
        actor=bond.cadre.user, entity=bond.entity, control="weekly",
        look={"state": "seen"} | look, on=DAY, at=AT,
    )  # fmt: skip


def test_a_look_by_hand_and_its_void(bond):
    check = note(bond, is_sampled_right=False, note="漏一周")
    assert states(bond) == {"weekly": "failed"}
    control_void(actor=bond.cadre.user, check=check, reason="看错了")
    assert states(bond) == {}
    with pytest.raises(ControlError, match="已经作废"):
        control_void(actor=bond.cadre.user, check=check, reason="再来")
    events = list(check.events.order_by("pgh_id").values_list("pgh_label", "is_void"))
    assert events == [("insert", False), ("update", True)]


def test_a_visit_s_look_is_voided_with_the_visit_only(bond):
    visit = visit_of(bond, {"T12": "yes"})
    record(bond, visit)
    with pytest.raises(ControlError, match="督导记录"):
        control_void(actor=bond.cadre.user, check=ControlCheck.objects.get(), reason="x")


def test_an_id_number_is_not_kept(bond):
    with pytest.raises(ControlError, match="身份证号"):
        note(bond, note="负责人 11010519491231002X")
