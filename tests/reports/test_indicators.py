import datetime
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import User
from jiamusi_foodsafety.jurisdiction.queries import everybody
from reports.queries.indicators import (
    BY_CODE,
    INDICATORS,
    figures_of_area,
    indicator_differences,
    total_of_scope,
)
from responsibility.models import Cadre, Letter, Pledge, Training, TrainingRecord
from tests.factories import EntityFactory, UserFactory
from tests.reports.city import COUNTIES
from tests.responsibility.factories import AssignmentFactory, CadreFactory

TODAY = timezone.localdate()
TOWN, VILLAGE, FAR_TOWN = "379921001", "379921001001", "379902001"


@pytest.fixture
def some_of_all(areas):
    """Businesses, bonds, cadres, pledges, letters, trainings in two counties, of every standing."""
    for town, village in ((TOWN, VILLAGE), (FAR_TOWN, FAR_TOWN)):
        EntityFactory(area_id=town)
        EntityFactory(area_id=town, screened=True, surveyed_on=TODAY)
        EntityFactory(area_id=town, graded=True, doubts=["W_PHONE"])
        chief = CadreFactory(
            area_id=town, level="township", user=UserFactory(last_login=timezone.now())
        )
        CadreFactory(area_id=village, level="village", left=True)
        held = EntityFactory(area_id=town, graded=True, surveyed_on=TODAY)
        AssignmentFactory(entity=held, cadre=chief)
        excepted = EntityFactory(area_id=town, grade="D", grade_source="ledger")
        AssignmentFactory(entity=excepted, cadre=chief, exception_reason="村里暂时没有干部")
        unfit = EntityFactory(area_id=town, graded=True)
        AssignmentFactory(entity=unfit, cadre=chief)
        unfit.grade = "B"
        unfit.save()
        Pledge.objects.create(
            cadre=chief, area_id=town, number=f"P{town}", level="township", state="signed"
        )
        Letter.objects.create(kind="township", year=TODAY.year, area_id=town, upper="县食安委")
        Letter.objects.create(
            kind="county", year=TODAY.year, area_id=town[:6], upper="市食安委", state="signed",
            signed_on=TODAY,
        )  # fmt: skip
        training = Training.objects.create(area_id=town[:6], title="轮训", held_on=TODAY)
        TrainingRecord.objects.create(training=training, cadre=chief, result="passed")


def test_every_indicator_is_what_its_rows_say(some_of_all):
    wrong, compared = indicator_differences(user=everybody(), code="3799", on=TODAY)
    assert wrong == []
    assert compared > 40


@pytest.mark.parametrize(
    "persona", ["city_officer", "county_officer", "station_officer", "outsider"]
)
def test_each_reader_gets_the_figures_of_his_own_rows(persona, some_of_all, request):
    user = request.getfixturevalue(persona)
    wrong, compared = indicator_differences(user=user, code="3799", on=TODAY)
    assert wrong == []
    assert compared > 15


def test_figures_of_two_counties_are_two_figures(some_of_all, county_officer):
    total = total_of_scope(user=county_officer, on=TODAY)
    city = figures_of_area(user=everybody(), code="3799", on=TODAY)
    figure = total.figure(BY_CODE["K04"])
    assert (figure.part, figure.whole, figure.value) == (2, 5, Decimal("40.00"))
    assert city["379921"].figure(BY_CODE["K04"]) == figure
    assert city["3799"].figure(BY_CODE["K04"]).part == 4
    assert city["379921"].figure(BY_CODE["K05"]).value == Decimal("33.33")
    assert city["379921"].figure(BY_CODE["K25"]).value == Decimal("5.00")
    assert city["379921"].figure(BY_CODE["K07"]).part == 1


def test_a_total_is_a_ratio_of_sums_never_a_mean_of_rates():
    k02 = BY_CODE["K02"]
    total = Counter()
    for county in COUNTIES:
        total += Counter(registered=county.registered, graded=county.graded)
    rates = [
        k02.value(Counter(registered=county.registered, graded=county.graded))
        for county in COUNTIES
    ]
    assert k02.value(total) == Decimal("88.96")
    assert round(sum(rates) / len(rates), 2) == Decimal("89.05")


def test_a_denominator_of_nothing_has_no_value():
    assert {indicator.value(Counter()) for indicator in INDICATORS} == {None}
    assert len(BY_CODE) == len(INDICATORS)


def test_last_year_is_another_year(some_of_all):
    before = datetime.date(TODAY.year - 1, 12, 31)
    total = total_of_scope(user=everybody(), on=before, code="3799")
    assert total.figure(BY_CODE["K07"]).value is None
    assert total.figure(BY_CODE["K18"]).part == 0


def test_the_proof_finds_a_counter_that_lies(some_of_all, capsys):
    call_command("prove_indicators", area="3799")
    assert "全部一致" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("UPDATE entities_entitytally SET surveyed = surveyed + 1 WHERE surveyed = 1")
    with pytest.raises(CommandError):
        call_command("prove_indicators", area="3799")
    assert "K01 已摸底主体" in capsys.readouterr().err


def test_the_proof_asks_for_an_area_that_exists(areas):
    with pytest.raises(CommandError, match="找不到这个区划"):
        call_command("prove_indicators", area="9999")


def test_a_superuser_sees_what_others_own(some_of_all):
    boss = User.objects.create_superuser("boss")
    assert Cadre.objects.visible_to(boss).count() == Cadre.objects.count()
    CadreFactory(area_id=TOWN, level="township", user=boss)
    assert Cadre.objects.visible_to(boss).count() == Cadre.objects.count()
