"""Cadre ledgers as offices keep them: titles, merged headings, aliases, totals, several sheets, old formats."""

import csv

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from responsibility.ledger.columns import COLUMNS

from .cadre_books import GOOD, HEADER, CadreBook, parsed

OTHER = ["赵六", "副镇长", "柳林镇政府", "乡级", "柳林镇", None, "13804540002"]


@pytest.fixture
def book(tmp_path):
    return CadreBook(tmp_path)


def names(result):
    return [row["name"] for row in result.rows]


def test_titles_above_and_words_below_are_no_cadres(book):
    result = book.parse(
        ["东山县食品安全包保干部名册"],
        ["填报单位：东山县市场监督管理局", None, None, None, None, None, "2022年11月"],
        ["序号", *HEADER],
        [1, *GOOD],
        [2, *OTHER],
        ["合计", None, None, None, None, None, None, 2],
        ["填表人：李四", None, None, None, "审核人：王五"],
        ["说明：村级干部填到村。"],
    )
    assert names(result) == ["王五", "赵六"]
    assert result.bad() == []
    assert result.result["sheets"][0]["header_rows"] == [3, 3]


def test_merged_headings_of_two_rows(book):
    def merge(sheet):
        for span in ("A1:A2", "B1:E1", "F1:G1", "H1:H2", "I1:I2", "J1:J2"):
            sheet.merge_cells(span)

    result = book.parse(
        ["序号", "包保干部", None, None, None, "联络员", None, "包保层级", "乡镇（街道）", "村（社区）"],
        [None, "姓名", "单位", "职务", "联系电话", "姓名", "电话", None, None, None],
        [1, "王五", "前柳村委会", "主任", "13804540001", "李四", "13804540009", "村级", "柳林镇", "前柳村"],
        change=merge,
    )  # fmt: skip
    row = result.rows[0]
    assert (row["name"], row["unit"], row["post"]) == ("王五", "前柳村委会", "主任")
    assert (row["phone"], row["liaison_name"]) == ("13804540001", "李四")
    assert (row["liaison_phone"], row["area_id"]) == ("13804540009", "379921102002")


def test_a_town_merged_over_its_villages_counts_for_all(book):
    rows = [
        ["乡镇街道", "村社区", "姓名", "职务", "包保层级", "联系电话"],
        ["柳林镇", "柳林村", "甲一", "主任", "村级", "13804540001"],
        [None, "前柳村", "乙二", "主任", "村级", "13804540002"],
        [None, "后柳村", "丙三", "主任", "村级", "13804540003"],
    ]
    result = book.parse(*rows, change=lambda sheet: sheet.merge_cells("A2:A4"))
    assert [row["area_id"] for row in result.rows] == [f"37992110200{n}" for n in (1, 2, 3)]


def test_posts_that_sound_like_a_signature_are_posts(book):
    header = ["职务", "姓名", "单位", "包保层级", "乡镇街道", "村社区"]
    result = book.parse(
        header,
        ["主要领导", "王五", "柳林镇政府", "乡级", "柳林镇", None],
        ["分管领导", "赵六", "柳林镇政府", "乡级", "柳林镇", None],
    )
    assert [row["post"] for row in result.rows] == ["主要领导", "分管领导"]


def test_the_guide_and_the_example_below_the_heading_are_skipped(book):
    result = book.parse(
        HEADER,
        ["必填", "选填", "选填", "必填", "必填", "选填", "选填"],
        ["示例：张三", "副镇长", "长安镇政府", "乡级", "长安镇", None, "13900000002"],
        GOOD,
    )
    assert names(result) == ["王五"]


def test_all_visible_sheets_are_read_hidden_ones_told(book):
    path = book.save(HEADER, GOOD)
    workbook = openpyxl.load_workbook(path)
    for title, state in (("乡级", "visible"), ("旧表", "hidden")):
        sheet = workbook.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(HEADER)
        sheet.append(OTHER)
    workbook.save(path)
    result = parsed(path)
    assert names(result) == ["王五", "赵六"]
    assert any("旧表" in notice for notice in result.result["notices"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_of_offices(tmp_path, encoding):
    path = tmp_path / "cadres.csv"
    with open(path, "w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEADER, GOOD, [cell or "" for cell in OTHER]])
    assert names(parsed(path)) == ["王五", "赵六"]


def test_the_old_excel_format(tmp_path):
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("干部")
    sheet.write_merge(0, 0, 0, 6, "包保干部花名册")
    for number, row in enumerate([HEADER, [*GOOD[:-1], 13804540001], OTHER], start=1):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    path = tmp_path / "cadres.xls"
    workbook.save(str(path))
    result = parsed(path)
    assert names(result) == ["王五", "赵六"]
    assert result.rows[0]["phone"] == "13804540001"


def test_a_ledger_of_businesses_is_sent_to_its_own_page(book):
    result = book.parse(
        ["主体名称", "统一社会信用代码", "包保干部", "包保层级", "乡镇街道", "联系电话"],
        ["示例超市", "92379921MA01000166", "王五", "村级", "柳林镇", "13804540001"],
    )
    assert result.refused.code == "E_HEADER_MISSING"
    assert "台账上传" in result.refused.message


def test_without_levels_the_file_is_not_read(book):
    result = book.parse(["姓名", "职务", "单位", "电话"], ["王五", "主任", "村委会", "13804540001"])
    assert result.refused.code == "E_HEADER_MISSING"
    assert "包保层级" in result.refused.message


BY_KEY = {column.key: column for column in COLUMNS}
KEYS = dict(zip(HEADER, ("name", "post", "unit", "level", "town", "village", "phone"), strict=True))


@given(st.data())
def test_any_known_heading_in_any_order_says_the_same(tmp_path_factory, data):
    """Whatever synonyms a county uses, and however it orders its columns."""
    order = data.draw(st.permutations(HEADER))
    headings = [data.draw(st.sampled_from(BY_KEY[KEYS[heading]].headings)) for heading in order]
    cells = dict(zip(HEADER, GOOD, strict=True))
    book = CadreBook(tmp_path_factory.mktemp("cadres"))
    row = book.parse(headings, [cells[heading] for heading in order]).rows[0]
    assert (row["name"], row["level"], row["area_id"]) == ("王五", "village", "379921102002")
    assert (row["post"], row["unit"], row["phone"]) == (GOOD[1], GOOD[2], GOOD[6])
