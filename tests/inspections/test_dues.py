"""Due lists: made once, following the register and the bonds."""

import datetime

import pytest
from django.utils import timezone

from entities.models import Entity
from inspections.enums import DueState
from inspections.models import (
    CadreDue,
    DueTally,
    DueVisit,
    FrequencyRule,
    KeyPeriod,
    ModeRule,
    Period,
    Visit,
    VisitSetting,
)
from inspections.services.planning import dues_make
from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Assignment
from tests.factories import CategoryFactory, EntityFactory
from tests.inspections.at_once import at_once
from tests.inspections.makers_visits import BEGUN, TODAY, make_held, make_visit
from tests.personas import CITY, COUNTY, OTHER_TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
LATE = datetime.date(2022, 12, 20)


@pytest.fixture
def city(areas):
    FrequencyRule.objects.create(effective_from=BEGUN, basis="示例")
    return areas[CITY]


@pytest.fixture
def make(city):
    """A function: make the city's due lists on a day."""
    return lambda on=TODAY: dues_make(city=city, on=on, at=timezone.now())


@pytest.fixture
def bond(areas):
    return make_held(areas=areas)


def line(entity=None, **more):
    return DueVisit.objects.get(**({"entity": entity} if entity else {}), **more)


def tally():
    rows = DueTally.objects.exclude(total=0).order_by("state")
    return {(row.area_id, row.grade, row.level, row.state): row.total for row in rows}


def test_each_business_that_must_be_held_is_due_once_a_quarter(make, bond, areas):
    unheld = EntityFactory(area=areas[OTHER_TOWN])
    EntityFactory(area=areas[VILLAGE], screened=True)
    done = make()
    assert done.made == 2
    assert done.periods == ["2022年第四季度"]
    found = line(bond.entity)
    assert (found.cadre_id, found.level, found.grade) == (bond.cadre_id, "village", "D")
    assert (found.starts_on, found.due_on) == (BEGUN, datetime.date(2022, 12, 31))
    assert line(unheld).cadre_id is None
    assert tally() == {(VILLAGE, "D", "village", "open"): 1, (OTHER_TOWN, "", "", "open"): 1}
    assert list(CadreDue.objects.values_list("cadre_id", "total", "done")) == [
        (bond.cadre_id, 1, 0)
    ]


def test_a_second_run_changes_nothing(make, bond):
    make()
    before = line()
    events = before.events.count()
    again = make()
    assert (again.made, again.moved, again.void, again.weighed) == (0, 0, 0, 0)
    assert line().events.count() == events
    assert Period.objects.count() == 1


def test_an_open_line_follows_the_register_and_the_bond(make, bond, areas):
    make()
    other = CadreFactory(area=areas[OTHER_TOWN], level="township")
    Entity.objects.filter(pk=bond.entity_id).update(grade="C", area=areas[OTHER_TOWN])
    Assignment.objects.filter(pk=bond.pk).update(to_on=TODAY)
    AssignmentFactory(entity=Entity.objects.get(pk=bond.entity_id), cadre=other, from_on=TODAY)
    assert make().moved == 1
    found = line()
    assert (found.area_id, found.grade, found.cadre_id, found.level) == (
        OTHER_TOWN, "C", other.pk, "township",
    )  # fmt: skip
    assert tally() == {(OTHER_TOWN, "C", "township", "open"): 1}
    assert set(CadreDue.objects.values_list("cadre_id", "total")) == {
        (bond.cadre_id, 0), (other.pk, 1),
    }  # fmt: skip
    assert found.events.order_by("-pgh_id").first().pgh_context.metadata["via"] == "dues"


def test_a_bearer_who_left_holds_nothing(make, bond):
    make()
    bond.cadre.is_in_post = False
    bond.cadre.save()
    make()
    assert (line().cadre_id, line().level) == (None, "")


def test_a_closed_business_is_no_longer_due_and_comes_back(make, bond):
    make()
    Entity.objects.filter(pk=bond.entity_id).update(status="closed")
    assert make().void == 1
    assert (line().state, line().reason) == (DueState.VOID, "已筛除：停业未注销")
    Entity.objects.filter(pk=bond.entity_id).update(status="operating")
    assert make(LATE).reopened == 1
    assert (line().state, line().reason) == (DueState.OPEN, "")


def test_suspended_in_the_register_excuses_the_period_only(make, bond):
    make()
    Entity.objects.filter(pk=bond.entity_id).update(status="suspended")
    assert make().excused == 1
    Entity.objects.filter(pk=bond.entity_id).update(status="operating")
    make(LATE)
    assert line().state == DueState.EXCUSED  # too few days are left
    make(datetime.date(2023, 1, 1))
    assert line(period__code="2022Q4").state == DueState.EXCUSED
    assert line(period__code="2023Q1").state == DueState.OPEN


def test_operating_again_with_days_left_is_due_again(make, bond):
    make()
    Entity.objects.filter(pk=bond.entity_id).update(status="suspended")
    make()
    Entity.objects.filter(pk=bond.entity_id).update(status="operating")
    assert make().reopened == 1


@pytest.mark.parametrize(("day", "is_due"), [(datetime.date(2022, 12, 2), True), (LATE, False)])
def test_a_new_business_is_due_when_enough_days_are_left(make, bond, areas, day, is_due):
    make()
    new = EntityFactory(area=areas[VILLAGE])
    make(day)
    assert DueVisit.objects.filter(entity=new).exists() is is_due
    make(datetime.date(2023, 1, 1))
    assert line(new, period__code="2023Q1").state == DueState.OPEN


def test_the_days_that_must_be_left_are_data(make, bond, areas, city):
    VisitSetting.objects.create(area=city, least_days=5)
    make()
    new = EntityFactory(area=areas[VILLAGE])
    make(LATE)
    assert line(new).state == DueState.OPEN


def test_a_first_list_late_in_the_period_takes_all(make, bond):
    assert make(LATE).made == 1


def test_the_frequency_follows_the_grade(make, bond):
    FrequencyRule.objects.create(order=1, grade="C", cycle="month", times=2, effective_from=BEGUN)
    make()
    Entity.objects.filter(pk=bond.entity_id).update(grade="C")
    make()
    assert line(period__code="2022Q4").state == DueState.VOID
    found = line(period__code="2022-11")
    assert (found.state, found.needs) == (DueState.OPEN, 2)


def test_lines_of_another_preset_or_day_do_not_hold(make, bond, city):
    FrequencyRule.objects.create(order=1, preset="优化版", cycle="year", effective_from=BEGUN)
    FrequencyRule.objects.create(order=2, cycle="month", effective_from=datetime.date(2023, 1, 1))
    make()
    assert line().period.cycle == "quarter"
    VisitSetting.objects.update(preset="优化版")
    make()
    assert set(DueVisit.objects.values_list("period__code", "state")) == {
        ("2022Q4", "void"), ("2022", "open"),
    }  # fmt: skip


def test_a_key_period_adds_a_visit_for_whom_it_names(make, bond, areas, city):
    held = make_held(areas=areas, category="school_canteen")
    key = KeyPeriod.objects.create(
        area=areas[COUNTY], name="检查周", starts_on=TODAY, ends_on=TODAY + datetime.timedelta(9)
    )
    key.categories.add(CategoryFactory(code="school_canteen"))
    make()
    assert DueVisit.objects.filter(entity=bond.entity_id).count() == 1
    extra = line(held.entity, period__kind="key")
    assert extra.due_on == key.ends_on
    key.ends_on = TODAY + datetime.timedelta(5)
    key.save()
    make()
    extra.refresh_from_db()
    assert extra.due_on == key.ends_on
    key.is_active = False
    key.save()
    make()
    extra.refresh_from_db()
    assert (extra.state, extra.reason) == (DueState.VOID, "频次调整，本期不再安排")


def test_on_site_only_is_marked_and_follows(make, bond, areas):
    ModeRule.objects.create(risk_grade="D", effective_from=BEGUN)
    make()
    assert not line().must_be_on_site
    Entity.objects.filter(pk=bond.entity_id).update(risk_grade="D")
    make()
    assert line().must_be_on_site


def test_the_next_quarter_begins_at_midnight_in_shanghai(make, bond):
    make(datetime.date(2022, 12, 31))
    make(datetime.date(2023, 1, 1))
    assert set(DueVisit.objects.values_list("period__code", "state")) == {
        ("2022Q4", "open"), ("2023Q1", "open"),
    }  # fmt: skip
    assert DueVisit.objects.overdue(datetime.date(2023, 1, 1)).count() == 1


def test_a_visit_before_its_line_counts_for_it(make, bond):
    make_visit(bond, on=TODAY)
    assert make().adopted == 1
    found = line()
    assert (found.state, found.done) == (DueState.DONE, 1)
    assert Visit.objects.get().due_id == found.pk
    assert make().adopted == 0


def test_who_was_not_seen_for_long_comes_first(make, areas):
    first, second = make_held(areas=areas), make_held(areas=areas)
    make_visit(first, on=datetime.date(2022, 9, 1))
    make_visit(second, on=datetime.date(2022, 6, 1))
    make()
    order = list(DueVisit.objects.order_by("-weight").values_list("entity_id", flat=True))
    assert order == [second.entity_id, first.entity_id]
    Entity.objects.filter(pk=first.entity_id).update(expires_on=TODAY)
    VisitSetting.objects.update(licence_weight=200)
    assert make().weighed == 1
    assert DueVisit.objects.order_by("-weight").first().entity_id == first.entity_id
    assert line(first.entity).events.count() == 1  # an order is no history


def test_another_city_is_left_alone(make, bond, areas):
    other = Area.objects.create(code="3798", name="另一市", level="city")
    town = Area.objects.create(code="379801", name="另一县", level="county", parent=other)
    EntityFactory(area=town)
    make()
    assert DueVisit.objects.count() == 1
    dues_make(city=other, on=TODAY, at=timezone.now())
    assert DueVisit.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_make_each_line_once(areas):
    FrequencyRule.objects.create(effective_from=BEGUN)
    make_held(areas=areas)
    city = areas[CITY]
    results = at_once(
        *[lambda: dues_make(city=city, on=TODAY, at=timezone.now()).made for _ in range(3)]
    )
    assert sorted(results) == [0, 0, 1]
    assert DueVisit.objects.count() == 1
    assert sum(DueTally.objects.values_list("total", flat=True)) == 1
