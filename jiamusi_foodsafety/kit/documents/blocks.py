"""What a .docx says, block by block, so that the PDF of a paper says the same as its Word file."""

from pathlib import Path

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table
from docx.text.paragraph import Paragraph

from .word import filled

ALIGN = {WD_ALIGN_PARAGRAPH.CENTER: "center", WD_ALIGN_PARAGRAPH.RIGHT: "right"}


def render_blocks(template: bytes | Path, context: dict) -> list[dict]:
    """What the .docx of `template` and `context` says: paragraphs and tables in reading order, {"kind": "words", text, align, size, font, bold, indent,
    line} (pt; `indent` of the first line), {"kind": "table", shares, rows}, {"kind": "page"}. Pictures are left out."""
    document = filled(template, context).docx
    normal = document.styles["Normal"].font.size
    found = []
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            found.append(_table(part))
        else:
            found += _words(part, normal.pt if normal else 16)
    return found


def _words(paragraph: Paragraph, normal: float):
    shape = paragraph.paragraph_format
    runs = [run for run in paragraph.runs if run.text.strip()]
    first = runs[0].font if runs else None
    words = {
        "kind": "words",
        "text": paragraph.text.strip("\n\f"),
        "align": ALIGN.get(shape.alignment, "left"),
        "size": first.size.pt if first and first.size else normal,
        "font": (first.name if first else "") or "",
        "bold": bool(first and first.bold),
        "indent": shape.first_line_indent.pt if shape.first_line_indent else 0,
        "line": shape.line_spacing.pt if isinstance(shape.line_spacing, Length) else 28.95,
    }
    breaks = paragraph._p.findall(f".//{qn('w:br')}[@{qn('w:type')}='page']")
    before = [{"kind": "page"}] * bool(shape.page_break_before)
    return before + [words] + [{"kind": "page"}] * bool(breaks)


def _table(table: Table):
    """Merged cells count once; python-docx gives a spanned one as often as it spans."""
    widths = [column.get(qn("w:w")) for column in table._tbl.tblGrid.findall(qn("w:gridCol"))]
    shares = [int(width) if width and width.isdecimal() else 1 for width in widths]
    rows = []
    for row in table.rows:
        cells, seen = [], None
        for cell in row.cells:
            cells.append("" if cell._tc is seen else cell.text)
            seen = cell._tc
        rows.append((cells + [""] * len(shares))[: len(shares)])
    return {"kind": "table", "shares": [max(share, 1) for share in shares], "rows": rows}
