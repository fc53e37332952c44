"""变更台账: what is written down, what is collected from the register, and the clocks."""

import datetime

import pghistory
import pytest
from django.core.management import call_command
from django.utils import timezone

from entities.models import Entity
from entities.services.entities import entity_create
from responsibility.enums import ChangeKind
from responsibility.models import Assignment, CalendarDay, Change, ChangeClock, ChangeTally
from responsibility.queries.calendar import work_calendar
from responsibility.rules.workdays import add_workdays, workdays_between
from responsibility.services.changes import (
    change_record,
    changes_collect,
    changes_settle,
)
from tests.factories import CategoryFactory, EntityFactory
from tests.personas import OTHER_TOWN, TOWN, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

NOTHING = frozenset()


def day(text):
    return datetime.date.fromisoformat(text)


# --- working days --------------------------------------------------------------------------------


def test_weekends_are_not_worked():
    assert add_workdays(day("2022-11-04"), 1, holidays=NOTHING, workdays=NOTHING) == day(
        "2022-11-07"
    )
    assert add_workdays(day("2022-11-05"), 0, holidays=NOTHING, workdays=NOTHING) == day(
        "2022-11-05"
    )


def test_holidays_and_worked_weekends_count_as_the_calendar_says():
    holidays = {day(f"2022-10-0{n}") for n in range(1, 8)}
    worked = {day("2022-10-08"), day("2022-10-09")}
    found = add_workdays(day("2022-09-30"), 2, holidays=holidays, workdays=worked)
    assert found == day("2022-10-09")
    assert workdays_between(day("2022-09-30"), found, holidays=holidays, workdays=worked) == 2
    assert workdays_between(found, day("2022-09-30"), holidays=holidays, workdays=worked) == -2


@pytest.mark.django_db
def test_the_official_calendar_is_loaded_once_and_keeps_edits():
    call_command("load_responsibility_fixtures", verbosity=0)
    assert CalendarDay.objects.get(date=day("2022-10-08")).is_workday
    assert CalendarDay.objects.get(date=day("2022-10-03")).name == "国庆节"
    CalendarDay.objects.filter(date=day("2022-10-03")).update(name="改过", is_workday=True)
    count = CalendarDay.objects.count()
    call_command("load_responsibility_fixtures", verbosity=0)
    assert CalendarDay.objects.count() == count
    assert work_calendar().after(day("2022-09-30"), 1) == day("2022-10-03")


# --- written down by services --------------------------------------------------------------------


@pytest.mark.django_db
def test_a_change_that_leaves_bonds_wrong_has_clocks(areas, county_officer):
    bearer = CadreFactory(area=areas[VILLAGE])
    AssignmentFactory(entity=EntityFactory(area=areas[VILLAGE], grade="D"), cadre=bearer)
    bearer.is_in_post = False
    bearer.save()
    at = timezone.now()
    change = change_record(
        kind=ChangeKind.CADRE_LEFT, area_id=VILLAGE, cadre=bearer, after="调任", by=county_officer,
        happened_on=day("2022-11-02"), at=at,
    )  # fmt: skip
    # 15 working days, then 7 more; no holidays are loaded
    assert (change.report_due_on, change.adjust_due_on) == (day("2022-11-23"), day("2022-12-02"))
    assert changes_settle(on=day("2022-11-10")) == 0
    Assignment.objects.update(to_on=day("2022-11-11"))
    assert changes_settle(on=day("2022-11-11")) == 1
    change.refresh_from_db()
    assert change.adjusted_on == day("2022-11-11")
    tally = ChangeTally.objects.get()
    assert (tally.kind, tally.total, tally.day) == ("cadre_left", 1, timezone.localdate(at))


@pytest.mark.django_db
def test_the_clocks_are_rows_that_staff_edit(areas):
    ChangeClock.objects.filter(kind="entity_new").update(report_days=1, adjust_days=1)
    shop = EntityFactory(area=areas[VILLAGE], grade="D")
    change = change_record(
        kind=ChangeKind.ENTITY_NEW, area_id=VILLAGE, entity=shop, happened_on=day("2022-11-02"),
        at=timezone.now(),
    )  # fmt: skip
    assert (change.report_due_on, change.adjust_due_on) == (day("2022-11-03"), day("2022-11-04"))


@pytest.mark.django_db
def test_a_cadre_who_leaves_with_nothing_has_no_clocks(areas):
    change = change_record(
        kind=ChangeKind.CADRE_LEFT, area_id=VILLAGE, cadre=CadreFactory(area=areas[VILLAGE], left=True),
        happened_on=day("2022-11-02"), at=timezone.now(),
    )  # fmt: skip
    assert change.adjust_due_on is None


# --- collected from the register -----------------------------------------------------------------


def kinds(entity):
    rows = Change.objects.filter(entity=entity).order_by("pk")
    return [(row.kind, row.before, row.after) for row in rows]


@pytest.fixture
def shop(areas):
    """A business held by a village cadre, known from the beginning."""
    with pghistory.context(via="made"):
        shop = EntityFactory(area=areas[VILLAGE], grade="D")
    AssignmentFactory(entity=shop, cadre=CadreFactory(area=areas[VILLAGE]))
    return shop


@pytest.mark.django_db
def test_changes_of_the_register_are_collected_once(areas, shop, county_officer):
    with pghistory.context(user=county_officer.pk):
        shop.grade = "C"
        shop.save()
        shop.status = "closed"
        shop.area = areas[OTHER_TOWN]
        shop.save()
        shop.status = "cancelled"
        shop.save()
    assert changes_collect(at=timezone.now()) == 4
    assert changes_collect(at=timezone.now()) == 0
    assert sorted(kinds(shop)) == sorted(
        [
            ("entity_grade", "D级", "C级"),
            ("entity_status", "在营", "停业未注销"),
            (
                "entity_area",
                "东山县 城关街道 " + areas[VILLAGE].name,
                "东山县 " + areas[OTHER_TOWN].name,
            ),
            ("entity_gone", "停业未注销", "注销"),
        ]
    )
    change = Change.objects.first()
    assert change.recorded_by == county_officer
    # what is no longer 应包 needs no bond
    assert set(Change.objects.values_list("adjust_due_on", flat=True)) == {None}


@pytest.mark.django_db
def test_a_grade_that_makes_the_bond_wrong_starts_the_clocks(shop, areas):
    Entity.objects.filter(pk=shop.pk).update(grade="C")
    changes_collect(at=timezone.now())
    change = Change.objects.get(entity=shop)
    assert change.adjust_due_on > change.report_due_on > change.happened_on
    assert changes_settle(on=timezone.localdate()) == 0
    Assignment.objects.update(to_on=timezone.localdate(), end_reason="replaced")
    AssignmentFactory(
        entity=shop, cadre=CadreFactory(area=areas[TOWN], level="township"),
        from_on=timezone.localdate(),
    )  # fmt: skip
    assert changes_settle(on=timezone.localdate()) == 1


@pytest.mark.django_db
def test_a_move_out_of_the_bearer_s_area_starts_the_clocks(shop, areas):
    Entity.objects.filter(pk=shop.pk).update(area=areas[OTHER_TOWN])
    changes_collect(at=timezone.now())
    assert Change.objects.get(entity=shop, kind="entity_area").adjust_due_on


@pytest.mark.django_db
def test_a_more_exact_area_and_a_first_grade_are_no_changes(areas):
    with pghistory.context(via="made"):
        shop = EntityFactory(area=areas[TOWN])
    shop.area, shop.grade, shop.name = areas[VILLAGE], "D", "改名"
    shop.save()
    assert changes_collect(at=timezone.now()) == 0


@pytest.mark.django_db
def test_new_is_what_a_clerk_adds_and_what_was_licensed_lately(areas, county_officer):
    today = timezone.localdate()
    with pghistory.context(via="ledger"):
        EntityFactory(area=areas[VILLAGE], issued_on=today - datetime.timedelta(days=400))
        EntityFactory(area=areas[VILLAGE])
        fresh = EntityFactory(area=areas[VILLAGE], issued_on=today - datetime.timedelta(days=9))
    values = {
        "area": areas[VILLAGE], "category": CategoryFactory(), "name": "新店", "grade": "D",
        "licence_no": "JY23799210000999", "licence_kind": "JY", "address_key": "",
    }  # fmt: skip
    added = entity_create(actor=county_officer, values=values, address=None)
    changes_collect(at=timezone.now())
    found = set(Change.objects.filter(kind="entity_new").values_list("entity_id", flat=True))
    assert found == {fresh.pk, added.pk}
    assert Change.objects.filter(adjust_due_on=None).count() == 0


@pytest.mark.django_db
def test_an_area_merged_into_another_moves_nobody(areas, shop, city_admin):
    from jiamusi_foodsafety.jurisdiction.services.areas import area_merge

    area_merge(actor=city_admin, area=areas[VILLAGE], into=areas["379921001002"])
    assert changes_collect(at=timezone.now()) == 0
