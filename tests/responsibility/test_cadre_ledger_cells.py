"""A row of a cadre ledger: levels, places, people, phones, dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiamusi_foodsafety.jurisdiction.rules import AreaIndex
from responsibility.ledger.findings import BY_CODE
from responsibility.rules.places import cadre_place
from tests.entities.ledgers import areas

from .cadre_books import GOOD, HEADER, CadreBook

# A unit without towns and a farm without villages beside the made-up city's areas.
MORE = [
    ["3799G1", "高新区", "county", "zone", "3799", []],
    ["379921400", "东山农场", "township", "farm", "379921", []],
]
VILLAGE = {"包保层级": "村级", "乡镇街道": "柳林镇", "村社区": "前柳村"}


@pytest.fixture
def book(tmp_path):
    return CadreBook(tmp_path)


def only(result):
    assert len(result.rows) == 1, result.result
    return result.rows[0]


def test_a_good_row_is_staged_as_it_says(book):
    row = only(book.row({"任职起": "2022年10月1日", "备注": "兼职"}))
    assert (row["name"], row["post"], row["unit"]) == ("王五", "村委会主任", "柳林村委会")
    assert (row["level"], row["area_id"], row["phone"]) == ("village", "379921102002", GOOD[-1])
    assert (row["in_post_from"], row["note"], row["is_refused"]) == ("2022-10-01", "兼职", "f")


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("市级", "city"), ("县（市、区）级", "county"), ("区级", "county"), ("县级领导", "county"),
        ("乡镇（街道）级", "township"), ("鄉鎮級", "township"), ("镇", "township"),
        ("村（社区）级", "village"), ("社区", "village"), (" 村 级 ", "village"),
    ],
)  # fmt: skip
def test_levels_are_known_by_their_words(book, said, level):
    row = only(book.row({"包保层级": said, "乡镇街道": None, "村社区": None}, caller="3799"))
    assert row["level"] == level


@pytest.mark.parametrize("said", ["厅级", "A", "一级", "乡村", 3])
def test_other_words_are_no_level(book, said):
    result = book.row({"包保层级": said})
    assert result.codes() == ["R_LEVEL_UNKNOWN"]


@pytest.mark.parametrize(
    ("changes", "caller", "area"),
    [
        ({"包保层级": "市级", "乡镇街道": None, "村社区": None}, "3799", "3799"),
        ({"包保层级": "市级", "所在县区": "市直", "乡镇街道": None, "村社区": None}, "3799", "3799"),
        ({"包保层级": "市级", "所在县区": "示例市", "乡镇街道": None, "村社区": None}, "3799", "3799"),
        ({"包保层级": "县级", "乡镇街道": None, "村社区": None}, "379921", "379921"),
        ({"包保层级": "县级", "乡镇街道": "县直", "村社区": None}, "379921", "379921"),
        ({"包保层级": "县级", "所在县区": "西河区", "乡镇街道": None, "村社区": None}, "3799", "379902"),
        ({"包保层级": "乡级", "乡镇街道": "石桥", "村社区": None}, "379921", "379921203"),
        ({"包保层级": "村级", "乡镇街道": "城关", "村社区": "东关社区居委会"}, "379921", "379921001001"),
        ({"包保层级": "乡级", "所在县区": "高新区", "乡镇街道": None, "村社区": None}, "3799", "3799G1"),
        ({"包保层级": "村级", "乡镇街道": None, "村社区": None}, "3799G1", "3799G1"),
        ({"包保层级": "村级", "乡镇街道": "东山农场", "村社区": None}, "379921", "379921400"),
    ],
)  # fmt: skip
def test_each_level_stands_where_it_must(book, changes, caller, area):
    result = book.row(changes, caller=caller, areas=areas() + MORE)
    assert (only(result)["area_id"], result.codes()) == (area, [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"包保层级": "市级", "乡镇街道": None, "村社区": None}, "R_AREA_FOREIGN"),
        ({"包保层级": "县级"}, "R_LEVEL_AREA"),
        ({"包保层级": "乡级"}, "R_LEVEL_AREA"),
        ({"包保层级": "乡级", "乡镇街道": None, "村社区": None}, "R_REQUIRED"),
        ({"村社区": "没有村"}, "R_AREA_UNKNOWN"),
        ({"乡镇街道": "没有镇"}, "R_AREA_UNKNOWN"),
        ({"所在县区": "西河区", "乡镇街道": "河西街道", "村社区": "滨河社区"}, "R_AREA_FOREIGN"),
        ({"姓名": None}, "R_REQUIRED"),
        ({"姓名": "张三、李四"}, "R_NAME"),
        ({"姓名": "13804540001"}, "R_NAME"),
        ({"包保层级": None}, "R_REQUIRED"),
        ({"包保层级": "清空"}, "R_REQUIRED"),
        ({"电话": "无法接通"}, "R_PHONE"),
        ({"电话": 1.3804540001e20}, "R_PRECISION"),
        ({"任职起": "去年"}, "R_DATE"),
        ({"任职起": "2022-10-01", "任职止": "2022-09-01"}, "R_DATE"),
        ({"职务": "主" * 81}, "R_LENGTH"),
        ({"备注": "身份证 110101199003070016"}, "R_CODE"),
        ({"单位": "#REF!"}, "R_CELL_ERROR"),
    ],
)
def test_what_cannot_be_right_refuses_the_row(book, changes, code):
    result = book.row(changes)
    assert result.codes() == [code]
    assert result.bad() == [1]
    assert all(finding["message"].endswith("。") for finding in result.findings)


def test_a_village_that_a_farm_does_not_have_stands_at_the_farm_with_a_word(book):
    result = book.row({"乡镇街道": "东山农场", "村社区": "第三管理区"}, areas=areas() + MORE)
    assert (only(result)["area_id"], result.codes()) == ("379921400", ["W_AREA_SHALLOW"])


def test_without_a_village_he_stands_at_the_town_with_a_word(book):
    result = book.row(VILLAGE | {"村社区": None})
    assert (only(result)["area_id"], result.codes()) == ("379921102", ["W_AREA_SHALLOW"])
    assert "整个柳林镇" in result.findings[0]["message"]


def test_a_second_number_goes_to_the_note(book):
    result = book.row({"电话": "13804540001/0454-8622222", "备注": "兼职"})
    row = only(result)
    assert (row["phone"], row["note"]) == ("13804540001", "兼职；其他电话：0454-8622222")
    assert result.codes() == ["W_PHONE"]


def test_who_has_left_is_told(book):
    assert book.row({"任职止": "2022-11-02"}).codes() == ["W_LEFT"]
    assert book.row({"任职止": "2022-11-03"}).codes() == []


def test_the_same_person_twice_is_refused_two_of_one_name_with_numbers_are_not(book):
    other = [*GOOD[:-1], "13804540002"]
    result = book.parse(HEADER, GOOD, GOOD, other)
    assert result.bad() == [2]
    assert "第 2 行" in result.findings[0]["message"]
    nameless = [*GOOD[:-1], None]
    assert book.parse(HEADER, nameless, nameless).bad() == [2]


def test_every_code_has_its_words(book):
    told = book.row({"姓名": None, "电话": "无法", "任职止": "2022-01-01"}).findings
    assert {finding["code"] for finding in told} <= BY_CODE.keys()


INDEX = AreaIndex(areas() + MORE, caller="3799")
WORDS = st.sampled_from(
    [None, "", "东山县", "高新区", "西河区", "城关街道", "柳林镇", "东山农场", "柳林村", "前柳村", "379921", "某地"]
)  # fmt: skip


@given(st.sampled_from(["city", "county", "township", "village"]), WORDS, WORDS, WORDS)
def test_a_place_always_fits_its_level(level, county, town, village):
    """Whatever the cells say: an area of the level, or a finding that refuses."""
    place = cadre_place(INDEX, level, county or None, town or None, village or None)
    if not place.finding.startswith("R_"):
        lengths = {"city": (4,), "county": (6,), "township": (6, 9), "village": (6, 9, 12)}
        assert len(place.code) in lengths[level]
        assert place.code in INDEX.names
    else:
        assert place.field
        assert place.message.endswith("。")
