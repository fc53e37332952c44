"""What one cell becomes: the clean value, or the code that says why not."""

import datetime as dt
import json

import pytest

from entities.ledger.findings import BY_CODE
from entities.ledger.staging import STAGED_FIELDS
from jiamusi_foodsafety.kit.ledger import clean
from jiamusi_foodsafety.kit.ledger.staging import raw_json

from .ledgers import GOOD, HEADER, Book, areas

MORNING = dt.datetime.fromisoformat("2027-11-05 08:30")  # a cell has no time zone


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path)


def check(book, heading, cell, field, value, *codes, **job):
    """The value and the codes that one cell of a good row gives."""
    parsed = book.row({heading: cell}, **job)
    told = [f["code"] for f in parsed.findings if f["column"] == heading]
    assert (parsed.rows[0][field], sorted(told)) == (value, sorted(codes))
    assert (parsed.rows[0]["is_refused"] == "t") == any(code[0] == "R" for code in parsed.codes())
    for finding in parsed.findings:
        assert finding["message"].endswith("。")
        assert finding["code"] in BY_CODE


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("92379921MA01000166", "92379921MA01000166", []),
        (" 9237 9921-ma0100 0166 ", "92379921MA01000166", []),
        ("９２３７９９２１ＭＡ０１０００１６６", "92379921MA01000166", []),
        ("'92379921MA01000166", "92379921MA01000166", []),
        ("92379921MA01000160", "92379921MA01000160", ["W_CHECK_DIGIT"]),
        ("92379921MA0100016", None, ["R_CODE"]), ("92379921MAO1000166", None, ["R_CODE"]),
        ("379921600123456", None, ["R_CODE"]), ("无", None, ["R_CODE"]), ("—", None, ["R_CODE"]),
        (None, None, ["R_REQUIRED"]), ("  ", None, ["R_REQUIRED"]),
        (922308030000000000, None, ["R_PRECISION"]), ("9.22308E+17", None, ["R_PRECISION"]),
        ("922308030000000000", None, ["R_PRECISION"]), (True, None, ["R_CELL_ERROR"]),
        ("#N/A", None, ["R_CELL_ERROR"]), ("11010119900307001X", None, ["R_CODE"]),
        ("110101 19900307 001X", None, ["R_CODE"]),
    ],
)  # fmt: skip
def test_credit_code(book, cell, value, codes):
    check(book, "统一社会信用代码", cell, "credit_code", value, *codes)


@pytest.mark.parametrize("blank", [None, "无", "—", "/"])
def test_credit_code_may_be_blank_for_small_businesses_only(book, blank):
    small = {"统一社会信用代码": blank, "许可证编号": "东作坊登〔2023〕12号"}
    assert book.row(small | {"主体类别": "食品小作坊"}).codes() == []
    assert book.row(small | {"业态": "小食杂店"}).codes() == []
    assert "R_CODE" in book.row(small).codes()


@pytest.mark.parametrize(
    ("cell", "kind", "value", "codes"),
    [
        ("JY13799210000019", "JY", "JY13799210000019", []),
        ("jy1 3799210000019（副本）", "JY", "JY13799210000019", []),
        ("ＪＹ１３７９９２１００００１９", None, None, ["R_CODE"]),
        ("JY13799210000011", "JY", "JY13799210000011", ["W_CHECK_DIGIT"]),
        ("JY12308820012348", "JY", "JY12308820012348", ["W_AREA_DIGITS"]),
        ("SP3799210000000016", "SP", "SP3799210000000016", ["W_OLD_LICENCE"]),
        ("QS3799 0101 0001", "QS", "QS379901010001", ["W_OLD_LICENCE"]),
        ("东餐证字〔2012〕第379921-000123号", "CY", "东餐证字2012第379921000123号", ["W_OLD_LICENCE"]),
        ("JY1379921000001", None, None, ["R_CODE"]), ("JY1379921000001O", None, None, ["R_CODE"]),
        ("13799210000019", None, None, ["R_CODE"]), (13799210000019, None, None, ["R_CODE"]),
        ("JY13799210000019、SC10137992100015", None, None, ["R_CODE"]),
        ("无", None, None, ["R_CODE"]), (None, None, None, ["R_REQUIRED"]),
        ("#REF!", None, None, ["R_CELL_ERROR"]), (1.379921e15, None, None, ["R_PRECISION"]),
    ],
)  # fmt: skip
def test_licence_number(book, cell, kind, value, codes):
    check(book, "许可证编号", cell, "licence_no", value, *codes)
    assert book.row({"许可证编号": cell}).rows[0]["licence_kind"] == kind


def test_small_registration_is_any_text_but_blank_or_an_id_card(book):
    def row(number):
        parsed = book.row({"主体类别": "小餐饮", "许可证编号": number})
        return parsed.rows[0]["licence_no"], parsed.rows[0]["licence_kind"], parsed.codes()

    assert row("东小餐（2023） 12 号") == ("东小餐(2023)12号", "SMALL", [])
    assert row(20230012) == ("20230012", "SMALL", [])
    assert row("2023-11") == ("2023-11", "SMALL", [])
    assert row("无")[2] == ["R_REQUIRED"]
    assert row("11010119900307001X")[2] == ["R_CODE"]
    assert row("JY1379921000001")[2] == ["R_CODE"]
    assert row("JY13799210000019")[1] == "JY"


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        (dt.date(2027, 11, 5), "2027-11-05", []), (MORNING, "2027-11-05", []),
        (46331, "2026-11-05", []), ("46331", "2026-11-05", []), ("46331.0", "2026-11-05", []),
        (20271105, "2027-11-05", []), ("20271105", "2027-11-05", []),
        ("2027年11月5日", "2027-11-05", []), ("2027.11.5", "2027-11-05", []),
        ("2027年11月5日。", "2027-11-05", []),
        ("２０２７／１１／５", "2027-11-05", []), ("2027-11-05 00:00:00", "2027-11-05", []),
        ("2022年11月6日至2027年11月5日", "2027-11-05", []), ("2020-01-01", "2020-01-01", ["W_EXPIRED"]),
        ("2027-13-05", None, ["R_DATE"]), ("2027-02-30", None, ["R_DATE"]), ("27.11.5", None, ["R_DATE"]),
        ("2027-11", None, ["R_DATE"]), (2027, None, ["R_DATE"]), ("11/05/2027", None, ["R_DATE"]),
        (True, None, ["R_DATE"]), ("待定", None, ["R_DATE"]), (dt.date(2227, 1, 1), None, ["R_DATE"]),
        ("#VALUE!", None, ["R_CELL_ERROR"]), ("无", None, []), (None, None, []),
    ],
)  # fmt: skip
def test_date(book, cell, value, codes):
    check(book, "有效期至", cell, "expires_on", value, *codes)


@pytest.mark.parametrize("cell", ["长期", "长期有效", "永久", "长 期", dt.date(9999, 12, 31)])
def test_end_without_end_is_permanent(book, cell):
    row = book.row({"有效期至": cell}).rows[0]
    assert (row["expires_on"], row["is_permanent"], row["is_refused"]) == (None, "t", "f")
    assert book.row({"发证日期": "长期"}).codes() == ["R_DATE"]


def test_end_before_the_beginning_is_refused(book):
    assert book.row({"发证日期": "2027-01-02", "有效期至": "2027-01-01"}).codes() == ["R_DATE"]


@pytest.mark.parametrize(
    ("cell", "value", "note"),
    [
        (13900000001, "13900000001", None), ("139 0000 0001", "13900000001", None),
        ("+86-13900000001", "13900000001", None), ("0454-8622222", "0454-8622222", None),
        ("（0454）8622222", "0454-8622222", None), (8622222, "8622222", None), ("400-820-8820", "4008208820", None),
        ("13900000001.0", "13900000001", None), ("１３９００００0001", "13900000001", None),
        ("13900000001/13900000002", "13900000001", "其他电话：13900000002"),
        ("13900000001\n13900000002", "13900000001", "其他电话：13900000002"),
        ("张三 13900000001", "13900000001", "其他电话：张三"),
        ("1390000000113900000002", "13900000001", "其他电话：13900000002"),
        ("坏号12、13900000001", "13900000001", "其他电话：坏号12"),
    ],
)  # fmt: skip
def test_phone_is_kept_and_the_rest_goes_to_the_note(book, cell, value, note):
    parsed = book.row({"联系电话": cell})
    assert (parsed.rows[0]["phone"], parsed.rows[0]["note"]) == (value, note)
    assert parsed.codes() == (["W_PHONE"] if note else [])


@pytest.mark.parametrize(
    "cell", ["1390000000", "139000000012", "电话打不通", "138****5678", 4548622222, "12345"]
)
def test_phone_that_cannot_be_dialled_is_refused(book, cell):
    check(book, "联系电话", cell, "phone", None, "R_PHONE")


def test_phone_in_scientific_notation_has_lost_digits(book):
    check(book, "联系电话", "1.39E+10", "phone", None, "R_PRECISION")


def test_rest_of_a_phone_joins_the_note_that_is_there(book):
    row = book.row({"联系电话": "13900000001/8622222", "备注": "已核"}).rows[0]
    assert row["note"] == "已核；其他电话：8622222"


@pytest.mark.parametrize(
    "case",
    [
        ("经营面积", "120㎡", "floor_area", "120", []), ("经营面积", "1,200.5平方米", "floor_area", "1200.5", []),
        ("经营面积", "１２０", "floor_area", "120", []), ("经营面积", 85.4, "floor_area", "85.4", []),
        ("经营面积", 132.70000000000002, "floor_area", "132.7", []), ("经营面积", 0, "floor_area", "0", []),
        ("经营面积", 1, "floor_area", "1", []), ("经营面积", True, "floor_area", None, ["R_NUMBER"]),
        ("经营面积", -5, "floor_area", None, ["R_NUMBER"]), ("经营面积", "1,5", "floor_area", None, ["R_NUMBER"]),
        ("经营面积", "100-200", "floor_area", None, ["R_NUMBER"]), ("经营面积", "NaN", "floor_area", None, ["R_NUMBER"]),
        ("从业人数", "3人", "staff_count", "3", []), ("从业人数", 3.0, "staff_count", "3", []),
        ("从业人数", "3.0", "staff_count", "3", []), ("从业人数", 3.5, "staff_count", None, ["R_NUMBER"]),
        ("从业人数", 10**12, "staff_count", None, ["R_NUMBER"]), ("座位数", "60座", "seats", "60", []),
        ("用餐人数", dt.date(2025, 1, 1), "diners", None, ["R_NUMBER"]),
        ("年产值", 500, "annual_output", "500", []), ("年产值", "2亿元", "annual_output", "20000", []),
        ("年产值（元）", 5_000_000, "annual_output", "500", []), ("年产值(万元)", "30万元", "annual_output", "30", []),
        ("等级", "Ａ", "grade", "A", []), ("等级", "a", "grade", "A", []), ("等级", "B级", "grade", "B", []),
        ("等级", "一级", "grade", None, ["R_ENUM"]), ("等级", 1, "grade", None, ["R_ENUM"]),
        ("等级", "A/B", "grade", None, ["R_ENUM"]), ("等级", "优秀", "grade", None, ["R_ENUM"]),
        ("等级", "待定", "grade", None, []), ("风险等级", "D级", "risk_grade", "D", []),
        ("主体类别", "流通", "category", "sale", []), ("主体类别", " 餐饮 服务 ", "category", "catering", []),
        ("主体类别", "餐飲服務", "category", "catering", []), ("主体类别", "学校（幼儿园）食堂", "category", "school_canteen", []),
        ("主体类别", "餐饮服务企业", "category", "catering", []), ("主体类别", "农贸市场", "category", "market", []),
        ("主体类别", "网络食品交易第三方平台提供者", "category", "platform", []),
        ("主体类别", True, "category", None, ["R_ENUM"]), ("主体类别", "化妆品", "category", None, ["R_ENUM"]),
        ("主体类别", "食品销售/餐饮服务", "category", None, ["R_ENUM"]), ("主体类别", None, "category", None, ["R_REQUIRED"]),
        ("主体名称", 123, "name", "123", []), ("主体名称", "张三\n超市", "name", "张三超市", []),
        ("主体名称", " ＡＢＣ便利店（总店） ", "name", "ABC便利店（总店）", []), ("主体名称", "'=某店", "name", "=某店", []),
        ("主体名称", "店" * 201, "name", None, ["R_LENGTH"]), ("主体名称", "—", "name", None, ["R_REQUIRED"]),
        ("主体名称", 10**16, "name", None, ["R_PRECISION"]), ("经营地址", 88, "address", "88", []),
        ("法定代表人", "王 芳", "legal_person", "王芳", []), ("包保干部", "张三、李四", "cadre_name", "张三、李四", []),
        ("包保干部", "张三\n李四", "cadre_name", "张三、李四", []), ("包保干部", "007", "cadre_name", "007", []),
        ("备注", "业主 11010119900307001X", "note", None, ["R_CODE"]), ("备注", "#N/A", "note", None, ["R_CELL_ERROR"]),
    ],
)  # fmt: skip
def test_cell(book, case):
    heading, cell, field, value, codes = case
    check(book, heading, cell, field, value, *codes)


@pytest.mark.parametrize(
    ("cells", "status", "proposed", "text"),
    [
        ({"经营状态": "正常"}, "operating", None, None), ({"经营状态": "停产停业"}, "suspended", None, None),
        ({"是否在营": True}, "operating", None, None), ({"是否在营": "否"}, None, "closed", "否"),
        ({"经营状态": "停业未注销"}, None, "closed", "停业未注销"), ({"经营状态": "注销"}, None, "cancelled", "注销"),
        ({"备注": "已关门，证没销"}, None, "closed", "已关门，证没销"), ({"备注": "查无此店"}, None, "lost", "查无此店"),
        ({"备注": "未关门"}, None, None, None), ({"备注": "没有搬走"}, None, None, None), ({"备注": "已核"}, None, None, None),
        ({"经营状态": "在营", "备注": "不干了"}, "operating", "closed", "不干了"),
        ({"经营状态": "在营（正常）"}, "operating", None, None), ({"经营状态": "已关门/停业"}, None, "closed", "已关门/停业"),
        ({"经营状态": "老板说不干了"}, None, "closed", "老板说不干了"),
    ],
)  # fmt: skip
def test_status_is_kept_or_only_proposed(book, cells, status, proposed, text):
    row = book.row(cells).rows[0]
    assert (row["status"], row["proposed_status"], row["status_text"]) == (status, proposed, text)
    assert row["is_refused"] == "f"


@pytest.mark.parametrize("word", ["已撤销了吗", "withdrawn", 3, "停业（装修）"])
def test_unknown_status_is_refused(book, word):
    assert book.row({"经营状态": word}).codes() == ["R_ENUM"]


@pytest.mark.parametrize(
    ("cells", "area", "text", "codes"),
    [
        ({"村社区": "石桥村"}, "379921203001", "", []), ({"村社区": None}, "379921203", None, []),
        ({"村社区": "西屯"}, "379921203", "西屯", ["W_AREA_SHALLOW"]),
        ({"村社区": "柳林村"}, "379921203", "柳林村", ["R_AREA_UNKNOWN"]),
        ({"所在县区": "西河区"}, "379902", None, ["R_AREA_FOREIGN"]),
        ({"乡镇街道": "示例市西河区新店镇"}, "379902", None, ["R_AREA_FOREIGN"]),
        ({"乡镇街道": "新店镇"}, "379921", "新店镇", ["R_AREA_UNKNOWN"]),
        ({"乡镇街道": None}, "379921", None, ["R_REQUIRED"]), ({"乡镇街道": "无"}, "379921", None, ["R_REQUIRED"]),
        ({"所在县区": "东山"}, "379921203", None, []), ({"所在县区": "東山縣"}, "379921203", None, []),
        ({"所在县区": 379921}, "379921203", None, []), ({"所在县区": "379921.0"}, "379921203", None, []),
        ({"所在县区": "东山区"}, None, None, ["R_AREA_UNKNOWN"]), ({"所在县区": "#N/A"}, "379921203", None, ["R_CELL_ERROR"]),
    ],
)  # fmt: skip
def test_area(book, cells, area, text, codes):
    parsed = book.row(cells)
    row = parsed.rows[0]
    assert (row["area_id"], row["area_text"], parsed.codes()) == (area, text, codes)


def test_city_needs_the_county_in_each_row(book):
    assert book.row({"所在县区": None}, caller="3799").codes() == ["R_REQUIRED"]
    assert book.row({"所在县区": "东山县"}, caller="3799").codes() == []


def test_words_beside_the_table_do_not_change_the_address_key(book):
    keys = {
        book.row({"经营地址": address}).rows[0]["address_key"]
        for address in (
            "示例市东山县石桥乡31号",
            "东山县石桥乡 31号",
            "石桥乡３１号",
            "某某省示例市东山县石桥乡31号",
        )
    }
    assert keys == {"石桥乡31号"}


def test_dirty_row_stages_all_fields_in_their_order(book):
    row = book.parse([HEADER, GOOD]).rows[0]
    assert list(row) == list(STAGED_FIELDS)
    assert (row["index"], row["row"], row["sheet"]) == ("1", "2", "台账1")


def test_endless_text_is_told_and_cut_in_what_is_kept():
    told = []
    assert clean.text_cleaner(200)("店" * 100_000, lambda *finding: told.append(finding)) is None
    assert [(code, "100000" in message) for code, message in told] == [("R_LENGTH", True)]
    assert json.loads(raw_json(["店" * 100_000])) == ["店" * 32_767]


def test_areas_of_the_examples_are_complete():
    assert len(areas()) == 27
