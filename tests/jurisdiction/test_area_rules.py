"""Area names: certain, or a reason; never a guess."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiamusi_foodsafety.jurisdiction.rules import AreaIndex, area_key

AREAS = Path(__file__).parents[2] / "fixtures" / "areas.csv"
AREAS_OF_EXAMPLES = Path(__file__).parents[1] / "data" / "ledgers" / "areas.csv"


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [
            (r["code"], r["name"], r["level"], r["kind"], r["parent"],
             [(r["alias_code"], r["alias_name"])] if r["alias_code"] or r["alias_name"] else [])
            for r in csv.DictReader(file)
        ]  # fmt: skip


CITY_ROWS = rows(AREAS)
CITY = AreaIndex(CITY_ROWS, caller="2308")
MADE_UP = AreaIndex(rows(AREAS_OF_EXAMPLES), caller="379921")


def index(caller):
    return AreaIndex(CITY_ROWS, caller=caller)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("富锦", "长安镇", None), "230882103"), (("富锦市", "长安", None), "230882103"),
        (("东风区", "建国镇", "建国村"), "230805100201"), (("东风区", "建国街道", None), "230805009"),
        (("向阳", "长安街道办事处", "永太社区"), "230803009001"), (("向阳区", "长安街道", "永太社区居委会"), "230803009001"),
        (("抚远市", "抚远镇", "红光村"), "230883100202"), (("230833", "抚远镇", None), "230883100"),
        (("230882000000", "230882103", None), "230882103"), (("黑龙江省佳木斯市富锦市", "长安镇", None), "230882103"),
        (("佳木斯富锦", "长安镇", None), "230882103"), (("黑龙江省佳木斯市富锦市长安镇", None, None), "230882103"),
        ((None, "佳木斯市富锦市长安镇漂筏村", None), "230882103217"), (("富锦市", "长安镇漂筏村", None), "230882103217"),
        (("富锦市", "长安镇", "富锦市长安镇漂筏村"), "230882103217"), (("富锦市", "富锦市国营原种场", None), "230882404"),
        (("桦川县", "星火朝鲜族乡", None), "230826207"), (("汤原縣", "湯旺鄉", None), "230828201"),
        (("富锦市", "七星农场", "第一管理区"), "230882501501"), (("富锦市", "建三江管理局局直", "胜利社区"), "230882500401"),
        (("富锦市", "长安镇", "漂筏"), "230882103217"), (("富锦市", "长安镇", "漂筏村3组"), "230882103217"),
        (("2308G1", None, None), "2308G1"), (("佳木斯高新技术产业开发区", None, None), "2308G1"),
        (("郊 区", "大来镇", None), "230811101"),
    ],
)  # fmt: skip
def test_certain_words_find_their_area(cells, code):
    verdict = CITY.resolve(*cells)
    assert (verdict.code, verdict.reason) == (code, "")


@pytest.mark.parametrize(
    ("cells", "reason", "field"),
    [
        (("东风区", "建国", None), "ambiguous", "town"), (("富锦市", "富锦", None), "ambiguous", "town"),
        (("同江市", "街津口", None), "ambiguous", "town"), (("富锦市", "富锦市", None), "unknown", "town"),
        (("富锦市", "同江镇", None), "unknown", "town"), (("同江市", "富锦市长安镇", None), "unknown", "town"),
        (("富锦县", "长安镇", None), "unknown", "county"), (("下城", "永安街道", None), "unknown", "county"),
        (("佳木斯市", "长安镇", None), "unknown", "county"), (("哈尔滨市南岗区", None, None), "unknown", "county"),
        ((None, "长安镇", None), "missing", "county"), (("富锦市", None, "漂筏村"), "missing", "town"),
        (("富锦市", "长安镇", "某某屯"), "shallow", "village"), (("富锦市", "长安镇", "宏胜社区"), "unknown", "village"),
        (("富锦市", "长安乡", None), "unknown", "town"), (("230899", None, None), "unknown", "county"),
    ],
)  # fmt: skip
def test_uncertain_words_are_told_with_their_column(cells, reason, field):
    verdict = CITY.resolve(*cells)
    assert (verdict.reason, verdict.field) == (reason, field)
    assert verdict.tell or reason == "missing"


def test_zone_without_towns_keeps_the_words_and_tells_nothing():
    verdict = CITY.resolve("高新区", "火炬路", "三号楼")
    assert (verdict.code, verdict.text, verdict.reason) == ("2308G1", "火炬路三号楼", "")
    assert not CITY.county_has_towns("2308G1")


def test_village_in_no_table_keeps_town_and_words():
    verdict = CITY.resolve("富锦市", "长安镇", "某某屯")
    assert (verdict.code, verdict.text) == ("230882103", "某某屯")


def test_row_of_another_county_is_foreign_to_a_county_only():
    fujin = index("230882")
    assert fujin.resolve("同江市", "同江镇", None).reason == "foreign"
    assert fujin.resolve(None, "佳木斯市同江市同江镇", None).reason == "foreign"
    assert fujin.resolve(None, "长安镇", None).code == "230882103"
    assert CITY.resolve("同江市", "同江镇", None).reason == ""


def test_station_of_one_town_may_leave_the_town_blank():
    town = index("230882103")
    assert town.resolve(None, None, None).code == "230882103"
    assert town.resolve("富锦市", "锦山镇", None).reason == "foreign"


def test_former_codes_belong_to_their_county():
    assert CITY.former_codes("230883") == {"230883", "230833"}
    assert CITY.ancestor("230882103217", "county") == "230882"


@pytest.mark.parametrize(
    ("county", "code"), [("东山", "379921"), ("  东山县\u3000", "379921"), ("示例市东山县", "379921"), ("東山縣", "379921")]
)  # fmt: skip
def test_spellings_of_the_example_county(county, code):
    assert MADE_UP.resolve(county, "石桥乡", None).code == code + "203"


@pytest.mark.parametrize("county", ["东山区", "山东县", "东山县城", "东"])
def test_near_misses_of_the_example_county(county):
    assert MADE_UP.resolve(county, "石桥乡", None).reason == "unknown"


@given(st.sampled_from([r for r in CITY_ROWS if r[2] == "village"]))
def test_every_village_is_found_by_its_own_names(row):
    code, name = row[0], row[1]
    town = CITY.parents[code]
    county = CITY.parents[town]
    verdict = CITY.resolve(CITY.names[county], CITY.names[town], name)
    same = [r for r in CITY_ROWS if r[4] == town and r[1] == name]
    assert verdict.code == code or len(same) > 1


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_any_words_give_a_verdict(county, town, village):
    verdict = CITY.resolve(county or None, town or None, village or None)
    assert verdict.reason or verdict.code in CITY.names


def test_key_of_a_name_has_no_dress():
    assert area_key(" 東風區 （一） ") == "东风区(一)"
