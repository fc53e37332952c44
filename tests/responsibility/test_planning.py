"""Automatic assignment: whom a plan names, what it changes, and that it equals a plain model."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.models import Entity
from responsibility.models import Assignment, AssignmentTally, Cadre, CadreLoad, Change, GradeLevel
from responsibility.services.planning import (
    PlanError,
    plan_apply,
    plan_discard,
    plan_make,
    plan_undo,
)
from tests.factories import EntityFactory
from tests.personas import CITY, COUNTY, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory
from tests.responsibility.planned import Expected, bearers, loads

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2022, 11, 2, 9, tzinfo=datetime.UTC)
TODAY = datetime.date(2022, 11, 2)
NEXT_VILLAGE = "379921001002"


@pytest.fixture
def make(areas):
    def plan(code=COUNTY, **options):
        return plan_make(area=areas[code], by=None, at=NOW, **options)

    return plan


def apply(plan, by=None):
    return plan_apply(plan=plan, by=by, at=NOW, on=TODAY)


def shop(areas, code=VILLAGE, grade="D", **values):
    return EntityFactory(area=areas[code], grade=grade, grade_source="ledger", **values)


def test_each_grade_goes_to_its_level_and_the_nearest(areas, make):
    shops = {
        "A": shop(areas, grade="A"),
        "B": shop(areas, grade="B"),
        "C": shop(areas, grade="C"),
        "D": shop(areas, grade="D"),
    }
    people = {
        "A": CadreFactory(area=areas[CITY], level="city"),
        "B": CadreFactory(area=areas[COUNTY], level="county"),
        "C": CadreFactory(area=areas[TOWN], level="township"),
        "D": CadreFactory(area=areas[VILLAGE]),
    }
    CadreFactory(area=areas[COUNTY], level="township")
    CadreFactory(area=areas[TOWN], level="village")
    plan = make()
    assert Assignment.objects.count() == 0
    assert apply(plan) == {"applied": 4, "conflicts": 0}
    assert bearers() == {shops[grade].pk: people[grade].pk for grade in "ABCD"}
    assert set(Assignment.objects.values_list("standing", "reason")) == {("held", "plan")}


def test_neighbours_come_to_the_same_cadre(areas, make):
    CadreFactory.create_batch(2, area=areas[VILLAGE])
    for number in (3, 1, 4, 2):
        shop(areas, address_key=f"东街{number}")
    apply(make())
    found = Assignment.objects.order_by("entity__address_key").values_list("cadre_id", flat=True)
    first, second, third, fourth = found
    assert first == second
    assert third == fourth != first


def test_what_cannot_be_covered_is_told_by_area(areas, make):
    shop(areas)
    shop(areas, grade="C")
    shop(areas, grade="")
    shop(areas, status="closed")
    CadreFactory(area=areas[TOWN], level="township")
    CadreFactory(area=areas[VILLAGE], left=True)
    counts = make().counts
    assert (counts["eligible"], counts["assigned"], counts["uncovered"]) == (2, 1, 1)
    assert counts["vacancies"] == [
        {
            "area": VILLAGE, "name": areas[VILLAGE].path_name, "grade": "D", "level": "village",
            "uncovered": 1, "substituted": 0,
        }
    ]  # fmt: skip


def test_the_next_level_of_the_table_steps_in_with_a_reason(areas, make):
    GradeLevel.objects.create(grade="D", level="township", rank=2)
    shop(areas)
    CadreFactory(area=areas[TOWN], level="township")
    plan = make()
    assert plan.counts["vacancies"][0]["substituted"] == 1
    apply(plan)
    bond = Assignment.objects.get()
    assert (bond.standing, bond.exception_reason) == ("excepted", "按层级对应表的替代层级")
    assert make().counts["kept"] == 1
    assert make(rebalance=True).counts["kept"] == 1


def test_a_substitute_gives_back_once_the_right_level_is_there(areas, make):
    GradeLevel.objects.create(grade="D", level="township", rank=2)
    shop(areas)
    deputy = CadreFactory(area=areas[TOWN], level="township")
    apply(make())
    by_hand = AssignmentFactory(entity=shop(areas), cadre=deputy, exception_reason="试点")
    CadreFactory(area=areas[VILLAGE], name="村主任")
    plan = make()
    assert plan.counts["vacancies"] == []
    assert plan.rows.get().move == "return"
    apply(plan)
    held = Assignment.objects.active().exclude(pk=by_hand.pk).get()
    assert (held.standing, held.cadre.name) == ("held", "村主任")
    plan.refresh_from_db()
    plan_undo(plan=plan, by=None, at=NOW, on=TODAY)
    assert set(bearers().values()) == {deputy.pk}


def test_valid_bonds_stay_and_wrong_ones_move(areas, make):
    keeper, fresh = CadreFactory.create_batch(2, area=areas[VILLAGE])
    mayor = CadreFactory(area=areas[COUNTY], level="county")
    gone = CadreFactory(area=areas[VILLAGE])
    elsewhere = CadreFactory(area=areas[NEXT_VILLAGE])
    held = [shop(areas) for _ in range(3)]
    for entity in held:
        AssignmentFactory(entity=entity, cadre=keeper)
    excepted = AssignmentFactory(entity=shop(areas), cadre=mayor, exception_reason="自愿联系")
    regraded = AssignmentFactory(entity=shop(areas, grade="B"), cadre=mayor).entity
    Entity.objects.filter(pk=regraded.pk).update(grade="D")
    left = AssignmentFactory(entity=shop(areas), cadre=gone).entity
    gone.is_in_post = False
    gone.save()
    moved = AssignmentFactory(entity=shop(areas, NEXT_VILLAGE), cadre=elsewhere).entity
    Entity.objects.filter(pk=moved.pk).update(area=areas[VILLAGE])
    plan = make()
    rows = dict(plan.rows.values_list("entity_id", "move"))
    assert rows == {regraded.pk: "unfit", left.pk: "pending", moved.pk: "area"}
    apply(plan)
    after = bearers()
    assert {after[entity.pk] for entity in held} == {keeper.pk}
    assert after[excepted.entity_id] == mayor.pk
    assert {after[pk] for pk in rows} == {fresh.pk}
    assert sorted(set(Change.objects.values_list("kind", flat=True))) == ["bond_moved"]


def test_only_rebalance_moves_valid_bonds_and_as_few_as_it_can(areas, make):
    full, empty = CadreFactory.create_batch(2, area=areas[VILLAGE])
    for _ in range(5):
        AssignmentFactory(entity=shop(areas), cadre=full)
    assert make().counts["moved"] == 0
    plan = make(rebalance=True)
    assert (plan.counts["moved"], plan.counts["kept"]) == (2, 3)
    apply(plan)
    assert loads() == {full.pk: 3, empty.pk: 2}


def test_a_selection_narrows_and_the_rest_counts_as_load(areas, make):
    busy, free = CadreFactory.create_batch(2, area=areas[VILLAGE])
    for _ in range(2):
        AssignmentFactory(entity=shop(areas), cadre=busy)
    chosen, left_out = shop(areas), shop(areas)
    plan = make(selection={"ids": [chosen.pk], "grade": ["D"]})
    assert plan.counts["eligible"] == 1
    apply(plan)
    assert bearers()[chosen.pk] == free.pk
    assert left_out.pk not in bearers()


def test_the_soft_cap_is_told_not_enforced(areas, make):
    CadreFactory(area=areas[VILLAGE])
    for _ in range(31):
        shop(areas)
    counts = make().counts
    assert (counts["over_cap"], counts["max_load"], counts["min_load"]) == (1, 31, 31)
    (level,) = counts["levels"]
    assert (level["level"], level["max_before"], level["max_load"]) == ("village", 0, 31)


def test_what_changed_since_the_plan_is_left_out(areas, make):
    CadreFactory(area=areas[VILLAGE])
    edited, taken, same = shop(areas), shop(areas), shop(areas)
    plan = make()
    Entity.objects.filter(pk=edited.pk).update(name="新名")
    AssignmentFactory(entity=taken, cadre=CadreFactory(area=areas[VILLAGE]))
    assert apply(plan) == {"applied": 1, "conflicts": 2}
    assert Assignment.objects.get(plan=plan).entity_id == same.pk


def test_a_cadre_who_left_since_the_plan_gets_nothing(areas, make):
    cadre = CadreFactory(area=areas[VILLAGE])
    shop(areas)
    plan = make()
    Cadre.objects.filter(pk=cadre.pk).update(is_in_post=False)
    assert apply(plan) == {"applied": 0, "conflicts": 1}


def test_undo_puts_back_what_nobody_touched_since(areas, make):
    mayor = CadreFactory(area=areas[COUNTY], level="county")
    regraded = AssignmentFactory(entity=shop(areas, grade="B"), cadre=mayor).entity
    Entity.objects.filter(pk=regraded.pk).update(grade="D")
    fresh, touched = shop(areas), shop(areas)
    CadreFactory(area=areas[VILLAGE])
    plan = make()
    apply(plan)
    other = CadreFactory(area=areas[VILLAGE])
    Assignment.objects.active().filter(entity=touched).update(to_on=TODAY)
    AssignmentFactory(entity=touched, cadre=other, from_on=TODAY)
    later = TODAY + datetime.timedelta(days=3)
    assert plan_undo(plan=plan, by=None, at=NOW, on=later) == {"restored": 2, "kept": 1}
    assert bearers() == {regraded.pk: mayor.pk, touched.pk: other.pk}
    assert fresh.pk not in bearers()
    assert Assignment.objects.active().get(entity=regraded).standing == "unfit"


def test_a_plan_is_done_once(areas, make):
    CadreFactory(area=areas[VILLAGE])
    shop(areas)
    plan, other = make(), make()
    apply(plan)
    with pytest.raises(PlanError, match="已执行"):
        apply(plan)
    with pytest.raises(PlanError, match="已执行"):
        plan_discard(plan=plan, by=None)
    plan_discard(plan=other, by=None)
    assert other.rows.count() == 1  # what was proposed stays
    plan_undo(plan=plan, by=None, at=NOW, on=TODAY)
    with pytest.raises(PlanError, match="已撤销"):
        plan_undo(plan=plan, by=None, at=NOW, on=TODAY)


SPOTS = (CITY, COUNTY, TOWN, VILLAGE, NEXT_VILLAGE)
LEVELS = {
    4: ["city"],
    6: ["county", "township", "village"],
    9: ["township", "village"],
    12: ["village"],
}
cadres = st.lists(
    st.sampled_from(SPOTS).flatmap(
        lambda code: st.tuples(st.just(code), st.sampled_from(LEVELS[len(code)]), st.booleans())
    ),
    max_size=9,
)
shops = st.lists(
    st.tuples(
        st.sampled_from(SPOTS[1:]), st.sampled_from(["A", "B", "C", "D", "D", "D", ""]),
        st.sampled_from(["operating", "closed"]), st.integers(-1, 8), st.booleans(),
    ),
    max_size=25,
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cadres=cadres, shops=shops, rebalance=st.booleans(), has_substitute=st.booleans())
def test_the_plan_equals_the_plain_model(areas, make, cadres, shops, rebalance, has_substitute):
    with transaction.atomic():
        if has_substitute:
            GradeLevel.objects.create(grade="D", level="township", rank=2)
        people = [CadreFactory(area=areas[code], level=level) for code, level, _ in cadres]
        for code, grade, status, bearer, is_excepted in shops:
            entity = shop(areas, code, grade=grade, status=status)
            if 0 <= bearer < len(people):
                reason = "例外" if is_excepted or grade == "" else ""
                bond(entity, people[bearer], reason)
        for person, (_, _, stays) in zip(people, cadres, strict=True):
            if not stays:
                Cadre.objects.filter(pk=person.pk).update(is_in_post=False)
        check(make(rebalance=rebalance), Expected(within=COUNTY, rebalance=rebalance))
        transaction.set_rollback(True)


def bond(entity, cadre, reason):
    """A bond that was right once: where the level does not fit, the grade changed after it was made."""
    fitting = GradeLevel.objects.filter(level=cadre.level, rank=1).get().grade
    grade = entity.grade
    if not reason:
        Entity.objects.filter(pk=entity.pk).update(grade=fitting)
        entity.refresh_from_db()
    AssignmentFactory(entity=entity, cadre=cadre, exception_reason=reason)
    Entity.objects.filter(pk=entity.pk).update(grade=grade)


def check(plan, expected):
    before = bearers()
    counts = plan.counts
    assert counts["uncovered"] == len(expected.uncovered)
    assert counts["eligible"] == (
        counts["kept"] + counts["assigned"] + counts["moved"] + counts["uncovered"]
    )
    rows = list(plan.rows.all())
    assert plan_apply(plan=plan, by=None, at=timezone.now(), on=TODAY)["conflicts"] == 0
    after, now = bearers(), loads()
    for pk in expected.kept | expected.uncovered:
        assert after.get(pk) == before.get(pk)
    for group, pool in expected.pool.items():
        members = expected.members[group]
        assert {after[pk] for pk in pool} <= set(members)
        assert sorted(now[pk] for pk in members) == expected.loads_of(group)
        balanced = [row for row in rows if row.move == "balance" and row.entity_id in pool]
        left_home = [row for row in balanced if row.cadre_from_id in members]
        assert len(left_home) == expected.fewest_moves(group)
    assert dict(CadreLoad.objects.exclude(total=0).values_list("cadre_id", "total")) == now
    assert sum(AssignmentTally.objects.values_list("total", flat=True)) == len(after)
