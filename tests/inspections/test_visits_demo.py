"""The demonstration's visits agree with its bonds: who visited held the business on that day."""

import datetime

import pytest
from django.db.models import F, OuterRef, Q
from django.utils import timezone

from entities.models import Entity
from inspections.generator.visits import seed_visits
from inspections.models import DueVisit, Period, Visit
from inspections.rules.frequency import period_of
from responsibility.generator.story import began_on
from responsibility.models import Assignment
from responsibility.services.assignments import bond_end, bond_make
from tests.factories import EntityFactory
from tests.inspections.makers_visits import load_lists, make_held
from tests.personas import CITY, TOWN
from tests.responsibility.factories import CadreFactory

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2023, 11, 29, 10, tzinfo=timezone.get_default_timezone())
TODAY = AT.date()


@pytest.mark.parametrize(
    ("today", "began"),
    [
        ("2023-11-29", "2023-03-20"),
        ("2023-12-31", "2023-03-20"),
        ("2024-01-01", "2023-06-19"),
        ("2024-04-01", "2023-09-19"),
    ],
)
def test_bonds_begin_before_the_first_visits_and_pledges_still_hold(today, began):
    today = datetime.date.fromisoformat(today)
    found = began_on(today)
    assert found == datetime.date.fromisoformat(began)
    last = period_of("quarter", period_of("quarter", today).starts_on - datetime.timedelta(days=1))
    before = period_of("quarter", last.starts_on - datetime.timedelta(days=1))
    assert found < before.starts_on
    assert (today - found).days < 365


def test_who_visited_held_the_business_on_that_day(areas, city_admin):
    load_lists()
    began = began_on(TODAY)
    bonds = [make_held(areas=areas) for _ in range(20)]
    Assignment.objects.update(from_on=began)
    old, new = bonds[0].cadre, CadreFactory(area=areas[TOWN], level="township")
    given = Entity.objects.filter(pk__in=[bond.entity_id for bond in bonds[:6]])
    told = {"actor": city_admin, "on": TODAY, "at": AT, "note": "分工调整"}
    bond_make(entities=given, cadre=new, exception_reason="村里暂无人选", **told)
    bond_end(entities=Entity.objects.filter(pk=bonds[6].entity_id), **told)
    EntityFactory(area=areas[TOWN], grade="")
    said = []
    seed_visits(city=areas[CITY], by=city_admin, at=AT, say=said.append)
    quarters = Period.objects.filter(cycle="quarter").order_by("starts_on")
    assert [row.code for row in quarters] == ["2023Q2", "2023Q3", "2023Q4"]
    held = Assignment.objects.filter(
        Q(to_on=None) | Q(to_on__gt=OuterRef("visited_on")), entity=OuterRef("entity"),
        cadre=OuterRef("cadre"), level=OuterRef("level"), from_on__lte=OuterRef("visited_on"),
    )  # fmt: skip
    visits = Visit.objects.exclude(visited_on=TODAY)
    assert visits.filter(due__period__in=quarters[:2]).count() >= 36
    strange = visits.exclude(pk__in=visits.alias(bond=held.values("pk")[:1]).exclude(bond=None))
    assert not strange.exists()
    assert visits.filter(cadre=old).exists()
    assert not Visit.objects.filter(finished_at__gt=AT).exists()
    # each on a day of its line, and nothing that was due then is left open for want of a bearer
    assert not Visit.objects.filter(
        Q(visited_on__lt=F("due__starts_on")) | Q(visited_on__gt=F("due__due_on"))
    ).exists()
    assert DueVisit.objects.overdue(TODAY).count() <= 2
    # what came in lately was not due then, and is due now
    fates = DueVisit.objects.filter(entity__grade="").order_by("due_on")
    assert [line.state for line in fates] == ["void", "void", "open"]
    before = Visit.objects.count()
    seed_visits(city=areas[CITY], by=city_admin, at=AT, say=said.append)
    assert (Visit.objects.count(), len(said)) == (before, 1)
