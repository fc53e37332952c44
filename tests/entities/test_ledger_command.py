"""`manage.py import_ledger` and `findings`: the 40 example workbooks to the end, exit codes, one line of JSON."""

import json

import pytest

from entities.ledger.columns import COLUMNS
from entities.models import Entity, LedgerRow, LedgerUpload
from jiamusi_foodsafety.jurisdiction.models import AuditRecord

from .ledgers import EXAMPLES
from .pipeline import CITY, COUNTY, FILES, GOOD, Ledger, findings, import_file, prove, run, start

EXPECTED = json.loads((EXAMPLES / "expected.json").read_text(encoding="utf-8"))["files"]
FIELDS = {column.heading: column.key for column in COLUMNS} | {
    "等级": "grade",
    "主体类别": "category_id",
}
KEYS = {
    "upload", "state", "sheets", "columns", "unmatched", "rows", "new", "changed", "unchanged",
    "missing", "refused_rows", "findings", "seconds",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("areas", "dictionaries")


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path)


def ways(expected):
    return [expected, *({**expected, **other} for other in expected.get("alt", []))]


def fits(expected, ran, errors):
    result = ran.result
    if expected["expect"] == "reject":
        return ran.code == 1 and result["state"] == "refused" and result["code"] == expected["code"]
    return (
        ran.code == 0
        and result["state"] == "applied"
        and result["new"] == expected["rows_ok"]
        and result["refused_rows"] == expected.get("rows_bad", 0)
        and result["rows"] == result["new"] + result["refused_rows"]
        and (not expected.get("rows_bad") or errors == expected.get("row_errors", errors))
    )


@pytest.mark.parametrize("expected", EXPECTED, ids=[e["id"] for e in EXPECTED])
def test_example_is_imported_or_refused_as_expected(expected):
    path = FILES / expected["file"]
    ran = run("import_ledger", path, "--area", COUNTY, "--apply", "--json")
    result = ran.result
    assert result.keys() >= KEYS
    assert ran.out.count("\n") == 1
    found = findings(result["upload"])
    errors = {}
    for finding in found:
        if finding["code"].startswith("R_"):
            errors.setdefault(finding["code"], []).append(finding["index"])
    assert any(fits(way, ran, errors) for way in ways(expected)), (result, errors)
    assert Entity.objects.count() == result["new"]
    assert set(result["findings"]) == {finding["code"] for finding in found}
    for value in expected.get("values", []) if ran.code == 0 else []:
        check_value(result["upload"], value)
    if ran.code == 1:
        check_refusal(path, result)
    assert AuditRecord.objects.filter(detail__file=path.name).exists()
    prove()


def check_value(upload, value):
    row = LedgerRow.objects.get(upload=upload, index=value["row"])
    kept = Entity.objects.get(licence_no=row.licence_no, area__code__startswith=COUNTY)
    if value["field"] == "所在县区":
        assert value["value"] == "东山县"
    elif isinstance(value["value"], int | float):
        assert float(getattr(kept, FIELDS[value["field"]])) == value["value"]
    else:
        assert str(getattr(kept, FIELDS[value["field"]])) == value["value"]


def check_refusal(path, result):
    assert path.name in result["message"]
    assert "。" in result["message"]
    assert str(EXAMPLES) not in result["message"]
    assert "Traceback" not in result["message"]
    assert not LedgerRow.objects.filter(upload=result["upload"]).exists()


def test_same_content_again_or_saved_anew_changes_nothing():
    a, b = FILES / "F01_same_file_a.xlsx", FILES / "F02_same_content_resaved.xlsx"
    outcomes = []
    for path in (a, b, a, b):
        result = import_file(path)
        outcomes.append((result["new"], result["changed"], result["unchanged"]))
    assert outcomes == [(20, 0, 0)] + 3 * [(0, 0, 20)]
    assert Entity.objects.count() == 20
    assert Entity.events.rel.related_model.objects.count() == 20


def test_without_apply_nothing_is_written():
    ran = run("import_ledger", FILES / "F01_same_file_a.xlsx", "--area", COUNTY, "--json")
    assert (ran.code, ran.result["state"], ran.result["new"]) == (0, "review", 20)
    assert not Entity.objects.exists()


def test_missing_column_is_named_and_does_not_wait_for_a_choice():
    ran = run(
        "import_ledger", FILES / "A15_required_column_missing.xlsx", "--area", COUNTY, "--json"
    )
    assert (ran.code, ran.result["code"]) == (1, "E_HEADER_MISSING")
    assert "统一社会信用代码" in ran.result["message"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([FILES / "none.xlsx", "--area", COUNTY], "没有这个文件"),
        ([FILES, "--area", COUNTY], "没有这个文件"),
        ([FILES / "A01_clean.xlsx", "--area", "999999"], "没有这个区划代码"),
        ([FILES / "A01_clean.xlsx", "--area", COUNTY, "--as", "nobody-here"], "没有这个账号"),
    ],
)
def test_wrong_usage_is_exit_2_and_says_why(arguments, said):
    ran = run("import_ledger", *arguments, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not LedgerUpload.objects.exists()


def test_area_outside_of_the_account_is_wrong_usage(county_officer):
    path = FILES / "A01_clean.xlsx"
    ran = run("import_ledger", path, "--area", CITY, "--as", county_officer.username, "--json")
    assert ran.code == 2
    assert "属地" in ran.err


def test_actor_and_his_area_are_the_accounts(county_officer):
    ran = run("import_ledger", FILES / "A01_clean.xlsx", "--as", county_officer.username, "--json")
    upload = LedgerUpload.objects.get(pk=ran.result["upload"])
    assert (upload.area_id, upload.uploaded_by) == (COUNTY, county_officer)


def test_without_account_and_area_the_caller_is_the_city(ledger):
    ran = run("import_ledger", ledger.book({"所在县区": "东山县"}), "--apply", "--json")
    upload = LedgerUpload.objects.get(pk=ran.result["upload"])
    assert (upload.area_id, upload.uploaded_by, ran.result["new"]) == (CITY, None, 1)


def test_city_needs_the_column_of_the_county(ledger):
    ran = run("import_ledger", ledger.book({}), "--json")
    assert (ran.code, ran.result["code"]) == (1, "E_HEADER_MISSING")
    assert "所在县区" in ran.result["message"]


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"%PDF-1.7\n%\xe2\xe3\n"])
def test_what_is_no_table_is_refused_and_nothing_is_kept_of_it(tmp_path, content):
    path = tmp_path / "文件.xlsx"
    path.write_bytes(content)
    ran = run("import_ledger", path, "--area", COUNTY, "--apply", "--json")
    assert ran.code == 1
    assert ran.result["code"].startswith("E_")
    assert "文件.xlsx" in ran.result["message"]


def test_findings_by_reference_in_words_and_of_an_unknown_upload(ledger):
    result = import_file(ledger.book({"联系电话": "12"}))
    [finding] = findings(result["reference"])
    assert finding == {
        "sheet": "Sheet1", "row": 2, "index": 1, "column": "联系电话", "value": "12",
        "code": "R_PHONE", "message": finding["message"],
    }  # fmt: skip
    assert "R_PHONE" in run("findings", result["upload"]).out
    assert run("findings", "no-such", "--json").code == 2
    assert run("findings", "999999999", "--json").code == 2


def test_words_instead_of_json_tell_the_counts_or_the_refusal(ledger):
    good = run("import_ledger", ledger.book({}), "--area", COUNTY)
    assert "新增 1" in good.out
    bad = run("import_ledger", FILES / "A18_header_only.xlsx", "--area", COUNTY)
    assert (bad.code, bad.out) == (1, "")
    assert "E_EMPTY" in bad.err


@pytest.mark.django_db(transaction=True)
def test_real_process_prints_one_line_on_stdout_whatever_goes_to_stderr(ledger):
    book = ledger.book(GOOD)
    good = start("import_ledger", book, "--area", COUNTY, "--apply", "--json")
    refused = start("import_ledger", FILES / "D33_exe_named_xlsx.xlsx", "--area", COUNTY, "--json")
    misused = start("import_ledger", "--json")
    out, err = good.communicate(timeout=60)
    assert good.returncode == 0, err
    [line] = out.splitlines()
    assert (json.loads(line)["state"], json.loads(line)["new"]) == ("applied", 1)
    out, _ = refused.communicate(timeout=60)
    assert (refused.returncode, json.loads(out)["code"]) == (1, "E_TYPE")
    misused.communicate(timeout=60)
    assert misused.returncode == 2
