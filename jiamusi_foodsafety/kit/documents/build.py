"""A .docx in the look of GB/T 9704 (domain: A4, 37/26/35/28 mm, 仿宋 3号, lines of 28.95 pt), built from words.

Placeholders may stand in the words: what is built here is mostly a template.
"""

import io

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FANGSONG, HEITI, BIAOSONG, SONGTI = "仿宋_GB2312", "黑体", "方正小标宋简体", "宋体"
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


class Paper:
    """Call `title`, `words`, `heading`, `table`, `new_page` in reading order, then `bytes`."""

    def __init__(self, *, landscape: bool = False, line: float = 28.95):
        self.document, self.line, self.breaks = Document(), line, False
        section = self.document.sections[0]
        width, height = Mm(210), Mm(297)
        section.page_width, section.page_height = (height, width) if landscape else (width, height)
        margins = (
            (Mm(28), Mm(37), Mm(26), Mm(35)) if landscape else (Mm(37), Mm(26), Mm(35), Mm(28))
        )
        section.top_margin, section.right_margin = margins[:2]
        section.bottom_margin, section.left_margin = margins[2:]
        section.footer_distance = Mm(28) if not landscape else Mm(18)
        self.width = section.page_width - section.left_margin - section.right_margin
        _font(self.document.styles["Normal"], FANGSONG, 16)
        self._page_numbers(section)

    def title(self, words: str) -> None:
        """2号小标宋, centred, a line free below."""
        paragraph = self._paragraph(words, "center", BIAOSONG, 22, indent=False)
        paragraph.paragraph_format.line_spacing = Pt(36)
        paragraph.paragraph_format.space_after = Pt(self.line)
        paragraph.runs[0].bold = True

    def heading(self, words: str) -> None:
        """A level-one heading, 黑体; it stays with what follows."""
        paragraph = self._paragraph(words, "left", HEITI, 16, indent=False)
        paragraph.paragraph_format.keep_with_next = True

    def words(self, words: str, *, align: str = "justify", indent: bool = True, size: float = 16):
        """A paragraph, its first line indented by two characters."""
        self._paragraph(words, align, FANGSONG, size, indent=indent)

    def gap(self) -> None:
        """An empty line."""
        self._paragraph("", "left", FANGSONG, 16, indent=False)

    def new_page(self) -> None:
        """What comes next begins on a new page."""
        self.breaks = True

    def table(
        self,
        heads: list[str],
        rows: list[list[str] | str],
        *,
        shares: list[float],
        size=10.5,
        aligns=None,
    ):
        """A ruled table; its head repeats on each page. `shares` are the columns' shares of the width,
        `aligns` how each column's cells stand (left). A row that is one text goes over all columns."""
        aligns = aligns or ["left"] * len(heads)
        table = self.document.add_table(rows=0, cols=len(heads))
        table.style = self.document.styles["Table Grid"]
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = [int(self.width * share / sum(shares)) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for number, row in enumerate([heads, *rows]):
            made = table.add_row()
            properties = made._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if number == 0:
                properties.append(OxmlElement("w:tblHeader"))
            if isinstance(row, str):
                whole = made.cells[0].merge(made.cells[-1])
                self._cell(whole, row, "left", is_head=True, size=size, is_centred=False)
                continue
            for cell, words, width, align in zip(made.cells, row, widths, aligns, strict=True):
                cell.width = width
                self._cell(cell, words, align, is_head=number == 0, size=size)

    def facts(self, rows, *, picture: bytes | None, below: str, shares: list[float], size=10.5):
        """A ruled table of labels and values in turn, with a picture and its words at the right over all
        rows. A row that is shorter gives its last value the rest of the width."""
        columns = len(shares)
        table = self.document.add_table(rows=len(rows), cols=columns)
        table.style = self.document.styles["Table Grid"]
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = [int(self.width * share / sum(shares)) for share in shares]
        for made, row in zip(table.rows, rows, strict=True):
            for cell, width in zip(made.cells, widths, strict=True):
                cell.width = width
            if len(row) < columns - 1:
                made.cells[len(row) - 1].merge(made.cells[columns - 2])
            for number, words in enumerate(row):
                self._cell(
                    made.cells[number], words, "left", is_head=number % 2 == 0, size=size,
                    is_centred=False,
                )  # fmt: skip
        side = table.cell(0, columns - 1).merge(table.cell(len(rows) - 1, columns - 1))
        side.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = side.paragraphs[0]
        paragraph.alignment = ALIGN["center"]
        if not picture:
            return
        paragraph.add_run().add_picture(io.BytesIO(picture), width=int(widths[-1] * 0.8))
        words = side.add_paragraph()
        words.alignment = ALIGN["center"]
        _font(words.add_run(below), FANGSONG, 9)

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _paragraph(self, words, align, font, size, *, indent):
        paragraph = self.document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.alignment = ALIGN[align]
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(self.line)
        shape.page_break_before, self.breaks = self.breaks, False
        if indent:
            shape.first_line_indent = Pt(2 * size)
        _font(paragraph.add_run(words), font, size)
        return paragraph

    @staticmethod
    def _cell(cell, words, align, *, is_head, size, is_centred=True):
        paragraph = cell.paragraphs[0]
        shape = paragraph.paragraph_format
        shape.space_before = shape.space_after = Pt(2)
        shape.alignment = ALIGN["center" if is_head and is_centred else align]
        _font(paragraph.add_run(words), HEITI if is_head else FANGSONG, size)

    @staticmethod
    def _page_numbers(section):
        """— 1 —, 4号宋体: odd pages right, even pages left."""
        settings = section.part.document.settings
        settings.odd_and_even_pages_header_footer = True
        for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
            paragraph = footer.paragraphs[0]
            paragraph.alignment = ALIGN[align]
            _font(paragraph.add_run("— "), SONGTI, 14)
            run = paragraph.add_run()
            _font(run, SONGTI, 14)
            for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
                run._r.append(_field(kind, text))
            _font(paragraph.add_run(" —"), SONGTI, 14)


def _field(kind, text):
    if not kind:
        part = OxmlElement("w:instrText")
        part.text = text
        return part
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    return part


def _font(target, name, size):
    """Set a run's or a style's font for Chinese and Latin letters."""
    target.font.name, target.font.size = name, Pt(size)
    fonts = target._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
