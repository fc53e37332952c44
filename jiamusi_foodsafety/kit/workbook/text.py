"""Text tables: find the encoding and the separator of a .csv."""

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from jiamusi_foodsafety.kit.workbook.cells import Prescan, SheetNotes
from jiamusi_foodsafety.kit.workbook.limits import Limits
from jiamusi_foodsafety.kit.workbook.refusal import (
    WorkbookRefused,
    corrupt,
    too_many_columns,
    too_many_rows,
    wrong_type,
)

SEPARATORS = (",", ";", "\t")
SAMPLE_LINES = 50
# The first line by which Excel is told the separator; it shows it not as a row.
SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?')
# A last line of our own: where it is no row of its own, a quote was never closed.
END = "\x1f"
# Excel itself holds no more in a cell; more means a quote that is never closed.
MAX_FIELD = 32_767
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
PRIVATE = re.compile("[\ue000-\uf8ff]")
# The first characters by which a spreadsheet takes a csv field for a formula, and the mark
# that our own exports put before them.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXT_GUARD = "'"
WEB_PAGE = re.compile(r"^\s*(?:<!doctype\s+html|<html|<table|<head|<meta|<body|<style|<div)", re.I)
XML_PAGE = re.compile(r"^\s*<\?xml|^\s*<(?:\w+:)?Workbook")


def scan_text(path: str, limits: Limits) -> Prescan:
    """Decode a text file and count its rows and columns; refuse what is no table."""
    text, encoding = load(path)
    refuse_markup(text[:4096])
    if not text.strip():
        raise WorkbookRefused(
            "E_EMPTY_FILE", "文件是空的，没有任何内容。请确认保存成功后重新上传。"
        )
    delimiter = find_delimiter(text)
    notes = SheetNotes("CSV")
    measure_table(text, delimiter, notes, limits)
    return Prescan(path, "csv", [notes], encoding=encoding, delimiter=delimiter)


def load(path: str) -> tuple[str, str]:
    """The text of a file and its encoding, without the old end mark (Ctrl-Z)."""
    with open(path, "rb") as file:
        text, encoding = decode(file.read())
    return text.rstrip("\x1a"), encoding


def decode(raw: bytes) -> tuple[str, str]:
    """Text and encoding: UTF-8, UTF-16 or GB18030; E_ENCODING if it is none of them."""
    if raw.startswith(BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif b"\x00" in raw:
        # UTF-16 without a mark: ASCII separators show which byte of a pair is zero.
        candidates = ["utf-16-le", "utf-16-be"]
        if raw[1:4000:2].count(0) < raw[0:4000:2].count(0):
            candidates.reverse()
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding.startswith("utf-16-") and not re.search("[,;\t\r\n]", text):
            continue
        if CONTROL.search(text):
            raise wrong_type("文件含有二进制内容，不是表格")
        if encoding == "gb18030" and len(PRIVATE.findall(text)) > len(text) // 200:
            break
        return text, encoding
    if b"\x00" in raw and not raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise wrong_type("文件含有二进制内容，不是表格")
    raise WorkbookRefused(
        "E_ENCODING",
        "无法识别文字编码，内容会变成乱码。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。",
    )


def refuse_markup(head: str) -> None:
    """Web pages and XML tables saved under a spreadsheet's name."""
    advice = "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。"
    if WEB_PAGE.search(head) or "<html" in head.lower() or head.startswith("MIME-Version:"):
        raise wrong_type("文件其实是网页（HTML），只是扩展名像表格", advice)
    if XML_PAGE.search(head):
        raise wrong_type("文件是 XML，不是工作簿", advice)


def find_delimiter(text: str) -> str:
    """Comma, semicolon or tab: the one that cuts most lines into the same number of fields."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:SAMPLE_LINES]
    if lines and (said := SEPARATOR_LINE.fullmatch(lines[0].strip(" \r\n"))):
        return said[1]
    best, best_score = "", (0, 0)
    for separator in SEPARATORS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        if (count, width) > best_score:
            best, best_score = separator, (count, width)
    if not best:
        raise wrong_type("文件是没有分列的文本，不是表格")
    return best


def measure_table(text: str, delimiter: str, notes: SheetNotes, limits: Limits) -> None:
    """Rows and columns that carry data, with the limits kept on the way."""
    columns: set[int] = set()
    widest = 0
    for row in read_rows(text, delimiter):
        notes.last_row += 1
        if not any(row):
            continue
        notes.rows += 1
        if notes.rows > limits.rows + 1:
            raise too_many_rows(limits.rows)
        if len(row) > widest:
            columns.update(index for index, cell in enumerate(row) if cell.strip())
            widest = len(row)
            if len(columns) > limits.columns:
                raise too_many_columns(notes.name, limits.columns)
    notes.last_column = widest


def read_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows of a csv text; an unclosed quote that swallows rows is E_CORRUPT."""
    csv.field_size_limit(MAX_FIELD)
    lines = io.StringIO(text, newline="")
    if not SEPARATOR_LINE.fullmatch(lines.readline(64).strip(" \r\n")):
        lines.seek(0)
    reader = csv.reader(chain(lines, [END]), delimiter=delimiter)
    row: list[str] = []
    try:
        for row in reader:
            if row != [END]:
                yield row
    except csv.Error as error:
        raise corrupt(f"第 {reader.line_num} 行附近的引号不成对") from error
    if row != [END]:
        # A quote that is never closed has taken all rows to the end into one cell.
        raise corrupt(f"从第 {reader.line_num - row[-1].count(chr(10))} 行起的引号不成对")


def csv_unguarded(field: str) -> str:
    """The text behind the marks that keep a field a text: our exports' quote, others' ="…"."""
    if field[:2] == '="' and field[-1] == '"' and '"' not in field[2:-1] and len(field) > 2:
        return field[2:-1]
    if field[:1] == TEXT_GUARD and field[1:].startswith((TEXT_GUARD, *FORMULA_STARTS)):
        return field[1:]
    return field
