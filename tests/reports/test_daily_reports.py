import datetime
import io
import threading
from zoneinfo import ZoneInfo

import openpyxl
import pgtrigger
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area, AuditRecord
from reports.documents import daily_report_workbook
from reports.models import DailyReport
from reports.queries import progress, report_list, report_page
from reports.services import ReportRefused, build_daily_report, build_due_reports
from reports.tasks import build_due_reports as due_task
from tests.factories import UserFactory
from tests.personas import CITY, COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN
from tests.reports.city import COUNTIES, load_areas, put_county, put_entities

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
THIRD_COUNTY = "379981"
DAY = datetime.date(2022, 11, 2)


def at(hour, minute=0, day=DAY):
    return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=SHANGHAI)


def backdating():
    """The history refuses to be rewritten; only here are its days made up."""
    return pgtrigger.ignore("entities.EntityEvent:append_only")


def happened(moment):
    """Date the history of the whole register: what stood, stood since `moment`."""
    with backdating(), connection.cursor() as cursor:
        cursor.execute("UPDATE entities_entityevent SET pgh_created_at = %s", [moment])


def happened_last(moment):
    """Date the newest event of each business."""
    with backdating(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE entities_entityevent SET pgh_created_at = %s WHERE pgh_id IN"
            " (SELECT max(pgh_id) FROM entities_entityevent GROUP BY pgh_obj_id HAVING count(*) > 1)",
            [moment],
        )


@pytest.fixture
def city(areas):
    put_entities([TOWN], 6, grade="D", surveyed="2022-10-20")
    put_entities([OTHER_TOWN], 2)
    put_entities(["379902001"], 5, grade="C")
    put_entities(["379902001"], 1, status="closed")
    happened(at(9, day=datetime.date(2022, 10, 20)))
    return areas[CITY]


def figures(report, code):
    return report.lines.get(area=code).figures


def test_the_day_closes_at_17_in_shanghai(city):
    Entity.objects.filter(area=OTHER_TOWN).update(grade="B")
    happened_last(at(17, 30))
    report = build_daily_report(date=DAY, area=city, at=at(18, 20))
    assert report.as_of == at(17)
    assert figures(report, COUNTY)["graded"] == 6
    later = build_daily_report(
        date=DAY + datetime.timedelta(days=1), area=city, at=at(18, day=datetime.date(2022, 11, 3))
    )
    assert later.number == report.number + 1
    assert figures(later, COUNTY)["graded"] == 8
    assert figures(later, COUNTY)["new_graded"] == 2
    assert figures(later, OTHER_COUNTY)["new_graded"] == 0
    assert figures(report, COUNTY)["new_graded"] is None


def test_the_same_day_twice_changes_nothing(city):
    first = build_daily_report(date=DAY, area=city, at=at(17, 5))
    Entity.objects.update(grade="A")
    again = build_daily_report(date=DAY, area=city, at=at(23))
    assert (again.pk, again.number, again.as_of) == (first.pk, 1, at(17))
    assert DailyReport.objects.count() == 1
    assert figures(again, CITY)["grade_d"] == 6


def test_an_early_report_is_brought_up_to_the_close(city):
    early = build_daily_report(date=DAY, area=city, at=at(9, 30))
    assert early.as_of == at(9, 30)
    Entity.objects.filter(area=OTHER_TOWN).update(grade="B")
    happened_last(at(16))
    closed = build_daily_report(date=DAY, area=city, at=at(17, 1))
    assert (closed.pk, closed.number, closed.as_of) == (early.pk, 1, at(17))
    assert figures(closed, CITY)["graded"] == 13


def test_lines_hold_city_counties_and_towns(city):
    report = build_daily_report(date=DAY, area=city, at=at(17))
    codes = list(report.lines.order_by("area").values_list("area", flat=True))
    assert codes == [CITY, OTHER_COUNTY, "379902001", COUNTY, TOWN, OTHER_TOWN, THIRD_COUNTY]
    assert figures(report, CITY)["registered"] == 14
    assert figures(report, CITY)["surveyed"] == 6


@pytest.mark.parametrize(
    ("date", "words"),
    [
        (datetime.date(2022, 11, 3), "还没有到"),
        (datetime.date(2022, 10, 1), "还没有在册主体"),
    ],
)
def test_days_that_cannot_be_reported_are_refused(city, date, words):
    with pytest.raises(ReportRefused, match=words):
        build_daily_report(date=date, area=city, at=at(18))
    assert not DailyReport.objects.exists()


def test_a_day_before_the_last_report_is_refused(city):
    build_daily_report(date=DAY, area=city, at=at(18))
    with pytest.raises(ReportRefused, match="期号要连续"):
        build_daily_report(date=datetime.date(2022, 11, 1), area=city, at=at(18))


def test_a_county_has_no_report_of_its_own(areas, city):
    with pytest.raises(ReportRefused, match="按市"):
        build_daily_report(date=DAY, area=areas[COUNTY], at=at(18))


def test_the_first_report_of_a_city_may_come_after_the_close(areas):
    put_entities([TOWN], 3)
    happened(at(20))
    report = build_daily_report(date=DAY, area=areas[CITY], at=at(20, 5))
    assert report.as_of == at(20, 5)
    assert figures(report, CITY)["registered"] == 3


def test_due_reports_catch_up_missed_days_from_the_history(city):
    build_daily_report(
        date=datetime.date(2022, 10, 30), area=city, at=at(18, day=datetime.date(2022, 10, 30))
    )
    Entity.objects.filter(area=OTHER_TOWN).update(grade="B")
    happened_last(at(12, day=datetime.date(2022, 11, 1)))
    assert build_due_reports(at=at(17, 10)) == 3
    reports = list(DailyReport.objects.order_by("date"))
    assert [report.number for report in reports] == [1, 2, 3, 4]
    assert [report.date.day for report in reports] == [30, 31, 1, 2]
    assert [figures(report, CITY)["graded"] for report in reports] == [11, 11, 13, 13]
    assert [figures(report, CITY)["new_graded"] for report in reports] == [None, 0, 2, 0]
    assert build_due_reports(at=at(17, 20)) == 0


def test_a_report_by_hand_builds_the_missed_days_first(city):
    build_daily_report(
        date=datetime.date(2022, 10, 30), area=city, at=at(9, day=datetime.date(2022, 10, 30))
    )
    last = build_daily_report(date=DAY, area=city, at=at(9))
    found = list(DailyReport.objects.order_by("date").values_list("number", "date__day", "as_of"))
    close = [at(17, day=datetime.date(2022, *day)) for day in ((10, 30), (10, 31), (11, 1))]
    assert found == [
        (1, 30, close[0]),
        (2, 31, close[1]),
        (3, 1, close[2]),
        (4, 2, at(9)),
    ]
    assert last.number == 4


def test_more_than_a_week_is_not_made_up_for(city):
    build_daily_report(
        date=datetime.date(2022, 10, 20), area=city, at=at(18, day=datetime.date(2022, 10, 20))
    )
    assert build_due_reports(at=at(18)) == 7
    days = list(DailyReport.objects.order_by("date").values_list("date__day", flat=True))
    assert days == [20, 27, 28, 29, 30, 31, 1, 2]


def test_nothing_is_due_before_the_close_or_without_businesses(areas, city):
    build_daily_report(date=datetime.date(2022, 11, 1), area=city, at=at(9))
    assert build_due_reports(at=at(16, 59)) == 0
    load_areas(levels=("city",))
    assert build_due_reports(at=at(17)) == 1
    assert set(DailyReport.objects.values_list("area", flat=True)) == {CITY}


def test_the_beat_task_builds_what_is_due(city):
    built = due_task.run()
    assert built == DailyReport.objects.count() == 1


def test_days_are_those_of_shanghai_whatever_the_servers_zone(city):
    # 2 November 17:30 in Shanghai is 05:30 in New York, 1 November 20:00 there is 2 November here
    with timezone.override("America/New_York"):
        moment = datetime.datetime(2022, 11, 2, 5, 30, tzinfo=ZoneInfo("America/New_York"))
        assert build_due_reports(at=moment) == 1
    report = DailyReport.objects.get()
    assert (report.date, report.as_of) == (DAY, at(17))


@pytest.mark.django_db(transaction=True)
def test_two_builders_at_once_make_one_report(areas):
    put_entities([TOWN], 3, grade="D")
    city, now, errors = areas[CITY], timezone.now(), []
    start = threading.Barrier(4)

    def build():
        try:
            start.wait(timeout=20)
            build_daily_report(date=now.astimezone(SHANGHAI).date(), area=city, at=now)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    report = DailyReport.objects.get()
    assert report.number == 1
    assert report.lines.filter(area__level="county").count() == 3


def test_change_since_yesterday_comes_from_the_report_before_today(city):
    build_daily_report(
        date=datetime.date(2022, 11, 1), area=city, at=at(18, day=datetime.date(2022, 11, 1))
    )
    Entity.objects.filter(area=OTHER_TOWN).update(grade="B")
    happened_last(at(10))
    build_daily_report(date=DAY, area=city, at=at(17))
    boss = UserFactory(username="boss", is_superuser=True)
    page = progress(user=boss, area=city, at=at(18, 20))
    assert page.since == datetime.date(2022, 11, 1)
    assert page.total.graded_change == 2
    assert {row.code: row.graded_change for row in page.children} == {
        OTHER_COUNTY: 0,
        COUNTY: 2,
        THIRD_COUNTY: 0,
    }
    towns = progress(user=boss, area=Area(code=COUNTY), at=at(18, 20)).children
    assert {row.code: row.graded_change for row in towns} == {
        TOWN: 0,
        OTHER_TOWN: 2,
        "379921203": 0,
    }


def test_a_county_reads_its_own_line_and_its_place_in_the_city(
    city, county_officer, leader, nobody
):
    report = build_daily_report(date=DAY, area=city, at=at(17))
    whole = report_page(user=leader, pk=report.pk)
    assert [(row.code, row.rank) for row in whole.rows] == [
        (OTHER_COUNTY, 1),
        (COUNTY, 2),
        (THIRD_COUNTY, None),
    ]
    own = report_page(user=county_officer, pk=report.pk)
    assert [(row.code, row.rank) for row in own.rows] == [(COUNTY, 2)]
    assert own.total.figures.registered == 8
    assert not own.is_whole
    assert report_page(user=nobody, pk=report.pk) is None
    assert [line.area_id for _, line in report_list(user=county_officer)] == [COUNTY]
    assert [line.area_id for _, line in report_list(user=leader)] == [CITY]
    assert report_list(user=nobody) == []


def test_command_builds_today_and_says_so(city, capsys):
    call_command("build_daily_report")
    report = DailyReport.objects.get()
    assert report.date == timezone.now().astimezone(SHANGHAI).date()
    assert "第 1 期日报" in capsys.readouterr().out
    call_command("build_daily_report", "--date", report.date.isoformat(), "--area", CITY)
    assert DailyReport.objects.count() == 1
    with pytest.raises(SystemExit) as end:
        call_command("build_daily_report", "--date", "2000-01-01")
    assert end.value.code == 1
    with pytest.raises(SystemExit) as end:
        call_command("build_daily_report", "--area", "99")
    assert end.value.code == 2


def test_building_is_audited(city, city_officer):
    build_daily_report(date=DAY, area=city, at=at(17), by=city_officer)
    record = AuditRecord.objects.get(action="report")
    assert (record.actor, record.area_id) == (city_officer, CITY)
    assert record.detail == {"act": "build", "date": "2022-11-02", "number": 1}


# --- the workbook -------------------------------------------------------------------------------


@pytest.fixture
def pictured(db):
    """The report of the pictures, and the user who reads it."""
    load_areas(levels=("city", "county"))
    boss = UserFactory(username="boss", is_superuser=True)
    for county in COUNTIES:
        put_county(county, [county.code])
    happened(at(9))
    report = build_daily_report(date=DAY, area=Area.objects.get(pk="2308"), at=at(17))
    return report_page(user=boss, pk=report.pk)


def head_of(sheet):
    """(group, heading) of each column, as a reader sees the two-row head."""
    found, group = [], ""
    for column in range(1, sheet.max_column + 1):
        first, second = sheet.cell(3, column).value, sheet.cell(4, column).value
        group = first or group
        found.append((group, second or ""))
    return found


def test_workbook_has_the_exact_layout(pictured):
    content = daily_report_workbook(pictured)
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    title = sheet["A1"].value
    assert title == "佳木斯市食品安全“两个责任”工作推进日报表（第1期，截至 2022年11月02日17时）"
    assert head_of(sheet) == [
        ("序号", ""), ("县(市、区)", ""), ("在册获证主体", ""), ("筛除异常", "累计"), ("筛除异常", "当日"),
        ("应包主体", ""), ("摸底调查", "已摸底"), ("摸底调查", "率"),
        *(("主体分级", word) for word in ("A", "B", "C", "D", "小计", "率(毛)", "率(净)", "当日新增")),
        *(("包保干部", word) for word in ("市", "县", "乡", "村", "小计")),
        ("包保关系", "已分配"), ("包保关系", "包保覆盖率"),
        *(("承诺书", word) for word in ("应签", "已签", "率")), ("台账建立(是/否)", ""),
        *(("督导", word) for word in ("应督", "已督", "率")),
        *(("问题", word) for word in ("发现", "已整改", "整改率")),
        ("变更", "干部"), ("变更", "主体"), ("名次", ""), ("较昨日±", ""), ("填报人", ""), ("审核人", ""),
        ("备注", ""),
    ]  # fmt: skip
    names = [sheet.cell(row, 2).value for row in range(5, 16)]
    assert (names[0], names[-1], sheet["A16"].value) == ("向阳区", "高新区", "合计")
    total = [sheet.cell(16, column).value for column in (3, 4, 6, 9, 10, 11, 12, 13, 14, 15)]
    assert total == [31_191, 1_900, 29_291, 45, 350, 2_900, 24_453, 27_748, 0.8896, 0.9473]
    rank = next(at for at, head in enumerate(head_of(sheet), start=1) if head[0] == "名次")
    places = [sheet.cell(row, rank).value for row in range(5, 16)]
    assert places == [6, 7, 9, 10, 8, 3, 11, 1, 5, 4, 2]
    assert sheet["O5"].fill.start_color.rgb.endswith("E3F3E9")
    assert sheet["O11"].fill.start_color.rgb.endswith("FFF2D9")
    assert sheet.cell(16, 28).value == "—"


def test_workbook_keeps_its_formulas_live(pictured):
    sheet = openpyxl.load_workbook(io.BytesIO(daily_report_workbook(pictured))).worksheets[0]
    assert sheet["C16"].value == "=SUM(C5:C15)"
    assert sheet["F5"].value == "=C5-D5"
    assert sheet["M5"].value == "=SUM(I5:L5)"
    assert sheet["N16"].value == '=IF(C16=0,"—",ROUND(M16/C16,4))'
    assert sheet["O16"].value == '=IF(F16=0,"—",ROUND(M16/F16,4))'
    assert sheet["U5"].value == "=SUM(Q5:T5)"
    assert sheet["X5"].value == "=U5"
    assert sheet["AJ5"].value == "=RANK(O5,O$5:O$15)"
    assert sheet["AA16"].value == "—"  # no town that owes a ledger
    pictured.total.counts.update(ledgers_due=138, ledgers_built=0)
    sheet = openpyxl.load_workbook(io.BytesIO(daily_report_workbook(pictured))).worksheets[0]
    assert sheet["AA16"].value == '=COUNTIF(AA5:AA15,"是")&"/"&ROWS(AA5:AA15)'
