"""导出模板: made, shared, changed by one at a time, previewed, exported, recorded."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import AuditRecord
from reports.models import ExportProfile, ExportRun
from reports.queries.profiles.columns import CATALOGUE, columns_of
from reports.queries.profiles.rows import FILTERS, profile_rows, span_of, table_rows
from reports.queries.profiles.shown import profiles_visible
from reports.rules.profiles import columns_problem, formatted
from reports.services.profiles import ProfileError, profile_retire, profile_save
from tests.factories import EntityFactory
from tests.inspections.makers_visits import make_held, make_visit
from tests.personas import CITY, COUNTY, OTHER_COUNTY, TOWN
from tests.responsibility.factories import AssignmentFactory, CadreFactory

pytestmark = pytest.mark.django_db
COLUMNS = [
    {"key": "serial", "heading": "序号"},
    {"key": "entity_name", "heading": "企业名称"},
    {"key": "expires_on", "heading": "有效期", "format": "dense"},
    {"key": "entity_phone", "heading": "电话"},
    {"key": "grade", "heading": "级别", "format": "label"},
    {"key": "fixed1", "heading": "省份", "text": "黑龙江省"},
]


def save(actor, areas, *, code=COUNTY, **more):
    values = {
        "name": "国家平台表", "kind": "entities", "columns": COLUMNS, "filters": {"view": "obliged"},
        "format": "xlsx", "at": timezone.now(),
    } | more  # fmt: skip
    return profile_save(actor=actor, area=areas[code], **values)


@pytest.fixture
def shops(areas):
    EntityFactory(area=areas[TOWN], name="=1+1", grade="C", expires_on=datetime.date(2027, 11, 5))
    EntityFactory(area=areas[TOWN], name="长期店", is_permanent=True)
    EntityFactory(area=areas[TOWN], name="已筛除", status="closed")
    EntityFactory(area=areas[f"{OTHER_COUNTY}001"], name="远处店")


def book(response):
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    return list(sheet.iter_rows(values_only=True))


def test_the_export_has_the_other_platform_s_columns_in_its_order(shops, areas, county_officer, log_in):  # fmt: skip
    profile = save(county_officer, areas)
    browser = log_in(county_officer)
    rows = book(browser.post(reverse("reports:profile-export", args=[profile.pk])))
    assert rows == [
        ("序号", "企业名称", "有效期", "电话", "级别", "省份"),
        (1, "=1+1", "20271105", "13804540000", "C级", "黑龙江省"),
        (2, "长期店", "长期", "13804540000", None, "黑龙江省"),
    ]
    run = ExportRun.objects.get()
    assert (run.rows, run.with_phones, run.made_by) == (2, True, county_officer)
    assert AuditRecord.objects.get(action="export").detail["rows"] == 2


def test_phones_are_masked_by_role_and_the_heading_says_so(shops, areas, city_officer, log_in):
    profile = save(city_officer, areas, code=CITY)
    rows = book(log_in(city_officer).post(reverse("reports:profile-export", args=[profile.pk])))
    assert rows[0][3] == "脱敏电话"
    assert rows[1][3] == "138****0000"
    assert len(rows) == 4  # the city's own: all three 应包
    assert not ExportRun.objects.get().with_phones


@pytest.mark.parametrize(("format", "encoding"), [("csv", "utf-8-sig"), ("gb18030", "gb18030")])
def test_csv_cannot_become_a_formula(shops, areas, county_officer, log_in, format, encoding):
    profile = save(county_officer, areas)
    address = reverse("reports:profile-export", args=[profile.pk])
    response = log_in(county_officer).post(address, {"format": format, "area": TOWN})
    rows = list(csv.reader(io.StringIO(response.getvalue().decode(encoding))))
    assert rows[0][1] == "企业名称"
    assert rows[1][1] == "'=1+1"
    assert ExportRun.objects.get().area_id == TOWN


def test_each_kind_gives_rows_for_each_of_its_columns(areas, city_admin):
    bond = make_held(areas=areas, code=TOWN, level="township", grade="C")
    make_visit(bond)
    CadreFactory(area=areas[TOWN], level="township")
    on = datetime.date(2022, 11, 2)
    for kind, catalogue in CATALOGUE.items():
        columns = [{"key": column.key, "heading": column.label} for column in catalogue]
        assert columns_problem(columns, columns_of(kind)) == ""
        found = profile_rows(user=city_admin, kind=kind, filters={}, on=on)
        rows = list(table_rows(found, kind=kind, columns=columns, with_phones=False))
        assert rows, kind
        assert all(len(row) == len(columns) for row in rows)
        for key, (_, choices, is_many) in FILTERS[kind].items():
            for value in choices:
                chosen = {key: [value] if is_many else value}
                assert profile_rows(user=city_admin, kind=kind, filters=chosen, on=on).count() >= 0


def test_filters_narrow(areas, county_officer):
    cadre = CadreFactory(area=areas[TOWN], level="township", name="在岗")
    CadreFactory(area=areas[TOWN], level="township", name="离任", is_in_post=False)
    AssignmentFactory(entity=EntityFactory(area=areas[TOWN], grade="C"), cadre=cadre)
    on = datetime.date(2022, 11, 2)

    def names(kind, **filters):
        found = profile_rows(user=county_officer, kind=kind, filters=filters, on=on)
        return found.count()

    assert names("cadres") == 1
    assert names("cadres", post="all") == 2
    assert names("cadres", level=["village"]) == 0
    assert names("assignments", grade=["C"]) == 1
    assert names("assignments", grade=["A"]) == 0
    assert names("assignments", grade=["Z"]) == 1  # no list offers it
    assert names("assignments", category=["catering"]) == 1
    assert names("entities", category=["sale"]) == 0


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("all", None, None),
        ("this_month", "2022-11-01", "2022-11-02"),
        ("last_month", "2022-10-01", "2022-10-31"),
        ("this_quarter", "2022-10-01", "2022-11-02"),
        ("last_quarter", "2022-07-01", "2022-09-30"),
    ],
)
def test_spans_are_seen_from_the_day(span, first, last):
    days = [None if day is None else datetime.date.fromisoformat(day) for day in (first, last)]
    assert list(span_of(span, datetime.date(2022, 11, 2))) == days


def test_last_month_of_january_is_last_year_s():
    found = span_of("last_month", datetime.date(2023, 1, 15))
    assert found == (datetime.date(2022, 12, 1), datetime.date(2022, 12, 31))


@pytest.mark.parametrize(
    ("format", "shown"),
    [
        ("iso", "2022-11-02"),
        ("slash", "2022/11/02"),
        ("dense", "20221102"),
        ("zh", "2022年11月2日"),
    ],
)
def test_dates_are_written_as_asked(format, shown):
    column = columns_of("entities")["issued_on"]
    assert formatted(column, datetime.date(2022, 11, 2), format) == shown


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ([], "至少选一列"),
        ([{"key": "entity_name", "heading": " "}], "表头"),
        ([{"key": "entity_name", "heading": "名"}, {"key": "address", "heading": "名"}], "重复"),
        ([{"key": "password", "heading": "密码"}], "不认识"),
        ([{"key": "grade", "heading": "级", "format": "iso"}], "格式"),
        ([{"key": "entity_name", "heading": "名" * 41}], "超过 40"),
    ],
)
def test_columns_that_make_no_table_are_told(columns, words):
    assert words in columns_problem(columns, columns_of("entities"))


def test_a_template_is_shared_downwards_only(areas, city_officer, county_officer, outsider, station_officer):  # fmt: skip
    city = save(city_officer, areas, code=CITY, name="全市表")
    county = save(county_officer, areas, name="本县表")
    assert set(profiles_visible(user=county_officer)) == {city, county}
    assert set(profiles_visible(user=outsider)) == {city}
    assert set(profiles_visible(user=station_officer)) == {city, county}
    assert set(profiles_visible(user=city_officer)) == {city, county}


def test_two_people_on_one_template(areas, county_officer, city_admin):
    profile = save(county_officer, areas)
    changed = save(city_admin, areas, profile=profile, revision=1, name="改名")
    assert changed.revision == 2
    with pytest.raises(ProfileError, match=city_admin.name):
        save(county_officer, areas, profile=profile, revision=1, name="也改名")
    with pytest.raises(ProfileError, match="同名"):
        save(county_officer, areas, name="改名")
    profile_retire(actor=county_officer, profile=profile, revision=2, at=timezone.now())
    with pytest.raises(ProfileError, match="停用"):
        save(county_officer, areas, profile=profile, revision=3)
    assert save(county_officer, areas, name="改名").pk != profile.pk
    assert ExportProfile.pgh_event_model.objects.filter(pgh_obj_id=profile.pk).count() == 3


def form(**more):
    return {
        "kind": "entities", "name": "网页建的", "area": COUNTY, "format": "csv", "note": "",
        "use-address": "1", "order-address": "2", "heading-address": "地址",
        "use-entity_name": "1", "order-entity_name": "1", "heading-entity_name": "名称",
        "heading-grade": "包保等级", "filter-view": "obliged", "filter-grade": ["C", "X"],
        "revision": "0",
    } | more  # fmt: skip


def test_the_page_makes_previews_and_changes_a_template(shops, areas, county_officer, log_in):
    browser = log_in(county_officer)
    address = reverse("reports:profile-create")
    assert "先选导出什么" in browser.get(address).content.decode()
    assert "选列" in browser.get(address, {"kind": "visits"}).content.decode()
    shown = browser.post(address, form(act="preview")).content.decode()
    assert "=1+1" in shown
    assert not ExportProfile.objects.exists()
    browser.post(address, form())
    profile = ExportProfile.objects.get()
    assert [column["key"] for column in profile.columns] == ["entity_name", "address"]
    assert profile.filters == {"view": "obliged", "grade": ["C"]}
    detail = browser.get(reverse("reports:profile-detail", args=[profile.pk])).content.decode()
    assert "网页建的" in detail
    assert "示例街 1 号" in detail
    update = reverse("reports:profile-update", args=[profile.pk])
    assert 'value="地址"' in browser.get(update).content.decode()
    told = browser.post(update, form(revision="7", name="晚了")).content.decode()
    assert "您的修改没有保存" in told
    browser.post(update, form(revision="1", name="改过"))
    assert ExportProfile.objects.get().name == "改过"


def test_a_template_of_cadres_needs_the_right_to_export_cadres(areas, city_officer, station_officer, log_in):  # fmt: skip
    columns = [{"key": "cadre_name", "heading": "姓名"}]
    profile = save(city_officer, areas, code=CITY, kind="cadres", columns=columns, filters={})
    address = reverse("reports:profile-export", args=[profile.pk])
    assert log_in(station_officer).post(address).status_code == 403
    assert (
        "没有导出这类数据的权限"
        in log_in(station_officer)
        .get(reverse("reports:profile-detail", args=[profile.pk]))
        .content.decode()
    )
