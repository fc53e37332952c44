"""What the database itself keeps true of bonds."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from responsibility.enums import Standing
from responsibility.models import Assignment, AssignmentTally, CadreLoad, GradeLevel
from responsibility.queries.proof import coverage_differences
from tests.factories import EntityFactory
from tests.personas import COUNTY, OTHER_TOWN, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
OTHER_VILLAGE = "379921001002"


@pytest.fixture
def shop(areas):
    return EntityFactory(area=areas[VILLAGE], grade="D", grade_source="ledger")


@pytest.fixture
def bearer(areas):
    return CadreFactory(area=areas[VILLAGE])


def tally():
    """The counters as {(area, grade, level, standing): total}, without zeros."""
    rows = AssignmentTally.objects.exclude(total=0)
    return {(r.area_id, r.grade, r.level, r.standing): r.total for r in rows}


def test_a_business_has_one_bearer_at_a_time(shop, bearer, areas):
    AssignmentFactory(entity=shop, cadre=bearer)
    other = CadreFactory(area=areas[VILLAGE])
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(entity=shop, cadre=other, from_on=datetime.date(2022, 12, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(
            entity=shop, cadre=other, from_on=datetime.date(2022, 10, 5),
            to_on=datetime.date(2022, 10, 9),
        )  # fmt: skip


def test_bonds_may_follow_each_other(shop, bearer, areas):
    first = AssignmentFactory(entity=shop, cadre=bearer)
    first.to_on = datetime.date(2022, 11, 1)
    first.save(update_fields=["to_on"])
    AssignmentFactory(
        entity=shop, cadre=CadreFactory(area=areas[VILLAGE]), from_on=datetime.date(2022, 11, 1)
    )
    assert Assignment.objects.filter(entity=shop).count() == 2


def test_the_level_fits_the_grade_or_has_a_reason(shop, areas):
    mayor = CadreFactory(area=areas[COUNTY], level="county")
    with (
        pytest.raises(IntegrityError, match=r"assignment_level_fits_grade|层级与等级不符"),
        transaction.atomic(),
    ):
        AssignmentFactory(entity=shop, cadre=mayor)
    bond = AssignmentFactory(entity=shop, cadre=mayor, exception_reason="县领导自愿联系")
    bond.refresh_from_db()
    assert bond.standing == Standing.EXCEPTED


def test_copies_follow_the_register(shop, bearer, areas):
    bond = AssignmentFactory(entity=shop, cadre=bearer)
    shop.grade = "C"
    shop.area = areas[OTHER_TOWN]
    shop.save()
    bond.refresh_from_db()
    assert (bond.grade, bond.area_id, bond.standing) == ("C", OTHER_TOWN, Standing.UNFIT)
    assert tally() == {(OTHER_TOWN, "C", "village", "unfit"): 1}


def test_a_cadre_who_moves_elsewhere_answers_no_longer(shop, bearer, areas):
    """Level and post are right, but his area lies no more above the business: it is not 已包."""
    bond = AssignmentFactory(entity=shop, cadre=bearer)
    bearer.area = areas[OTHER_VILLAGE]
    bearer.save()
    bond = Assignment.objects.select_related("cadre").get(pk=bond.pk)
    assert (bond.standing, bond.standing_word) == (Standing.UNFIT, "属地不符")
    assert tally() == {(VILLAGE, "D", "village", "unfit"): 1}
    assert coverage_differences() == ([], 1)
    shop.area = areas[OTHER_VILLAGE]
    shop.save()
    assert tally() == {(OTHER_VILLAGE, "D", "village", "held"): 1}
    assert coverage_differences() == ([], 1)


def test_a_business_that_moves_away_is_held_by_nobody_of_its_area(shop, bearer, areas):
    bond = AssignmentFactory(entity=shop, cadre=bearer)
    shop.area = areas[OTHER_VILLAGE]
    shop.save()
    bond = Assignment.objects.select_related("cadre").get(pk=bond.pk)
    assert (bond.standing, bond.standing_word) == (Standing.UNFIT, "属地不符")
    bearer.area = areas[TOWN]  # of level 村 at the town: he answers for all of it
    bearer.save()
    assert tally() == {(OTHER_VILLAGE, "D", "village", "held"): 1}


def test_somebody_from_elsewhere_with_a_reason_is_an_exception(shop, areas):
    neighbour = CadreFactory(area=areas[OTHER_VILLAGE])
    bond = AssignmentFactory(entity=shop, cadre=neighbour, exception_reason="邻村代管")
    bond.refresh_from_db()
    assert (bond.standing, bond.standing_word) == (Standing.EXCEPTED, "例外(有理由)")
    GradeLevel.objects.filter(grade="D").update(level="township")
    GradeLevel.objects.filter(grade="D").update(level="village")
    assert tally() == {(VILLAGE, "D", "village", "excepted"): 1}
    assert coverage_differences() == ([], 1)


def test_what_a_cadre_who_left_held_waits_for_another(shop, bearer):
    AssignmentFactory(entity=shop, cadre=bearer)
    bearer.is_in_post = False
    bearer.save()
    assert tally() == {(VILLAGE, "D", "village", "pending"): 1}


def test_the_load_counts_what_must_be_held(shop, bearer, areas):
    closed = EntityFactory(area=areas[VILLAGE], grade="D", status="closed")
    AssignmentFactory(entity=shop, cadre=bearer)
    AssignmentFactory(entity=closed, cadre=bearer)
    assert CadreLoad.objects.get(cadre=bearer).total == 1
    shop.status = "closed"
    shop.save()
    assert CadreLoad.objects.get(cadre=bearer).total == 0


def test_stale_copies_are_put_right_on_the_way_in(shop, bearer):
    bond = AssignmentFactory(entity=shop, cadre=bearer, grade="", area_id=TOWN)
    bond.refresh_from_db()
    assert (bond.grade, bond.area_id) == ("D", VILLAGE)
    assert tally() == {(VILLAGE, "D", "village", "held"): 1}
    assert CadreLoad.objects.get(cadre=bearer).total == 1
