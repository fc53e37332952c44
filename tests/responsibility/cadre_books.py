"""Small cadre workbooks for tests, and what the cadre ledger's parse makes of them."""

import io

import openpyxl

from jiamusi_foodsafety.kit.ledger.staging import FINDING_FIELDS
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused
from responsibility.ledger import parse
from responsibility.ledger.staging import STAGED_FIELDS
from tests.entities.ledgers import Parsed, areas, records

HEADER = ["姓名", "职务", "单位", "包保层级", "乡镇街道", "村社区", "电话"]
GOOD = ["王五", "村委会主任", "柳林村委会", "村级", "柳林镇", "前柳村", "13804540001"]


def job(path, **changes):
    return {
        "path": str(path), "filename": "book.xlsx", "findings_path": "-", "areas": areas(),
        "caller": "379921", "choices": {}, "today": "2022-11-02", "limits": {},
        "require_choice": False,
    } | changes  # fmt: skip


def parsed(path, **changes) -> Parsed:
    """In this process: quick, and without a limit on memory."""
    out, findings = io.BytesIO(), io.BytesIO()
    result, refused, needed = {}, None, None
    try:
        result = parse.CadreParse(job(path, **changes), out, findings).run()
    except WorkbookRefused as refusal:
        refused = refusal
    except parse.parse.NeedsColumns as needs:
        needed = needs.summary
    return Parsed(
        records(out.getvalue(), STAGED_FIELDS), records(findings.getvalue(), FINDING_FIELDS),
        result, refused, needed,
    )  # fmt: skip


class CadreBook:
    """Builds one workbook and parses it."""

    def __init__(self, folder):
        self.folder = folder

    def save(self, *rows, change=None):
        workbook = openpyxl.Workbook()
        for row in rows:
            workbook.active.append(list(row))
        if change:
            change(workbook.active)
        path = self.folder / "cadres.xlsx"
        workbook.save(path)
        return path

    def parse(self, *rows, change=None, **changes) -> Parsed:
        return parsed(self.save(*rows, change=change), **changes)

    def row(self, changes, **job_changes) -> Parsed:
        """One good row with other or further cells, by heading."""
        cells = dict(zip(HEADER, GOOD, strict=True)) | changes
        return self.parse(list(cells), list(cells.values()), **job_changes)
