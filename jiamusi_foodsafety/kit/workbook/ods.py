"""OpenDocument sheets: one pass over content.xml with expat."""

from xml.parsers import expat

from jiamusi_foodsafety.kit.workbook.cells import Prescan, SheetNotes
from jiamusi_foodsafety.kit.workbook.limits import Limits
from jiamusi_foodsafety.kit.workbook.package import Package
from jiamusi_foodsafety.kit.workbook.refusal import (
    corrupt,
    too_many_columns,
    too_many_rows,
    too_spread,
)

MAX_HIDDEN = 1_000_000


def scan_ods(path: str, package: Package, limits: Limits) -> Prescan:
    """Scan the content of an .ods."""
    # LibreOffice always stores results: there a formula without one gave an empty text.
    calculated = b"generator>LibreOffice" in package.read("meta.xml")
    scan = ContentScan(limits, calculated=calculated)
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    parser.buffer_text = True
    try:
        for chunk in package.chunks("content.xml"):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise corrupt("内容无法解析") from error
    return Prescan(path, "ods", scan.sheets)


class ContentScan:
    """Handlers that follow tables, rows and cells with their repetitions."""

    def __init__(self, limits: Limits, *, calculated: bool):
        self.limits = limits
        self.calculated = calculated
        self.sheets: list[SheetNotes] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.notes: SheetNotes | None = None
        self.depth = 0
        self.row = self.column = 0
        self.row_repeat = self.cell_repeat = 1
        self.row_has_data = False
        self.columns: set[int] = set()
        self.error: list[str] | None = None
        self.ignored = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "tracked-changes":
            self.ignored += 1
        if self.ignored:
            return
        if tag in ("table-cell", "covered-table-cell"):
            if self.depth == 1:
                self._cell(attributes)
        elif tag == "table-row":
            if self.depth == 1:
                self._row(attributes)
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self._table(attributes)
        elif tag == "style":
            self.style = attributes.get("style:name", "")
        elif tag == "table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "tracked-changes":
            self.ignored -= 1
        if self.ignored:
            return
        if tag in ("table-cell", "covered-table-cell") and self.depth == 1:
            self._close_cell()
        elif tag == "table-row" and self.depth == 1:
            self._close_row()
        elif tag == "table":
            self.depth -= 1
            if self.depth == 0:
                self._close_table()

    def text(self, data: str) -> None:
        if self.error is not None:
            self.error.append(data)

    def _table(self, attributes: dict[str, str]) -> None:
        hidden = attributes.get("table:style-name") in self.hidden_styles
        name = attributes.get("table:name", "")
        self.notes = SheetNotes(name, "hidden" if hidden else "visible")
        self.sheets.append(self.notes)
        self.row, self.columns = 0, set()

    def _row(self, attributes: dict[str, str]) -> None:
        self.row_repeat = count(attributes.get("table:number-rows-repeated"))
        self.column, self.row_has_data = 0, False
        if attributes.get("table:visibility", "visible") != "visible":
            last = min(self.row + self.row_repeat, MAX_HIDDEN)
            self.notes.hidden_rows.update(range(self.row + 1, last + 1))

    def _cell(self, attributes: dict[str, str]) -> None:
        self.cell_repeat = count(attributes.get("table:number-columns-repeated"))
        kind = attributes.get("office:value-type") or attributes.get("calcext:value-type")
        if kind:
            self.row_has_data = True
            if self.cell_repeat > self.limits.columns:
                raise too_many_columns(self.notes.name, self.limits.columns)
            self.columns.update(range(self.column, self.column + self.cell_repeat))
        if attributes.get("calcext:value-type") == "error":
            self.error = []
        elif attributes.get("table:formula") and not kind and not self.calculated:
            self.notes.no_value.add((self.row + 1, self.column))
        spanned = count(attributes.get("table:number-rows-spanned"))
        if spanned > 1:
            right = self.column + count(attributes.get("table:number-columns-spanned")) - 1
            merge = (self.row + 1, self.column, self.row + spanned, right)
            self.notes.merges.append(merge)

    def _close_cell(self) -> None:
        if self.error is not None:
            text = "".join(self.error).strip()
            self.notes.errors[self.row + 1, self.column] = text or "#VALUE!"
            self.error = None
        self.column += self.cell_repeat

    def _close_row(self) -> None:
        if self.row_has_data:
            self.notes.rows += self.row_repeat
            self.notes.last_row = self.row + self.row_repeat
        self.row += self.row_repeat

    def _close_table(self) -> None:
        notes, limits = self.notes, self.limits
        if len(self.columns) > limits.columns:
            raise too_many_columns(notes.name, limits.columns)
        if sum(sheet.rows for sheet in self.sheets) > limits.rows + 1:
            raise too_many_rows(limits.rows)
        notes.last_column = max(self.columns, default=-1) + 1
        if notes.last_row * notes.last_column > limits.area:
            raise too_spread(notes.name, notes.last_row, notes.last_column)


def count(text: str | None) -> int:
    """A repetition as a number, at least 1."""
    try:
        return max(int(text), 1) if text else 1
    except ValueError:
        return 1
