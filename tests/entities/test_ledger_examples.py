"""The 40 example workbooks, each through the child process as the worker starts it."""

import json

import pytest

from entities.ledger.columns import COLUMNS

from .ledgers import EXAMPLES, run_child

EXPECTED = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))["files"]
FIELDS = {column.heading: column.key for column in COLUMNS} | {"等级": "grade"}
COUNTY = "东山县"


def outcomes(expected):
    return [expected, *({**expected, **other} for other in expected.get("alt", []))]


def fits(expected, result, rows, findings):
    if expected["expect"] == "reject":
        return False
    errors = {}
    for finding in findings:
        if finding["code"].startswith("R_"):
            errors.setdefault(finding["code"], []).append(int(finding["index"]))
    return (
        result["rows"] - result["refused_rows"] == expected["rows_ok"]
        and result["refused_rows"] == expected.get("rows_bad", 0)
        and len(rows) == result["rows"]
        and errors == expected.get("row_errors", errors if "rows_bad" in expected else {})
    )


def test_every_example_is_here():
    assert len(EXPECTED) == 40
    assert {e["file"] for e in EXPECTED} == {p.name for p in (EXAMPLES / "files").iterdir()}


@pytest.mark.parametrize("expected", EXPECTED, ids=[e["id"] for e in EXPECTED])
def test_example_gives_what_is_expected(expected, tmp_path):
    messages, rows, findings = run_child(EXAMPLES / "files" / expected["file"], tmp_path)
    last = messages[-1]
    if "refused" in last:
        refusal = last["refused"]
        codes = [e.get("code") for e in outcomes(expected) if e["expect"] == "reject"]
        assert refusal["code"] in codes
        assert "。" in refusal["message"]
        assert str(EXAMPLES) not in refusal["message"]
        return
    assert any(fits(e, last["result"], rows, findings) for e in outcomes(expected))
    for value in expected.get("values", []):
        row = rows[value["row"] - 1]
        field = FIELDS[value["field"]]
        if field == "county":
            assert row["area_id"].startswith("379921")
            assert value["value"] == COUNTY
        elif isinstance(value["value"], int | float):
            assert float(row[field]) == value["value"]
        else:
            assert row[field] == value["value"]


def test_missing_column_is_named(tmp_path):
    messages, _, _ = run_child(EXAMPLES / "files" / "A15_required_column_missing.xlsx", tmp_path)
    assert "统一社会信用代码" in messages[-1]["refused"]["message"]


def test_missing_column_is_asked_for_where_somebody_can_answer(tmp_path):
    path = EXAMPLES / "files" / "A15_required_column_missing.xlsx"
    messages, rows, _ = run_child(path, tmp_path, require_choice=True)
    needed = messages[-1]["columns_needed"]
    assert needed["missing"] == ["credit_code"]
    assert needed["columns"]["name"] == "主体名称"
    assert rows == []


def test_stages_are_told_in_order(tmp_path):
    messages, _, _ = run_child(EXAMPLES / "files" / "A01_clean.xlsx", tmp_path)
    stages = [m["stage"] for m in messages if "stage" in m]
    assert stages[:3] == ["read", "match", "check"]
    assert messages[-2]["done"] == messages[-2]["total"] - 1 == 50
    assert set(messages[-1]["result"]["seconds"]) == {"read", "match", "check"}


def test_warnings_of_the_notes_are_given(tmp_path):
    _, _, findings = run_child(EXAMPLES / "files" / "B20_duplicates_in_file.xlsx", tmp_path)
    assert [f["index"] for f in findings if f["code"] == "W_CODE_SHARED"] == ["4"]
    _, _, findings = run_child(EXAMPLES / "files" / "B21_bad_codes.xlsx", tmp_path)
    assert ("1", "credit_code", "W_CHECK_DIGIT") in [
        (f["index"], f["field"], f["code"]) for f in findings
    ]


def test_id_card_number_is_kept_nowhere(tmp_path):
    _, rows, findings = run_child(EXAMPLES / "files" / "B21_bad_codes.xlsx", tmp_path)
    text = json.dumps([rows, findings], ensure_ascii=False)
    assert "11010119900307001X" not in text
    assert "110101********001X" in text


def test_village_of_the_same_name_in_another_town_is_not_taken(tmp_path):
    _, rows, _ = run_child(EXAMPLES / "files" / "B24_town_not_in_county.xlsx", tmp_path)
    assert [row["area_id"] for row in rows[2:]] == ["379921102001", "379921102001"]


def test_hidden_sheets_are_named_and_not_read(tmp_path):
    messages, rows, _ = run_child(EXAMPLES / "files" / "A09_hidden_sheets.xlsx", tmp_path)
    result = messages[-1]["result"]
    assert [s["state"] for s in result["sheets"]] == ["visible", "hidden", "veryHidden"]
    assert {row["sheet"] for row in rows} == {"台账"}
    assert sum("隐藏" in notice for notice in result["notices"]) == 2
