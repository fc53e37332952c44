"""Bonds made and ended by hand, and two clerks at once."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from responsibility.models import Assignment, AssignmentTally, Cadre, CadreLoad, Change, GradeLevel
from responsibility.queries.proof import coverage_differences
from responsibility.services.assignments import AssignmentError, bond_end, bond_make
from responsibility.services.planning import PlanError, plan_apply, plan_make
from tests.factories import EntityFactory
from tests.personas import COUNTY, OTHER_TOWN, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory
from tests.responsibility.planned import bearers

NOW = datetime.datetime(2022, 11, 2, 9, tzinfo=datetime.UTC)
TODAY = datetime.date(2022, 11, 2)


@pytest.fixture
def shops(areas):
    return EntityFactory.create_batch(3, area=areas[VILLAGE], grade="D", grade_source="ledger")


@pytest.fixture
def bearer(areas):
    return CadreFactory(area=areas[VILLAGE], name="赵六")


def make(actor, shops, cadre, **options):
    chosen = Entity.objects.filter(pk__in=[shop.pk for shop in shops])
    options = {"on": TODAY, "at": NOW} | options
    return bond_make(actor=actor, entities=chosen, cadre=cadre, **options)


def end(actor, shops, **options):
    chosen = Entity.objects.filter(pk__in=[shop.pk for shop in shops])
    options = {"on": TODAY, "at": NOW, "note": "停业"} | options
    return bond_end(actor=actor, entities=chosen, **options)


@pytest.mark.django_db
def test_many_go_to_one_cadre_and_whoever_held_them_holds_them_no_more(
    shops, bearer, areas, county_officer
):
    former = AssignmentFactory(entity=shops[0], cadre=CadreFactory(area=areas[VILLAGE]), note="旧")
    AssignmentFactory(entity=shops[1], cadre=bearer)
    counts = make(county_officer, shops, bearer, note="分工")
    assert counts == {"made": 1, "moved": 1, "same": 1, "excepted": 0, "conflicts": 0}
    assert set(bearers().values()) == {bearer.pk}
    former.refresh_from_db()
    assert (former.to_on, former.end_reason, former.note) == (TODAY, "replaced", "旧")
    assert former.ended_by == county_officer
    kinds = Change.objects.order_by("kind").values_list("kind", "before", "after", "note")
    assert list(kinds) == [
        ("bond_moved", former.cadre.name, "赵六", "分工"),
        ("bond_new", "", "赵六", "分工"),
    ]
    assert AuditRecord.objects.filter(object_type="assignment", actor=county_officer).count() == 1
    event = Assignment.pgh_event_model.objects.filter(pgh_obj=former).latest("pgh_id")
    assert event.pgh_context.metadata["via"] == "bond"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("level", "place", "words"),
    [("county", COUNTY, "3 家的等级不由县级干部包保"), ("village", OTHER_TOWN, "3 家不在")],
)
def test_an_unfit_cadre_needs_a_reason(shops, areas, county_officer, level, place, words):
    other = CadreFactory(area=areas[place], level=level)
    with pytest.raises(AssignmentError, match=words):
        make(county_officer, shops, other)
    assert Assignment.objects.count() == 0
    assert make(county_officer, shops, other, exception_reason="自愿联系")["made"] == 3
    assert set(Assignment.objects.values_list("exception_reason", flat=True)) == {"自愿联系"}


@pytest.mark.django_db
def test_the_ungraded_the_screened_and_those_who_left_are_refused(areas, bearer, county_officer):
    bare = EntityFactory(area=areas[VILLAGE])
    closed = EntityFactory(area=areas[VILLAGE], grade="D", status="closed")
    with pytest.raises(AssignmentError, match="还没有分级"):
        make(county_officer, [bare], bearer)
    with pytest.raises(AssignmentError, match="不是应包主体"):
        make(county_officer, [closed], bearer)
    Cadre.objects.filter(pk=bearer.pk).update(is_in_post=False)
    with pytest.raises(AssignmentError, match="赵六 已不在岗"):
        make(county_officer, [bare], bearer)


@pytest.mark.django_db
def test_a_reason_turns_an_unfit_bond_into_an_exception(shops, areas, county_officer):
    mayor = CadreFactory(area=areas[COUNTY], level="county")
    shop = EntityFactory(area=areas[VILLAGE], grade="B")
    AssignmentFactory(entity=shop, cadre=mayor)
    Entity.objects.filter(pk=shop.pk).update(grade="D")
    assert Assignment.objects.get(entity=shop).standing == "unfit"
    counts = make(county_officer, [shop], mayor, exception_reason="继续联系")
    assert (counts["excepted"], counts["same"], counts["made"]) == (1, 0, 0)
    assert Assignment.objects.get(entity=shop).standing == "excepted"


@pytest.mark.django_db
def test_a_bond_ends_with_a_reason(shops, bearer, county_officer):
    make(county_officer, shops, bearer)
    with pytest.raises(AssignmentError, match="理由"):
        end(county_officer, shops, note="  ")
    assert end(county_officer, shops[:2]) == {"ended": 2, "conflicts": 0}
    assert list(bearers()) == [shops[2].pk]
    assert CadreLoad.objects.get(cadre=bearer).total == 1
    with pytest.raises(AssignmentError, match="没有包保干部"):
        end(county_officer, shops[:2])


@pytest.mark.django_db
def test_what_changed_since_the_page_was_shown_is_left_out(shops, bearer, areas, county_officer):
    seen = NOW - datetime.timedelta(minutes=5)
    other = CadreFactory(area=areas[VILLAGE])
    make(county_officer, shops[:1], other)
    later = NOW + datetime.timedelta(minutes=1)
    counts = make(county_officer, shops, bearer, seen_at=seen, at=later)
    assert (counts["made"], counts["conflicts"]) == (2, 1)
    assert bearers()[shops[0].pk] == other.pk
    with pytest.raises(AssignmentError, match="刚刚有别人改过"):
        end(county_officer, shops[:1], seen_at=seen, at=later)


@pytest.mark.django_db
def test_the_table_of_levels_rules_the_bonds_in_force(shops, bearer, areas, county_officer):
    make(county_officer, shops, bearer)
    GradeLevel.objects.filter(grade="D").update(level="township")
    assert AssignmentTally.objects.exclude(total=0).get().standing == "unfit"
    GradeLevel.objects.filter(grade="D").update(level="village")
    assert AssignmentTally.objects.exclude(total=0).get().standing == "held"
    assert coverage_differences() == ([], 3)


@pytest.mark.django_db
def test_the_proof_finds_what_is_wrong(shops, bearer, county_officer):
    make(county_officer, shops, bearer)
    CadreLoad.objects.update(total=7)
    AssignmentTally.objects.update(total=5)
    found, bonds = coverage_differences()
    assert (sorted(row[0] for row in found), bonds) == (["包保计数", "干部负荷"], 3)


def at_once(*acts):
    """Each in a thread of its own with its own connection; results or errors, in order."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_on_one_business(shops, areas, county_officer, city_admin):
    one, two = CadreFactory.create_batch(2, area=areas[VILLAGE])
    seen = timezone.now()
    results = at_once(
        lambda: make(county_officer, shops, one, seen_at=seen, at=timezone.now()),
        lambda: make(city_admin, shops, two, seen_at=seen, at=timezone.now()),
    )
    refused = [result for result in results if isinstance(result, AssignmentError)]
    assert len(refused) == 1, results
    assert "刚刚有别人改过" in refused[0].message
    assert len(set(bearers().values())) == 1
    assert Assignment.objects.count() == 3
    assert coverage_differences() == ([], 3)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_apply_one_plan(shops, areas, bearer):
    plan = plan_make(area=areas[COUNTY], by=None, at=NOW)

    def act():
        return plan_apply(plan=plan, by=None, at=NOW, on=TODAY)

    results = at_once(act, act)
    refused = [result for result in results if isinstance(result, PlanError)]
    assert results.count({"applied": 3, "conflicts": 0}) == 1, results
    assert len(refused) == 1, results
    assert Change.objects.filter(kind="bond_new").count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_plans_of_the_same_businesses_give_each_once(shops, areas, bearer):
    plans = [plan_make(area=areas[code], by=None, at=NOW) for code in (COUNTY, TOWN)]
    acts = [lambda plan=plan: plan_apply(plan=plan, by=None, at=NOW, on=TODAY) for plan in plans]
    results = at_once(*acts)
    assert sorted(result["applied"] for result in results) == [0, 3]
    assert Assignment.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_cadre_who_leaves_meanwhile_leaves_nothing_held(shops, areas, bearer, county_officer):
    def leave():
        Cadre.objects.filter(pk=bearer.pk).update(is_in_post=False)

    results = at_once(lambda: make(county_officer, shops, bearer), leave)
    standings = set(Assignment.objects.values_list("standing", flat=True))
    # he left first and nothing was written, or he left with all of it pending
    assert standings == (set() if isinstance(results[0], AssignmentError) else {"pending"}), results
    assert coverage_differences()[0] == []
