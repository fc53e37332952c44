"""One row of cells to one row of values: cleaners by column; a ledger adds its rules over the row."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from jiamusi_foodsafety.kit.codes import mask_id_cards
from jiamusi_foodsafety.kit.ledger import clean
from jiamusi_foodsafety.kit.ledger.columns import Column
from jiamusi_foodsafety.kit.ledger.headings import Matching
from jiamusi_foodsafety.kit.ledger.staging import cell_text, copy_line, escaped, raw_json
from jiamusi_foodsafety.kit.ledger.words import CLEAR_WORD

MEMO_SIZE = 20_000
# A staged row begins with these and ends with `cleared` and `raw`.
INDEX, SHEET, ROW, REFUSED = range(4)


class Layout:
    """Where the values of a row stand: `staged`, the columns of the staging table in order, and behind
    them, until the row is finished, the `late` ones that hang on other cells.

    `staged_as`: staged names unlike the column's key. `unique`: columns whose values are nearly all
    different, so that none is remembered. `not_clearable` columns must keep a value; a 清空 in a `silent`
    one says nothing by itself.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        staged: Sequence[str],
        *,
        late: Sequence[str],
        staged_as: Mapping[str, str] | None = None,
        unique: Iterable[str] = (),
        not_clearable: Iterable[str] = (),
        silent: Iterable[str] = (),
    ) -> None:
        self.columns = tuple(columns)
        self.by_key = {column.key: column for column in columns}
        self.at = {name: place for place, name in enumerate(staged)}
        self.size, self.late_size = len(staged), len(late)
        self.staged_as = staged_as or {}
        self.late_at = {key: place for place, key in enumerate(late, start=self.size)}
        self.unique, self.not_clearable = frozenset(unique), frozenset(not_clearable)
        self.silent = frozenset(silent)

    def place(self, key: str) -> int:
        """Where a column's clean value goes."""
        late = self.late_at.get(key)
        return self.at[self.staged_as.get(key, key)] if late is None else late


class Memo(dict):
    """The clean values of one column by its cells; a cell not seen before is cleaned.

    Only values without findings are kept; 0 and 1 never, since False and True equal them.
    """

    def __init__(self, reader: "RowReader", key: str, cleaner: Callable, *, keep: bool) -> None:
        super().__init__({None: None})
        self.reader, self.key, self.cleaner, self.keep = reader, key, cleaner, keep

    def tell(self, code: str, message: str) -> None:
        """Note a finding of this column."""
        self.reader.found.append((self.key, code, message))

    def __missing__(self, cell: object) -> object:
        if is_clear(cell):
            return self.reader.clear(self.key)
        found = self.reader.found
        before = len(found)
        value = self.cleaner(cell, self.tell)
        if self.keep and len(found) == before and cell not in {0, 1}:
            if len(self) >= MEMO_SIZE:
                self.clear()
                self[None] = None
            self[cell] = value
        return value


class RowReader:
    """Reads the rows of one sheet; `found` holds the findings of the row read last.

    A ledger gives its `layout`, the cleaner of each column, and `finish_row`.
    """

    layout: Layout

    def __init__(self, matching: Matching, sheet: str, context: object) -> None:
        layout = self.layout
        self.sheet = " ".join(sheet.split())[:64]
        self.context = context
        self.found: list[tuple[str, str, str]] = []
        self.cleared: list[str] = []
        self.columns = {key: heading.column for key, heading in matching.fields.items()}
        self.headings = {key: heading.text for key, heading in matching.fields.items()}
        self.steps = [
            self._step(column, self.headings[column.key])
            for column in layout.columns
            if column.key in self.columns
        ]
        self.memo_steps = [step for step in self.steps if step[2].keep]
        self.unique_steps = [step for step in self.steps if not step[2].keep]
        self.width = 1 + max(column for column, _, _ in self.steps)
        self.staged_size = layout.size
        self.raw_at = layout.at["raw"]
        self.blank: list[str | None] = [None] * (layout.size + layout.late_size)
        self.blank[SHEET] = self.sheet
        self.blank[layout.at["cleared"]] = "{}"

    def make_cleaner(self, column: Column, heading: str) -> Callable:
        """The cleaner of one column by its kind; the heading may name a unit."""
        raise NotImplementedError

    def finish_row(self, number: int, values: list, late: list) -> None:
        """The rules that look at more than one cell."""
        raise NotImplementedError

    def tell(self, field: str, code: str, message: str) -> None:
        """Note a finding of the row at hand."""
        self.found.append((field, code, message))

    def _step(self, column: Column, heading: str) -> tuple[int, int, Memo]:
        """What happens to one column: where its cell is, where its value goes, how it is made."""
        key = column.key
        cleaner = self.make_cleaner(column, heading)
        keep = key not in self.layout.unique
        return self.columns[key], self.layout.place(key), Memo(self, key, cleaner, keep=keep)

    def clear(self, key: str) -> None:
        """A cell that says 清空."""
        if key in self.layout.not_clearable:
            self.tell(key, "R_REQUIRED", f"{self.layout.by_key[key].heading}不能清空。请填写。")
        elif key not in self.layout.silent:
            self.cleared.append(key)

    def read(self, number: int, cells: list) -> list[str | None]:
        """The staged values of one row (index, is_refused and raw are set by `line`)."""
        values = self.blank.copy()
        self.found.clear()
        self.cleared.clear()
        if len(cells) < self.width:
            cells = cells + [None] * (self.width - len(cells))
        for column, at, memo in self.memo_steps:
            values[at] = memo[cells[column]]
        for column, at, memo in self.unique_steps:
            cell = cells[column]
            if cell is not None:
                values[at] = (
                    self.clear(memo.key) if is_clear(cell) else memo.cleaner(cell, memo.tell)
                )
        late = values[self.staged_size :]
        del values[self.staged_size :]
        values[ROW] = str(number)
        self.finish_row(number, values, late)
        return values

    def line(self, values: list, cells: Sequence[object], index: int) -> str:
        """COPY text of the row; sets what depends on its findings."""
        values[INDEX] = str(index)
        if self.found:
            values[REFUSED] = "t" if any(code[0] == "R" for _, code, _ in self.found) else "f"
            values[self.raw_at] = raw_json(cells)
        else:
            values[REFUSED] = "f"
        return copy_line(values)

    def finding_lines(self, values: list, cells: Sequence[object]) -> list[str]:
        """COPY text of the row's findings."""
        lines = []
        for field, code, message in self.found:
            column = self.columns.get(field, -1)
            cell = cells[column] if 0 <= column < len(cells) else None
            heading = self.headings.get(field) or self.layout.by_key[field].heading
            finding = (values[INDEX], self.sheet, values[ROW], heading, field,
                       mask_value(cell), code, mask_id_cards(message))  # fmt: skip
            lines.append("\t".join(map(escaped, finding)))
        return lines


def is_clear(cell: object) -> bool:
    """Whether a cell says 清空, whatever spaces stand around it."""
    return cell.__class__ is str and len(cell) < 9 and clean.tidy(cell) == CLEAR_WORD


def mask_value(cell: object) -> str:
    """A cell's text for a finding: masked, not endless."""
    return mask_id_cards(cell_text(cell)[:2000])[:500]
