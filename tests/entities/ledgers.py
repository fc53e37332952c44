"""Small workbooks for tests, and what the ledger's parse makes of them."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import openpyxl

from entities.ledger import parse
from entities.ledger.staging import STAGED_FIELDS
from entities.ledger.vocabulary import CATEGORIES, STATUSES
from jiamusi_foodsafety.kit.ledger.staging import FINDING_FIELDS
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused

EXAMPLES = Path(__file__).parent.parent / "data" / "ledgers"
HEADER = [
    "主体名称", "统一社会信用代码", "许可证编号", "主体类别", "乡镇街道",
]  # fmt: skip
GOOD = ["东山县好又多超市", "92379921MA01000166", "JY13799210000019", "食品销售", "石桥乡"]


def areas(path=EXAMPLES / "areas.csv"):
    with open(path, encoding="utf-8") as file:
        return [
            [r["code"], r["name"], r["level"], r["kind"], r["parent"],
             [[r["alias_code"], r["alias_name"]]] if r["alias_code"] or r["alias_name"] else []]
            for r in csv.DictReader(file)
        ]  # fmt: skip


def job(path, findings_path, **changes):
    return {
        "path": str(path), "filename": Path(path).name, "findings_path": str(findings_path),
        "areas": areas(), "caller": "379921", "choices": {}, "categories": CATEGORIES,
        "statuses": STATUSES, "today": "2026-01-01", "limits": {}, "require_choice": False,
    } | changes  # fmt: skip


def unescaped(text):
    if text == r"\N":
        return None
    return re.sub(r"\\(.)", lambda m: {"t": "\t", "n": "\n", "r": "\r"}.get(m[1], m[1]), text)


def records(data, fields):
    lines = data.decode().splitlines()
    return [dict(zip(fields, map(unescaped, line.split("\t")), strict=True)) for line in lines]


class Parsed(NamedTuple):
    rows: list
    findings: list
    result: dict
    refused: WorkbookRefused | None
    needed: dict | None

    def codes(self, index=1):
        return sorted(f["code"] for f in self.findings if f["index"] == str(index))

    def bad(self):
        return [int(row["index"]) for row in self.rows if row["is_refused"] == "t"]


def parsed(path, **changes):
    """In this process: quick, and without a limit on memory."""
    out, findings = io.BytesIO(), io.BytesIO()
    result, refused, needed = {}, None, None
    try:
        result = parse.LedgerParse(job(path, "-", **changes), out, findings).run()
    except WorkbookRefused as refusal:
        refused = refusal
    except parse.NeedsColumns as needs:
        needed = needs.summary
    return Parsed(
        records(out.getvalue(), STAGED_FIELDS), records(findings.getvalue(), FINDING_FIELDS),
        result, refused, needed,
    )  # fmt: skip


def run_child(path, folder, **changes):
    """As the worker runs it: a child process with the job on stdin."""
    findings = folder / "findings.copy"
    child = subprocess.run(
        [sys.executable, "-m", "entities.ledger.parse"],
        input=json.dumps(job(path, findings, **changes)).encode(), capture_output=True, check=True,
    )  # fmt: skip
    messages = [json.loads(line) for line in child.stderr.decode().splitlines()]
    return (
        messages,
        records(child.stdout, STAGED_FIELDS),
        records(findings.read_bytes(), FINDING_FIELDS),
    )


class Book:
    """Builds one workbook and parses it."""

    def __init__(self, folder):
        self.folder = folder

    def save(self, *sheets, change=None):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for number, rows in enumerate(sheets):
            sheet = workbook.create_sheet(f"台账{number + 1}")
            for row in rows:
                sheet.append(row)
        if change:
            change(workbook)
        path = self.folder / "book.xlsx"
        workbook.save(path)
        return path

    def parse(self, *sheets, change=None, **changes):
        return parsed(self.save(*sheets, change=change), **changes)

    def row(self, changes, **job_changes):
        """One good row with other or further cells, by heading."""
        cells = dict(zip(HEADER, GOOD, strict=True)) | changes
        return self.parse([list(cells), list(cells.values())], **job_changes)
