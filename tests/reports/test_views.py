import datetime
import io
import json
import re

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from entities.filters import EntityConditions
from entities.models import LedgerUpload
from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import Area, AuditRecord
from reports.models import DailyReport
from reports.queries import home_place, progress_of
from reports.services import build_daily_report
from reports.views.screens import list_url
from tests.factories import UserFactory
from tests.personas import CITY, COUNTY, OTHER_COUNTY, OTHER_TOWN, TOWN
from tests.reports.city import COUNTIES, load_areas, put_county, put_entities

pytestmark = pytest.mark.django_db


def text_of(response):
    """The page as a reader hears it: without markup and folded blanks."""
    text = re.sub(r"<script.*?</script>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


@pytest.fixture
def register(areas):
    put_entities([TOWN], 6, grade="D", suggested="C", surveyed="2022-10-20")
    put_entities([TOWN], 1, grade="A", surveyed="2022-10-20")
    put_entities([OTHER_TOWN], 2)
    put_entities([OTHER_TOWN], 1, status="closed")
    put_entities([COUNTY], 1, expires=timezone.localdate() - datetime.timedelta(days=1))
    put_entities(
        ["379902001"], 5, grade="C", expires=timezone.localdate() + datetime.timedelta(days=9)
    )
    return areas


def test_headline_is_the_articles_sentence(areas, log_in):
    load_areas(levels=("city", "county"))
    for county in COUNTIES:
        put_county(county, [county.code])
    chief = UserFactory(username="chief", is_superuser=True)
    response = log_in(chief).get(reverse("reports:area-dashboard", args=["2308"]))
    assert "全市应梳理 31,191 家，已梳理 27,748 家，完成比例 88.96%" in text_of(response)
    assert "94.73%" in text_of(response)
    found = re.search(
        r'<script id="county-map-data"[^>]*>(.*?)</script>', response.content.decode()
    )
    shown = json.loads(found.group(1))
    assert len(shown["values"]) == 10
    assert {one["code"]: one["value"] for one in shown["values"]}["230883"] == 96.43
    assert "高新区" in text_of(response).split("功能区")[0]


def test_total_is_the_first_row_and_each_figure_is_a_door(register, leader, log_in):
    page = log_in(leader).get(reverse("reports:dashboard")).content.decode()
    table = page[page.index('id="progress-table"') :]
    assert table.index("全市合计") < table.index("西河区") < table.index("东山县")
    base = reverse("entities:entity-list")
    assert f'href="{base}?area={COUNTY}&amp;view=ungraded"' in table
    graded = "view=obliged&amp;grade=A&amp;grade=B&amp;grade=C&amp;grade=D"
    assert f'href="{base}?area={COUNTY}&amp;{graded}"' in table
    assert f'href="{base}?area={CITY}&amp;view=screened"' in page
    assert f'href="{reverse("reports:area-dashboard", args=[COUNTY])}"' in table


@pytest.mark.parametrize(
    "what", ["registered", "obliged", "graded", "ungraded", "screened", "grade_d"]
)
def test_the_list_behind_a_figure_has_as_many_rows(register, leader, log_in, what):
    page = progress_of(user=leader, place=home_place(user=leader), at=timezone.now())
    url = list_url("/entities/", CITY, what)
    query = QueryDict(url.split("?")[1])
    found = EntityConditions(query, user=leader, on=timezone.localdate())
    assert found.found().count() == getattr(page.total.figures, what)


@pytest.mark.parametrize(
    "case", [(COUNTY, "registered", True), (COUNTY, "ungraded", True), (CITY, "shallow", False)]
)
def test_what_lacks_a_town_is_listed(register, leader, case):
    code, what, is_rest = case
    url = list_url("/entities/", code, what, is_rest=is_rest)
    conditions = EntityConditions(
        QueryDict(url.split("?")[1]), user=leader, on=timezone.localdate()
    )
    assert conditions.found().count() == conditions.counts()[1] == 1


def test_what_waits_is_named_with_its_number(register, leader, log_in):
    text = text_of(log_in(leader).get(reverse("reports:dashboard")))
    assert re.search(r"许可证已到期，仍列应包 转无证线索核查 1\b", text)
    assert re.search(r"台账等级与建议等级不一致 待县区复核 6\b", text)
    assert re.search(r"90 日内许可证到期 提醒主体延续 5\b", text)
    assert re.search(r"属地只到县级，缺乡镇 待县区补全 1\b", text)
    assert "迁入待处理" not in text


@pytest.mark.parametrize(
    ("persona", "words"),
    [
        ("county_officer", "东山县应梳理 11 家"),
        ("station_officer", "城关街道应梳理 7 家"),
        ("supervision", "东山县应梳理 11 家"),
        ("leader", "全市应梳理 16 家"),
    ],
)
def test_each_persons_first_page_is_his_own_area(register, log_in, request, persona, words):
    response = log_in(request.getfixturevalue(persona)).get(reverse("reports:dashboard"))
    assert words in text_of(response)


def test_a_reader_without_area_is_told_so(areas, log_in):
    user = UserFactory(username="lost", role=roles.LEADER, area=None)
    assert "您的账号还没有属地" in text_of(log_in(user).get(reverse("reports:dashboard")))


def test_county_page_lists_towns_lowest_first_with_its_own_remainder(
    register, county_officer, log_in
):
    page = log_in(county_officer).get(reverse("reports:dashboard")).content.decode()
    table = page[page.index("<tbody") : page.index("</tbody>")]
    assert table.index("柳林镇") < table.index("城关街道") < table.index("东山县本级")
    assert "全市名次" in page
    by_code = (
        log_in(county_officer).get(reverse("reports:dashboard") + "?sort=code").content.decode()
    )
    table = by_code[by_code.index("<tbody") : by_code.index("</tbody>")]
    assert table.index("城关街道") < table.index("柳林镇")


def test_ones_own_dashboard_holds_what_waits_and_no_other_does(register, county_officer, log_in):
    client, card = log_in(county_officer), f'hx-get="{reverse("todo")}"'
    assert card in client.get(reverse("reports:dashboard")).content.decode()
    town = client.get(reverse("reports:area-dashboard", args=[TOWN])).content.decode()
    assert card not in town


def test_what_lies_elsewhere_is_not_found(register, county_officer, log_in):
    client = log_in(county_officer)
    for code in (CITY, OTHER_COUNTY, "230882", "nonsense"):
        for name in ("area-dashboard", "area-export", "trend-export"):
            assert client.get(reverse(f"reports:{name}", args=[code])).status_code == 404


def test_dashboard_costs_the_same_at_any_size(register, leader, county_officer, log_in):
    build_daily_report(date=timezone.localdate(), area=register[CITY], at=timezone.now())
    costs = []
    for number in (1, 300):
        put_entities([TOWN, OTHER_TOWN, "379902001"], number, grade="D")
        for user in (leader, county_officer):
            client = log_in(user)
            client.get(reverse("reports:dashboard"))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("reports:dashboard"))
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 15


def test_exported_table_has_the_figures_of_the_screen_and_is_audited(register, leader, log_in):
    response = log_in(leader).get(reverse("reports:area-export", args=[CITY]))
    assert response.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    last = [cell.value for cell in sheet[sheet.max_row]]
    assert last[1:5] == ["合计", 16, 1, 15]
    assert last[9:11] == [12, 3]
    record = AuditRecord.objects.get(action="export")
    assert (record.actor, record.area_id) == (leader, CITY)


def test_map_is_cached_by_its_content(areas, leader, log_in):
    client = log_in(leader)
    first = client.get(reverse("reports:county-map"))
    assert len(json.loads(first.content)["features"]) == 10
    again = client.get(
        reverse("reports:county-map"), headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


def test_report_pages_show_the_frozen_figures(register, leader, log_in):
    build_daily_report(date=timezone.localdate(), area=register[CITY], at=timezone.now())
    put_entities([TOWN], 50)
    client = log_in(leader)
    report = DailyReport.objects.get()
    listed = text_of(client.get(reverse("reports:daily-report-list")))
    assert "第 1 期" in listed
    page = text_of(client.get(reverse("reports:daily-report-detail", args=[report.pk])))
    assert "工作推进日报表（第1期" in page
    assert "全市在册获证食品生产经营主体 16 家，已完成分级梳理 12 家，完成比例 75.00%" in page
    book = client.get(reverse("reports:daily-report-export", args=[report.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(book.content), data_only=True).active
    assert [sheet.cell(8, column).value for column in (1, 3, 4, 6, 13)] == ["合计", 16, 1, 15, 12]


def test_a_county_sees_its_own_line_of_the_report(register, county_officer, log_in):
    report = build_daily_report(date=timezone.localdate(), area=register[CITY], at=timezone.now())
    response = log_in(county_officer).get(reverse("reports:daily-report-detail", args=[report.pk]))
    assert "西河区" not in text_of(response)
    assert "东山县在册获证食品生产经营主体 11 家" in text_of(response)


def test_a_report_of_another_city_is_not_found(register, county_officer, log_in):
    load_areas(levels=("city", "county"))
    put_entities(["230803"], 1)
    other = build_daily_report(
        date=timezone.localdate(), area=Area.objects.get(pk="2308"), at=timezone.now()
    )
    for name in ("daily-report-detail", "daily-report-export"):
        address = reverse(f"reports:{name}", args=[other.pk])
        assert log_in(county_officer).get(address).status_code == 404


def test_the_city_builds_todays_report_by_hand(register, city_officer, leader, log_in):
    address = reverse("reports:daily-report-build")
    assert log_in(leader).post(address).status_code == 403
    response = log_in(city_officer).post(address)
    report = DailyReport.objects.get()
    assert response.headers["Location"] == reverse("reports:daily-report-detail", args=[report.pk])
    assert AuditRecord.objects.get(action="report").actor == city_officer


def test_building_without_businesses_says_why(areas, city_officer, log_in):
    response = log_in(city_officer).post(reverse("reports:daily-report-build"), follow=True)
    assert "还没有在册主体，不生成日报" in text_of(response)


def test_older_reports_are_a_page_away(register, leader, log_in):
    rows = [
        DailyReport(
            date=datetime.date(2022, 1, 1) + datetime.timedelta(days=number),
            area=register[CITY],
            number=number + 1,
            as_of=timezone.now(),
        )
        for number in range(40)
    ]
    DailyReport.objects.bulk_create(rows)
    page = log_in(leader).get(reverse("reports:daily-report-list")).content.decode()
    assert "?before=2022-01-10" in page
    older = text_of(log_in(leader).get(reverse("reports:daily-report-list") + "?before=2022-01-10"))
    assert "第 9 期" in older
    assert "第 10 期" not in older
    odd = log_in(leader).get(reverse("reports:daily-report-list") + "?before=x")
    assert odd.status_code == 200


def test_crumbs_link_only_what_the_reader_may_open(register, county_officer, leader, log_in):
    address = reverse("reports:area-dashboard", args=[TOWN])
    city = reverse("reports:area-dashboard", args=[CITY])
    crumbs = re.compile(r'<nav class="crumbs".*?</nav>', re.DOTALL)
    own = crumbs.search(log_in(county_officer).get(address).content.decode()).group()
    assert f'href="{city}"' not in own
    assert f'href="{reverse("reports:area-dashboard", args=[COUNTY])}"' in own
    assert own.count("aria-current") == 1
    assert f'href="{city}"' in crumbs.search(log_in(leader).get(address).content.decode()).group()


def test_county_page_lists_the_countys_last_ledgers(register, county_officer, leader, log_in):
    for area, name in ((COUNTY, "东山台账.xlsx"), (OTHER_COUNTY, "西河台账.xlsx")):
        LedgerUpload.objects.create(
            area_id=area, reference=name, channel="page", filename=name, size=1, sha256="0" * 64,
            state="applied", new=18, changed=6, refused_rows=3,
        )  # fmt: skip
    address = reverse("reports:area-dashboard", args=[COUNTY])
    page = text_of(log_in(county_officer).get(address))
    assert "工作进程未运行" in page
    assert "东山台账.xlsx" in page
    assert "新增 18，变更 6，拒收 3" in page
    assert "西河台账.xlsx" not in page
    assert "台账.xlsx" not in text_of(log_in(leader).get(address))
