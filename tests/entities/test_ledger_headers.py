import pytest

from entities.ledger.columns import BY_KEY, COLUMNS
from entities.ledger.headers import HEADINGS
from jiamusi_foodsafety.kit.ledger.headings import heading_key

from .ledgers import GOOD, HEADER, Book

find_field, find_heading = HEADINGS.find_field, HEADINGS.find_heading
find_unsure = HEADINGS.find_unsure


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path)


def matched(*rows, choices=None):
    found = find_heading([(n, list(row)) for n, row in enumerate(rows, start=1)], choices)
    return found and {key: heading.text for key, heading in found.fields.items()}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: c.key)
def test_heading_of_each_synonym_finds_its_own_column(column):
    assert {find_field(heading_key(heading))[0] for heading in column.headings} == {column.key}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("主体 名称*", "name"), ("统一社会信用代码\n（18位）", "credit_code"), ("【主体名称】", "name"),
        ("＊许可证编号（必填）", "licence_no"), ("经营面积（平方米）", "floor_area"), ("面积㎡", "floor_area"),
        ("统一社會信用代碼", "credit_code"), ("乡镇（街道）", "town"), ("联系电话:", "phone"), ("3.联系电话", "phone"),
        ("年产值（万元）", "annual_output"), ("等级（A/B/C/D）", "grade"), ("从业人数(人)", "staff_count"),
        ("風險等級", "risk_grade"), ("\u200b主体名称\u00a0", "name"), ("联系\u00ad电话\ufeff", "phone"),
    ],
)  # fmt: skip
def test_heading_is_found_in_its_usual_dress(heading, field):
    assert find_field(heading_key(heading))[0] == field


@pytest.mark.parametrize(
    "heading", ["量化等级", "等级（风险）", "信用等级", "动态等级", "序号", "是否冷链", ""]
)
def test_heading_of_another_thing_is_not_matched(heading):
    assert find_field(heading_key(heading)) is None


def test_risk_grade_is_never_the_grade():
    assert matched([*HEADER, "风险等级"], GOOD).get("grade") is None


def test_earlier_synonym_wins_and_the_other_is_told():
    rows = [[*HEADER, "住所", "经营场所", "备注", "状态"], GOOD]
    assert matched(*rows)["address"] == "经营场所"
    found = find_heading([(1, rows[0]), (2, rows[1])])
    assert [(h.text, h.why) for h in found.unmatched] == [
        ("住所", "与“经营场所”是同一项，只取“经营场所”")
    ]
    assert "住所" in found.notices[0]


def test_weak_headings_match_only_when_nothing_better_does():
    assert matched(["名称", "信用代码", "编号", "类别", "街道"], GOOD)["licence_no"] == "编号"
    better = matched(["编号", "名称", "店名", "信用代码", "许可证号", "类别", "街道"], GOOD)
    assert (better["licence_no"], better["name"]) == ("许可证号", "店名")


def test_groups_over_two_rows_join_their_leaves():
    found = matched(
        ["序号", "主体名称", "统一社会信用代码", "许可证", None, "主体类别", "属地", None, "法定代表人", None,
         "食品安全总监", None, "包保干部", None, None],
        [None, None, None, "编号", "有效期至", None, "县区", "乡镇", "姓名", "电话", "姓名", "电话", "姓名", "职务",
         "电话"],
        [1, *GOOD],
    )  # fmt: skip
    assert found["licence_no"] == "许可证编号"
    assert found["expires_on"] == "许可证有效期至"
    assert found["phone"] == "法定代表人电话"
    assert found["safety_director"] == "食品安全总监姓名"
    assert (found["cadre_name"], found["cadre_post"], found["cadre_phone"]) == (
        "包保干部姓名", "包保干部职务", "包保干部电话",
    )  # fmt: skip
    assert (found["county"], found["town"]) == ("属地县区", "属地乡镇")


def test_phone_under_another_person_is_not_the_phone_of_the_business():
    found = matched(
        ["基本信息", None, None, None, None, "食品安全总监", None], [*HEADER, "姓名", "电话"], GOOD
    )
    assert "phone" not in found
    assert found["safety_director"] == "食品安全总监姓名"


def test_title_rows_are_passed_over():
    rows = [["台账", None], ["填报单位：某局", None, None, "填报日期：2025年"], [], HEADER, GOOD]
    found = find_heading([(n, row) for n, row in enumerate(rows, start=1)])
    assert (found.first_row, found.last_row) == (4, 4)


def test_first_data_row_is_no_second_heading_row():
    found = find_heading([(1, [*HEADER, "职务"]), (2, [*GOOD, None])])
    assert found.last_row == 1


@pytest.mark.parametrize(
    "rows",
    [
        [["县区", "主体数", "A级", "B级"], ["富锦市", 1, 2, 3]],
        [["姓名", "电话", "地址", "部门"]],
        [["填表说明"], ["1. 主体名称按营业执照填写"]],
        [["包保干部", "职务", "联系电话", "乡镇街道"]],
    ],
)
def test_other_tables_are_no_ledgers(rows):
    assert matched(*rows) is None


def test_choice_of_a_person_is_remembered():
    header = ["户头", *HEADER[1:], "等级"]
    assert "name" not in matched(header, GOOD)
    found = matched(header, GOOD, choices={"户头": "name", "等级": ""})
    assert found["name"] == "户头"
    assert "grade" not in found


def test_unsure_heading_names_its_candidates():
    rows = [(1, ["被检查主体名称", *HEADER[1:], "法人身份证号"]), (2, GOOD)]
    unsure = find_unsure(find_heading(rows), rows, ["name"])
    assert unsure == [{"heading": "被检查主体名称", "candidates": ["name"], "samples": [GOOD[0]]}]


def test_very_same_heading_twice_refuses_the_file(book):
    parsed = book.parse([[*HEADER, "联系电话", "联系 电话"], [*GOOD, "13900000001", "13900000002"]])
    assert parsed.refused.code == "E_HEADER_DUP"
    assert "联系电话" in parsed.refused.message


def test_same_heading_twice_outside_the_fields_does_no_harm(book):
    parsed = book.parse([[*HEADER, "经度", "经度"], [*GOOD, 1, 2]])
    assert len(parsed.rows) == 1


def test_two_synonyms_of_one_field_are_no_duplicates(book):
    parsed = book.parse([[*HEADER, "手机", "联系电话"], [*GOOD, "13900000001", "13900000002"]])
    assert parsed.rows[0]["phone"] == "13900000002"
    assert parsed.result["unmatched"][0]["heading"] == "手机"


def test_no_ledger_at_all_names_the_required_columns(book):
    parsed = book.parse([["a", "b"], [1, 2]])
    assert parsed.refused.code == "E_HEADER_MISSING"
    for key in ("name", "credit_code", "licence_no", "category", "town"):
        assert BY_KEY[key].heading in parsed.refused.message


def test_county_column_is_needed_by_the_city_only(book):
    assert book.parse([HEADER, GOOD]).refused is None
    parsed = book.parse([HEADER, GOOD], caller="3799")
    assert "所在县区" in parsed.refused.message


def test_sheet_without_all_columns_is_left_out_with_a_notice(book):
    parsed = book.parse([HEADER, GOOD], [[*HEADER[:2], *HEADER[3:]], GOOD])
    assert [row["sheet"] for row in parsed.rows] == ["台账1"]
    assert any("缺少必需的列：许可证编号" in notice for notice in parsed.result["notices"])


def test_every_visible_ledger_sheet_is_read_with_its_own_layout(book):
    other = ["东山县第二店", "92379921MA01000241", "JY13799210000027", "食品销售", "石桥乡"]
    parsed = book.parse([HEADER, GOOD], [HEADER[::-1], other[::-1]])
    assert [(r["index"], r["sheet"], r["row"], r["name"]) for r in parsed.rows] == [
        ("1", "台账1", "2", GOOD[0]), ("2", "台账2", "2", "东山县第二店"),
    ]  # fmt: skip


def test_unit_without_towns_needs_no_town_column(book):
    rows = [["3799", "示例市", "city", "", "", []], ["3799G1", "高新区", "county", "", "3799", []]]
    parsed = book.parse([HEADER[:4], GOOD[:4]], areas=rows, caller="3799G1")
    assert parsed.rows[0]["area_id"] == "3799G1"
    assert parsed.codes() == []


def test_data_above_a_heading_printed_again_is_no_heading_row():
    rows = [HEADER, *[GOOD] * 20, HEADER, GOOD]
    found = find_heading([(n, row) for n, row in enumerate(rows, start=1)])
    assert (found.first_row, found.last_row) == (1, 1)


@pytest.mark.parametrize(
    ("groups", "leaves", "fields"),
    [
        (["包保情况", None, None], ["姓名", "职务", "联系电话"],
         ["cadre_name", "cadre_post", "cadre_phone"]),
        (["两个责任落实", "包保", None], ["等级", "干部", "联系电话"],
         ["grade", "cadre_name", "cadre_phone"]),
        (["主体负责人", None], ["姓名", "电话"], ["legal_person", "phone"]),
        (["监管信息", None, None], ["监管所", "姓名", "电话"], ["station", "supervisor", ""]),
        (["食品安全总监", None], ["姓名", "电话"], ["safety_director", ""]),
        (["监管所", None], ["名称", "电话"], ["station", ""]),
    ],
)  # fmt: skip
def test_person_below_a_group_is_the_groups_and_never_the_business(groups, leaves, fields):
    rows = [[*HEADER, *groups], [None] * len(HEADER) + leaves, [*GOOD, *"xyz"[: len(leaves)]]]
    found = find_heading([(n, row) for n, row in enumerate(rows, start=1)])
    assert [h.field for h in found.headings[len(HEADER) :]] == fields
