"""数据质量: the counts are the rows behind them, and cost with the faults alone."""

import datetime
import io

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from entities.models import Entity
from inspections.models import DueVisit
from inspections.queries.unvisited import unvisited
from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from jiamusi_foodsafety.jurisdiction.queries import place_of
from reports.queries.quality import RULES, quality_of
from tests.entities.twins import pair
from tests.factories import EntityFactory
from tests.inspections.makers_visits import make_period
from tests.personas import CITY, COUNTY, OTHER_COUNTY, TOWN

pytestmark = pytest.mark.django_db
ON = datetime.date(2022, 11, 2)


@pytest.fixture
def faults(areas):
    """One business of each fault in 东山县, one sound one, a screened one with all faults, a far one."""
    bad = {"phone": "", "doubts": ["W_CHECK_DIGIT"], "expires_on": datetime.date(2020, 1, 1)}
    EntityFactory(area=areas[TOWN], name="完好")
    EntityFactory(area=areas[TOWN], name="无电话", phone="")
    EntityFactory(area=areas[TOWN], name="错号", doubts=["W_CHECK_DIGIT", "W_PHONE"])
    EntityFactory(area=areas[TOWN], name="过期", expired=True)
    EntityFactory(area=areas[COUNTY], name="只到县")
    EntityFactory(area=areas[TOWN], name="不一致", grade="C", suggested_grade="B")
    EntityFactory(area=areas[TOWN], name="已筛除", status="closed", **bad)
    EntityFactory(area=areas[f"{OTHER_COUNTY}001"], name="远处", **bad)
    pair(areas=areas)
    missed = EntityFactory(area=areas[TOWN], name="没人去")
    once = EntityFactory(area=areas[TOWN], name="去过")
    for code, first, last in (("2022Q2", (4, 1), (6, 30)), ("2022Q3", (7, 1), (9, 30))):
        period = make_period(
            areas[CITY], code=code, name=code, starts_on=datetime.date(2022, *first),
            ends_on=datetime.date(2022, *last),
        )  # fmt: skip
        for entity in (missed, once):
            DueVisit.objects.create(
                period=period, entity=entity, area=entity.area, starts_on=period.starts_on,
                due_on=period.ends_on, state="late" if entity == once and code == "2022Q2" else "open",
            )  # fmt: skip


def counted(user, code=COUNTY):
    page = quality_of(user=user, place=place_of(user=user, code=code), on=ON)
    return page.total.counts


def test_each_rule_counts_its_faults(faults, county_officer):
    counts = counted(county_officer)
    assert {key: counts[key] for key in RULES} == {
        "twins": 2, "expired": 1, "misnumbered": 1, "shallow": 1, "differing": 1, "phoneless": 1,
        "unvisited": 1,
    }  # fmt: skip
    assert counts["obliged"] == 10


def test_the_city_sees_its_counties_in_order_and_their_sum(faults, city_officer):
    page = quality_of(user=city_officer, place=place_of(user=city_officer, code=CITY), on=ON)
    by_code = {row.code: row.counts for row in page.rows}
    assert list(by_code) == sorted(by_code)
    assert by_code[OTHER_COUNTY]["phoneless"] == 1
    assert page.total.counts["phoneless"] == 2
    assert page.total.obliged == sum(row.obliged for row in page.rows)


@pytest.mark.parametrize(
    ("key", "query", "names"),
    [
        ("phoneless", "view=obliged&fault=phoneless", ["无电话"]),
        ("misnumbered", "view=obliged&fault=numbers", ["错号"]),
        ("shallow", "view=obliged&depth=county", ["只到县"]),
        ("differing", "view=differing", ["不一致"]),
    ],
)
def test_a_count_opens_its_rows(faults, county_officer, log_in, key, query, names):
    browser = log_in(county_officer)
    page = browser.get(reverse("reports:quality")).content.decode()
    address = f"{reverse('entities:entity-list')}?area={COUNTY}&{query}"
    assert address.replace("&", "&amp;") in page
    rows = browser.get(address).context["page"].rows
    assert [row.name for row in rows] == names
    assert len(rows) == counted(county_officer)[key]


def test_the_unvisited_are_listed_filtered_and_exported(faults, county_officer, log_in):
    assert [one.name for one in unvisited(user=county_officer, code=COUNTY, on=ON)] == ["没人去"]
    browser, base = log_in(county_officer), reverse("reports:quality-unvisited")
    assert [one.name for one in browser.get(base).context["entities"]] == ["没人去"]
    assert browser.get(base, {"grade": "A"}).context["entities"] == []
    book = browser.get(reverse("reports:quality-unvisited-export"))
    sheet = openpyxl.load_workbook(io.BytesIO(book.getvalue())).active
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == ["主体名称", "没人去"]
    assert AuditRecord.objects.filter(action="export", object_type="两期未督导").exists()


def test_before_two_periods_have_ended_nothing_is_counted_as_zero(areas, county_officer, log_in):
    EntityFactory(area=areas[TOWN])
    page = log_in(county_officer).get(reverse("reports:quality")).content.decode()
    assert "现在不适用，不当作 0" in page


def test_the_table_is_exported(faults, county_officer, log_in):
    book = log_in(county_officer).get(reverse("reports:quality-export"))
    sheet = openpyxl.load_workbook(io.BytesIO(book.getvalue())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("属地", "应包(家)", "疑似重复(家)")
    assert rows[-1][0] == "东山县"
    assert rows[-1][1] == 10


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("phone = ''", "entity_phoneless"),
        ("doubts @> ARRAY['W_CHECK_DIGIT']::varchar(20)[]", "entity_misnumbered"),
        ("expires_on < '2022-11-02'", "entity_expiry"),
    ],
)
def test_faults_are_counted_along_an_index_of_their_own(areas, where, index):
    """With sequential reading forbidden the planner shows which index can serve: it reads no row."""
    EntityFactory(area=areas[TOWN])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            f"""EXPLAIN SELECT left(area_id, 6), count(*) FROM entities_entity
            WHERE area_id LIKE ANY(ARRAY['37%%']) AND status IN ('operating', 'suspended')
              AND {where} GROUP BY 1"""
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"Index Only Scan using {index}" in plan


def test_the_list_by_fault_uses_the_same_index(areas, county_officer):
    EntityFactory(area=areas[TOWN])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        for found, index in (
            (Entity.objects.misnumbered(), "entity_misnumbered"),
            (Entity.objects.phoneless(), "entity_phoneless"),
        ):
            assert index in found.order_by("area_id", "pk")[:51].explain()


def test_the_page_says_when_twins_were_looked_for(faults, leader, log_in):
    page = log_in(leader).get(reverse("reports:quality")).content.decode()
    assert "重复查找" in page
    assert f"{timezone.localtime():%m-%d}" in page
