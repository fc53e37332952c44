"""One pass over the sheets of an .xlsx: where its data lie, and what the reader would hide."""

import posixpath
import re
from collections.abc import Iterator
from itertools import chain
from xml.etree import ElementTree

from jiamusi_foodsafety.kit.workbook.cells import SheetNotes, column_index, column_letters
from jiamusi_foodsafety.kit.workbook.limits import MB, Limits
from jiamusi_foodsafety.kit.workbook.package import Package
from jiamusi_foodsafety.kit.workbook.refusal import corrupt

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
MAX_SMALL_PART = 10 * MB
MAX_HEAD = 64 * 1024
MAX_ROW_BYTES = 32 * MB
MAX_NOTES = 4_000_000
MAX_MERGES = 100_000
STATES = {"hidden": "hidden", "veryhidden": "veryHidden"}


class RowPatterns:
    """The regular expressions of a sheet whose elements carry this namespace prefix."""

    def __init__(self, prefix: bytes):
        p = re.escape(prefix)
        self.open_row = b"<" + prefix + b"row"
        self.close_row = b"</" + prefix + b"row>"
        self.open_cell = b"<" + prefix + b"c"
        self.close_cell = b"</" + prefix + b"c>"
        self.open_formula = b"<" + prefix + b"f"
        self.ends = (b"</" + prefix + b"sheetData>", b"<" + prefix + b"sheetData/>")
        self.row = re.compile(b"<" + p + rb"row(?=[\s/>])([^>]*)>")
        self.plain_cell = re.compile(b"<" + p + rb'c r="([A-Z]+)[0-9]+"')
        self.cell = re.compile(
            b"<" + p + rb"c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</" + p + b"c>)", re.DOTALL
        )
        self.written_cell = re.compile(
            b"<" + p + rb'c( r="([A-Z]{1,3})([0-9]{1,7})"[^>]*)(?<!/)>(.+?)</' + p + b"c>",
            re.DOTALL,
        )
        self.error_cell = re.compile(
            b"<" + p + rb"c(?=\s)([^>]*?\st\s*=\s*[\"']e[\"'][^>]*?)(?:/>|>(.*?)</" + p + b"c>)",
            re.DOTALL,
        )
        self.formula_cell = re.compile(
            b"<" + p + rb"c(?=[\s>])([^>]*[^>/]|)>\s*<" + p + rb"f(?=[\s/>])[^>]*?(?:/>|>[^<]*</"
            + p + rb"f>)\s*(?:<" + p + rb"v\s*/>|<" + p + rb"v(?:\s[^>]*)?>([^<]*)</" + p + rb"v>|)"
        )  # fmt: skip
        self.value = re.compile(
            b"<" + p + rb"(?:v|t)(?:\s[^>]*[^/>])?>([^<]*)</" + p + rb"(?:v|t)>"
        )
        self.merge = re.compile(
            b"<" + p + rb"mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)"
        )


REFERENCE = re.compile(rb"""(?:^|\s)r\s*=\s*["']\$?([A-Za-z]{1,3})\$?([0-9]{1,7})["']""")
ROW_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["']([0-9]{1,7})["']""")
HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true|on)["']""")
CELL_TYPE = re.compile(rb"""(?:^|\s)t\s*=\s*["'](\w+)["']""")
ROOT = re.compile(rb"<(?:([\w.-]+):)?worksheet[\s>/]")


def find_sheets(package: Package) -> list[tuple[SheetNotes, str]]:
    """The sheets in workbook order with the part that holds each ("" for a lost one)."""
    workbook = parse_small(package, WORKBOOK)
    targets = find_targets(package, RELATIONS)
    sheets = []
    for element in workbook.iter():
        if local(element.tag) != "sheet":
            continue
        relation_id = next((v for k, v in element.attrib.items() if local(k) == "id"), None)
        state = STATES.get(element.get("state", "").lower(), "visible")
        part = targets.get(relation_id, "")
        sheets.append((SheetNotes(element.get("name", ""), state), part))
    if not sheets:
        raise corrupt("工作簿中没有工作表")
    return sheets


def find_targets(package: Package, relations: str) -> dict[str, str]:
    """Relation ids of the workbook with the clean names of the parts they mean."""
    targets = {}
    for relation in parse_small(package, relations).iter():
        if local(relation.tag) == "Relationship":
            target = relation.get("Target", "").replace("\\", "/")
            joined = target if target.startswith("/") else posixpath.join("xl", target)
            name = posixpath.normpath(joined).lstrip("/").lower()
            targets[relation.get("Id", "")] = name
    return targets


def parse_small(package: Package, name: str) -> ElementTree.Element:
    """A small part as a tree; DTDs have been refused before the parser sees it."""
    if name not in package.entries:
        raise corrupt("缺少工作簿目录")
    if package.entries[name].file_size > MAX_SMALL_PART:
        raise corrupt("工作簿目录过大")
    text = re.sub(rb"^\s*<\?xml.*?\?>", b"", package.read(name), count=1, flags=re.DOTALL)
    try:
        return ElementTree.fromstring(text.lstrip(b"\xef\xbb\xbf"))  # noqa: S314 - see above
    except ElementTree.ParseError as error:
        raise corrupt("工作簿目录无法解析") from error


def local(tag: str) -> str:
    """An element's or attribute's name without its namespace."""
    return tag.rpartition("}")[2]


def row_blocks(chunks: Iterator[bytes], patterns: RowPatterns) -> Iterator[bytes]:
    """The sheet in blocks that end after a whole row."""
    held: list[bytes] = []  # pieces without the end of a row, joined only where one is found
    size, tail, in_row = 0, b"", False
    for chunk in chunks:
        window = tail + chunk
        cut = window.rfind(patterns.close_row)
        if cut >= 0:
            cut += len(patterns.close_row)
        else:
            # Rows without cells close themselves: all before the last opening is whole.
            cut = window.rfind(patterns.open_row)
            in_row = in_row or cut >= 0
        if cut < 0 and size > MB and not in_row:
            cut = window.rfind(b">") + 1
        cut += size - len(tail)  # in all that is held
        held.append(chunk)
        size += len(chunk)
        if cut <= 0 or cut <= size - len(window):
            if size > MAX_ROW_BYTES:
                raise corrupt("单行内容过大")
            tail = window[-64:]
            continue
        buffer = b"".join(held)
        yield buffer[:cut]
        held = [buffer[cut:]]
        size, tail = len(held[0]), held[0][-64:]
        in_row = patterns.open_row in held[0]
    yield b"".join(held)


def sheet_blocks(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, RowPatterns]]:
    """Blocks of whole rows with the patterns that fit the sheet's namespace prefix."""
    head = b""
    for chunk in chunks:
        head += chunk
        if ROOT.search(head) or len(head) > MAX_HEAD:
            break
    found = ROOT.search(head)
    patterns = RowPatterns(found[1] + b":" if found and found[1] else b"")
    for block in row_blocks(chain([head], chunks), patterns):
        yield block, patterns


class SheetScan:
    """Notes of one sheet, taken block by block."""

    def __init__(self, notes: SheetNotes, limits: Limits):
        self.notes = notes
        self.limits = limits
        self.columns: set[bytes] = set()
        self.row = 0
        self.rows = 0
        self.rows_done = False

    def run(self, chunks: Iterator[bytes]) -> None:
        """Read the whole sheet once."""
        for block, patterns in sheet_blocks(chunks):
            self.take(block, patterns)
        self.notes.rows = self.rows
        self.notes.last_column = 1 + max(map(column_index, self.columns), default=-1)

    def take(self, block: bytes, patterns: RowPatterns) -> None:
        """Notes from one block; what follows the rows may look like rows and is none."""
        if not self.rows_done:
            end = max(block.find(mark) for mark in patterns.ends)
            rows = block if end < 0 else block[:end]
            if patterns.open_row in rows:
                self._take_rows(rows, patterns)
            if end < 0:
                return
            self.rows_done = True
            block = block[end:]
        for left, top, right, bottom in patterns.merge.findall(block):
            if top != bottom and len(self.notes.merges) < MAX_MERGES:
                merge = (int(top), column_index(left), int(bottom), column_index(right))
                self.notes.merges.append(merge)

    def _take_rows(self, rows: bytes, patterns: RowPatterns) -> None:
        first = self.row
        pieces = rows.split(patterns.open_row)
        for piece in pieces[1:]:
            attributes = piece[: piece.find(b">")]
            number = ROW_NUMBER.search(attributes)
            self.row = int(number[1]) if number else self.row + 1
            if b"hidden" in attributes and HIDDEN.search(attributes):
                self.notes.hidden_rows.add(self.row)
            # The last cell of a row tells how far it reaches; a row of formats has none.
            last = piece.rfind(patterns.open_cell)
            if last < 0:
                continue
            self.rows += 1
            self.notes.last_row = max(self.notes.last_row, self.row)
            plain = patterns.plain_cell.match(piece, last)
            if plain:
                self.columns.add(plain[1])
            else:
                self._take_odd_cells(patterns.open_row + piece, patterns)
        if b'"e"' in rows or b"'e'" in rows:
            self._take_errors(rows, patterns, first)
        if patterns.open_formula in rows:
            self._take_formulas(rows, patterns, first)
        if len(self.notes.errors) + len(self.notes.no_value) > MAX_NOTES:
            raise corrupt("错误值过多")

    def _take_odd_cells(self, row: bytes, patterns: RowPatterns) -> None:
        for _row, column, _match in walk_cells(row, patterns, self.row):
            self.columns.add(column_letters(column).encode())

    def _take_errors(self, rows: bytes, patterns: RowPatterns, first: int) -> None:
        for attributes, body, place in located(patterns.error_cell, rows, patterns, first):
            kind = CELL_TYPE.search(attributes)
            if kind and kind[1] == b"e":
                found = patterns.value.search(body or b"")
                text = found[1].decode("utf-8", "replace").strip() if found else ""
                self.notes.errors[place] = text or "#VALUE!"

    def _take_formulas(self, rows: bytes, patterns: RowPatterns, first: int) -> None:
        for attributes, value, place in located(patterns.formula_cell, rows, patterns, first):
            if value and value.strip():
                continue
            kind = CELL_TYPE.search(attributes)
            if kind and kind[1] == b"e":
                continue
            # A formula that gives an empty text has a value: t="str" with an empty <v>.
            if value is not None and kind and kind[1] == b"str":
                continue
            self.notes.no_value.add(place)


def located(
    pattern: re.Pattern, rows: bytes, patterns: RowPatterns, first: int
) -> Iterator[tuple[bytes, bytes | None, tuple[int, int]]]:
    """Matches with (row, column) of the cell, also where cells do not name themselves."""
    index: dict[int, tuple[int, int]] | None = None
    for match in pattern.finditer(rows):
        reference = REFERENCE.search(match[1])
        if reference:
            yield match[1], match[2], (int(reference[2]), column_index(reference[1]))
            continue
        if index is None:
            index = {
                start: (row, column) for row, column, start in cell_starts(rows, patterns, first)
            }
        place = index.get(match.start())
        if place:
            yield match[1], match[2], place


def cell_starts(rows: bytes, patterns: RowPatterns, first: int) -> Iterator[tuple[int, int, int]]:
    """Row, column and offset of each cell of a block."""
    for row, column, match in walk_cells(rows, patterns, first):
        yield row, column, match.start()


def walk_cells(
    rows: bytes, patterns: RowPatterns, first: int
) -> Iterator[tuple[int, int, re.Match]]:
    row, starts = first, list(patterns.row.finditer(rows))
    for number, start in enumerate(starts):
        named = ROW_NUMBER.search(start[1])
        row = int(named[1]) if named else row + 1
        end = starts[number + 1].start() if number + 1 < len(starts) else len(rows)
        column = -1
        for match in patterns.cell.finditer(rows, start.end(), end):
            reference = REFERENCE.search(match[1])
            column = column_index(reference[1]) if reference else column + 1
            yield (int(reference[2]) if reference else row), column, match
