"""OLE2 files: Excel 97-2003 workbooks, or encrypted packages."""

import struct

from jiamusi_foodsafety.kit.workbook.cells import Prescan, SheetNotes
from jiamusi_foodsafety.kit.workbook.limits import Limits
from jiamusi_foodsafety.kit.workbook.refusal import (
    corrupt,
    encrypted,
    too_many_columns,
    too_many_rows,
    too_spread,
    wrong_type,
)

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
          0x24: "#NUM!", 0x2A: "#N/A"}  # fmt: skip
EOF = 0x0A
DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - public, part of the file format
STATES = {1: "hidden", 2: "veryHidden"}
FORMULA, BOOLERR, ROW, MULRK, MERGED, FILEPASS, BOUNDSHEET, BOF = (
    0x06, 0x205, 0x208, 0xBD, 0xE5, 0x2F, 0x85, 0x809,
)  # fmt: skip
# RK, NUMBER, LABELSST, LABEL, RSTRING: one cell with a value
VALUES = {0x27E, 0x203, 0xFD, 0x204, 0xD6}


def scan_ole(path: str, limits: Limits) -> Prescan:
    """Scan an OLE2 container: E_ENCRYPTED, E_TYPE for other documents, else the workbook."""
    import olefile

    try:
        with olefile.OleFileIO(path) as ole:
            locked = ole.exists("EncryptedPackage") or ole.exists("EncryptionInfo")
            name = next((n for n in ("Workbook", "Book") if ole.exists(n)), None)
            if name is None and not locked:
                raise wrong_type("文件是 Office 97-2003 的其他文档，不是表格")
            data = b"" if locked else ole.openstream(name).read()
    except (OSError, ValueError, IndexError, struct.error, TypeError) as error:
        raise corrupt() from error
    if locked or is_locked(data):
        return scan_unlocked(path, limits)
    found = Prescan(path, "xls")
    # The older stream "Book" (Excel 5) has other records: the parser alone reads it.
    if name == "Workbook":
        found.sheets = scan_biff(data, limits)
    return found


def is_locked(data: bytes) -> bool:
    """Does the workbook stream announce a password?"""
    for kind, _start, _length in records(data, 0):
        if kind == FILEPASS:
            return True
        if kind in (BOUNDSHEET, EOF):
            break
    return False


def scan_unlocked(path: str, limits: Limits) -> Prescan:
    """Open with the password that Excel itself uses when only editing is protected.

    Raises E_ENCRYPTED for every other password."""
    import io
    import tempfile

    import msoffcrypto

    from jiamusi_foodsafety.kit.workbook.prescan import prescan

    target = io.BytesIO()
    try:
        with open(path, "rb") as source:
            book = msoffcrypto.OfficeFile(source)
            book.load_key(password=DEFAULT_PASSWORD)
            book.decrypt(target)
    except Exception as error:
        raise encrypted() from error
    content = target.getvalue()
    if not content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or content == b"":
        raise encrypted()
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(content)
        copy.flush()
        found = prescan(copy.name, limits=limits)
    found.path = path
    found.clean = found.clean or content
    return found


def scan_biff(data: bytes, limits: Limits) -> list[SheetNotes]:
    """Notes of every sheet of a BIFF8 stream."""
    if data[:2] != b"\x09\x08":
        raise corrupt()
    sheets = []
    for kind, start, _length in records(data, 0):
        if kind == BOUNDSHEET:
            offset, state, sort = struct.unpack_from("<IBB", data, start)
            wide = data[start + 7] & 1
            size = data[start + 6] * (2 if wide else 1)
            raw = data[start + 8 : start + 8 + size]
            text = raw.decode("utf-16-le" if wide else "latin-1", "replace")
            sheets.append((offset, sort, SheetNotes(text, STATES.get(state & 3, "visible"))))
        if kind == EOF:
            break
    for offset, sort, notes in sheets:
        if sort == 0:
            scan_sheet(data, offset, notes, limits)
    if sum(notes.rows for _offset, _sort, notes in sheets) > limits.rows + 1:
        raise too_many_rows(limits.rows)
    return [notes for _offset, _sort, notes in sheets]


def records(data: bytes, position: int):
    """(kind, start of the body, length) of each record."""
    unpack, size = struct.Struct("<HH").unpack_from, len(data)
    while position + 4 <= size:
        kind, length = unpack(data, position)
        yield kind, position + 4, length
        position += 4 + length


def scan_sheet(data: bytes, offset: int, notes: SheetNotes, limits: Limits) -> None:
    """Walk the records of one sheet up to its end."""
    place = struct.Struct("<HH").unpack_from
    rows: set[int] = set()
    columns: set[int] = set()
    depth = 0
    for kind, start, length in records(data, offset):
        if kind in VALUES:
            row, column = place(data, start)
        elif kind == FORMULA:
            row, column = place(data, start)
            note_formula(data, start, (row + 1, column), notes)
        elif kind == BOOLERR:
            row, column = place(data, start)
            if data[start + 7]:
                notes.errors[row + 1, column] = ERRORS.get(data[start + 6], "#VALUE!")
        elif kind == MULRK:
            row, column = place(data, start)
            columns.update(range(column, column + (length - 6) // 6))
        elif kind == BOF:
            depth += 1
            continue
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                break
            continue
        else:
            note_layout(data, kind, start, notes)
            continue
        # Charts embedded in the sheet have cells of their own.
        if depth == 1:
            rows.add(row)
            columns.add(column)
    notes.rows = len(rows)
    notes.last_row = max(rows, default=-1) + 1
    notes.last_column = max(columns, default=-1) + 1
    if len(columns) > limits.columns:
        raise too_many_columns(notes.name, limits.columns)
    if notes.last_row * notes.last_column > limits.area:
        raise too_spread(notes.name, notes.last_row, notes.last_column)


def note_formula(data: bytes, start: int, place: tuple[int, int], notes: SheetNotes) -> None:
    """The cached result of a formula where it is an error."""
    if data[start + 12 : start + 14] == b"\xff\xff" and data[start + 6] == 2:
        notes.errors[place] = ERRORS.get(data[start + 8], "#VALUE!")


def note_layout(data: bytes, kind: int, start: int, notes: SheetNotes) -> None:
    """Hidden rows and merges."""
    if kind == ROW:
        if data[start + 12] & 0x20:
            notes.hidden_rows.add(struct.unpack_from("<H", data, start)[0] + 1)
    elif kind == MERGED:
        (count,) = struct.unpack_from("<H", data, start)
        for index in range(count):
            top, bottom, left, right = struct.unpack_from("<4H", data, start + 2 + 8 * index)
            if bottom > top:
                notes.merges.append((top + 1, left, bottom + 1, right))
