"""Visits, problems and the enterprise's people after two businesses were merged, and after the undo."""

import datetime

import pytest
from django.utils import timezone

from entities.services.merging import merge_undo
from inspections.models import (
    ControlCheck,
    DueTally,
    DueVisit,
    EntityRecord,
    FrequencyRule,
    Problem,
    SafetyPerson,
    Visit,
)
from inspections.services.planning import dues_make
from tests.entities.twins import merge, pair
from tests.inspections.makers_problems import report
from tests.inspections.makers_visits import make_visit
from tests.personas import CITY, TOWN
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins(areas):
    """Two businesses of one quarter; the one that will go was visited."""
    kept, gone = pair(areas=areas)[:2]
    cadre = CadreFactory(area=areas[TOWN], level="township")
    bonds = [AssignmentFactory(entity=one, cadre=cadre) for one in (kept, gone)]
    today = timezone.localdate()
    FrequencyRule.objects.create(effective_from=today - datetime.timedelta(days=400))
    dues_make(city=areas[CITY], on=today, at=timezone.now())
    make_visit(bonds[1], on=today, due=DueVisit.objects.get(entity=gone))
    return kept, gone


def states(entity):
    return list(DueVisit.objects.filter(entity=entity).values_list("state", "done"))


def tallied():
    return {
        (row.area_id, row.state): row.total for row in DueTally.objects.exclude(total=0)
    }  # fmt: skip


def test_a_visit_counts_for_the_one_that_stays(twins, county_officer):
    kept, gone = twins
    before = tallied()
    assert states(kept) == [("open", 0)]
    done = merge(county_officer, kept, gone)
    assert Visit.objects.get().entity_id == kept.pk
    assert states(kept) == [("done", 1)]
    assert states(gone) == [("void", 0)]
    records = {row.pk: row.visits for row in EntityRecord.objects.all()}
    assert (records[kept.pk], records[gone.pk]) == (1, 0)
    merge_undo(actor=county_officer, merge=done, at=timezone.now())
    assert Visit.objects.get().entity_id == gone.pk
    assert states(kept) == [("open", 0)]
    assert states(gone) == [("done", 1)]
    assert tallied() == before


def test_problems_and_people_go_along_and_come_back(twins, county_officer):
    kept, gone = twins
    report(entity=gone, kind="major", actor=county_officer)
    for entity, name in ((kept, "周全"), (gone, "周全"), (gone, "李平")):
        SafetyPerson.objects.create(entity=entity, post="officer", name=name)
    ControlCheck.objects.create(
        entity=gone, control="daily", told="seen", state="verified", checked_on="2022-11-02",
        made_at=timezone.now(),
    )  # fmt: skip
    done = merge(county_officer, kept, gone)
    assert Problem.objects.get().entity_id == kept.pk
    assert EntityRecord.objects.get(pk=kept.pk).open_problems == 1
    names = SafetyPerson.objects.filter(entity=kept).order_by("name").values_list("name", flat=True)
    assert set(names) == {"周全", "李平"}
    kept.compliance.refresh_from_db()
    assert "daily" in kept.compliance.controls
    merge_undo(actor=county_officer, merge=done, at=timezone.now())
    assert Problem.objects.get().entity_id == gone.pk
    assert SafetyPerson.objects.filter(entity=gone).count() == 2
    kept.compliance.refresh_from_db()
    gone.compliance.refresh_from_db()
    assert kept.compliance.controls == {}
    assert "daily" in gone.compliance.controls
    assert (kept.compliance.officers, gone.compliance.officers) == (1, 2)
