from datetime import date, datetime

import pytest

from jiamusi_foodsafety.kit.workbook.cells import CellError, NoValue
from jiamusi_foodsafety.kit.workbook.prescan import prescan
from jiamusi_foodsafety.kit.workbook.read import read_sheets
from tests.kit.workbook_files import (
    HEAD,
    MAIN,
    STRICT,
    STRICT_REL,
    XML,
    ods,
    parts,
    read,
    refused,
    save,
    sheet_xml,
    with_sheet,
    xlsb,
    xlsx,
    zipped,
)

# -- odd but right ----------------------------------------------------------------------------


def test_strict_workbooks_are_read(tmp_path):
    content = zipped(parts([sheet_xml(HEAD, main=STRICT)], main=STRICT, rel=STRICT_REL))
    assert read(save(tmp_path, content)) == {"S1": [(1, ["名称", "地址"])]}


def test_a_wrong_dimension_loses_no_row(tmp_path):
    rows = HEAD + '<row r="2"><c r="B2"><v>7</v></c></row>'
    content = with_sheet(sheet_xml(rows, before='<dimension ref="A1"/>'))
    assert read(save(tmp_path, content))["S1"] == [(1, ["名称", "地址"]), (2, [None, 7])]


def test_utf16_sheets_are_not_empty(tmp_path):
    part = sheet_xml(HEAD).replace("UTF-8", "UTF-16").encode("utf-16")
    assert read(save(tmp_path, with_sheet(part)))["S1"] == [(1, ["名称", "地址"])]


def test_dates_follow_the_workbooks_calendar(tmp_path):
    rows = (
        '<row r="1"><c r="A1" s="1"><v>45000</v></c><c r="B1" s="1"><v>45000.5</v></c>'
        '<c r="C1" t="d"><v>2027-03-01</v></c></row>'
    )
    assert read(save(tmp_path, xlsx(rows)))["S1"] == [
        (1, [date(2023, 3, 15), datetime(2023, 3, 15, 12), date(2027, 3, 1)])  # noqa: DTZ001
    ]
    moved = read(save(tmp_path, xlsx(rows, workbook_extra='<workbookPr date1904="1"/>')))["S1"]
    assert moved[0][1][0] == date(2027, 3, 16)


def test_rich_text_is_joined_without_its_reading_aid(tmp_path):
    cell = '<c r="A1" t="inlineStr"><is><r><t>佳</t></r><r><t>木斯</t></r><rPh sb="0" eb="1"><t>jia</t></rPh></is></c>'
    assert read(save(tmp_path, xlsx(f'<row r="1">{cell}</row>')))["S1"] == [(1, ["佳木斯"])]


def test_rows_keep_the_numbers_and_columns_that_excel_shows(tmp_path):
    rows = '<row r="4"><c r="C4"><v>1.5</v></c></row><row r="7"><c r="C7"><v>2</v></c></row>'
    assert [row for row in read(save(tmp_path, xlsx(rows)))["S1"] if any(row[1])] == [
        (4, [None, None, 1.5]),
        (7, [None, None, 2]),
    ]


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_errors_and_uncalculated_formulas_are_told_from_blanks(tmp_path, prefix):
    cells = (
        '<c r="A2" t="e"><v>#N/A</v></c><c r="B2"><f>SUM(1)</f></c><c r="C2"><f>A1</f><v></v></c>'
        '<c r="D2" t="str"><f>A1</f><v></v></c><c r="E2"><f>A1</f><v>3</v></c><c r="F2" s="1"/>'
        "<c t='e' s='0' r='G2'><f>1/0</f><v>#DIV/0!</v></c><c r=\"H2\" t=\"b\"><v>1</v></c>"
    )
    part = sheet_xml(f'<row r="2" hidden="1">{cells}</row>')
    if prefix:
        part = part.replace("</", "</\0").replace("<", "<x:").replace("<x:/\0", "</x:")
        part = part.replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    path = save(tmp_path, with_sheet(part))
    (sheet,) = read_sheets(path, prescan(path))
    assert sheet.hidden_rows == {2}
    (row,) = [row for number, row in sheet.rows() if number == 2]
    assert row == [
        CellError("#N/A"), NoValue, NoValue, None, 3, None, CellError("#DIV/0!"), True,
    ]  # fmt: skip


def test_cells_without_addresses_are_counted(tmp_path):
    rows = "<row><c><v>1</v></c><c t='e'><v>#N/A</v></c></row><row hidden='true'><c><f>A1</f></c></row>"
    path = save(tmp_path, xlsx(rows))
    (sheet,) = read_sheets(path, prescan(path))
    assert list(sheet.rows()) == [(1, [1, CellError("#N/A")]), (2, [NoValue])]
    assert sheet.hidden_rows == {2}


def test_only_merges_over_several_rows_are_noted(tmp_path):
    merges = '<mergeCells><mergeCell ref="A1:A3"/><mergeCell ref="A1:B1"/></mergeCells>'
    content = with_sheet(
        sheet_xml(HEAD, merges + '<rowBreaks><brk id="3"/></rowBreaks><colBreaks/>')
    )
    assert prescan(save(tmp_path, content)).sheets[0].merges == [(1, 0, 3, 0)]


def test_a_sheet_without_rows_is_empty(tmp_path):
    part = f'{XML}<worksheet xmlns="{MAIN}"><sheetData/><rowBreaks><brk id="3"/></rowBreaks></worksheet>'
    path = save(tmp_path, with_sheet(part))
    assert read(path) == {"S1": []}
    assert prescan(path).sheets[0].rows == 0


def test_sheet_states_are_told(tmp_path):
    content = xlsx(HEAD, HEAD, HEAD, states=["visible", "hidden", "veryHidden"])
    path = save(tmp_path, content)
    states = [sheet.state for sheet in read_sheets(path, prescan(path))]
    assert states == ["visible", "hidden", "veryHidden"]


def test_binary_workbooks_give_the_same_notes(tmp_path):
    path = save(tmp_path, xlsb([["名称", "数"], ["店", 1.5], [None, ("error", 42)], ["隐", 2]], hidden=[3], state=1))  # fmt: skip
    (sheet,) = read_sheets(path, prescan(path))
    assert (sheet.name, sheet.state, sheet.hidden_rows) == ("台账", "hidden", {4})
    assert list(sheet.rows()) == [
        (1, ["名称", "数"]), (2, ["店", 1.5]), (3, [None, CellError("#N/A")]), (4, ["隐", 2]),
    ]  # fmt: skip


def test_opendocument_notes(tmp_path):
    def cell(text, extra=""):
        return f'<table:table-cell office:value-type="string" {extra}><text:p>{text}</text:p></table:table-cell>'

    error = '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    spanned = 'table:number-rows-spanned="3"'
    body = (
        '<table:table table:name="台账" table:style-name="ta9">'
        f"<table:table-row>{cell('名称')}{cell('镇', spanned)}</table:table-row>"
        f'<table:table-row table:visibility="filter">{error}</table:table-row>'
        '<table:table-row><table:table-cell table:formula="of:=1"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048573">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    hidden = '<style:style style:name="ta9"><style:table-properties table:display="false"/></style:style>'
    path = save(tmp_path, ods(body, hidden))
    (sheet,) = read_sheets(path, prescan(path))
    assert (sheet.state, sheet.hidden_rows, sheet.merges) == ("hidden", {2}, [(1, 1, 3, 1)])
    rows = [(number, [cell for cell in row if cell is not None]) for number, row in sheet.rows()]
    assert rows == [(1, ["名称", "镇"]), (2, [CellError("#N/A")]), (3, [NoValue])]


def test_an_opendocument_value_repeated_without_end_is_refused(tmp_path):
    row = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" office:value="3"/></table:table-row>'
    assert refused(save(tmp_path, ods(f'<table:table table:name="t">{row}</table:table>'))) == "E_TOO_MANY_ROWS"  # fmt: skip


# -- text -------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_text_tables_of_any_encoding_and_separator_are_read(tmp_path, encoding, separator):
    text = f'名称{separator}地址\r\n"甲{separator}店"{separator}"一\n二"\r\n\r\n乙{separator}\r\n'
    assert read(save(tmp_path, text.encode(encoding)))["CSV"] == [
        (1, ["名称", "地址"]), (2, [f"甲{separator}店", "一\n二"]), (3, []), (4, ["乙", None]),
    ]  # fmt: skip


def test_a_csv_field_kept_a_text_by_a_formula_is_that_text(tmp_path):
    path = save(tmp_path, '="编号",="0012","=""034""","=1+1","=",=""\n'.encode())
    [[_number, cells]] = read(path)["CSV"]
    assert cells == ["编号", "0012", "034", "=1+1", "=", None]


def test_a_separator_line_is_obeyed_and_no_row(tmp_path):
    assert read(save(tmp_path, b"sep=;\na,b;c\n\x1a"))["CSV"] == [(1, ["a,b", "c"])]
