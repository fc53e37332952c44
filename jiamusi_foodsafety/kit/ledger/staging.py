"""Rows on their way into a staging table: PostgreSQL's COPY text, line by line."""

import json
import re
from collections.abc import Sequence
from datetime import date

from jiamusi_foodsafety.kit.codes import mask_id_cards

FINDING_FIELDS: tuple[str, ...] = (
    "index", "sheet", "row", "column", "field", "value", "code", "message",
)  # fmt: skip

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


# No spreadsheet holds more in a cell.
LONGEST_CELL = 32_767


def escaped(text: str) -> str:
    """A value as COPY text writes it."""
    return text.translate(_ESCAPES)


def copy_line(values: Sequence[str | None]) -> str:
    """One COPY text line of tidy texts (no tabs, no line breaks); None is NULL."""
    line = "\t".join([r"\N" if value is None else value for value in values])
    # Hardly a value has a backslash: one look at the whole line costs less than one at each.
    if line.count("\\") != values.count(None):
        line = "\t".join([r"\N" if value is None else escaped(value) for value in values])
    return line


def cell_text(cell: object) -> str:
    """A cell as the sheet shows it: for findings and for the uploader's own row."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _CONTROLS.sub("", cell[:LONGEST_CELL])
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, date):
        text = cell.isoformat()
        return text.removesuffix("T00:00:00").replace("T", " ")
    if isinstance(cell, int | float) and abs(cell) >= 1e15:
        # Excel keeps 15 digits: show what the uploader sees in his cell, not digits that are lost.
        return f"{cell:.5E}"
    if isinstance(cell, float):
        return repr(cell)
    if isinstance(cell, int):
        return str(cell)
    return "" if not cell else str(cell)


def raw_json(cells: Sequence[object]) -> str:
    """The uploader's row as a JSON array of texts, ID card numbers masked."""
    return json.dumps([mask_id_cards(cell_text(cell)) for cell in cells], ensure_ascii=False)


def text_array(keys: Sequence[str]) -> str:
    """Plain words as a PostgreSQL array."""
    return "{" + ",".join(keys) + "}"
