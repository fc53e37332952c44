"""Small workbooks of every odd kind, made part by part for the tests of kit.workbook."""

import io
import struct
import zipfile

import pytest

from jiamusi_foodsafety.kit.workbook.limits import Limits
from jiamusi_foodsafety.kit.workbook.prescan import prescan
from jiamusi_foodsafety.kit.workbook.read import read_sheets
from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8"?>'

CONTENT_TYPES = (
    f'{XML}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
ROOT_RELS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf/>'
    '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="46" applyNumberFormat="1"/>'
    "</cellXfs></styleSheet>"
)


def text_cell(reference, text):
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_xml(rows, after="", main=MAIN, before=""):
    return (
        f'{XML}<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


HEAD = f'<row r="1">{text_cell("A1", "名称")}{text_cell("B1", "地址")}</row>'


def parts(sheets, *, names=None, states=None, shared=None, workbook_extra="", rel=REL, main=MAIN):
    """The parts of an .xlsx by name; `sheets` are whole sheet parts."""
    names = names or [f"S{number}" for number in range(1, len(sheets) + 1)]
    states = states or ["visible"] * len(sheets)
    entries = "".join(
        f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, (name, state) in enumerate(zip(names, states, strict=True), start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{rel}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    relations += f'<Relationship Id="rId90" Type="{rel}/styles" Target="styles.xml"/>'
    made = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELS,
        "xl/workbook.xml": f'{XML}<workbook xmlns="{main}" xmlns:r="{rel}">{workbook_extra}'
        f"<sheets>{entries}</sheets></workbook>",
        "xl/styles.xml": STYLES,
    }
    if shared is not None:
        relations += (
            f'<Relationship Id="rId91" Type="{rel}/sharedStrings" Target="sharedStrings.xml"/>'
        )
        items = "".join(f"<si><t>{text}</t></si>" for text in shared)
        made["xl/sharedStrings.xml"] = f'{XML}<sst xmlns="{main}">{items}</sst>'
    made["xl/_rels/workbook.xml.rels"] = (
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
    )
    for number, sheet in enumerate(sheets, start=1):
        made[f"xl/worksheets/sheet{number}.xml"] = sheet
    return made


def zipped(entries):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return target.getvalue()


def xlsx(*rows, **options):
    """An .xlsx whose sheets have these rows."""
    return zipped(parts([sheet_xml(sheet) for sheet in rows], **options))


def with_sheet(part):
    return zipped(parts([part]))


def save(folder, content):
    path = folder / "upload.bin"
    path.write_bytes(content)
    return path


def read(path, **limits):
    found = prescan(path, limits=Limits(**limits))
    return {sheet.name: list(sheet.rows()) for sheet in read_sheets(path, found)}


def refused(path, **limits):
    """The code by which a file is refused; its message must not tell where the file lies."""
    with pytest.raises(WorkbookRefused) as refusal:
        read(path, **limits)
    assert str(path) not in refusal.value.message
    return refusal.value.code


def ods(body, styles="", generator="test"):
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
        )
    )
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = (
        f"{XML}<office:document-content {names}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "meta.xml": f"{XML}<x><meta:generator xmlns:meta='m'>{generator}</meta:generator></x>",
            "META-INF/manifest.xml": f"{XML}<manifest/>",
        }
    )


def record12(kind, body=b""):
    """One record of a binary workbook."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(body)
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + body


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(rows, *, hidden=(), state=0, far=None):
    """An .xlsb of one sheet; cells are texts, numbers, None or ("error", code)."""
    body = record12(129) + record12(148, bytes(16)) + record12(145)
    cells = {number: list(enumerate(row)) for number, row in enumerate(rows)}
    if far:
        cells.setdefault(far[0], []).append((far[1], 1.0))
    for number, row in sorted(cells.items()):
        flags = 0x10 if number in hidden else 0
        body += record12(
            0, struct.pack("<IIHBB", number, 0, 300, 0, flags) + struct.pack("<BI", 0, 0)
        )
        for column, value in row:
            head = struct.pack("<II", column, 0)
            if isinstance(value, str):
                body += record12(6, head + wide(value))
            elif isinstance(value, tuple):
                body += record12(3, head + bytes([value[1]]))
            elif value is not None:
                body += record12(5, head + struct.pack("<d", value))
    body += record12(146) + record12(130)
    book = record12(131) + record12(143)
    book += record12(156, struct.pack("<II", state, 1) + wide("rId1") + wide("台账"))
    book += record12(144) + record12(132)
    relations = (
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": ROOT_RELS.replace("workbook.xml", "workbook.bin"),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations,
            "xl/worksheets/sheet1.bin": body,
        }
    )
