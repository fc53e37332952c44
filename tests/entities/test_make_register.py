from datetime import date

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from entities.enums import GradeSource, Status
from entities.models import Entity

TOTAL = 2000


@pytest.fixture
def city(db):
    call_command("load_areas", settings.BASE_DIR / "fixtures" / "areas.csv", verbosity=0)
    call_command("load_register_fixtures", verbosity=0)


def fill(total=TOTAL):
    call_command("make_ledgers", seed=3, scale=total, as_of=date(2026, 11, 1))


def test_a_made_register_has_the_wanted_size_its_history_and_right_counters(city, capsys):
    fill()
    assert Entity.objects.count() == TOTAL
    assert Entity.pgh_event_model.objects.count() == TOTAL
    call_command("prove_tally")
    assert f"{TOTAL:,} 家" in capsys.readouterr().out
    graded = Entity.objects.exclude(grade="")
    assert {*graded.values_list("grade_source", flat=True)} == {GradeSource.LEDGER}
    assert Entity.objects.exclude(suggested_grade="").count() > TOTAL / 2
    assert 0 < Entity.objects.filter(status=Status.CLOSED).count() < TOTAL / 5


def test_made_businesses_are_not_mixed_with_a_register_in_use(city):
    fill()
    with pytest.raises(CommandError, match="已有主体"):
        fill()
    assert Entity.objects.count() == TOTAL


def test_too_small_a_city_is_refused(city):
    with pytest.raises(CommandError, match="至少"):
        fill(10)
