import json
from pathlib import Path

import pytest

from jiamusi_foodsafety.kit.workbook.cells import CellError
from jiamusi_foodsafety.kit.workbook.prescan import prescan
from jiamusi_foodsafety.kit.workbook.read import read_sheets
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused

LEDGERS = Path(__file__).parents[1] / "data" / "ledgers"
EXAMPLES = json.loads((LEDGERS / "expected.json").read_text(encoding="utf-8"))["files"]
# Whether a heading is there and rows follow it is decided by whoever knows the headings.
LATER = {"E_HEADER_MISSING", "E_HEADER_DUP", "E_EMPTY"}
# Rows of the first visible ledger sheet beside its data rows: titles, headings, totals.
EXTRA_ROWS = {"A03": 3, "A05": 3, "A21": 2, "A22": 2}


def read_all(path):
    return {sheet.name: list(sheet.rows()) for sheet in read_sheets(path, prescan(path))}


def refused_codes(example):
    outcomes = [example, *example.get("alt", [])]
    return {outcome["code"] for outcome in outcomes if outcome["expect"] == "reject"} - LATER


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_example_is_read_or_refused_as_expected(example):
    path = str(LEDGERS / "files" / example["file"])
    if example["expect"] == "reject" and example["code"] not in LATER:
        with pytest.raises(WorkbookRefused) as refusal:
            read_all(path)
        assert refusal.value.code in refused_codes(example)
        assert "/" not in refusal.value.message.replace("、", "")
        return
    ledger = next(rows for name, rows in read_all(path).items() if name != "填表说明")
    rows = [row for _number, row in ledger if any(cell is not None for cell in row)]
    if "rows_ok" in example:
        due = example["rows_ok"] + example.get("rows_bad", 0)
        assert len(rows) == due + EXTRA_ROWS.get(example["id"], 1)
        assert max(len(row) for row in rows) == 16


def test_error_cells_stand_where_the_sheet_shows_them():
    path = str(LEDGERS / "files" / "B14_error_and_bool_cells.xlsx")
    (sheet,) = read_sheets(path, prescan(path))
    rows = dict(sheet.rows())
    found = {
        (number, column): cell.text
        for number, row in rows.items()
        for column, cell in enumerate(row)
        if isinstance(cell, CellError)
    }
    assert found == {(2, 0): "#N/A", (3, 1): "#REF!", (4, 7): "#DIV/0!", (5, 2): "#VALUE!"}
    assert rows[6][10] is True


def test_hidden_sheets_carry_their_state():
    path = str(LEDGERS / "files" / "A09_hidden_sheets.xlsx")
    states = {sheet.name: sheet.state for sheet in read_sheets(path, prescan(path))}
    assert states == {"台账": "visible", "旧数据": "hidden", "字典": "veryHidden"}


@pytest.mark.parametrize("name", ["G02_lo_ods.ods", "G03_lo_xls97.xls"])
def test_every_format_gives_the_cells_of_the_xlsx(name):
    def cells(file):
        path = str(LEDGERS / "files" / file)
        (sheet,) = read_sheets(path, prescan(path))
        return list(sheet.rows())

    assert cells(name) == cells("A01_clean.xlsx")
