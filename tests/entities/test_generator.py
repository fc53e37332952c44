import csv
import json
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from entities.generator.businesses import county_businesses
from entities.generator.geography import read_counties
from entities.generator.identifiers import old_licence, production_licence, trade_licence
from entities.generator.layouts import LAYOUTS
from entities.generator.ledgers import make_ledgers
from entities.generator.plan import COUNTIES, REFUSED, allot, scaled
from entities.generator.quotas import city_businesses, county_quotas
from entities.ledger.staging import STAGED_FIELDS
from entities.ledger.vocabulary import CATEGORIES, STATUSES

AREAS = Path(__file__).resolve().parents[2] / "fixtures" / "areas.csv"
AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="module")
def city():
    """All good businesses at full size, by county."""
    counties = read_counties(AREAS)
    quotas = county_quotas(list(COUNTIES), 1, {})
    return {
        plan.code: list(
            county_businesses(
                seed=7,
                plan=plan,
                county=counties[plan.code],
                quota=quotas[plan.code],
                as_of=AS_OF,
            )
        )
        for plan in COUNTIES
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    out = tmp_path_factory.mktemp("ledgers")
    return out, make_ledgers(seed=3, out=out, as_of=AS_OF, areas=AREAS, share=0.03)


def test_plan_adds_up_to_the_city():
    assert sum(p.registered for p in COUNTIES) == 31_191
    assert sum(p.graded for p in COUNTIES) == 27_748
    assert [sum(p.grades[i] for p in COUNTIES) for i in range(4)] == [45, 350, 2_900, 24_453]
    assert sum(p.candidates for p in COUNTIES) == 1_900
    assert sum(p.pending for p in COUNTIES) == 1_543
    assert sum(REFUSED.values()) == 300


def test_each_county_holds_exactly_its_plan(city):
    for plan in COUNTIES:
        grades = Counter(b.grade for b in city[plan.code])
        assert len(city[plan.code]) == plan.registered
        assert tuple(grades[g] for g in "ABCD") == plan.grades
        closed = [b for b in city[plan.code] if not b.status]
        assert len(closed) == plan.candidates
        assert all(b.note and not b.grade for b in closed)


def test_city_totals_of_surveys_and_dates(city):
    everyone = [b for county in city.values() for b in county]
    assert sum(b.surveyed_on is not None for b in everyone) == 30_871
    left = [(b.expires_on - AS_OF).days for b in everyone if b.expires_on]
    assert sum(days < 0 for days in left) == 64
    assert sum(0 <= days <= 90 for days in left) == 1_204
    assert all(b.issued_on <= AS_OF for b in everyone if b.issued_on)


def test_licence_numbers_are_unique_in_the_city(city):
    numbers = Counter(b.licence_no for county in city.values() for b in county)
    assert max(numbers.values()) == 1


def test_only_small_businesses_lack_a_credit_code(city):
    blank = {b.category for county in city.values() for b in county if not b.credit_code}
    assert blank <= {"小作坊", "小餐饮", "小食杂", "小摊点"}


def test_check_digits_are_right_but_for_about_one_row_in_a_hundred(city):
    everyone = [b for county in city.values() for b in county]
    codes = [b.credit_code for b in everyone if b.credit_code]
    wrong = sum(not uscc.is_valid(code) for code in codes)
    licences = [b.licence_no for b in everyone if b.licence_no[:2] in ("JY", "SC", "YB")]
    wrong += sum(not mod_11_10.is_valid(number[2:]) for number in licences)
    assert 0.005 < wrong / len(everyone) < 0.02


def test_known_vectors():
    assert trade_licence("1", "230803", 1234) == "JY12308030012345"
    assert trade_licence("2", "230804", 567) == "JY22308040005674"
    assert production_licence("101", "230822", 123) == "SC10123082201238"
    assert len(old_licence("SP", "230803", 1, 2014)) == 18


def test_towns_and_villages_belong_to_the_county(city):
    for plan in COUNTIES:
        for b in city[plan.code]:
            if plan.code == "2308G1":
                assert b.town is None
            else:
                assert b.town.startswith(plan.code)
            assert b.village is None or b.village.startswith(b.town)
    towns = {b.town for county in city.values() for b in county}
    assert len(towns - {None}) == 138


def test_allot_keeps_the_total():
    assert allot(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(allot(1_204, [p.registered for p in COUNTIES])) == 1_204


def test_manifest_counts_what_the_files_hold(small):
    out, manifest = small
    assert json.loads((out / "manifest.json").read_text("utf-8")) == manifest
    assert len(manifest["files"]) == 11
    for file in manifest["files"]:
        plan = scaled(next(p for p in COUNTIES if p.code == file["county"]), 0.03)
        assert file["good"] == plan.registered
        assert tuple(file["graded"].values()) == plan.grades
        assert file["rows"] == file["good"] + sum(file["refused"].values())
        assert file["screening_candidates"] == plan.candidates
    assert set(manifest["total"]) >= set(REFUSED)


def _rows(path, layout):
    if layout.extension == "csv":
        text = path.read_text(layout.charset)
        return {"csv": [line.split(layout.delimiter) for line in text.splitlines()]}
    book = CalamineWorkbook.from_path(path)
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def test_files_open_and_hold_the_rows_of_the_manifest(small):
    out, manifest = small
    for file in manifest["files"]:
        layout = LAYOUTS[file["county"]]
        sheets = _rows(out / file["file"], layout)
        headings = {column[1].replace("\n", "") for column in layout.columns}
        found = 0
        for name in file["data_sheets"] if layout.extension != "csv" else ["csv"]:
            category = [c[0] for c in layout.columns].index("category")
            texts = [str(row[category]) if len(row) > category else "" for row in sheets[name]]
            found += sum(bool(text) and text.replace("\n", "") not in headings for text in texts)
        # A row refused for its missing or broken category cell shows none here.
        refused = file["refused"].get("R_REQUIRED", 0) + file["refused"].get("R_CELL_ERROR", 0)
        groups = len(file["data_sheets"]) if layout.two_rows else 0
        assert file["rows"] - refused <= found <= file["rows"] + groups


def test_layouts_differ_and_never_repeat_a_heading():
    assert len({layout.columns for layout in LAYOUTS.values()}) == 11
    assert {layout.extension for layout in LAYOUTS.values()} == {"xlsx", "xls", "et", "ods", "csv"}
    for layout in LAYOUTS.values():
        headings = [column[1] for column in layout.columns]
        assert len(headings) == len(set(headings))


def test_same_seed_gives_the_same_bytes(small, tmp_path):
    out, manifest = small
    make_ledgers(seed=3, out=tmp_path, as_of=AS_OF, areas=AREAS, share=0.03)
    for file in manifest["files"]:
        assert (out / file["file"]).read_bytes() == (tmp_path / file["file"]).read_bytes()


def test_another_seed_gives_other_businesses(small, tmp_path):
    out, manifest = small
    make_ledgers(seed=4, out=tmp_path, as_of=AS_OF, areas=AREAS, share=0.03)
    first = manifest["files"][0]["file"]
    assert (out / first).read_bytes() != (tmp_path / first).read_bytes()


def test_a_city_of_any_size_is_exact_and_has_unique_licences():
    made = list(city_businesses(seed=5, total=4_000, as_of=AS_OF, areas=AREAS))
    assert len(made) == 4_000
    assert len({b.licence_no for b in made}) == 4_000
    again = city_businesses(seed=5, total=4_000, as_of=AS_OF, areas=AREAS)
    assert [next(again) for _ in range(100)] == made[:100]


def _areas():
    with open(AREAS, encoding="utf-8-sig", newline="") as stream:
        return [
            [r["code"], r["name"], r["level"], r["kind"], r["parent"],
             [[r["alias_code"], r["alias_name"]]] if r["alias_code"] or r["alias_name"] else []]
            for r in csv.DictReader(stream)
        ]  # fmt: skip


def _parsed(path, county, findings):
    """What the ledger's child process makes of a file: (result, good rows as dicts)."""
    job = {
        "path": str(path), "filename": path.name, "findings_path": str(findings), "areas": _areas(),
        "caller": county, "choices": {}, "categories": CATEGORIES, "statuses": STATUSES,
        "today": AS_OF.isoformat(), "limits": {}, "require_choice": True,
    }  # fmt: skip
    child = subprocess.run(
        [sys.executable, "-m", "entities.ledger.parse"],
        input=json.dumps(job).encode(), capture_output=True, check=True, cwd=AREAS.parents[1],
    )  # fmt: skip
    result = json.loads(child.stderr.decode().splitlines()[-1])["result"]
    rows = [
        dict(zip(STAGED_FIELDS, line.split("\t"), strict=True))
        for line in child.stdout.decode().splitlines()
    ]
    return result, [row for row in rows if row["is_refused"] == "f"]


@pytest.mark.parametrize("code", LAYOUTS)
def test_the_ledger_reads_each_file_as_the_manifest_says(small, tmp_path, code):
    out, manifest = small
    file = next(f for f in manifest["files"] if f["county"] == code)
    result, good = _parsed(out / file["file"], code, tmp_path / "findings")
    assert (result["rows"], result["refused_rows"]) == (file["rows"], file["refused_rows"])
    assert {k: n for k, n in result["findings"].items() if k[0] == "R"} == file["refused"]
    grades = Counter(row["grade"] for row in good)
    assert {grade: grades[grade] for grade in "ABCD"} == file["graded"]
    proposed = [row for row in good if row["proposed_status"] != r"\N"]
    assert len(proposed) == file["screening_candidates"]
    assert {row["grade"] for row in proposed} == {r"\N"}
    assert sum(row["surveyed_on"] != r"\N" for row in good) == file["surveyed"]


def test_no_two_businesses_share_credit_code_and_address(city):
    pairs = Counter((b.credit_code, b.address) for c in city.values() for b in c if b.credit_code)
    assert max(pairs.values()) == 1
