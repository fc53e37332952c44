"""The child process that reads a ledger, a job on stdin; a ledger's own module runs it by `main`.

Rows go to stdout and findings to a file, as COPY text; progress and the result go to stderr as
JSON lines. It knows no database and starts no Django.
"""

import gc
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from jiamusi_foodsafety.kit.ledger.headings import (
    SEARCHED_ROWS,
    Headings,
    Matching,
    samples_below,
)
from jiamusi_foodsafety.kit.ledger.reading import RowReader
from jiamusi_foodsafety.kit.ledger.rows import OTHER_HEADING, RowSorter
from jiamusi_foodsafety.kit.workbook.cells import Prescan
from jiamusi_foodsafety.kit.workbook.child import OUT_OF_MEMORY, limit_self
from jiamusi_foodsafety.kit.workbook.limits import Limits
from jiamusi_foodsafety.kit.workbook.prescan import prescan
from jiamusi_foodsafety.kit.workbook.read import Sheet, read_sheets
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused

CHUNK = 1000
LISTED_SKIPS = 200
REPORT_SECONDS = 0.25
AREA_FIELDS = ("county", "town", "village")
HIDDEN = {"hidden": "隐藏的工作表，没有读取", "veryHidden": "深度隐藏的工作表，没有读取"}


def say(message: dict) -> None:
    """One JSON line to the parent."""
    sys.stderr.write(json.dumps(message, ensure_ascii=False) + "\n")
    sys.stderr.flush()


@dataclass
class Opened:
    """A visible sheet whose first rows were looked at."""

    sheet: Sheet
    first: list[tuple[int, list]]
    rest: Iterator[tuple[int, list]]
    matching: Matching | None = None
    entry: dict = field(default_factory=dict)


class NeedsColumns(Exception):
    """A person must say which column is which."""

    def __init__(self, summary: dict) -> None:
        super().__init__()
        self.summary = summary


class LedgerParse:
    """One run over one file. A ledger gives the meaning of its headings, what sorts and reads its rows, and
    in `begin` its context and required columns."""

    meaning: Headings
    row_sorter: type[RowSorter]
    row_reader: type[RowReader]
    context: object
    required: tuple[str, ...]

    def __init__(self, job: dict, out, findings_out) -> None:
        self.job, self.out, self.findings_out = job, out, findings_out
        self.seconds: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self.sheets: list[dict] = []
        self.notices: list[str] = []
        self.index = self.refused = self.warned = self.total = 0
        self.reported = 0.0
        self.begin(job)

    def begin(self, job: dict) -> None:
        """Set `context` and `required` from the job."""
        raise NotImplementedError

    def run(self) -> dict:
        """The summary of the whole file; raises WorkbookRefused or NeedsColumns."""
        self.report("read")
        opened = self._open()
        say({"stage": "match", "done": 0, "total": self.total, "refused": 0, "warned": 0})
        started = time.perf_counter()
        ledgers = self._match(opened)
        self.seconds["match"] += time.perf_counter() - started
        found = self._summary(ledgers)
        say({"matched": {key: found[key] for key in ("sheets", "columns", "unmatched")}})
        self.report("check")
        for ledger in ledgers:
            self._read_sheet(ledger)
        if not self.index:
            raise WorkbookRefused("E_EMPTY", "表头下面没有一行数据。请填好数据后重新上传。")
        self.report("check")
        return self._summary(ledgers) | {
            "rows": self.index,
            "refused_rows": self.refused,
            "warned_rows": self.warned,
            "findings": dict(self.findings),
            "seconds": {stage: round(value, 4) for stage, value in self.seconds.items()},
        }

    def report(self, stage: str) -> None:
        """Tell the parent how far the work is."""
        self.reported = time.monotonic()
        say({"stage": stage, "done": self.index, "total": self.total,
             "refused": self.refused, "warned": self.warned})  # fmt: skip

    def _open(self) -> list[Opened]:
        """Scan the file and look at the first rows of each visible sheet."""
        started = time.perf_counter()
        scan = prescan(self.job["path"], limits=Limits(**self.job.get("limits") or {}))
        opened = []
        for sheet in read_sheets(self.job["path"], scan):
            entry = {
                "name": sheet.name, "state": sheet.state, "header_rows": None, "rows": 0,
                "skipped": [], "hidden_rows": 0, "note": "",
            }  # fmt: skip
            self.sheets.append(entry)
            if sheet.state != "visible":
                entry["note"] = HIDDEN.get(sheet.state, HIDDEN["hidden"])
                self._tell_hidden(sheet, scan)
                continue
            rows = iter(sheet.rows())
            first = list(islice(rows, SEARCHED_ROWS))
            opened.append(Opened(sheet, first, rows, entry=entry))
            if sheet.far_cells:
                self.notices.append(
                    f"工作表“{sheet.name}”表格以外的单元格 {'、'.join(sheet.far_cells[:5])} 没有读取。"
                )
        self.total = sum(notes.rows for notes in scan.sheets if notes.state == "visible")
        self.seconds["read"] += time.perf_counter() - started
        return opened

    def _tell_hidden(self, sheet: Sheet, scan: Prescan) -> None:
        rows = scan.sheet(sheet.name).rows
        if rows:
            self.notices.append(
                f"工作表“{sheet.name}”是隐藏的（{rows} 行），没有读取。需要时请取消隐藏后重新上传。"
            )

    def _match(self, opened: list[Opened]) -> list[Opened]:
        """The sheets that are ledgers with all required columns."""
        choices = self.job.get("choices") or {}
        for one in opened:
            one.matching = self.meaning.find_heading(one.first, choices)
            if one.matching is None:
                one.entry["note"] = "没有台账表头，没有读取" if one.first else "空工作表"
            else:
                one.entry["header_rows"] = [one.matching.first_row, one.matching.last_row]
        found = [one for one in opened if one.matching]
        if not found:
            if not any(one.first for one in opened):
                raise WorkbookRefused("E_EMPTY", "可见的工作表里没有数据。请填好数据后重新上传。")
            raise WorkbookRefused("E_HEADER_MISSING", self.meaning.missing_sentence(self.required))
        for one in found:
            if one.matching.duplicated:
                names = "、".join(f"“{name}”" for name in one.matching.duplicated)
                raise WorkbookRefused(
                    "E_HEADER_DUP",
                    f"工作表“{one.sheet.name}”的表头{names}出现了不止一次，分不清用哪一列。请改掉或删去多余的列后重新上传。",
                )
        complete = [one for one in found if not one.matching.missing(self.required)]
        self._ask_if_unsure(found, complete)
        for one in found:
            missing = one.matching.missing(self.required)
            if missing:
                names = "、".join(self.meaning.by_key[key].heading for key in missing)
                one.entry["note"] = f"缺少必需的列：{names}，没有读取"
                self.notices.append(f"工作表“{one.sheet.name}”缺少必需的列：{names}，没有读取。")
        return complete

    def _ask_if_unsure(self, found: list[Opened], complete: list[Opened]) -> None:
        """Refuse without a complete sheet; where a person can be asked, ask him instead."""
        asked = complete or [min(found, key=lambda one: len(one.matching.missing(self.required)))]
        missing = [] if complete else asked[0].matching.missing(self.required)
        unsure: dict[str, dict] = {}
        for one in asked:
            one.matching.unsure = self.meaning.find_unsure(one.matching, one.first, self.required)
            for item in one.matching.unsure:
                unsure.setdefault(item["heading"], item)
        if self.job.get("require_choice") and (missing or unsure):
            extra = {"missing": missing, "unsure": list(unsure.values())}
            raise NeedsColumns(self._summary(asked) | self._aside(asked) | extra)
        if missing:
            raise WorkbookRefused("E_HEADER_MISSING", self.meaning.missing_sentence(missing))

    @staticmethod
    def _aside(ledgers: list[Opened]) -> dict:
        """The headings that no field has, with what stands below them: somebody is to choose."""
        return {
            "unmatched": [
                {"sheet": one.sheet.name, "heading": h.text, "why": h.why,
                 "samples": samples_below(one.matching, h, one.first)}
                for one in ledgers
                for h in one.matching.unmatched
            ]
        }  # fmt: skip

    def _read_sheet(self, ledger: Opened) -> None:
        sheet, matching, entry = ledger.sheet, ledger.matching, ledger.entry
        heading_rows = [
            cells for number, cells in ledger.first
            if matching.first_row <= number <= matching.last_row
        ]  # fmt: skip
        sorter = self.row_sorter(matching, heading_rows)
        reader = self.row_reader(matching, sheet.name, self.context)
        fill = MergedAreas(sheet, matching)
        rows = chain(ledger.first, ledger.rest)
        first_index = self.index
        while True:
            started = time.perf_counter()
            chunk = list(islice(rows, CHUNK))
            read_at = time.perf_counter()
            self.seconds["read"] += read_at - started
            if not chunk:
                break
            self._check_chunk(chunk, sorter, reader, fill, entry)
            self.seconds["check"] += time.perf_counter() - read_at
            if time.monotonic() - self.reported > REPORT_SECONDS:
                self.report("check")
        entry["rows"] = self.index - first_index
        self._tell_sheet(ledger)

    def _check_chunk(self, chunk, sorter: RowSorter, reader: RowReader, fill, entry) -> None:
        lines, finding_lines = [], []
        hidden, last_heading = fill.hidden_rows, sorter.last_heading_row
        for number, cells in chunk:
            if number <= last_heading:
                continue
            why = sorter.why_not_data(number, cells)
            if why is not None:
                if why == OTHER_HEADING:
                    raise WorkbookRefused(
                        "E_HEADER_DUP",
                        f"工作表“{entry['name']}”第 {number} 行又有一个表头，列的次序与上面不同。"
                        "请把两张表分放在两个工作表里，再重新上传。",
                    )
                if why:
                    entry["skipped"].append({"row": number, "why": why})
                continue
            if fill.columns:
                cells = fill.filled(number, cells)  # noqa: PLW2901
            self.index += 1
            values = reader.read(number, cells)
            lines.append(reader.line(values, cells, self.index))
            if reader.found:
                finding_lines += reader.finding_lines(values, cells)
                codes = {code for _, code, _ in reader.found}
                self.findings.update(code for _, code, _ in reader.found)
                is_refused = any(code[0] == "R" for code in codes)
                self.refused += is_refused
                self.warned += not is_refused
            if number in hidden:
                entry["hidden_rows"] += 1
        if lines:
            self.out.write(("\n".join(lines) + "\n").encode())
        if finding_lines:
            self.findings_out.write(("\n".join(finding_lines) + "\n").encode())

    def _tell_sheet(self, ledger: Opened) -> None:
        entry, name = ledger.entry, ledger.sheet.name
        self.notices += [f"工作表“{name}”：{text}" for text in ledger.matching.notices]
        whys = Counter(skip["why"] for skip in entry["skipped"])
        self.notices += [f"工作表“{name}”跳过{why} {count} 行。" for why, count in whys.items()]
        del entry["skipped"][LISTED_SKIPS:]
        if entry["hidden_rows"]:
            self.notices.append(f"工作表“{name}”有 {entry['hidden_rows']} 个隐藏行，也一并读取了。")

    def _summary(self, ledgers: list[Opened]) -> dict:
        columns: dict[str, str] = {}
        for one in ledgers:
            for key in self.meaning.by_key:
                if key in one.matching.fields:
                    columns.setdefault(key, one.matching.fields[key].text)
        return {
            "sheets": self.sheets,
            "columns": columns,
            "unmatched": [
                {"sheet": one.sheet.name, "heading": h.text, "why": h.why}
                for one in ledgers
                for h in one.matching.unmatched
            ],
            "notices": self.notices,
            "headers": {one.sheet.name: [h.text for h in one.matching.headings] for one in ledgers},
        }


class MergedAreas:
    """Area cells that a vertical merge leaves blank take the value above; no other cells do.

    Merges stay spans: one may reach down to Excel's last row. Rows come from top to bottom."""

    def __init__(self, sheet: Sheet, matching: Matching) -> None:
        self.hidden_rows = sheet.hidden_rows
        areas = {matching.fields[k].column for k in AREA_FIELDS if k in matching.fields}
        spans: dict[int, set[tuple[int, int]]] = {}
        for top, left, bottom, _right in sheet.merges:
            if left in areas and bottom > matching.last_row:
                spans.setdefault(left, set()).add((top, bottom))
        # The next span is the last of its list.
        self.columns = {column: sorted(found, reverse=True) for column, found in spans.items()}
        self.open: dict[int, tuple[int, object]] = {}

    def filled(self, number: int, cells: list) -> list:
        """The row with the values of its merged area cells put in."""
        result = cells
        for column, waiting in self.columns.items():
            cell = cells[column] if column < len(cells) else None
            while waiting and waiting[-1][0] <= number:
                top, bottom = waiting.pop()
                self.open[column] = bottom, cell if top == number else None
            bottom, value = self.open.get(column, (0, None))
            if cell is None and value is not None and number <= bottom:
                if result is cells:
                    result = [*cells, *[None] * (column + 1 - len(cells))]
                result[column] = value
        return result


def main(ledger: type[LedgerParse]) -> int:
    """Read the job, do it with this ledger's parse, say the outcome as the last line."""
    limit_self()
    # Hundreds of thousands of small objects, no cycles: looking for cycles costs a tenth of the time.
    gc.disable()
    job = json.load(sys.stdin)
    try:
        with open(job["findings_path"], "wb") as findings_out:
            result = ledger(job, sys.stdout.buffer, findings_out).run()
        sys.stdout.buffer.flush()
    except WorkbookRefused as refusal:
        say({"refused": {"code": refusal.code, "message": refusal.message}})
    except NeedsColumns as needs:
        say({"columns_needed": needs.summary})
    except MemoryError:
        return OUT_OF_MEMORY
    else:
        say({"result": result})
    return 0
