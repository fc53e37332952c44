"""Books with live formulas that also carry their values.

openpyxl writes a formula without its result: phones' previews and every program that only reads then show
an empty cell until a spreadsheet has recalculated. Here the known result stands beside each formula.
"""

import io
import re
import zipfile
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>.*?</f>)<v ?/?>(?:</v>)?</c>', re.DOTALL)


def put_formula(cell: Cell, formula: str, value: int | float | str, values: dict) -> None:
    """Write `formula` (our own text, never a user's) and remember its value in `values`."""
    cell.value = formula
    values[cell.coordinate] = value


def book_with_values(book: Workbook, values: dict) -> bytes:
    """The content of a one-sheet workbook, each formula with its value from `values`."""
    plain = io.BytesIO()
    book.save(plain)
    target = io.BytesIO()
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                text = content.decode("utf-8")
                content = _FORMULA.sub(lambda found: _valued(found, values), text).encode("utf-8")
            out.writestr(item, content)
    return target.getvalue()


def _valued(found, values):
    address, attributes, formula = found.groups()
    value = values.get(address)
    if value is None:
        return found.group(0)
    attributes = re.sub(r' t="[a-z]*"', "", attributes)
    kind = ' t="str"' if isinstance(value, str) else ""
    return f'<c r="{address}"{attributes}{kind}>{formula}<v>{escape(str(value))}</v></c>'
