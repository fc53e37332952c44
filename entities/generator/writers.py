"""Writes finished sheets as xlsx, xls (also named .et), ods and csv."""

import csv
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from entities.generator.sheets import Sheet

TITLE = Font(name="宋体", size=16, bold=True)
HEADING = Font(name="宋体", size=11, bold=True)
SHADE = PatternFill("solid", fgColor="DDE6F0")
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def write(path: Path, sheets: list[Sheet], *, charset: str = "", delimiter: str = ",") -> None:
    """One file; the ending says the format."""
    kind = path.suffix.lstrip(".")
    if kind == "csv":
        _csv(path, sheets, charset, delimiter)
    else:
        {"xlsx": _xlsx, "xls": _xls, "et": _xls, "ods": _ods}[kind](path, sheets)


def _xlsx(path: Path, sheets: list[Sheet]) -> None:
    book = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.is_hidden else "visible"
        for i, width in enumerate(sheet.widths, 1):
            page.column_dimensions[get_column_letter(i)].width = width
        for row in sheet.hidden_rows:
            page.row_dimensions[row].hidden = True
        for top, left, bottom, right in sheet.merges:
            page.merged_cells.ranges.add(CellRange(None, left, top, right, bottom))
        top = min(sheet.heading_rows, default=0)
        for n, row in enumerate(sheet.rows, 1):
            styled = n < top or n in sheet.heading_rows
            page.append([_styled(page, value, n < top) for value in row] if styled else row)
    book.save(path)
    _without_clock(path)


def _styled(page, value, is_title: bool):
    cell = WriteOnlyCell(page, value)
    cell.font, cell.alignment = (TITLE if is_title else HEADING), CENTRE
    if not is_title:
        cell.fill = SHADE
    return cell


def _without_clock(path: Path) -> None:
    """Rewrite the archive with fixed times, so that the same seed gives the same bytes."""
    with zipfile.ZipFile(path) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as new:
        for name, data in parts:
            _add(new, name, _FIXED_CORE if name == "docProps/core.xml" else data)


_FIXED_CORE = (
    '<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>示例</dc:creator></cp:coreProperties>'
).encode()


def _add(
    archive: zipfile.ZipFile, name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED
) -> None:
    entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    entry.compress_type = method
    archive.writestr(entry, data)


def _xls(path: Path, sheets: list[Sheet]) -> None:
    import xlwt  # a development package: only the generator writes the old format

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    heading = xlwt.easyxf("font: bold on; align: wrap on, vert centre, horiz center")
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = 1 if sheet.is_hidden else 0
        for i, width in enumerate(sheet.widths):
            page.col(i).width = 256 * width
        covered = {(top, left) for top, left, _, _ in sheet.merges}
        for n, row in enumerate(sheet.rows, 1):
            for i, value in enumerate(row, 1):
                if value is None or (n, i) in covered:
                    continue
                style = (
                    day if isinstance(value, date) else heading if n in sheet.heading_rows else None
                )
                page.write(n - 1, i - 1, value, style) if style else page.write(n - 1, i - 1, value)
            if n in sheet.hidden_rows:
                page.row(n - 1).hidden = True
        for top, left, bottom, right in sheet.merges:
            value = sheet.rows[top - 1][left - 1]
            page.write_merge(top - 1, bottom - 1, left - 1, right - 1, value, heading)
    book.save(str(path))


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    '<office:automatic-styles><style:style style:name="shown" style:family="table">'
    '<style:table-properties table:display="true"/></style:style>'
    '<style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>"
)
_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def _ods_cell(value, span: str = "") -> str:
    if value is None:
        return f"<table:table-cell{span}/>"
    if isinstance(value, date):
        return (
            f'<table:table-cell{span} office:value-type="date" office:date-value="{value.isoformat()}">'
            f"<text:p>{value.isoformat()}</text:p></table:table-cell>"
        )
    if isinstance(value, int | float):
        return (
            f'<table:table-cell{span} office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell{span} office:value-type="string">{lines}</table:table-cell>'


def _ods_table(sheet: Sheet) -> str:
    spans = {}
    covered = set()
    for top, left, bottom, right in sheet.merges:
        spans[top, left] = (
            f' table:number-columns-spanned="{right - left + 1}" table:number-rows-spanned="{bottom - top + 1}"'
        )
        covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)} - {
            (top, left)
        }
    lines = []
    for n, row in enumerate(sheet.rows, 1):
        cells = (
            "<table:covered-table-cell/>"
            if (n, i) in covered
            else _ods_cell(value, spans.get((n, i), ""))
            for i, value in enumerate(row, 1)
        )
        hidden = ' table:visibility="filter"' if n in sheet.hidden_rows else ""
        lines.append(f"<table:table-row{hidden}>{''.join(cells)}</table:table-row>")
    style = "hidden" if sheet.is_hidden else "shown"
    width = max(len(row) for row in sheet.rows)
    return (
        f'<table:table table:name="{escape(sheet.name)}" table:style-name="{style}">'
        f'<table:table-column table:number-columns-repeated="{width}"/>{"".join(lines)}</table:table>'
    )


def _ods(path: Path, sheets: list[Sheet]) -> None:
    content = _ODS_HEAD + "".join(_ods_table(sheet) for sheet in sheets) + _ODS_TAIL
    with zipfile.ZipFile(path, "w") as archive:
        _add(archive, "mimetype", _ODS_TYPE.encode(), zipfile.ZIP_STORED)
        _add(archive, "META-INF/manifest.xml", _ODS_MANIFEST.encode())
        _add(archive, "content.xml", content.encode())


def _csv(path: Path, sheets: list[Sheet], charset: str, delimiter: str) -> None:
    with open(path, "w", encoding=charset, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
        for sheet in sheets:
            writer.writerows(sheet.rows)
