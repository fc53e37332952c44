"""Binary workbooks (.xlsb): the same notes, taken from their records."""

import struct
from collections.abc import Iterator

from jiamusi_foodsafety.kit.workbook.cells import Prescan, SheetNotes
from jiamusi_foodsafety.kit.workbook.limits import Limits
from jiamusi_foodsafety.kit.workbook.package import Package
from jiamusi_foodsafety.kit.workbook.refusal import (
    corrupt,
    too_many_columns,
    too_many_rows,
    too_spread,
)
from jiamusi_foodsafety.kit.workbook.xls import ERRORS, STATES
from jiamusi_foodsafety.kit.workbook.xlsx import find_targets

WORKBOOK = "xl/workbook.bin"
RELATIONS = "xl/_rels/workbook.bin.rels"
ROW, BLANK, BUNDLE_SHEET, MERGE = 0, 1, 156, 176
# Cells with a value: 2 number, 4 truth, 5 real, 6 text, 7 shared text, 8-10 formulas, 62 rich
VALUES = {2, 4, 5, 6, 7, 8, 9, 10, 62}
CELL_ERRORS = {3, 11}


def scan_xlsb(path: str, package: Package, limits: Limits) -> Prescan:
    """Scan an .xlsb package; every part is inflated and checked once."""
    targets = find_targets(package, RELATIONS)
    found = Prescan(path, "xlsb")
    scanned = set()
    for notes, relation in find_sheets(package):
        found.sheets.append(notes)
        part = targets.get(relation, "")
        if part in package.entries and part not in scanned:
            scanned.add(part)
            scan_sheet(package, part, notes, limits)
    for name in package.entries:
        if name not in scanned:
            for _chunk in package.chunks(name):
                pass
    if sum(notes.rows for notes in found.sheets) > limits.rows + 1:
        raise too_many_rows(limits.rows)
    return found


def find_sheets(package: Package) -> Iterator[tuple[SheetNotes, str]]:
    """Each sheet's name and state with the id of its relation."""
    for kind, body in records(package.chunks(WORKBOOK)):
        if kind == BUNDLE_SHEET:
            state = STATES.get(struct.unpack_from("<I", body)[0], "visible")
            relation, position = wide_string(body, 8)
            name, _position = wide_string(body, position)
            yield SheetNotes(name, state), relation


def wide_string(body: bytes, position: int) -> tuple[str, int]:
    """A counted UTF-16 text and where it ends."""
    (length,) = struct.unpack_from("<I", body, position)
    if length == 0xFFFFFFFF:
        return "", position + 4
    end = position + 4 + 2 * length
    if end > len(body):
        raise corrupt("工作簿目录无法解析")
    return body[position + 4 : end].decode("utf-16-le", "replace"), end


def records(chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of each record; a torn one at the end is E_CORRUPT."""
    buffer, position = b"", 0
    for chunk in chunks:
        buffer, position = buffer[position:] + chunk, 0
        while (header := record_header(buffer, position)) is not None:
            kind, start, length = header
            if start + length > len(buffer):
                break
            yield kind, buffer[start : start + length]
            position = start + length
    if position < len(buffer):
        raise corrupt("记录不完整")


def record_header(buffer: bytes, position: int) -> tuple[int, int, int] | None:
    """Kind, start and length of the record at a position, None where the buffer ends."""
    if position + 6 > len(buffer):
        # A header takes at most 6 bytes; pad so that the last short record can be read.
        if position + 2 > len(buffer):
            return None
        buffer += b"\0" * 6
    kind = buffer[position]
    position += 1
    if kind & 0x80:
        kind = (kind & 0x7F) | (buffer[position] << 7)
        position += 1
    length = shift = 0
    for _ in range(4):
        byte = buffer[position]
        position += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    return kind, position, length


def scan_sheet(package: Package, part: str, notes: SheetNotes, limits: Limits) -> None:
    """Walk the records of one sheet."""
    number = struct.Struct("<I").unpack_from
    columns: set[int] = set()
    row = 0
    for kind, body in records(package.chunks(part)):
        if kind == ROW:
            row = number(body)[0] + 1
            if body[11] & 0x10:
                notes.hidden_rows.add(row)
        elif kind in VALUES or kind in CELL_ERRORS:
            column = number(body)[0]
            columns.add(column)
            if kind in CELL_ERRORS:
                notes.errors[row, column] = ERRORS.get(body[8], "#VALUE!")
            if row != notes.last_row:
                notes.rows, notes.last_row = notes.rows + 1, max(row, notes.last_row)
        elif kind == MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            if bottom > top:
                notes.merges.append((top + 1, left, bottom + 1, right))
    if len(columns) > limits.columns:
        raise too_many_columns(notes.name, limits.columns)
    notes.last_column = max(columns, default=-1) + 1
    if notes.last_row * notes.last_column > limits.area:
        raise too_spread(notes.name, notes.last_row, notes.last_column)
