import io
from datetime import date, datetime

import openpyxl
import pytest

from jiamusi_foodsafety.kit.workbook import write
from jiamusi_foodsafety.kit.workbook.prescan import prescan
from jiamusi_foodsafety.kit.workbook.read import read_sheets

DANGEROUS = ["=1+1", "+86", "-店", "@SUM(A1)", "\t=1", "＝1", "'=1", "'店", "http://x.cn", "正常"]


def read_back(path):
    (sheet,) = read_sheets(path, prescan(path))
    return [row for _number, row in sheet.rows()]


def test_text_stays_text_in_workbooks(tmp_path):
    path = tmp_path / "out.xlsx"
    write.write_xlsx(path, ["名称"], ([text] for text in DANGEROUS))
    page = openpyxl.load_workbook(path).active
    assert [cell.value for cell in page["A"]] == ["名称", *DANGEROUS]
    assert {cell.data_type for cell in page["A"]} == {"s"}
    assert all(cell.hyperlink is None for cell in page["A"])


def test_values_keep_their_types_in_workbooks(tmp_path):
    path = tmp_path / "out.xlsx"
    moment = datetime(2027, 1, 2, 3, 4, 5)  # noqa: DTZ001 - a sheet's clock has no zone
    row = [None, 12, 1.5, date(2027, 1, 2), moment, "92230800MA00000001", 10**17]  # fmt: skip
    write.write_xlsx(path, list("甲乙丙丁戊己庚"), iter([row, row]))
    assert read_back(path)[2] == [
        None, 12, 1.5, date(2027, 1, 2), "2027-01-02 03:04:05", "92230800MA00000001", str(10**17),
    ]  # fmt: skip


def test_an_export_without_rows_keeps_its_headings(tmp_path):
    path = tmp_path / "out.xlsx"
    write.write_xlsx(path, ["甲", "乙"], iter(()))
    assert read_back(path) == [["甲", "乙"]]


def test_headings_given_twice_keep_both_columns(tmp_path):
    path = tmp_path / "out.xlsx"
    write.write_xlsx(path, ["甲", "甲"], [[1, 2]])
    assert read_back(path)[1] == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_is_safe_from_formulas_and_comes_back_as_it_was(tmp_path, encoding):
    path = tmp_path / "out.csv"
    write.write_csv(path, ["名称", "数"], [[text, -3] for text in DANGEROUS], encoding=encoding)
    text = path.read_text(encoding=encoding)
    assert not [line for line in text.splitlines() if line[:1] in "=+@\t＝" and line]
    assert read_back(path) == [["名称", "数"], *([text, "-3"] for text in DANGEROUS)]


def test_styled_books_hold_text_only_and_mark_cells():
    book = write.new_book()
    page = book.active
    write.put_header(page, ["名称", "问题说明"], row=2)
    write.highlight(write.put(page, 3, 1, "=1+1\x0b"), "不是名称")
    page = openpyxl.load_workbook(io.BytesIO(write.as_bytes(book))).active
    assert (page["A3"].value, page["A3"].data_type) == ("=1+1", "s")
    assert page["A3"].comment.text == "不是名称"
    assert page["A3"].fill.start_color.rgb.endswith(write.MARK_COLOUR)
    assert page.freeze_panes == "A3"
