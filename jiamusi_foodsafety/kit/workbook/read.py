"""Rows of a scanned workbook, one at a time, with the row numbers that Excel shows."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jiamusi_foodsafety.kit.workbook.cells import Cell, CellError, NoValue, Prescan, SheetNotes
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused, corrupt, encrypted

__all__ = ["Cell", "CellError", "NoValue", "Sheet", "read_sheets"]

# Any day: only the clock of it is used.
MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001 - a sheet's clock has no zone


@dataclass
class Sheet:
    """One sheet: its state, vertical merges, hidden rows, and its rows, lazily."""

    name: str
    state: str
    merges: list[tuple[int, int, int, int]]
    hidden_rows: set[int]
    far_cells: list[str] = field(default_factory=list)
    _rows: object = None

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """(row number from 1, cells from column A); empty rows at the end are dropped."""
        waiting: list[tuple[int, list[Cell]]] = []
        for number, row in self._rows():
            if row.count(None) == len(row):
                waiting.append((number, row))
                continue
            if waiting:
                yield from waiting
                waiting = []
            yield number, row


def read_sheets(path: str, prescan: Prescan) -> Iterator[Sheet]:
    """Each sheet in workbook order, hidden ones too (see `state`).

    Raises WorkbookRefused (E_CORRUPT, E_ENCRYPTED) where the parser gives up."""
    if prescan.kind == "csv":
        yield csv_sheet(path, prescan)
        return
    with guarded():
        from python_calamine import load_workbook

        source = io.BytesIO(prescan.clean) if prescan.clean is not None else path
        workbook = load_workbook(source)
        worksheets = [
            (meta.name, str(meta.visible).rpartition(".")[2])
            for meta in workbook.sheets_metadata
            if str(meta.typ).endswith("WorkSheet")
        ]
    for name, visible in worksheets:
        notes = prescan.sheet(name)
        state = {"Hidden": "hidden", "VeryHidden": "veryHidden"}.get(visible, notes.state)
        yield Sheet(
            name,
            state,
            notes.merges,
            notes.hidden_rows,
            notes.far_cells,
            lambda name=name, notes=notes: calamine_rows(workbook, name, notes),
        )


class guarded:
    """Whatever the parser throws, a BaseException of its too, becomes a refusal."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, trace) -> bool:
        if error is None or isinstance(
            error, WorkbookRefused | KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError
        ):
            return False
        if kind.__name__ == "PasswordError":
            raise encrypted() from None
        raise corrupt() from error


def calamine_rows(workbook, name: str, notes: SheetNotes) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of one sheet with the scan's notes put back where the parser shows a blank."""
    with guarded():
        sheet = workbook.get_sheet_by_name(name)
        indent = [None] * sheet.start[1] if sheet.start else []
        rows = iter(sheet.iter_rows()) if sheet.start else iter(())
    marks: dict[int, list[tuple[int, Cell]]] = {}
    for row, column in notes.no_value:
        marks.setdefault(row, []).append((column, NoValue))
    for (row, column), text in notes.errors.items():
        marks.setdefault(row, []).append((column, CellError(text)))
    number = 0
    while True:
        with guarded():
            values = next(rows, None)
        if values is None:
            break
        number += 1
        cells = indent + [cell if type(cell) is str and cell else convert(cell) for cell in values]
        if number in marks:
            mark(cells, marks.pop(number))
        yield number, cells
    # Rows that hold nothing but errors or uncalculated formulas are no rows to the parser.
    for row in sorted(marks):
        cells = []
        mark(cells, marks[row])
        yield row, cells


def mark(cells: list[Cell], notes: list[tuple[int, Cell]]) -> None:
    """Put notes into a row, widening it as needed; a calculated value stays."""
    for column, value in notes:
        if column >= len(cells):
            cells.extend([None] * (column + 1 - len(cells)))
        if cells[column] is None or type(value) is CellError:
            cells[column] = value


def convert(cell: object) -> Cell:
    """A parsed value as a cell: no empty text, no whole float, no duration."""
    if type(cell) is float:
        return int(cell) if cell.is_integer() else cell
    if cell == "":
        return None
    if isinstance(cell, timedelta):
        if timedelta(0) <= cell < timedelta(days=1):
            return (MIDNIGHT + cell).time()
        return str(cell)
    return cell


def csv_sheet(path: str, prescan: Prescan) -> Sheet:
    """The one sheet of a text table."""
    from jiamusi_foodsafety.kit.workbook.text import csv_unguarded, load, read_rows

    def rows() -> Iterator[tuple[int, list[Cell]]]:
        text, _encoding = load(path)
        for number, row in enumerate(read_rows(text, prescan.delimiter), start=1):
            yield number, [csv_unguarded(cell) or None if cell else None for cell in row]

    notes = prescan.sheets[0]
    return Sheet(notes.name, "visible", [], set(), [], rows)
