"""Sheets whose cells lie far apart: count what carries data, and copy without the strays."""

import io
import re
import zipfile
from collections.abc import Iterator

from jiamusi_foodsafety.kit.workbook.cells import SheetNotes, address, column_index
from jiamusi_foodsafety.kit.workbook.limits import Limits
from jiamusi_foodsafety.kit.workbook.package import Package
from jiamusi_foodsafety.kit.workbook.refusal import too_many_columns, too_spread
from jiamusi_foodsafety.kit.workbook.xlsx import (
    CELL_TYPE,
    ROW_NUMBER,
    RowPatterns,
    sheet_blocks,
    walk_cells,
)

SHARED = "xl/sharedstrings.xml"
# Columns from here on hold strays, not a table (the widest table has 200 columns).
FAR_COLUMN = 256
MAX_FAR_NAMED = 20
SHARED_ITEM = re.compile(
    rb"<(?:[\w.-]+:)?si(?=[\s/>])[^>]*?(?:/>|>(.*?)</(?:[\w.-]+:)?si>)", re.DOTALL
)
TAG = re.compile(rb"<[^>]*>")
ENCODING = re.compile(rb"""^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")


def has_more_rows(package: Package, parts: list[str], limit: int) -> bool:
    """Do surely more rows than the limit carry data? One cell a row is looked at: a quick no."""
    blanks = blank_strings(package)
    rows = 0
    for part in parts:
        for block, patterns in sheet_blocks(package.chunks(part)):
            for row in block.split(patterns.open_row)[1:]:
                for attributes, _letters, _number, body in map(
                    re.Match.groups, patterns.written_cell.finditer(row)
                ):
                    if carries_data(attributes, body, patterns, blanks):
                        rows += 1
                        break
            if rows > limit:
                return True
    return False


def measure(package: Package, notes: SheetNotes, part: str, limits: Limits) -> bool:
    """Count rows and columns that carry data; true if stray cells must be left out."""
    blanks = blank_strings(package)
    columns: set[int] = set()
    rows = last_row = last_column = previous = 0
    far: list[str] = []
    strays = False
    for row, column, attributes, body, patterns in written_cells(package, part):
        has_data = carries_data(attributes, body, patterns, blanks)
        if has_data:
            columns.add(column)
            if len(columns) > limits.columns:
                raise too_many_columns(notes.name, limits.columns)
            if row != previous:
                rows, previous = rows + 1, row
        if is_far(row, column, limits):
            strays = True
            if has_data and len(far) < MAX_FAR_NAMED:
                far.append(address(row, column))
        else:
            last_row, last_column = max(last_row, row), max(last_column, column + 1)
    notes.rows = rows
    notes.far_cells = far
    notes.last_row, notes.last_column = last_row, last_column
    if last_row * last_column > limits.area:
        raise too_spread(notes.name, last_row, last_column)
    return strays


def is_far(row: int, column: int, limits: Limits) -> bool:
    """Does a cell lie where no table reaches?"""
    return column >= FAR_COLUMN or row > limits.rows * 2


def blank_strings(package: Package) -> set[bytes]:
    """Indices of shared strings that hold nothing but white space."""
    blanks, index = set(), 0
    if SHARED not in package.entries:
        return blanks
    buffer = b""
    for chunk in package.chunks(SHARED):
        buffer += chunk
        end = 0
        for match in SHARED_ITEM.finditer(buffer):
            if not TAG.sub(b"", match[1] or b"").strip():
                blanks.add(b"%d" % index)
            index += 1
            end = match.end()
        buffer = buffer[end:]
    return blanks


def written_cells(
    package: Package, part: str
) -> Iterator[tuple[int, int, bytes, bytes, RowPatterns]]:
    """The cells of a sheet that have any content: the reader makes room for them."""
    row = 0
    for block, patterns in sheet_blocks(package.chunks(part)):
        before, row = row, last_row_number(block, patterns, row)
        if patterns.close_cell not in block:
            continue  # nothing but formats
        if block.count(patterns.open_cell + b' r="') == block.count(patterns.open_cell):
            # The usual spelling: the millions of blank cells of a formatted sheet take no time.
            for attributes, letters, number, body in patterns.written_cell.findall(block):
                yield int(number), column_index(letters), attributes, body, patterns
        else:
            for number, column, match in walk_cells(block, patterns, before):
                if match[2]:
                    yield number, column, match[1], match[2], patterns


def last_row_number(block: bytes, patterns: RowPatterns, row: int) -> int:
    """The number of the last row of a block."""
    last = block.rfind(patterns.open_row)
    if last < 0:
        return row
    named = ROW_NUMBER.search(block[last : block.find(b">", last)])
    return int(named[1]) if named else row + block.count(patterns.open_row)


def carries_data(attributes: bytes, body: bytes, patterns: RowPatterns, blanks: set[bytes]) -> bool:
    """Does the cell hold anything that a person would see?"""
    values = [value.strip() for value in patterns.value.findall(body)]
    if not any(values):
        return False
    kind = CELL_TYPE.search(attributes)
    return not (kind and kind[1] == b"s" and values[0] in blanks)


def clean_copy(package: Package, wide: list[str], strays: dict[str, bool]) -> bytes:
    """The package again, in UTF-8 and without the stray cells, for the reader."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for name, info in package.entries.items():
            if "/media/" in name or "/embeddings/" in name:
                continue
            clean = info.filename.replace("\\", "/").lstrip("/")
            with copy.open(clean, "w") as entry:
                if strays.get(name):
                    for block in without_strays(package, name):
                        entry.write(block)
                else:
                    first = True
                    for chunk in package.chunks(name):
                        entry.write(
                            ENCODING.sub(rb"\1", chunk) if first and name in wide else chunk
                        )
                        first = False
    return target.getvalue()


def without_strays(package: Package, part: str) -> Iterator[bytes]:
    """The sheet's text without its far cells."""
    row, first = 0, True
    for block, patterns in sheet_blocks(package.chunks(part)):
        kept, position = [], 0
        for number, column, match in walk_cells(block, patterns, row):
            row = number
            if is_far(number, column, package.limits):
                kept.append(block[position : match.start()])
                position = match.end()
        kept.append(block[position:])
        text = b"".join(kept)
        yield ENCODING.sub(rb"\1", text) if first else text
        first = False
