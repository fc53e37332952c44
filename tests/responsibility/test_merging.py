"""Who holds a business after two were merged, and after the merge was undone."""

import pytest
from django.utils import timezone

from entities.queries.twins import merge_preview
from entities.services.merging import merge_undo
from responsibility.models import Assignment, Change
from tests.entities.twins import merge, pair
from tests.personas import TOWN
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins(areas):
    return pair(areas=areas)[:2]


def held(entity):
    return Assignment.objects.active().filter(entity=entity).select_related("cadre").first()


def give(areas, entity):
    cadre = CadreFactory(area=areas[TOWN], level="township")
    return AssignmentFactory(entity=entity, cadre=cadre)


def test_the_one_that_stays_keeps_its_bearer(areas, twins, county_officer):
    kept, gone = twins
    mine, other = give(areas, kept), give(areas, gone)
    done = merge(county_officer, kept, gone)
    assert held(kept).pk == mine.pk
    assert held(gone) is None
    other.refresh_from_db()
    assert other.end_reason == "deregistered"
    assert Change.objects.filter(kind="bond_ended", entity=gone).exists()
    merge_undo(actor=county_officer, merge=done, at=timezone.now())
    assert held(kept).pk == mine.pk
    assert held(gone).cadre_id == other.cadre_id


def test_the_other_s_bearer_is_taken_where_chosen(areas, twins, county_officer):
    kept, gone = twins
    mine, other = give(areas, kept), give(areas, gone)
    done = merge(county_officer, kept, gone, take=["bearer"])
    assert held(kept).cadre_id == other.cadre_id
    undone = merge_undo(actor=county_officer, merge=done, at=timezone.now())
    assert undone.undo_told == []
    assert held(kept).cadre_id == mine.cadre_id
    assert held(gone).cadre_id == other.cadre_id


def test_a_bearer_whose_level_does_not_fit_is_told(areas, twins, county_officer):
    kept, gone = twins
    other = give(areas, gone)
    type(kept).objects.filter(pk=kept.pk).update(grade="D")
    done = merge(county_officer, kept, gone, take=["bearer"])
    assert held(kept) is None
    assert other.cadre.name in done.told[0]


def test_the_preview_names_both_bearers(areas, twins, county_officer):
    kept, gone = twins
    other = give(areas, gone)
    page = merge_preview(user=county_officer, kept=kept, gone=gone)
    row = next(row for row in page.rows if row.key == "bearer")
    assert (row.kept, row.side) == ("", "gone")
    assert other.cadre.name in row.gone
