"""Which rows are data, which cells take the value above, and what one row becomes."""

import json

import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.merge import MergedCellRange

from .ledgers import GOOD, HEADER, Book

SECOND = ["东山县第二店", "92379921MA01000241", "JY13799210000027", "餐饮服务", "柳林镇"]


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path)


@pytest.mark.parametrize(
    "extra",
    [
        ["合计", None, None, None, 2], ["合 计：2 家"], [None, None, None, "小计", 1], ["总计"], ["石桥乡小计", None, None, 1],
        ["填表人：王芳", None, "审核人：李强"], ["说明：本表一式两份"], ["注：以上数据截至6月"], ["备注：无"], ["单位负责人：", "制表人：王"],
        HEADER, ["例：某某超市", "9123", "JY1", "食品销售", "某镇"], [None, None, None, None, "石桥乡片区"],
    ],
)  # fmt: skip
def test_row_around_the_data_is_left_out_and_told(book, extra):
    parsed = book.parse([HEADER, GOOD, extra, SECOND])
    assert [row["row"] for row in parsed.rows] == ["2", "4"]
    assert [skip["row"] for skip in parsed.result["sheets"][0]["skipped"]] == [3]
    assert any("跳过" in notice for notice in parsed.result["notices"])


def test_blank_rows_count_for_nothing(book):
    parsed = book.parse([HEADER, GOOD, [], [" ", "\u3000"], SECOND])
    assert [(row["index"], row["row"]) for row in parsed.rows] == [("1", "2"), ("2", "5")]
    assert parsed.result["sheets"][0]["skipped"] == []


def test_serial_numbers_alone_are_no_data(book):
    rows = [["序号", *HEADER], [1, *GOOD], [2, *SECOND], [3], [4]]
    parsed = book.parse(rows)
    assert parsed.result["rows"] == 2
    assert [skip["row"] for skip in parsed.result["sheets"][0]["skipped"]] == [4, 5]


@pytest.mark.parametrize(
    "guide", [[1, 2, 3, 4, 5], ["(1)", "(2)", "(3)", "(4)", "(5)"], ["必填"] * 5]
)
def test_guide_row_under_the_heading_is_left_out(book, guide):
    assert [row["row"] for row in book.parse([HEADER, guide, GOOD]).rows] == ["3"]


def test_name_alone_is_a_data_row_with_its_errors(book):
    parsed = book.parse([HEADER, GOOD, ["某某店"]])
    assert parsed.codes(2) == ["R_REQUIRED"] * 4


def test_business_whose_name_has_a_total_in_it_is_data(book):
    parsed = book.parse([HEADER, ["合计食品店", *GOOD[1:]]])
    assert parsed.rows[0]["name"] == "合计食品店"


def test_repeated_two_row_heading_is_left_out(book):
    top = ["主体名称", "统一社会信用代码", "许可证编号", "主体类别", "乡镇街道", "包保干部", None]
    below = [None, None, None, None, None, "姓名", "职务"]
    parsed = book.parse(
        [top, below, [*GOOD, "张三", "镇长"], top, below, [*SECOND, "李四", "书记"]]
    )
    assert [row["row"] for row in parsed.rows] == ["3", "6"]
    assert [row["cadre_post"] for row in parsed.rows] == ["镇长", "书记"]


def test_merge_down_to_the_last_row_of_all_fills_only_what_is_below_its_top(book):
    rows = [[*HEADER, "村社区"]] + [
        [f"店{n}", None, f"T{n}", "小餐饮", town, village]
        for n, (town, village) in enumerate(
            [("石桥乡", None), (None, None), ("柳林镇", "前柳村"), (None, None)]
        )
    ]
    rows.insert(3, ["小计", None, None, None, "柳林镇", None])

    def merge(workbook):
        merged = workbook.active.merged_cells.ranges
        merged.update(MergedCellRange(workbook.active, span) for span in (
            "F5:F1048576", "E2:E3", *(f"E{top}:E1048576" for top in range(6, 40)),
        ))  # fmt: skip

    parsed = book.parse(rows, change=merge)
    assert [row["area_id"] for row in parsed.rows] == [
        "379921203", "379921203", "379921102002", "379921",
    ]  # fmt: skip
    assert parsed.codes(4) == ["R_REQUIRED"]


def test_merged_area_cells_take_the_value_above_and_no_others_do(book):
    def merge(workbook):
        sheet = workbook.active
        sheet.merge_cells("E2:E3")
        sheet.merge_cells("F2:F3")

    header = [*HEADER, "法定代表人"]
    parsed = book.parse(
        [header, [*GOOD, "王芳"], [*SECOND[:4], None, None], [*GOOD[:2], "JY13799210000035", "食品销售"]],
        change=merge,
    )  # fmt: skip
    assert [row["area_id"] for row in parsed.rows[:2]] == ["379921203", "379921203"]
    assert [row["legal_person"] for row in parsed.rows] == ["王芳", None, None]
    assert parsed.codes(3) == ["R_REQUIRED"]


def test_hidden_rows_are_read_and_counted(book):
    def hide(workbook):
        workbook.active.row_dimensions[3].hidden = True

    parsed = book.parse([HEADER, GOOD, SECOND], change=hide)
    assert parsed.result["sheets"][0]["hidden_rows"] == 1
    assert len(parsed.rows) == 2
    assert any("隐藏行" in notice for notice in parsed.result["notices"])


def test_hidden_columns_are_read(book):
    def hide(workbook):
        workbook.active.column_dimensions["B"].hidden = True
        workbook.active["A2"].comment = Comment("批注", "某人")

    assert book.parse([HEADER, GOOD], change=hide).rows[0]["credit_code"] == GOOD[1]


def test_second_table_of_another_order_is_refused_and_of_the_same_order_read(book):
    other = [HEADER[1], HEADER[0], *HEADER[2:]]
    moved = [SECOND[1], SECOND[0], *SECOND[2:]]
    refused = book.parse([HEADER, GOOD, [], ["餐饮"], other, moved]).refused
    assert refused.code == "E_HEADER_DUP"
    assert "第 5 行" in refused.message
    worded = ["企业名称", "信用代码", "许可证号", "主体类型", "街道", "备注"]
    parsed = book.parse([HEADER, GOOD, worded, SECOND])
    assert (len(parsed.rows), parsed.bad()) == (2, [])


def test_lines_below_a_remark_belong_to_it_and_a_lone_name_does_not(book):
    rows = [
        HEADER,
        GOOD,
        ["填表说明："],
        ["1.本表由县局填写"],
        [],
        ["等级按标准填"],
        SECOND,
        ["无证小店"],
    ]
    parsed = book.parse(rows)
    assert [row["row"] for row in parsed.rows] == ["2", "7", "8"]
    assert parsed.bad() == [3]


def test_empty_ledger_is_refused(book):
    assert book.parse([HEADER]).refused.code == "E_EMPTY"
    assert book.parse([HEADER, ["合计"]]).refused.code == "E_EMPTY"


def test_blank_cells_and_missing_columns_are_null_and_cleared_ones_are_named(book):
    row = book.row({"联系电话": None, "备注": "清空", "经营地址": "无", "包保干部": " 清空 "}).rows[
        0
    ]
    assert row["phone"] is row["note"] is row["address"] is row["seats"] is None
    assert set(row["cleared"].strip("{}").split(",")) == {"note", "cadre_name"}
    assert row["is_refused"] == "f"


def test_required_cell_cannot_be_cleared(book):
    assert book.row({"主体名称": "清空"}).codes() == ["R_REQUIRED"]


def test_clearing_word_is_known_with_spaces_around_it(book):
    row = book.row({"经营地址": " 清空\u3000", "联系电话": "清空\u200b"}).rows[0]
    assert set(row["cleared"].strip("{}").split(",")) == {"address", "phone"}
    assert row["address"] is row["phone"] is None


def test_own_row_is_kept_with_findings_only(book):
    parsed = book.parse([HEADER, GOOD, [*SECOND[:3], "化妆品", "柳林镇"]])
    assert parsed.rows[0]["raw"] is None
    assert json.loads(parsed.rows[1]["raw"]) == [*SECOND[:3], "化妆品", "柳林镇"]


def test_backslashes_tabs_and_nul_cannot_break_the_copy_text(book, tmp_path):
    row = book.row({"经营地址": "a\\N\\tb\tc\nd", "法定代表人": "\\N"}).rows[0]
    assert row["address"] == "a\\N\\tb c d"
    assert row["legal_person"] == "\\N"


def test_first_of_two_equal_licence_numbers_counts(book):
    parsed = book.parse([HEADER, GOOD, [SECOND[0], SECOND[1], " jy1379921-0000019 ", *SECOND[3:]]])
    assert parsed.codes(2) == ["R_DUP", "W_CHECK_DIGIT"] or parsed.codes(2) == ["R_DUP"]
    assert parsed.bad() == [2]
    assert "第 2 行" in next(f for f in parsed.findings if f["code"] == "R_DUP")["message"]


def test_duplicate_in_another_sheet_names_the_sheet(book):
    parsed = book.parse([HEADER, GOOD], [HEADER, GOOD])
    assert "工作表“台账1”第 2 行" in parsed.findings[-1]["message"]


def test_small_registrations_are_one_within_their_county_only(book):
    header = [*HEADER, "所在县区"]
    small = ["某作坊", None, "作坊登2023-1", "小作坊"]
    parsed = book.parse(
        [
            header,
            [*small, "石桥乡", "东山县"],
            [*small, "新店镇", "西河区"],
            [*small, "柳林镇", "东山县"],
        ],
        caller="3799",
    )
    assert parsed.bad() == [3]


def test_shared_credit_code_warns_when_names_differ(book):
    parsed = book.parse(
        [
            HEADER,
            GOOD,
            [GOOD[0], GOOD[1], SECOND[2], *GOOD[3:]],
            [SECOND[0], GOOD[1], "JY13799210000035", *GOOD[3:]],
        ]
    )
    assert [f["index"] for f in parsed.findings if f["code"] == "W_CODE_SHARED"] == ["3"]


def test_finding_tells_sheet_row_column_and_value(book):
    parsed = book.parse([["序号", *HEADER, "经营面积（㎡）"], [1, *GOOD, "约一百"]])
    finding = parsed.findings[-1]
    assert (finding["sheet"], finding["row"], finding["column"], finding["field"]) == (
        "台账1", "2", "经营面积（㎡）", "floor_area",
    )  # fmt: skip
    assert (finding["value"], finding["code"]) == ("约一百", "R_NUMBER")


@pytest.mark.parametrize(
    "extra",
    [
        ["台账（二）"], ["一、餐饮服务"], ["（三）小作坊"], ["2025年6月1日"], ["富锦市食品经营主体一览表"],
        ["填表人：", "王芳", "联系电话：13900000001"], ["合计", "2", "2户"], ["小计：3"],
    ],
)  # fmt: skip
def test_captions_and_signatures_far_down_are_left_out(book, extra):
    parsed = book.parse([HEADER, GOOD, [], [], [], extra, SECOND])
    assert [row["name"] for row in parsed.rows] == [GOOD[0], SECOND[0]]
    assert [skip["row"] for skip in parsed.result["sheets"][0]["skipped"]] == [6]
