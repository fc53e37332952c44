"""Every figure of a report is found again from the history: rebuilt equal, with its rows, or corrected."""

import datetime

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

from entities.models import Entity
from reports.models import Correction, DailyReport, DailyReportLine
from reports.queries.behind import rows_behind
from reports.queries.rebuild import differences, open_writers
from reports.queries.reports import report_page
from reports.rules.columns import BY_KEY, COLUMNS
from reports.services import build_daily_report
from reports.services.corrections import corrections_collect
from reports.services.issuing import report_issue
from responsibility.models import LedgerState, Pledge
from responsibility.services.changes import change_record
from tests.factories import EntityFactory
from tests.personas import CITY, COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN
from tests.reports.reporting import DAY, FAR_TOWN, NEXT, at, redate, small_register
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
TABLES = (
    "entities_entityevent", "responsibility_cadreevent", "responsibility_assignmentevent",
    "responsibility_pledgeevent", "responsibility_ledgerstateevent", "jurisdiction_areaevent",
)  # fmt: skip


@pytest.fixture
def world(areas):
    """A register with cadres, bonds, pledges, a ledger, since the morning of the day."""
    small_register()
    town = CadreFactory(area=areas[TOWN], level="township", name="乡长")
    village = CadreFactory(area=areas[TOWN], level="village", name="网格员")
    gone = CadreFactory(area=areas[TOWN], level="township", name="走了", is_in_post=False)
    CadreFactory(area=areas[CITY], level="city", name="副市长")
    graded = list(Entity.objects.filter(area=TOWN, grade="D").order_by("pk"))
    for entity in graded[:3]:
        AssignmentFactory(entity=entity, cadre=village)
    AssignmentFactory(entity=graded[3], cadre=town, exception_reason="就近")
    Pledge.objects.create(
        cadre=town,
        area=town.area,
        level="township",
        name=town.name,
        number="2022-1",
        state="signed",
    )
    Pledge.objects.create(
        cadre=gone,
        area=town.area,
        level="township",
        name=gone.name,
        number="2022-2",
        state="signed",
    )
    LedgerState.objects.create(area=areas[TOWN], is_built=True, built_on="2022-11-01")
    for table in TABLES:
        redate(at(8), table=table)
    return areas


def counts(report, code):
    return report.lines.get(area=code).figures


def test_all_counts_come_from_the_history(world):
    report = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    line = counts(report, COUNTY)
    assert {key: line[key] for key in ("registered", "graded", "grade_d", "surveyed")} == {
        "registered": 8, "graded": 6, "grade_d": 6, "surveyed": 6,
    }  # fmt: skip
    assert (line["cadres_township"], line["cadres_village"], line["cadres_city"]) == (1, 1, 0)
    assert (line["covered"], line["pledges_signed"]) == (4, 1)
    assert (line["ledgers_built"], line["ledgers_due"]) == (1, 3)
    assert counts(report, CITY)["cadres_city"] == 1
    assert differences(report=report) == ([], report.lines.count() * len(line))


def test_what_came_after_the_close_is_not_in_it(world, areas):
    Entity.objects.filter(area=OTHER_TOWN).update(grade="B")
    redate(at(17, 0, second=1), where="grade = 'B'")
    Pledge.objects.filter(number="2022-1").update(state="void")
    redate(at(17, 0, second=1), table="responsibility_pledgeevent", where="state = 'void'")
    report = build_daily_report(date=DAY, area=world[CITY], at=at(18))
    assert (counts(report, COUNTY)["graded"], counts(report, COUNTY)["pledges_signed"]) == (6, 1)
    later = build_daily_report(date=NEXT, area=world[CITY], at=at(18, day=NEXT))
    line = counts(later, COUNTY)
    assert (line["graded"], line["pledges_signed"]) == (8, 0)
    assert (line["newly_graded"], line["new_graded"]) == (2, 2)


def test_newly_graded_are_counted_apart_from_those_that_dropped_out(world):
    build_daily_report(date=DAY, area=world[CITY], at=at(17))
    Entity.objects.filter(area=OTHER_TOWN).update(grade="B")
    dropped = Entity.objects.filter(area=TOWN, grade="D").order_by("pk")[:1].values("pk")
    Entity.objects.filter(pk__in=dropped).update(status="closed")
    redate(at(12, day=NEXT), where="grade = 'B' OR status = 'closed' AND grade = 'D'")
    report = build_daily_report(date=NEXT, area=world[CITY], at=at(17, day=NEXT))
    line = counts(report, COUNTY)
    assert (line["newly_graded"], line["new_graded"], line["new_screened"]) == (2, 1, 1)
    assert differences(report=report)[0] == []


@pytest.mark.parametrize("figure", [c.key for c in COLUMNS if c.rows and c.rows != "change"])
@pytest.mark.parametrize("code", ["", COUNTY])
def test_the_rows_behind_each_figure_prove_it(world, leader, figure, code):
    report = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    Entity.objects.update(grade="A", status="lost")
    EntityFactory.create_batch(2, area_id=TOWN, graded=True)
    page = report_page(user=leader, pk=report.pk)
    found = rows_behind(page=page, figure=figure, code=code)
    # what is not counted yet on that day is frozen as nothing, and has no rows
    assert found.is_proven or (found.frozen, found.total) == (None, 0), (found.frozen, found.total)
    assert len(found.rows) == found.total


def test_the_rows_of_a_page_are_paged_by_key_and_open_their_objects(world, leader, log_in):
    for _ in range(60):
        EntityFactory(area_id=FAR_TOWN)
    redate(at(8))
    report = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    address = reverse("reports:daily-report-rows", args=[report.pk, "registered"])
    client = log_in(leader)
    first = client.get(address)
    assert "按历史还原共 74 家，与日报固定的数字一致" in first.content.decode()
    second = client.get(address + first.context["next_url"])
    names = [row["name"] for page in (first, second) for row in page.context["rows"]]
    assert (len(names), second.context["next_url"]) == (74, "")
    assert first.context["rows"][0]["url"].startswith("/entities/")


def test_a_county_opens_its_own_rows_only(world, county_officer, log_in):
    report = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    address = reverse("reports:daily-report-rows", args=[report.pk, "registered"])
    client = log_in(county_officer)
    assert client.get(address).context["found"].total == 8
    assert client.get(f"{address}?area={OTHER_COUNTY}").status_code == 404
    assert client.get(f"{address}?of={OTHER_COUNTY}").status_code == 404
    assert client.get(f"{address}?of={COUNTY}&area={TOWN}").context["found"].total == 6


def test_changes_are_counted_by_kind_and_opened(world, leader, log_in):
    cadre = CadreFactory(area=world[TOWN], level="township")
    change_record(kind="cadre_post", area_id=TOWN, cadre=cadre, happened_on=DAY, at=at(10))
    change_record(
        kind="entity_grade", area_id=FAR_TOWN, entity=Entity.objects.filter(area=FAR_TOWN).first(),
        before="C级", after="B级", happened_on=DAY, at=at(10),
    )  # fmt: skip
    report = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    page = report_page(user=leader, pk=report.pk)
    assert page.kinds == {"cadre_post": 1, "entity_grade": 1}
    found = rows_behind(page=page, figure="changed_entities", kind="entity_grade")
    assert [row.about for row in found.rows] == ["主体升降级：C级 → B级"]
    shown = log_in(leader).get(
        reverse("reports:daily-report-rows", args=[report.pk, "changed_cadres"])
    )
    assert "干部职务变动" in shown.content.decode()
    assert rows_behind(page=page, figure="changed_cadres", code=OTHER_COUNTY).total == 0


def test_the_command_prints_equal_or_the_differences(world, capsys):
    report = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    call_command("build_daily_report", "--date", "2022-11-02", "--as-of", "2022-11-02T17:00")
    assert "与日报固定的数字全部一致" in capsys.readouterr().out
    Entity.objects.filter(area=OTHER_TOWN).update(grade="B")
    redate(at(16), where="grade = 'B'")
    with pytest.raises(SystemExit) as end:
        call_command("build_daily_report", "--date", "2022-11-02", "--as-of", "2022-11-02T17:00")
    assert end.value.code == 3
    said = capsys.readouterr().out
    assert "379921102 graded 0 → 2" in said
    with pytest.raises(SystemExit) as end:
        call_command("build_daily_report", "--date", "2022-10-01", "--as-of", "2022-10-01T17:00")
    assert end.value.code == 2
    assert DailyReport.objects.get() == report


def test_a_changed_past_is_told_in_a_later_report_and_never_silently(world, city_officer, log_in):
    first = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    report_issue(actor=city_officer, report=first, at=at(19))
    assert corrections_collect(city=world[CITY], at=at(3, day=NEXT)) == 0
    Entity.objects.filter(area=OTHER_TOWN).update(grade="B")
    redate(at(16), where="grade = 'B'")
    second = build_daily_report(date=NEXT, area=world[CITY], at=at(9, day=NEXT))
    found = corrections_collect(city=world[CITY], at=at(3, day=NEXT))
    assert found == corrections_collect(city=world[CITY], at=at(4, day=NEXT)) + found
    row = Correction.objects.get(area=COUNTY, key="grade_b")
    assert (row.old, row.new, row.told_in, row.report) == (0, 2, second, first)
    assert row.why == "冻结后补入 2 条主体记录，时间在本期截止之前"
    assert counts(first, COUNTY)["grade_b"] == 0
    page = log_in(city_officer).get(reverse("reports:daily-report-detail", args=[second.pk]))
    assert "第 1 期东山县主体分级B原为 0，现为 2" in page.content.decode()
    second = build_daily_report(date=NEXT, area=world[CITY], at=at(17, day=NEXT))
    report_issue(actor=city_officer, report=second, at=at(19, day=NEXT))
    assert "更正：第 1 期东山县" in DailyReport.objects.get(pk=second.pk).generated_text
    with pytest.raises(DatabaseError, match="不能改动"), transaction.atomic():
        Correction.objects.update(new=5)


def test_corrections_wait_for_the_next_report_where_none_is_open(world, city_officer):
    first = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    report_issue(actor=city_officer, report=first, at=at(19))
    Entity.objects.filter(area=OTHER_TOWN).update(grade="B")
    redate(at(16), where="grade = 'B'")
    corrections_collect(city=world[CITY], at=at(20))
    assert not Correction.objects.exclude(told_in=None).exists()
    second = build_daily_report(date=NEXT, area=world[CITY], at=at(17, day=NEXT))
    assert not Correction.objects.exclude(told_in=second).exists()


def test_the_checks_find_what_they_are_for(world):
    report = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    assert [check["key"] for check in report.checks if not check["holds"]] == []
    Entity.objects.filter(area=TOWN, grade="D").update(grade="")
    for table in ("entities_entityevent", "responsibility_assignmentevent"):
        redate(at(12, day=NEXT), table=table, where="grade = '' AND pgh_label = 'update'")
    report = build_daily_report(date=NEXT, area=world[CITY], at=at(17, day=NEXT))
    (failed,) = [check for check in report.checks if not check["holds"]]
    assert failed["key"] == "falls"
    assert failed["note"] == "东山县已分级 −6；东山县已分配 −4"
    assert failed["where"] == [COUNTY]


def test_a_fall_with_its_record_in_the_ledger_of_changes_is_no_surprise(world):
    build_daily_report(date=DAY, area=world[CITY], at=at(17))
    shop = Entity.objects.filter(area=FAR_TOWN, grade="C").first()
    Entity.objects.filter(pk=shop.pk).update(status="cancelled")
    redate(at(12, day=NEXT), where="status = 'cancelled'")
    change_record(
        kind="entity_gone", area_id=FAR_TOWN, entity=shop, happened_on=NEXT, at=at(12, day=NEXT)
    )
    report = build_daily_report(date=NEXT, area=world[CITY], at=at(17, day=NEXT))
    assert counts(report, OTHER_COUNTY)["new_registered"] == -1
    assert all(check["holds"] for check in report.checks)


def test_a_line_keeps_room_for_counts_that_come_later(world, leader):
    report = build_daily_report(date=DAY, area=world[CITY], at=at(17))
    page = report_page(user=leader, pk=report.pk)
    assert page.total.count("visits_due") is None
    assert page.missing == [BY_KEY["visits_due"].since, BY_KEY["problems_found"].since]
    for line in DailyReportLine.objects.all():
        line.figures |= {"visits_due": 4, "visits_done": 3}
        line.save()
    page = report_page(user=leader, pk=report.pk)
    assert page.total.rate("rate_visits") == 75
    assert page.missing == [BY_KEY["problems_found"].since]
    assert differences(report=page.report)[0] == []


@pytest.mark.django_db(transaction=True)
def test_the_close_waits_for_whoever_began_before_it(areas):
    """An act counts by the time at which it was applied; while it runs, it cannot be counted."""
    since = datetime.datetime.now(datetime.UTC)
    assert open_writers(since=since) == 0
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE jurisdiction_area SET name = name WHERE code = %s", [CITY])
            now = datetime.datetime.now(datetime.UTC)
            assert open_writers(since=now) == 1
            assert open_writers(since=since - datetime.timedelta(minutes=1)) == 0
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    connection.close()
