"""The daily report counts what was recorded in the ledger of changes since the report before."""

import datetime

import pghistory
import pytest
from django.urls import reverse
from django.utils import timezone

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area
from reports.models import DailyReportLine
from reports.queries import report_page
from reports.services import build_daily_report
from reports.tasks import build_due_reports
from responsibility.enums import ChangeKind
from responsibility.models import Change
from responsibility.services.changes import change_record
from tests.personas import CITY, COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN
from tests.reports.city import put_entities
from tests.reports.test_daily_reports import DAY, at, happened
from tests.responsibility.factories import CadreFactory

pytestmark = pytest.mark.django_db


def record(kind, area, moment, **about):
    change_record(kind=kind, area_id=area, happened_on=moment.date(), at=moment, **about)


@pytest.fixture
def reports(areas):
    """Two days with reports; changes before, at and after the closing of the first."""
    put_entities([TOWN], 2, grade="D")
    put_entities(["379902001"], 1, grade="D")
    happened(at(8))
    cadre = CadreFactory(area=areas[TOWN], level="township")
    shop = Entity.objects.filter(area=TOWN).first()
    far = Entity.objects.exclude(area=TOWN).first()
    next_day = DAY + datetime.timedelta(days=1)
    record(ChangeKind.CADRE_NEW, TOWN, at(9), cadre=cadre)
    record(ChangeKind.ENTITY_GRADE, TOWN, at(10), entity=shop)
    record(ChangeKind.BOND_NEW, TOWN, at(10), entity=shop, cadre=cadre)
    record(ChangeKind.ENTITY_GRADE, TOWN, at(17), entity=shop)
    record(ChangeKind.CADRE_POST, OTHER_TOWN, at(18), cadre=cadre)
    record(ChangeKind.ENTITY_STATUS, "379902001", at(9, day=next_day), entity=far)
    city = Area.objects.get(pk=CITY)
    first = build_daily_report(date=DAY, area=city, at=at(17, 5))
    second = build_daily_report(date=next_day, area=city, at=at(17, 5, day=next_day))
    return first, second


def counted(report):
    lines = DailyReportLine.objects.filter(report=report)
    keys = ("changed_cadres", "changed_entities")
    return {line.area_id: tuple(line.figures[key] for key in keys) for line in lines}


def test_each_change_counts_in_one_report(reports):
    first, second = map(counted, reports)
    assert (first[CITY], first[COUNTY], first[TOWN]) == ((1, 2), (1, 2), (1, 2))
    assert first[OTHER_COUNTY] == (0, 0)
    assert (second[CITY], second[COUNTY], second[OTHER_COUNTY]) == ((1, 1), (1, 0), (0, 1))


def test_the_page_and_its_total_show_them(reports, city_officer, log_in):
    page = report_page(user=city_officer, pk=reports[0].pk)
    assert (page.total.changed_cadres, page.total.changed_entities) == (1, 2)
    text = (
        log_in(city_officer)
        .get(reverse("reports:daily-report-detail", args=[reports[0].pk]))
        .content.decode()
    )
    assert "变更，按类" in text


def test_reports_from_before_the_ledger_say_nothing(reports, city_officer):
    for line in reports[0].lines.all():
        del line.figures["changed_cadres"]
        line.save()
    page = report_page(user=city_officer, pk=reports[0].pk)
    assert (page.total.changed_cadres, page.total.changed_entities) == (None, 2)


def test_the_clock_s_job_reads_the_register_first(areas):
    with pghistory.context(via="made"):
        put_entities([TOWN], 1, grade="D")
    Entity.objects.update(grade="C")
    build_due_reports()
    assert Change.objects.get().kind == ChangeKind.ENTITY_GRADE
    assert Change.objects.get().recorded_at <= timezone.now()
