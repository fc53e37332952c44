"""A visit comes in once, and what follows from it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.enums import DueState
from inspections.models import (
    CadreDue,
    Campaign,
    CampaignTag,
    Checklist,
    ControlCheck,
    DueVisit,
    EntityRecord,
    Photo,
    Problem,
    Visit,
    VisitTally,
)
from inspections.rules.visits import SHANGHAI
from inspections.services.photos import photo_store
from inspections.services.planning import dues_make
from inspections.services.seeds_problems import load as load_kinds
from inspections.services.visits import (
    NotBearer,
    VisitError,
    VisitKeyTaken,
    VisitRefused,
    visit_submit,
    visit_void,
)
from responsibility.models import Assignment
from tests.factories import UserFactory
from tests.inspections.at_once import at_once
from tests.inspections.makers_visits import TODAY, load_lists, make_held
from tests.inspections.pictures import picture
from tests.inspections.sent import key, problem, sent_for, suspended_for
from tests.personas import CITY
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2022, 11, 2, 9, 45, tzinfo=SHANGHAI)


def settle(areas, user, **more):
    """Lists, classes of problems, and one business held by the user's cadre with its due line."""
    load_lists()
    load_kinds(on=TODAY)
    bond = make_held(areas=areas, user=user, **more)
    dues_make(city=areas[CITY], on=TODAY, at=NOW)
    return bond


@pytest.fixture
def bond(areas, cadre):
    return settle(areas, cadre)


@pytest.fixture
def submit(cadre):
    """A function: send as the cadre."""
    return lambda sent, at=NOW, actor=cadre: visit_submit(actor=actor, sent=sent, at=at)


def errors(submit, sent, **more):
    with pytest.raises(VisitRefused) as refused:
        submit(sent, **more)
    assert not Visit.objects.exists()
    return refused.value.errors


def test_a_visit_is_stored_and_its_line_is_done(submit, bond, cadre):
    visit, is_new = submit(sent_for(bond.entity))
    assert is_new
    assert (visit.checked, visit.wrong, visit.level, visit.grade) == (16, 0, "village", "D")
    assert visit.visited_on == TODAY
    line = DueVisit.objects.get()
    assert (line.state, line.done, visit.due_id) == (DueState.DONE, 1, line.pk)
    record = EntityRecord.objects.get()
    assert (record.visits, record.last_visit_on, record.problems) == (1, TODAY, 0)
    assert CadreDue.objects.values_list("total", "done").get() == (1, 1)
    tally = VisitTally.objects.get()
    assert (tally.month, tally.mode, tally.total, tally.wrong) == (
        datetime.date(2022, 11, 1), "on_site", 1, 0,
    )  # fmt: skip


def test_the_same_visit_sent_again_is_there_already(submit, bond):
    sent = sent_for(bond.entity, wrong=["T18"])
    first, _ = submit(sent)
    again, is_new = submit(sent)
    assert (again.pk, is_new) == (first.pk, False)
    assert (Visit.objects.count(), Problem.objects.count()) == (1, 1)


def test_a_key_belongs_to_one_visit(submit, bond):
    sent = sent_for(bond.entity)
    submit(sent)
    with pytest.raises(VisitKeyTaken):
        submit(sent | {"entity": bond.entity_id + 1})


def test_sixteen_items_cost_at_most_twelve_statements(submit, bond, cadre):
    photos = {key(): None, key(): None}
    for one in photos:
        photo_store(actor=cadre, key=one, data=picture(), at=NOW)
    sent = sent_for(bond.entity, wrong=["T18", "T16"], photos=[next(iter(photos))])
    sent["problems"][0]["photos"] = [list(photos)[1]]
    with CaptureQueriesContext(connection) as told:
        submit(sent)
    acts = [
        row["sql"]
        for row in told
        if not row["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
    ]
    assert len(acts) <= 12, "\n".join(acts)
    assert Problem.objects.count() == 2


def test_controls_and_campaigns_are_within_the_twelve(submit, bond, cadre):
    """All that one visit may bring: every item, two problems with photographs, two campaigns on all of it, and
    what was seen of the controls."""
    photos = [key(), key(), key()]
    for one in photos:
        photo_store(actor=cadre, key=one, data=picture(), at=NOW)
    campaigns = [Campaign.objects.create(name=name).pk for name in ("守查保", "创城")]
    sent = sent_for(
        bond.entity, wrong=["T12", "T16"], photos=photos[:1], campaigns=campaigns,
        controls={"officer": {"state": "seen"}, "monthly": {"state": "missing"}},
    )  # fmt: skip
    for one, picture_key in zip(sent["problems"], photos[1:], strict=True):
        one["photos"] = [picture_key]
    with CaptureQueriesContext(connection) as told:
        visit, _ = submit(sent)
    acts = [
        row["sql"]
        for row in told
        if not row["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
    ]
    assert len(acts) <= 12, "\n".join(acts)
    assert CampaignTag.objects.filter(is_active=True).count() == 2 * 3
    looks = dict(ControlCheck.objects.filter(visit=visit).values_list("control", "told"))
    assert (looks["officer"], looks["monthly"], looks["daily"]) == ("seen", "missing", "missing")
    assert Photo.objects.filter(visit=visit).count() == 3


def test_problems_come_with_their_photos_and_the_items_words(submit, bond, cadre):
    mine, spare = key(), key()
    for one in (mine, spare):
        photo_store(actor=cadre, key=one, data=picture(), at=NOW)
    sent = sent_for(bond.entity, photos=[spare])
    sent["answers"]["T18"] = "no"
    sent["problems"] = [problem("T18", kind="major", photos=[mine], detail="两袋饼干")]
    visit, _ = submit(sent)
    found = Problem.objects.get()
    assert (found.item_code, found.cadre_id, found.visit_id) == ("T18", bond.cadre_id, visit.pk)
    assert found.item_text.startswith("无过期")
    assert [row.pk for row in visit.found] == [found.pk]
    assert Photo.objects.get(key=mine).problem_id == found.pk
    assert Photo.objects.get(key=spare).problem_id is None
    assert set(Photo.objects.values_list("visit_id", flat=True)) == {visit.pk}
    assert VisitTally.objects.get().wrong == 1
    assert EntityRecord.objects.get().problems == 1


def test_campaigns_go_with_the_visit_and_its_problems(submit, bond):
    campaign = Campaign.objects.create(name="守查保", from_on=TODAY)
    submit(sent_for(bond.entity, wrong=["T18"], campaigns=[campaign.pk, 10**9]))
    kinds = CampaignTag.objects.filter(campaign=campaign).values_list("kind", flat=True)
    assert sorted(kinds) == ["problem", "visit"]


def test_a_photo_that_is_not_there_refuses_all(submit, bond):
    sent = sent_for(bond.entity, wrong=["T18"])
    sent["problems"][0]["photos"] = [key()]
    assert errors(submit, sent) == {"photos": ["有 1 张照片还没有传上来，请等照片传完再提交。"]}
    assert not Problem.objects.exists()
    assert DueVisit.objects.get().state == DueState.OPEN


def test_what_is_wrong_is_told_by_field(submit, bond):
    sent = sent_for(bond.entity)
    del sent["answers"]["T02"]
    sent["answers"]["T04"] = "no"
    told = errors(submit, sent | {"note": "长" * 501})
    assert told == {"note": ["备注最多 500 字。"]}
    told = errors(submit, sent)
    assert told["answers"] == ["还有 1 项没有填：T02。"]
    assert told["problems"] == ["T04 填了否，请写明是什么问题。"]
    assert "kind" in errors(submit, sent_for(bond.entity, kind="raid"))
    assert "mode" in errors(submit, sent_for(bond.entity, mode="drone"))
    assert "key" in errors(submit, sent_for(bond.entity, key="1"))
    assert "entity" in errors(submit, sent_for(bond.entity) | {"entity": "x"})
    assert "checklist" in errors(submit, sent_for(bond.entity, level="main"))
    assert "checklist" in errors(submit, sent_for(bond.entity) | {"checklist": None})
    assert "started_at" in errors(submit, sent_for(bond.entity, started_at="昨天"))
    sent = sent_for(bond.entity, wrong=["T18"])
    sent["problems"][0]["kind"] = "odd"
    assert errors(submit, sent) == {"problems": ["没有这个问题类别，请重新选。"]}


@pytest.mark.parametrize(
    "values",
    [{}, {"key": None}, {"answers": []}, {"problems": {"a": 1}}, {"photos": "x"}, {"entity": True},
     {"checklist": 10**30}, {"entity": 10**30}, {"answers": {"\x00": 1}}, {"note": "\x00"},
     {"problems": [5, None]}, {"photos": ["x"]}, {"problems": [{"photos": "x"}]}],
)  # fmt: skip
def test_a_hostile_body_is_told_not_stumbled_over(submit, bond, values):
    sent = sent_for(bond.entity) | values if values else {}
    with pytest.raises((VisitRefused, NotBearer)):
        submit(sent)


def test_a_wrong_clock_is_told_not_moved(submit, bond):
    late = sent_for(bond.entity, started_at="2022-11-03T09:30:00+08:00")
    assert "比现在晚" in errors(submit, late)["started_at"][0]
    old = sent_for(
        bond.entity, started_at="2022-08-01T09:30:00+08:00", finished_at="2022-08-01T09:40:00+08:00"
    )
    assert "超过 60 天" in errors(submit, old)["started_at"][0]


def test_a_draft_begun_before_a_hand_over_is_not_lost(submit, bond, areas, cadre):
    Assignment.objects.filter(pk=bond.pk).update(to_on=datetime.date(2022, 11, 3))
    heir = CadreFactory(area=bond.cadre.area, user=UserFactory(username="heir"))
    AssignmentFactory(entity=bond.entity, cadre=heir, from_on=datetime.date(2022, 11, 3))
    after = NOW + datetime.timedelta(days=2)
    visit, _ = submit(sent_for(bond.entity), at=after)
    assert visit.cadre_id == bond.cadre_id
    assert DueVisit.objects.get().state == DueState.DONE
    day = "2022-11-04T09:00:00+08:00"
    with pytest.raises(NotBearer):
        submit(sent_for(bond.entity, started_at=day, finished_at=day), at=after)
    assert submit(sent_for(bond.entity, started_at=day, finished_at=day), at=after, actor=heir.user)


def test_who_does_not_hold_it_may_not(submit, bond, county_officer):
    with pytest.raises(NotBearer):
        submit(sent_for(bond.entity), actor=county_officer)


def test_high_risk_is_on_site_only(areas, cadre, submit):
    held = settle(areas, cadre, risk_grade="D")
    assert "mode" in errors(submit, sent_for(held.entity, mode="phone"))
    visit, _ = submit(sent_for(held.entity))
    assert visit.must_be_on_site


def test_low_risk_may_be_visited_by_phone(submit, bond):
    assert submit(sent_for(bond.entity, mode="phone"))[0].mode == "phone"


def test_a_longer_list_has_the_add_ons_of_the_type_only(areas, submit):
    user = UserFactory(username="town")
    held = settle(
        areas, user, level="township", grade="C", category="school_canteen", code="379921001"
    )
    sent = sent_for(held.entity, level="township")
    added = {code for code in sent["answers"] if not code.startswith("T")}
    assert {"X01", "C01"} <= added
    assert not {"S01", "P01", "D01"} & added
    visit, _ = submit(sent, actor=user)
    assert visit.checked == 23 + 16


def test_a_suspension_excuses_the_period_and_is_no_visit(submit, bond):
    visit, _ = submit(suspended_for(bond.entity, note="关门，门上贴了转让"))
    line = DueVisit.objects.get()
    assert (line.state, line.reason, line.done) == (DueState.EXCUSED, "本期登记停产停业", 0)
    assert visit.checklist_id is None
    assert not EntityRecord.objects.filter(visits__gt=0).exists()
    assert errors_of_suspension(submit, bond)
    dues_make(city=bond.area.parent.parent.parent, on=datetime.date(2023, 1, 1), at=NOW)
    assert DueVisit.objects.get(period__code="2023Q1").state == DueState.OPEN
    assert DueVisit.objects.get(period__code="2022Q4").state == DueState.EXCUSED


def errors_of_suspension(submit, bond):
    with pytest.raises(VisitRefused) as refused:
        submit(suspended_for(bond.entity, answers={"T02": "yes"}))
    return refused.value.errors


def test_a_visit_after_a_suspension_counts(submit, bond):
    submit(suspended_for(bond.entity))
    submit(sent_for(bond.entity))
    assert DueVisit.objects.get().state == DueState.DONE


def test_a_late_visit_makes_up_for_the_last_period_and_counts_for_this_one(submit, bond, areas):
    dues_make(city=areas[CITY], on=datetime.date(2023, 1, 1), at=NOW)
    day = "2023-01-05T09:00:00+08:00"
    at = datetime.datetime(2023, 1, 5, 10, tzinfo=SHANGHAI)
    submit(sent_for(bond.entity, started_at=day, finished_at=day), at=at)
    states = dict(DueVisit.objects.values_list("period__code", "state"))
    assert states == {"2022Q4": DueState.LATE, "2023Q1": DueState.DONE}
    visit = Visit.objects.get()
    assert visit.due.period.code == "2023Q1"


def test_the_last_minute_of_a_quarter_is_of_that_quarter(submit, bond, areas):
    dues_make(city=areas[CITY], on=datetime.date(2023, 1, 1), at=NOW)
    told = {"started_at": "2022-12-31T15:59:00Z", "finished_at": "2022-12-31T16:05:00Z"}
    visit, _ = submit(
        sent_for(bond.entity, **told), at=datetime.datetime(2023, 1, 1, 0, 6, tzinfo=SHANGHAI)
    )
    assert visit.visited_on == datetime.date(2022, 12, 31)
    assert visit.due.period.code == "2022Q4"


def test_a_void_visit_gives_the_line_back(submit, bond, county_officer):
    visit, _ = submit(sent_for(bond.entity, wrong=["T18"]))
    with pytest.raises(VisitError, match="理由"):
        visit_void(actor=county_officer, visit=visit, reason=" ", at=NOW)
    visit_void(actor=county_officer, visit=visit, reason="填到别家去了", at=NOW)
    line = DueVisit.objects.get()
    assert (line.state, line.done) == (DueState.OPEN, 0)
    record = EntityRecord.objects.get()
    assert (record.visits, record.last_visit_on, record.problems) == (0, None, 1)
    assert VisitTally.objects.get().total == 0
    with pytest.raises(VisitError, match="已经作废"):
        visit_void(actor=county_officer, visit=visit, reason="再来", at=NOW)
    event = visit.events.order_by("-pgh_id").first()
    assert (event.is_void, event.pgh_context.metadata["via"]) == (True, "void")
    submit(sent_for(bond.entity))
    assert DueVisit.objects.get().state == DueState.DONE


def test_a_void_suspension_and_a_void_late_visit_are_taken_back(
    submit, bond, county_officer, areas
):
    visit, _ = submit(suspended_for(bond.entity))
    visit_void(actor=county_officer, visit=visit, reason="没停业", at=NOW)
    assert DueVisit.objects.get().state == DueState.OPEN
    dues_make(city=areas[CITY], on=datetime.date(2023, 1, 1), at=NOW)
    day = "2023-01-05T09:00:00+08:00"
    at = datetime.datetime(2023, 1, 5, 10, tzinfo=SHANGHAI)
    late, _ = submit(sent_for(bond.entity, started_at=day, finished_at=day), at=at)
    visit_void(actor=county_officer, visit=late, reason="填错", at=at)
    assert set(DueVisit.objects.values_list("state", flat=True)) == {DueState.OPEN}


def test_a_visit_keeps_the_version_it_was_made_with(submit, bond):
    sent = sent_for(bond.entity)
    Checklist.objects.filter(level="village").update(
        state="superseded", effective_to=datetime.date(2022, 11, 1)
    )
    visit, _ = submit(sent)
    assert visit.checklist.state == "superseded"


@pytest.mark.django_db(transaction=True)
def test_two_sends_at_once_store_one(areas, cadre):
    bond = settle(areas, cadre)
    sent = sent_for(bond.entity, wrong=["T18"])
    told = at_once(*[lambda: visit_submit(actor=cadre, sent=sent, at=NOW) for _ in range(4)])
    assert sorted(is_new for _, is_new in told) == [False, False, False, True]
    assert len({visit.pk for visit, _ in told}) == 1
    assert (Visit.objects.count(), Problem.objects.count()) == (1, 1)
    assert DueVisit.objects.get().done == 1


@pytest.mark.django_db(transaction=True)
def test_many_phones_at_once_lose_nothing(areas, cadre):
    first = settle(areas, cadre)
    bonds = [first]
    for _ in range(7):
        entity = make_held(areas=areas).entity
        Assignment.objects.filter(entity=entity).delete()
        bonds.append(AssignmentFactory(entity=entity, cadre=first.cadre))
    dues_make(city=areas[CITY], on=TODAY, at=NOW)
    told = [sent_for(bond.entity, wrong=["T16"]) for bond in bonds]
    results = at_once(
        *[lambda one=one: visit_submit(actor=cadre, sent=one, at=NOW)[1] for one in told],
        lambda: dues_make(city=areas[CITY], on=TODAY, at=NOW).made,
    )
    assert results == [True] * 8 + [0]
    assert set(DueVisit.objects.values_list("state", "done")) == {(DueState.DONE, 1)}
    assert CadreDue.objects.values_list("total", "done").get(cadre=first.cadre) == (8, 8)
    assert sum(VisitTally.objects.values_list("total", flat=True)) == 8
