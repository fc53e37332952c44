"""倒排工期 and 三年目标 on the page, in the workbook, and as the city changes them."""

import datetime
import io
import json
import re
from decimal import Decimal

import openpyxl
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from jiamusi_foodsafety.jurisdiction.queries import home_place, place_of
from reports.models import DailyReport, DailyReportLine, PlanStage, PlanTarget, YearGoal
from reports.queries.plans import goals_stamp, plan_of, stage_stamp
from reports.services.plans import PlanError, plan_load, stage_change
from tests.factories import EntityFactory
from tests.personas import CITY, COUNTY, OTHER_COUNTY, TOWN
from tests.reports.city import put_entities
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2022, 11, 2)
NOON = datetime.datetime(2022, 11, 2, 18, 20, tzinfo=datetime.UTC) - datetime.timedelta(hours=8)
ONE = datetime.timedelta(days=1)
WHOLE = 200


def text_of(response):
    """The page as a reader hears it; what stands in elements of its own stands apart."""
    text = re.sub(r"<script.*?</script>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def freeze(city, code, graded, *, days, last=DAY):
    """Lines of `days` reports up to `last`: `graded(back)` of 200 businesses so many days before."""
    for back in range(days - 1, -1, -1):
        day = last - back * ONE
        made, _ = DailyReport.objects.get_or_create(
            date=day, area=city,
            defaults={"number": (day - datetime.date(2022, 1, 1)).days,
                      "as_of": datetime.datetime.combine(day, datetime.time(9), datetime.UTC)},
        )  # fmt: skip
        done = graded(back)
        DailyReportLine.objects.create(
            report=made, area_id=code,
            figures={"registered": WHOLE, "screened": 0, "obliged": WHOLE, "surveyed": WHOLE,
                     "grade_a": 0, "grade_b": 0, "grade_c": 0, "grade_d": done, "graded": done,
                     "covered": done // 2, "new_graded": 1},
        )  # fmt: skip


@pytest.fixture
def plan_city(areas):
    """東山县 2 a day, done in ten days; 西河区 one in a week; the city their sum."""
    city = areas[CITY]
    plan_load(city=city, at=timezone.now())
    freeze(city, COUNTY, lambda back: 180 - 2 * back, days=15)
    freeze(city, OTHER_COUNTY, lambda back: 150 - back // 7, days=15)
    freeze(city, CITY, lambda back: 330 - 2 * back - back // 7, days=15)
    return city


def plan(user, code=CITY, at=NOON):
    return plan_of(user=user, place=place_of(user=user, code=code), at=at)


def test_the_example_is_that_of_the_guide(areas):
    made = plan_load(city=areas[CITY], at=timezone.now())
    assert made == {"stages": 8, "goals": 11}
    graded = PlanStage.objects.get(name="主体分级")
    pairs = list(graded.targets.order_by("on").values_list("on", "share"))
    assert pairs == [(datetime.date(2022, 11, 9), 95), (datetime.date(2022, 11, 20), 100)]
    assert list(YearGoal.objects.order_by("year").values_list("year", flat=True).distinct()) == [
        2022, 2023, 2024,
    ]  # fmt: skip
    # what is there stays
    assert plan_load(city=areas[CITY], at=timezone.now()) == {"stages": 0, "goals": 0}


def test_the_command_moves_the_example_to_a_day(areas, capsys):
    call_command("load_plan", area=CITY, on=datetime.date(2024, 2, 29))
    assert "8 个阶段、11 项年度目标" in capsys.readouterr().out
    target = PlanTarget.objects.get(stage__name="摸底调查")
    assert target.on == datetime.date(2024, 2, 29) - 13 * ONE
    assert YearGoal.objects.filter(year=2024, title="今年打基础").count() == 3


def test_stages_stand_as_the_reports_froze_them(plan_city, leader):
    found = plan(leader)
    words = {one.stage.name: one.verdict.word for one in found.stages}
    assert words["部署发动"] == "已完成"
    assert words["摸底调查"] == "已完成"
    assert words["包保干部确定"] == "逾期 5 天"
    assert words["包保干部培训"] == "未开始"
    assert [one.stage.name for one in found.overdue] == ["包保干部确定"]
    graded = found.chosen
    assert (graded.point.done, graded.point.whole) == (330, WHOLE * 1) or graded.point.done == 330


def test_the_children_stand_the_latest_first(plan_city, leader):
    rows = {one.name: one.standing for one in plan(leader).children}
    assert list(rows) == ["西河区", "东山县"]
    slow, quick = rows.values()
    assert (quick.forecast.latest, quick.verdict.word) == (DAY + 10 * ONE, "早 8 天")
    assert slow.verdict.tone == "red"
    assert [one.name for one in plan(leader).behind] == ["西河区"]


def test_a_county_sees_its_own_plan_and_no_other(plan_city, county_officer, log_in):
    client = log_in(county_officer)
    text = text_of(client.get(reverse("reports:plan")))
    assert "东山县" in text
    assert "西河区" not in text
    assert client.get(reverse("reports:plan"), {"area": OTHER_COUNTY}).status_code == 404
    assert client.get(reverse("reports:plan"), {"area": CITY}).status_code == 404


def test_a_scope_of_two_counties_is_their_sum(plan_city, areas, supervision):
    supervision.counties.set([areas[COUNTY], areas[OTHER_COUNTY]])
    supervision = type(supervision).objects.get(pk=supervision.pk)
    found = plan_of(user=supervision, place=home_place(user=supervision), at=NOON)
    assert (found.chosen.point.done, found.chosen.point.whole) == (330, 2 * WHOLE)
    assert len(found.chosen.points) == 15


def test_the_page_says_when_who_and_draws_it(areas, leader, log_in):
    today = timezone.localdate()
    plan_load(city=areas[CITY], at=timezone.now(), on=today)
    freeze(areas[CITY], CITY, lambda back: 180 - 2 * back, days=15, last=today)
    freeze(areas[CITY], OTHER_COUNTY, lambda back: 50, days=15, last=today)
    page = log_in(leader).get(reverse("reports:plan"))
    text, html = text_of(page), page.content.decode()
    assert re.search(r"离 \S+ 18 天，待分级 20 家；近 7 日每天 2 家，预计 \S+ 完成，早 8 天", text)
    assert "西河区 按现速完不成" in text
    assert "目标为示例，可修改" in text
    chart = json.loads(re.search(r'id="plan-curve-data"[^>]*>(.*?)</script>', html).group(1))
    actual, planned, forecast = (one["values"] for one in chart["series"])
    assert [value for value in actual if value is not None] == list(range(152, 181, 2))
    assert planned[-1] == WHOLE
    assert max(value for value in forecast if value is not None) == WHOLE
    assert chart["ranges"][0]["gap"]
    assert html.count('class="gantt-cell"') == 9


def test_the_workbook_has_the_figures_of_the_page(plan_city, leader, log_in):
    response = log_in(leader).get(reverse("reports:plan-export"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["阶段", "曲线", "属地", "年度目标"]
    names = [row[1].value for row in book["阶段"].iter_rows(min_row=3)]
    assert names == [one.stage.name for one in plan(leader).stages]
    last = [cell.value for cell in list(book["曲线"].iter_rows(min_row=3))[-1]]
    assert last[1] == 330
    record = AuditRecord.objects.get(action="export")
    assert (record.object_type, record.actor) == ("倒排工期", leader)


def test_the_page_costs_the_same_at_any_size(plan_city, leader, log_in):
    client, costs = log_in(leader), []
    for number in (1, 40):
        put_entities([TOWN, "379902001"], number, grade="D")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("reports:plan"))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


# --- the city changes it ----------------------------------------------------------------------------


def form_of(stage, **changes):
    targets = stage.targets.filter(ended_at=None).order_by("on")
    data = {
        "name": stage.name, "starts_on": stage.starts_on, "start_share": stage.start_share,
        "is_active": "on", "reason": "", "seen": stage_stamp(stage, targets),
    }  # fmt: skip
    for number, target in enumerate(targets, start=1):
        data |= {f"on_{number}": target.on, f"share_{number}": target.share}
    return data | changes


def test_changing_a_target_keeps_the_old_one_with_who_and_why(plan_city, city_officer, log_in):
    stage = PlanStage.objects.get(name="主体分级")
    client, address = log_in(city_officer), reverse("reports:plan-stage", args=[stage.pk])
    data = form_of(stage, on_2="2022-11-25", reason="静默管理顺延")
    refused = client.post(address, data | {"reason": ""})
    assert "请写明原因" in text_of(refused)
    assert client.post(address, data).status_code == 302
    rows = stage.targets.order_by("pk")
    assert [(row.on.day, row.ended_at is None) for row in rows] == [
        (9, True), (20, False), (25, True),
    ]  # fmt: skip
    assert (rows[1].ended_by, rows[2].made_by, rows[2].reason) == (
        city_officer, city_officer, "静默管理顺延",
    )  # fmt: skip
    stage.refresh_from_db()
    assert not stage.is_example
    assert stage.events.count() == 2
    assert AuditRecord.objects.get(object_type="倒排工期").actor == city_officer
    assert "2022-11-20" in text_of(client.get(address))
    # the same once more changes nothing
    assert client.post(address, data | {"reason": ""}).status_code == 302
    assert stage.targets.count() == 3


def test_of_two_who_change_a_stage_at_once_the_second_is_told(
    plan_city, city_officer, city_admin, log_in
):
    stage = PlanStage.objects.get(name="主体分级")
    address = reverse("reports:plan-stage", args=[stage.pk])
    data = form_of(stage, reason="顺延")
    assert log_in(city_officer).post(address, data | {"on_2": "2022-11-25"}).status_code == 302
    second = log_in(city_admin).post(address, data | {"on_2": "2022-11-28"})
    assert "别人刚改过这个阶段，您的修改没有保存" in text_of(second)
    last = stage.targets.filter(ended_at=None).order_by("-on").first()
    assert last.on == datetime.date(2022, 11, 25)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"on_2": ""}, "要一起填"),
        ({"share_2": "99"}, "应为 100%"),
        ({"on_2": "2022-11-01"}, "逐步提高|不晚于"),
        ({"share_1": "101"}, "不能大于"),
        ({"on_1": "昨天"}, "读不懂"),
        ({"name": "摸底调查"}, "请换个名称"),
    ],
)
def test_a_plan_that_cannot_stand_is_told_in_words(plan_city, city_officer, log_in, changes, words):
    stage = PlanStage.objects.get(name="主体分级")
    address = reverse("reports:plan-stage", args=[stage.pk])
    page = log_in(city_officer).post(address, form_of(stage, reason="试", **changes))
    assert page.status_code == 200
    assert any(word in text_of(page) for word in words.split("|"))
    assert stage.targets.filter(ended_at=None).count() == 2


def test_the_service_refuses_what_the_form_would(plan_city, city_officer):
    stage = PlanStage.objects.get(name="主体分级")
    with pytest.raises(PlanError, match="别人刚改过"):
        stage_change(
            actor=city_officer, stage=stage, name="主体分级", starts_on=DAY, start_share=Decimal(0),
            done_on=None, is_active=True, targets=[], reason="", seen="", at=timezone.now(),
        )  # fmt: skip


def test_goals_are_measured_by_the_catalogue_and_can_be_changed(plan_city, city_officer, log_in):
    put_entities([TOWN], 3, grade="D")
    put_entities([TOWN], 1)
    client = log_in(city_officer)
    text = text_of(client.get(reverse("reports:plan")))
    assert re.search(r"今年打基础 指标 现在 目标 到了没有 分级率\(净\) 75\.00% ≥ 100% 推进中", text)
    goal = YearGoal.objects.get(indicator="K03")
    rows = {f"aim_{row.pk}": row.aim for row in YearGoal.objects.all()}
    kept = {f"active_{row.pk}": "on" for row in YearGoal.objects.all()}
    data = rows | kept | {f"aim_{goal.pk}": "70", "seen": goals_stamp(YearGoal.objects.all())}
    assert client.post(reverse("reports:plan-goals"), data).status_code == 302
    assert "≥ 70% 达标" in text_of(client.get(reverse("reports:plan")))
    # who still looks at the old goals changes nothing
    late = client.post(reverse("reports:plan-goals"), data | {f"aim_{goal.pk}": "60"})
    assert "别人刚改过年度目标" in text_of(late)
    record = AuditRecord.objects.get(object_type="年度目标")
    assert record.detail == {"2022 K03": "100.00 → 70"}
    new = {"year": 2023, "title": "明年全覆盖", "indicator": "K03", "aim": "100"}
    assert client.post(reverse("reports:plan-goal-new"), new).status_code == 302
    again = client.post(reverse("reports:plan-goal-new"), new)
    assert "已经有目标了" in text_of(again)


# --- the dashboard's tiles and the distributions -------------------------------------------------------


def test_the_tiles_say_how_it_moved_what_is_aimed_at_and_where_the_rows_are(
    plan_city, leader, log_in
):
    put_entities([TOWN], 4, grade="D", expires=timezone.localdate() - ONE)
    put_entities([TOWN], 2, grade="D", expires=timezone.localdate() + 90 * ONE)
    page = log_in(leader).get(reverse("reports:dashboard"))
    text, html = text_of(page), page.content.decode()
    assert re.search(r"90 日内许可证到期 2 家 已到期 4 家 今日新进入 2 目标 已到期 0", text)
    assert re.search(r"在办问题 0 件 0–2 天 0", text)
    assert re.search(r"工作提示未签收 0 份，共 0 份", text)
    assert f'href="{reverse("entities:entity-list")}?area={CITY}&amp;view=expiring"' in html
    assert f'href="{reverse("inspections:due-list")}?area={CITY}"' in html


def test_the_spread_counts_every_cadre_and_every_business_once(areas, leader, log_in):
    cache.clear()
    idle = CadreFactory(area=areas[TOWN], level="township")
    busy = CadreFactory(area=areas[TOWN], level="village")
    for _ in range(6):
        AssignmentFactory(entity=EntityFactory(area=areas[TOWN], grade="D"), cadre=busy)
    client = log_in(leader)
    page = client.get(reverse("reports:spread"))
    text = text_of(page)
    door = f'href="{reverse("responsibility:cadre-list")}?area={CITY}&amp;level=village"'
    assert door in page.content.decode()
    assert re.search(r"乡级\D* 1 0 0 0 0 0 0 1", text), text
    assert re.search(r"村级\D* 0 0 1 0 0 0 0 1", text), text
    assert "从未督导 6" in text
    assert idle.pk
    response = client.get(reverse("reports:spread-export"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["走势", "比较", "包保负荷", "距上次督导"]


def test_the_spread_costs_the_same_and_less_when_it_is_kept(plan_city, leader, log_in):
    client, costs = log_in(leader), []
    for number in (1, 40):
        put_entities([TOWN], number, grade="D")
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("reports:spread"), {"what": "surveyed"}).status_code == 200
        costs.append(len(queries))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("reports:spread"))
    assert costs[0] == costs[1] <= 12
    assert len(queries) == costs[0] - 1
