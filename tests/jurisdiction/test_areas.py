import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from entities.generator.geography import read_counties
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction import services
from jiamusi_foodsafety.jurisdiction.models import (
    Area,
    AreaAlias,
    AuditRecord,
    Station,
    StationArea,
)
from jiamusi_foodsafety.jurisdiction.queries import station_codes, station_for, stations_by_area
from jiamusi_foodsafety.jurisdiction.querysets import station_id_of
from jiamusi_foodsafety.jurisdiction.services.areas import AreaError
from jiamusi_foodsafety.jurisdiction.services.stations import StationError
from tests.factories import EntityFactory, StationFactory

pytestmark = pytest.mark.django_db


def load(*args):
    out = io.StringIO()
    call_command("load_areas", *args, stdout=out)
    return out.getvalue()


def test_the_city_of_the_fixtures_loads_and_loads_again():
    assert "区划 1679 个，其中新增 1679 个" in load()
    assert "区划 1679 个，其中新增 0 个" in load()
    sizes = {
        level: Area.objects.filter(level=level).count()
        for level in Area.objects.values_list("level", flat=True)
    }
    assert sizes == {"city": 1, "county": 11, "township": 138, "village": 1529}
    assert AreaAlias.objects.get(code="230833").area.name == "抚远市"
    zone = Area.objects.get(code="2308G1")
    assert (zone.name, zone.kind, zone.is_gb) == ("高新区", "functional_zone", False)


def test_loading_costs_the_same_few_statements_however_long_the_file(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        load()


HEAD = "code,name,level,kind,parent,alias_code,alias_name\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,b\n1,2\n", "文件的列应为"),
        (HEAD + "3799,示例市,county,,,,\n", "位数与层级"),
        (HEAD + "3799,示例市,city,,,,\n3799,又一个,city,,,,\n", "重复"),
        (HEAD + "3799,,city,,,,\n", "没有名称"),
        (HEAD + "3799,示例市,city,,,,\n380001,县,county,,3799,,\n", "不以上级代码"),
        (HEAD + "379901,县,county,,3799,,\n", "没有上级"),
        (HEAD + "3799,示例市,city,moon,,,\n", "不认识类型"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_with_its_line(tmp_path, text, why):
    file = tmp_path / "areas.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=why):
        load(str(file))
    assert not Area.objects.exists()


def test_an_area_is_added_renamed_and_retired(areas, city_admin):
    made = services.area_add(
        actor=city_admin, parent=areas["379921"], code="379921104", name="新镇", kind="town"
    )
    assert made.level == "township"
    services.area_rename(actor=city_admin, area=made, name="新兴镇")
    made.refresh_from_db()
    assert made.name == "新兴镇"
    assert made.aliases.get().name == "新镇"
    services.area_retire(actor=city_admin, area=made)
    assert not Area.objects.active().filter(pk=made.pk).exists()
    acts = AuditRecord.objects.filter(object_id="379921104").order_by("pk")
    assert [row.detail["act"] for row in acts] == ["add", "rename", "retire"]
    assert [event.pgh_label for event in made.events.order_by("pgh_id")] == [
        "insert",
        "update",
        "update",
    ]


@pytest.mark.parametrize(
    ("parent", "code", "name", "why"),
    [
        ("379921", "379902104", "新镇", "以上级代码"),
        ("379921", "37992110", "新镇", "以上级代码"),
        ("379921", "379921001009", "新村", "不能直接设"),
        ("379921", "379921001", "新镇", "已经有了"),
        ("379921", "379921104", "柳林镇", "同一上级下已有"),
        ("379921", "379921104", "  ", "不能空着"),
    ],
)
def test_an_area_that_does_not_fit_is_refused(areas, parent, code, name, why):
    with pytest.raises(AreaError, match=why):
        services.area_add(actor=None, parent=areas[parent], code=code, name=name)


def test_an_area_with_areas_in_use_below_is_not_retired(areas, city_admin):
    with pytest.raises(AreaError, match="还有在用的区划"):
        services.area_retire(actor=city_admin, area=areas["379921001"])


def test_a_merged_town_takes_its_villages_people_and_businesses_along(areas, city_admin, cadre):
    here = EntityFactory(area_id="379921001")
    in_village = EntityFactory(area_id="379921001001")
    elsewhere = EntityFactory(area_id="379921203")
    services.area_merge(actor=city_admin, area=areas["379921001"], into=areas["379921102"])
    for entity in (here, in_village, elsewhere):
        entity.refresh_from_db()
    assert here.area_id == "379921102"
    assert in_village.area.name == "东关社区"
    assert in_village.area_id.startswith("379921102")
    assert elsewhere.area_id == "379921203"
    cadre.refresh_from_db()
    assert cadre.area_id == in_village.area_id
    town = Area.objects.get(pk="379921001")
    assert (town.is_active, town.merged_into_id) == (False, "379921102")
    assert AreaAlias.objects.filter(area_id="379921102", code="379921001", name="城关街道").exists()
    assert not Area.objects.active().filter(code__startswith="379921001").exists()


def test_merging_moves_each_table_by_one_update(areas, city_admin, django_assert_num_queries):
    for _ in range(3):
        EntityFactory(area_id="379921203001")
    with_three = _queries_of_merge(areas, city_admin, "379921203001", "379921203002")
    for _ in range(30):
        EntityFactory(area_id="379921102002")
    assert _queries_of_merge(areas, city_admin, "379921102002", "379921102003") == with_three


def _queries_of_merge(areas, actor, code, into):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        services.area_merge(actor=actor, area=areas[code], into=areas[into])
    return len(queries)


@pytest.mark.parametrize(
    ("code", "into", "why"),
    [
        ("379921001", "379921001", "自己"),
        ("379921001", "379902", "同一层级"),
        ("3799", "3701", "同一层级"),
        ("379921", "370101", "另一个市"),
    ],
)
def test_areas_that_cannot_merge_are_refused(areas, city_admin, code, into, why):
    Area.objects.create(code="3701", name="别市", level="city")
    Area.objects.create(code="370101", name="别县", level="county", parent_id="3701")
    with pytest.raises(AreaError, match=why):
        services.area_merge(
            actor=city_admin, area=Area.objects.get(pk=code), into=Area.objects.get(pk=into)
        )


def test_the_demonstration_has_about_75_stations_and_each_town_in_one():
    load()
    city = Area.objects.get(code="2308")
    assert 70 <= services.seed_stations(city=city) <= 80
    assert services.seed_stations(city=city) == 0
    named = {
        (link.area_id, link.station.name) for link in StationArea.objects.select_related("station")
    }
    written = {
        (code, name)
        for county in read_counties(settings.BASE_DIR / "fixtures" / "areas.csv").values()
        for code, name in county.stations.items()
    }
    assert written == named  # what the made-up ledgers say
    counties = Area.objects.counties()
    assert {s.county_id for s in Station.objects.all()} == {c.pk for c in counties}
    towns = set(Area.objects.filter(level="township").values_list("code", flat=True))
    covered = list(StationArea.objects.values_list("area_id", flat=True))
    assert sorted(covered) == sorted(towns | {"2308G1"})
    assert Station.objects.filter(county="2308G1").count() == 1


@pytest.fixture
def patchwork(areas):
    """城关所 has the town but one village, which 东关所 has; 西河所 has its whole county."""
    county, other = areas["379921"], areas["379902"]
    return {
        "town": StationFactory(name="城关所", county=county, covers=[areas["379921001"]]),
        "village": StationFactory(name="东关所", county=county, covers=[areas["379921001001"]]),
        "county": StationFactory(name="西河所", county=other, covers=[other]),
    }


PLACES = {
    "379921001": "城关所",
    "379921001001": "东关所",
    "379921001002": "城关所",
    "379921102": None,
    "379902": "西河所",
    "379902102001": "西河所",
}


def test_a_station_follows_from_the_longest_area_code(patchwork, areas, city_admin):
    rows = {code: EntityFactory(area_id=code).pk for code in PLACES}
    found = Entity.objects.annotate(key=station_id_of()).in_bulk(rows.values())
    names = {station.pk: station.name for station in patchwork.values()}
    assert {code: names.get(found[pk].key) for code, pk in rows.items()} == PLACES
    stations = stations_by_area(user=city_admin)
    told = {code: station_for(code, stations) for code in PLACES}
    assert {code: station and station.name for code, station in told.items()} == PLACES


def test_an_override_goes_before_the_area(patchwork):
    entity = EntityFactory(area_id="379921001", station_override=patchwork["county"])
    found = Entity.objects.annotate(key=station_id_of("area_id", "station_override_id"))
    assert found.get(pk=entity.pk).key == patchwork["county"].pk


def test_a_station_knows_what_was_taken_out_of_it(patchwork):
    assert station_codes(patchwork["town"]) == (["379921001"], ["379921001001"])


def test_finding_all_stations_is_one_statement(patchwork, city_admin, django_assert_num_queries):
    city_admin.has_perm("jurisdiction.view_area_data")
    with django_assert_num_queries(1):
        stations = stations_by_area(user=city_admin)
        [station_for(code, stations) for code in PLACES]


def test_an_area_belongs_to_one_station_of_its_own_county(patchwork, areas, city_admin):
    station = patchwork["village"]
    with pytest.raises(StationError, match="已归城关所"):
        services.station_save(actor=city_admin, station=station, areas=[areas["379921001"]])
    with pytest.raises(StationError, match="不在东山县"):
        services.station_save(actor=city_admin, station=station, areas=[areas["379902001"]])
    services.station_save(actor=city_admin, station=station, areas=[areas["379921102"]])
    assert station_codes(station) == (["379921102"], [])
