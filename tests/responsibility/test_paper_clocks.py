"""The clocks of papers: until when to sign, what a signature closes, what a change asks for, what ends by itself."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from entities.models import Entity
from responsibility.models import (
    Assignment,
    Cadre,
    Change,
    Duty,
    Letter,
    ListDocument,
    Pledge,
    ResignRule,
)
from responsibility.queries.todo import todo
from responsibility.services.duties import duties_make
from responsibility.services.gone import bonds_end_gone
from responsibility.services.lists import list_issue
from responsibility.services.pledges import pledge_record_scan, pledges_issue
from responsibility.services.pledges_bulk import pledges_follow, pledges_make, pledges_sign
from responsibility.services.seeds_lists import load
from tests.factories import EntityFactory
from tests.personas import COUNTY, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2022, 11, 2, 1, tzinfo=datetime.UTC)
ON = datetime.date(2022, 11, 2)


def days(number):
    return ON + datetime.timedelta(days=number)


@pytest.fixture
def bearer(areas, cadre):
    made = CadreFactory(area=areas[VILLAGE], name="王小五", user=cadre)
    for _ in range(4):
        hold(made)
    return made


def hold(bearer):
    shop = EntityFactory(area=bearer.area, grade="D", grade_source="ledger")
    return AssignmentFactory(entity=shop, cadre=bearer, from_on=datetime.date(2022, 10, 1))


def make(**more):
    pledges_make(cadres=Cadre.objects.all(), actor=None, at=AT, year=2022, **more)
    return Pledge.objects.get(state__in=["draft", "waiting"])


def lines(user):
    return {line["label"]: line for line in todo(user=user)}


def test_a_waiting_pledge_has_a_day_by_the_rule(bearer, cadre, county_officer):
    ResignRule.objects.update_or_create(pk=1, defaults={"sign_days": 7})
    pledge = make()
    assert pledge.due_on is None
    pledges_issue(pledges=Pledge.objects.all(), actor=county_officer, at=AT)
    pledge.refresh_from_db()
    assert pledge.due_on == days(7)
    own, office = lines(cadre)["签订本人的承诺书"], lines(county_officer)["待签的承诺书"]
    assert own["due"] == office["due"] == days(7)
    assert (own["tone"], own["act"]) == ("red", "去签订")  # 2022 is over
    assert office["hint"].startswith("其中逾期 1 份")


def test_a_pledge_to_sign_anew_has_a_day_and_loses_it_when_signed(bearer, county_officer):
    make(is_issued=True)
    pledges_sign(pledges=Pledge.objects.all(), actor=county_officer, on=ON, at=AT)
    for bond in Assignment.objects.active()[:3]:
        Assignment.objects.filter(pk=bond.pk).update(to_on=ON, ended_at=AT)
    later = AT + datetime.timedelta(minutes=4)
    assert pledges_follow(on=ON, at=later)["resign"] == 1
    pledge = Pledge.objects.get()
    assert (pledge.state, pledge.due_on) == ("resign", days(10))
    assert "包保主体变动 3 家" in pledge.resign_reason
    assert lines(county_officer)["要重签的承诺书"]["due"] == days(10)
    anew = make(is_issued=True)
    pledges_sign(pledges=Pledge.objects.filter(pk=anew.pk), actor=None, on=ON, at=AT)
    assert set(Pledge.objects.values_list("state", "due_on")) == {
        ("void", days(10)),
        ("signed", None),
    }


def test_the_quick_look_is_at_those_alone_whose_bonds_changed_lately(bearer, county_officer):
    make(is_issued=True)
    pledges_sign(pledges=Pledge.objects.all(), actor=county_officer, on=ON, at=AT)
    Assignment.objects.active().update(to_on=ON, ended_at=AT, made_at=AT)
    assert pledges_follow(on=ON, at=AT + datetime.timedelta(hours=1))["resign"] == 0
    assert pledges_follow(on=ON, at=AT)["resign"] == 1


def test_an_unsigned_letter_has_its_day_in_the_list_of_what_is_owed(areas, county_officer):
    for code, due in ((COUNTY, days(5)), (VILLAGE, days(-5))):
        area = areas[code]
        Letter.objects.create(kind=area.level, year=2022, area=area, upper="上级", due_on=due)
    line = lines(county_officer)["未签的责任状"]
    assert (line["count"], line["due"], line["tone"]) == (2, days(-5), "red")


@pytest.fixture
def task_list(areas):
    load()
    document = ListDocument.objects.get(kind="task", level="village")
    list_issue(actor=None, document=document, effective_from=datetime.date(2022, 1, 1), at=AT)
    return document


def states(code="J7"):
    return list(Duty.objects.filter(code=code).values_list("state", "note"))


def by_scan(pledge, by):
    pledge_record_scan(
        pledge=pledge,
        actor=by,
        file=ContentFile(b"%PDF-"),
        name="签.pdf",
        signed_on=ON,
        at=AT,
        on=ON,
    )


def by_list(pledge, by):
    pledges_sign(pledges=Pledge.objects.filter(pk=pledge.pk), actor=by, on=ON, at=AT)


@pytest.mark.parametrize("sign", [by_scan, by_list])
def test_a_signature_closes_the_task_that_asks_for_it(task_list, bearer, county_officer, sign):
    duties_make(on=ON)
    others = Duty.objects.exclude(code="J7").filter(state="open").count()
    assert states() == [("open", "")]
    pledge = make(is_issued=True)
    sign(pledge, county_officer)
    assert states() == [("done", f"承诺书 {pledge.number} 已签订")]
    done = Duty.objects.get(code="J7")
    assert (done.done_at, done.done_by) == (AT, county_officer)
    assert Duty.objects.exclude(code="J7").filter(state="open").count() == others


def test_a_task_made_after_the_signature_is_closed_at_once(task_list, bearer, county_officer):
    make(is_issued=True)
    pledges_sign(pledges=Pledge.objects.all(), actor=county_officer, on=ON, at=AT)
    assert duties_make(on=days(1))["closed"] == 1
    assert duties_make(on=days(1))["closed"] == 0
    assert [state for state, _ in states()] == ["done"]
    # the next year's asks again
    duties_make(on=datetime.date(2023, 2, 1))
    assert sorted(state for state, _ in states()) == ["done", "open"]


def test_what_leaves_the_register_is_held_by_nobody(bearer):
    gone, screened, *_ = Assignment.objects.active().order_by("pk")
    Entity.objects.filter(pk=gone.entity_id).update(status="cancelled")
    Entity.objects.filter(pk=screened.entity_id).update(status="closed")
    assert bonds_end_gone(on=ON, at=AT) == 1
    assert bonds_end_gone(on=ON, at=AT) == 0
    gone.refresh_from_db()
    screened.refresh_from_db()
    assert (gone.to_on, gone.end_reason, gone.note) == (ON, "deregistered", "主体注销")
    assert screened.to_on is None
    change = Change.objects.get(kind="bond_ended")
    assert (change.entity_id, change.before, change.recorded_by) == (gone.entity_id, "王小五", None)
    assert "已不在册" in change.note
    assert timezone.is_aware(gone.ended_at)
