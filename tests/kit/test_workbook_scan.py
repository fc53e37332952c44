import io
import os
import warnings
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from jiamusi_foodsafety.kit.workbook.cells import column_letters
from jiamusi_foodsafety.kit.workbook.limits import MB
from jiamusi_foodsafety.kit.workbook.prescan import prescan
from jiamusi_foodsafety.kit.workbook.read import read_sheets
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused
from jiamusi_foodsafety.kit.workbook.xlsx import RowPatterns, row_blocks
from tests.kit.workbook_files import (
    CONTENT_TYPES,
    HEAD,
    XML,
    ods,
    parts,
    read,
    refused,
    save,
    sheet_xml,
    text_cell,
    with_sheet,
    xlsb,
    xlsx,
    zipped,
)

DOCTYPE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def numbered_cells(row, count):
    cells = "".join(text_cell(f"{column_letters(index)}{row}", "x") for index in range(count))
    return f'<row r="{row}">{cells}</row>'


# -- what is no table -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E_EMPTY_FILE"),
        (b" \r\n\t", "E_EMPTY_FILE"),
        ("\ufeff\r\n".encode(), "E_EMPTY_FILE"),
        (bytes(9000), "E_EMPTY_FILE"),
        (b"%PDF-1.7\n1,2,3", "E_TYPE"),
        (b"\x7fELF\x02\x01" + bytes(100), "E_TYPE"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "E_TYPE"),
        (b"Rar!\x1a\x07" + bytes(100), "E_TYPE"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "E_TYPE"),
        (b'<?xml version="1.0"?><Workbook/>', "E_TYPE"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "E_TYPE"),
        ("只有一段话\n没有分列\n".encode(), "E_TYPE"),
        (b"a,b\n1,\x00\x01\x02\x03", "E_TYPE"),
        (b"a,b\n\xff\xff,\xff\xff\n", "E_ENCODING"),
        ("名稱,地址\r\n東山縣店,台灣路\r\n".encode("big5"), "E_ENCODING"),
        (zipped({"a.txt": "hello"}), "E_TYPE"),
        (zipped({}), "E_TYPE"),
        (zipped({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": "<a/>"}), "E_TYPE"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "E_TYPE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "E_CORRUPT"),
        (xlsx(HEAD)[:-30], "E_CORRUPT"),
        (b"PK\x03\x04" + bytes(500), "E_CORRUPT"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path, content, code):
    assert refused(save(tmp_path, content)) == code


def test_a_web_page_named_as_a_workbook_is_explained(tmp_path):
    with pytest.raises(WorkbookRefused, match="另存为"):
        prescan(save(tmp_path, b"<html><table></table></html>"))


def test_a_file_over_the_size_limit_is_refused(tmp_path):
    assert refused(save(tmp_path, b"a,b\n" * 1000), file_bytes=MB // 1024) == "E_TOO_LARGE"


def test_a_workbook_with_a_password_is_refused(tmp_path):
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx(HEAD))).encrypt("secret", target)
    assert refused(save(tmp_path, target.getvalue())) == "E_ENCRYPTED"


def test_a_workbook_with_excels_own_password_is_read(tmp_path):
    target = io.BytesIO()
    content = xlsx(HEAD)
    content += bytes(-len(content) % 4096)  # the library that encrypts here wants whole blocks
    book = OOXMLFile(io.BytesIO(content))
    book.encrypt("VelvetSweatshop", target)
    assert read(save(tmp_path, target.getvalue())) == {"S1": [(1, ["名称", "地址"])]}


def test_an_encrypted_zip_entry_is_refused(tmp_path):
    content = bytearray(xlsx(HEAD))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + offset] |= 1
    assert refused(save(tmp_path, bytes(content))) == "E_ENCRYPTED"


def test_an_encrypted_opendocument_is_refused(tmp_path):
    content = zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": os.urandom(200),
            "META-INF/manifest.xml": f"{XML}<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>",
        }
    )
    assert refused(save(tmp_path, content)) == "E_ENCRYPTED"


# -- damage -----------------------------------------------------------------------------------


def test_a_checksum_error_refuses_the_file_whole(tmp_path):
    content = bytearray(with_sheet(sheet_xml(HEAD * 300)))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    content[info.header_offset + 30 + len(info.filename) + info.compress_size - 3] ^= 0xFF
    assert refused(save(tmp_path, bytes(content))) == "E_CORRUPT"


@pytest.mark.parametrize("lost", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])  # fmt: skip
def test_a_lost_part_is_corrupt(tmp_path, lost):
    made = parts([sheet_xml(HEAD)])
    del made[lost]
    assert refused(save(tmp_path, zipped(made))) == "E_CORRUPT"


def test_two_sheets_of_one_part_are_corrupt(tmp_path):
    made = parts([sheet_xml(HEAD), sheet_xml(HEAD)])
    relations = "xl/_rels/workbook.xml.rels"
    made[relations] = made[relations].replace("sheet2.xml", "sheet1.xml")
    assert refused(save(tmp_path, zipped(made))) == "E_CORRUPT"


def test_a_part_given_twice_is_corrupt(tmp_path):
    path = save(tmp_path, xlsx(HEAD))
    with zipfile.ZipFile(path, "a") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package.writestr("XL\\workbook.xml", "<other/>")
    assert refused(path) == "E_CORRUPT"


def test_a_shared_text_out_of_range_is_corrupt(tmp_path):
    rows = '<row r="1"><c r="A1" t="s"><v>9</v></c></row>'
    assert refused(save(tmp_path, xlsx(rows, shared=["一"]))) == "E_CORRUPT"


def test_an_unclosed_quote_that_swallows_rows_is_corrupt(tmp_path):
    assert refused(save(tmp_path, ("a,b\n" + '"x,y\n' + "1,2\n" * 20_000).encode())) == "E_CORRUPT"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_an_unclosed_quote_near_the_end_is_corrupt_and_a_closed_one_is_not(tmp_path, end):
    assert refused(save(tmp_path, f'a,b\n"x,y\n1,2\n3,4{end}'.encode())) == "E_CORRUPT"
    prescan(save(tmp_path, f'a,b\n1,"x\ny"{end}'.encode()))


def test_a_long_text_in_small_pieces_keeps_the_rows_whole():
    patterns = RowPatterns(b"")
    sheet = b"<worksheet><sheetData>" + b"".join(
        b'<row r="%d"><c r="A%d"><v>%s</v></c></row>' % (n, n, b"9" * (n % 7) * 50) for n in range(1, 90)
    ) + b"</sheetData>" + b" " * 3000 + b"</worksheet>"  # fmt: skip
    for size in (1, 7, 64, 65, 1000):
        pieces = (sheet[at : at + size] for at in range(0, len(sheet), size))
        blocks = list(row_blocks(pieces, patterns))
        assert b"".join(blocks) == sheet
        for block in blocks[:-1]:
            assert block.endswith((b"</row>", b">"))
            assert block.count(b"<row") == block.count(b"</row>")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.data())
def test_no_damage_raises_anything_but_a_refusal(tmp_path, data):
    whole = data.draw(st.sampled_from(DAMAGEABLE))
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged"
    path.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    try:
        prescan(path)
    except WorkbookRefused as refusal:
        assert refusal.code.startswith("E_")  # noqa: PT017 - either outcome is right


DAMAGEABLE = [
    xlsx(HEAD + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'),
    xlsb([["名称", "数"], ["店", 1.5]]),
    ods("<table:table table:name='t'><table:table-row/></table:table>"),
    "名称,地址\n店,路\n".encode("gb18030"),
]


# -- danger -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_a_doctype_in_any_part_is_unsafe(tmp_path, part, encoding):
    made = parts([sheet_xml(HEAD)])
    made[part] = made[part].replace("?>", f"?>{DOCTYPE}", 1).encode(encoding)
    assert refused(save(tmp_path, zipped(made))) == "E_UNSAFE"


def test_a_doctype_in_an_opendocument_is_unsafe(tmp_path):
    content = ods("")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    entries["content.xml"] = entries["content.xml"].replace(b"?>", b"?>" + DOCTYPE.encode(), 1)
    assert refused(save(tmp_path, zipped(entries))) == "E_UNSAFE"


def test_a_pack_ratio_over_the_limit_is_unsafe(tmp_path):
    made = parts([sheet_xml(HEAD)]) | {"xl/media/image1.png": bytes(5 * MB)}
    assert refused(save(tmp_path, zipped(made))) == "E_UNSAFE"


def test_more_unpacked_bytes_than_the_limit_are_unsafe(tmp_path):
    made = parts([sheet_xml(HEAD)]) | {"xl/media/image1.png": os.urandom(MB)}
    assert refused(save(tmp_path, zipped(made)), unpacked_bytes=MB // 2) == "E_UNSAFE"


def test_a_directory_that_lies_about_a_size_is_unsafe(tmp_path):
    made = parts([sheet_xml(HEAD)]) | {"xl/media/image1.png": os.urandom(3 * MB)}
    size = (3 * MB).to_bytes(4, "little")
    content = zipped(made)
    assert content.count(size) == 2
    assert refused(save(tmp_path, content.replace(size, (100).to_bytes(4, "little")))) == "E_UNSAFE"


def test_too_many_entries_are_unsafe(tmp_path):
    made = parts([sheet_xml(HEAD)]) | {f"xl/x{number}.xml": "" for number in range(10_001)}
    assert refused(save(tmp_path, zipped(made))) == "E_UNSAFE"


# -- limits and stray cells -------------------------------------------------------------------


def test_rows_with_data_are_counted_beside_the_heading(tmp_path):
    def rows(count):
        return "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, count + 1))

    assert refused(save(tmp_path, xlsx(rows(102))), rows=100) == "E_TOO_MANY_ROWS"
    assert len(read(save(tmp_path, xlsx(rows(101))), rows=100)["S1"]) == 101
    # Rows that hold nothing but blanks are not counted, however they are spelled.
    blank = "".join(f'<row r="{n}">{text_cell(f"A{n}", " ")}</row>' for n in range(102, 300))
    assert len(read(save(tmp_path, xlsx(rows(101) + blank)), rows=100)["S1"]) >= 101
    odd = rows(102).replace('<c r="A', '<c s="0" r="A')
    assert refused(save(tmp_path, xlsx(odd)), rows=100) == "E_TOO_MANY_ROWS"


def test_columns_with_data_are_counted(tmp_path):
    assert refused(save(tmp_path, xlsx(numbered_cells(1, 201)))) == "E_TOO_MANY_COLS"
    assert len(read(save(tmp_path, xlsx(numbered_cells(1, 200))))["S1"][0][1]) == 200


def test_blank_cells_count_for_nothing(tmp_path):
    blanks = "".join(f'<c r="{column_letters(i)}2" s="1"/>' for i in range(16_384))
    rows = HEAD + f'<row r="2">{blanks}</row>' + '<row r="1048576" s="1" customFormat="1"/>'
    assert read(save(tmp_path, xlsx(rows)))["S1"] == [(1, ["名称", "地址"])]


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ('<c r="XFD1048576"><v>1</v></c>', ["XFD1048576"]),
        ('<c r="XFD1048576" t="s"><v>1</v></c>', ["XFD1048576"]),
        ('<c r="XFD1048576" t="s"><v>0</v></c>', []),
        (text_cell("XFD1048576", "  "), []),
        ('<c r="XFD1048576" s="1"/>', []),
    ],
)
def test_a_stray_cell_is_left_out_and_named_if_it_holds_something(tmp_path, cell, named):
    path = save(tmp_path, xlsx(HEAD + f'<row r="1048576">{cell}</row>', shared=[" ", "乱"]))
    (sheet,) = read_sheets(path, prescan(path))
    assert sheet.far_cells == named
    assert list(sheet.rows()) == [(1, ["名称", "地址"])]


def test_cells_spread_too_wide_are_refused(tmp_path):
    row = '<row r="190000"><c r="IV190000"><v>1</v></c></row>'
    assert refused(save(tmp_path, xlsx(HEAD + row))) == "E_TOO_LARGE"
    assert refused(save(tmp_path, xlsb([["名称"]], far=(1_048_575, 16_383)))) == "E_TOO_LARGE"
