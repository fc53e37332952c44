"""What a cell can be, and the notes a scan takes about a sheet."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache


@dataclass(frozen=True)
class CellError:
    """An error that the sheet itself shows, such as #N/A."""

    text: str

    def __str__(self) -> str:
        return self.text


class NoValueType:
    """A formula that was never calculated: the file holds no value for it."""

    def __repr__(self) -> str:
        return "NoValue"

    def __bool__(self) -> bool:
        return False


NoValue = NoValueType()

Cell = None | str | int | float | bool | date | datetime | time | CellError | NoValueType


@dataclass
class SheetNotes:
    """What the scan saw in one sheet; rows count from 1 as Excel shows, columns from 0."""

    name: str
    state: str = "visible"
    hidden_rows: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    no_value: set[tuple[int, int]] = field(default_factory=set)
    # (first row, first column, last row, last column), only those over more than one row
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: int = 0  # rows that carry data
    last_row: int = 0
    last_column: int = 0  # number of columns up to the last with data
    # addresses of stray cells far outside the table that are left unread
    far_cells: list[str] = field(default_factory=list)


@dataclass
class Prescan:
    """The outcome of a scan: the kind by content, and what the reader must know."""

    path: str
    kind: str
    sheets: list[SheetNotes] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    # bytes of a cleaned copy, where the reader cannot take the file as it is
    clean: object | None = None

    def sheet(self, name: str) -> SheetNotes:
        """The notes of one sheet; empty notes for an unknown name."""
        for notes in self.sheets:
            if notes.name == name:
                return notes
        return SheetNotes(name)


@cache
def column_index(letters: bytes | str) -> int:
    """Column letters to a number from 0: A → 0, AA → 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + (letter if isinstance(letter, int) else ord(letter)) - 64
    return number - 1


def column_letters(index: int) -> str:
    """Number from 0 to column letters: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Excel's name of a cell: row from 1, column from 0."""
    return f"{column_letters(column)}{row}"
