"""The demonstration's past: refused elsewhere; thirty days that rebuild equal and end where the pictures do."""

import datetime

import pytest
from django.utils import timezone

from entities.generator.plan import COUNTIES
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.queries import everybody
from reports.generator.curves import DAYS, graded_by_day, screened_by_day
from reports.generator.history import OnlyInDemo, backdate
from reports.generator.reports import seed_reports
from reports.models import DailyReport
from reports.queries.indicators import indicator_differences
from reports.queries.rebuild import differences
from tests.personas import CITY, COUNTY, OTHER_COUNTY, TOWN
from tests.reports.reporting import small_register
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db


def test_history_is_re_dated_nowhere_else(areas, settings):
    for demo in (False, None):
        settings.DEMO = demo
        with pytest.raises(OnlyInDemo):
            backdate(city=areas[CITY], at=timezone.now(), clerks={})


def test_the_curves_end_at_the_figures_of_the_pictures():
    graded, screened = graded_by_day(), screened_by_day()
    for county in COUNTIES:
        assert len(graded[county.code]) == len(screened[county.code]) == DAYS + 1
        assert sum(graded[county.code]) == county.graded
        assert sum(screened[county.code]) == county.candidates
        assert min(graded[county.code]) >= 0
        assert min(screened[county.code]) >= 0
    last = [days[-1] for days in graded.values()]
    assert sum(last) == 186
    assert sum(sum(days[-7:]) for days in graded.values()) == 7 * 171
    assert sum(sum(days[-14:]) for days in graded.values()) == 14 * 572
    assert sum(days[-1] for days in screened.values()) == 25


def test_thirty_days_of_reports_rebuild_equal(
    areas, city_officer, county_officer, outsider, settings, monkeypatch
):
    settings.DEMO = True
    small_register()
    cadre = CadreFactory(area=areas[TOWN], level="township")
    shop = Entity.objects.filter(area=TOWN, grade="D").first()
    AssignmentFactory(entity=shop, cadre=cadre, exception_reason="就近")
    steps = {COUNTY: [1] + [0] * 25 + [1, 1, 1, 1, 1], OTHER_COUNTY: [5] + [0] * 30}
    monkeypatch.setattr("reports.generator.history.graded_by_day", lambda: steps)
    monkeypatch.setattr(
        "reports.generator.history.screened_by_day",
        lambda: {OTHER_COUNTY: [0] * 29 + [1, 0], COUNTY: [0] * 31},
    )
    said = []
    now = timezone.localtime().replace(hour=20, minute=0)
    now = min(now, timezone.localtime())
    seed_reports(
        city=areas[CITY], by=city_officer, at=now, say=said.append,
        clerks={COUNTY: county_officer, OTHER_COUNTY: outsider},
    )  # fmt: skip
    reports = list(DailyReport.objects.select_related("area").order_by("date"))
    assert (len(reports), reports[-1].date) == (DAYS, timezone.localdate(now))
    assert [differences(report=report)[0] for report in reports] == [[]] * DAYS
    graded = [report.lines.get(area=COUNTY).figures["graded"] for report in reports]
    assert (graded[0], graded[-1]) == (1, 6)
    assert graded == sorted(graded)
    assert {report.state for report in reports[:-2]} == {"archived"}
    assert datetime.timedelta(0) <= now - reports[-1].as_of < datetime.timedelta(days=1)
    before = DailyReport.objects.count()
    seed_reports(city=areas[CITY], by=city_officer, at=now, say=said.append, clerks={})
    assert DailyReport.objects.count() == before
    # what the demonstration shows, its rows prove
    wrong, compared = indicator_differences(user=everybody(), code=CITY, on=timezone.localdate(now))
    assert (wrong, compared > 0) == ([], True)
