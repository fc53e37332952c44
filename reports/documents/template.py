"""The example template of the daily report (GB/T 9704): fixtures/reports/daily_report.docx is made from it. The
office edits the file itself in WPS or Word (示例，可修改)."""

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from jiamusi_foodsafety.kit.documents.build import FANGSONG, HEITI, Paper, _font

from ..rules.columns import COLUMNS, WORDS, head_groups
from .papers import SHEETS
from .shown import share_of


def default_template() -> bytes:
    """The .docx with placeholders: text upright, then the tables across."""
    paper = Paper()
    paper.title("{{ heading }}")
    # twenty characters on one line
    paper.document.paragraphs[-1].runs[0].font.size = Pt(20)
    paper.words("{{ number }}{{ state }}", align="center", indent=False)
    paper.words("{%p for words in paragraphs %}", indent=False)
    paper.words("{{ words }}")
    paper.words("{%p endfor %}", indent=False)
    paper.words("{%p if corrections %}", indent=False)
    paper.heading("更正")
    paper.words("{%p for words in corrections %}", indent=False)
    paper.words("{{ words }}")
    paper.words("{%p endfor %}", indent=False)
    paper.words("{%p endif %}", indent=False)
    paper.gap()
    paper.words("{{ office }}　　", align="right", indent=False)
    paper.document.paragraphs[-1].paragraph_format.keep_with_next = True
    paper.words("{{ day }}　　　　", align="right", indent=False)
    _across(paper)
    for at, (heading, tab) in enumerate(SHEETS, start=1):
        if at > 1:
            paper.new_page()
        _small(paper, "{{ title }}", HEITI, 14, align=WD_ALIGN_PARAGRAPH.CENTER)
        _small(paper, f"附表 {at}　{heading}　单位：家、人、份、个、次", FANGSONG, 10.5)
        _table(paper, tab)
        if at == 1:
            _small(paper, "{{ note }}{{ unreported }}", FANGSONG, 9)
    paper.new_page()
    _small(paper, "变更（按类）", HEITI, 12)
    paper.table(
        ["类别", "事项", "次"],
        _loop("change", "changes", ["{{ change.family }}", "{{ change.kind }}", "{{ change.number }}"]),
        shares=[1, 2, 1], size=9.5, aligns=["left", "left", "right"],
    )  # fmt: skip
    _small(paper, "{%p if checks %}", FANGSONG, 10.5)
    _small(paper, "一致性检查", HEITI, 12)
    cells = ["{{ check.words }}", "{{ check.result }}", "{{ check.note }}", "{{ check.explained }}"]
    paper.table(
        ["检查", "结果", "依据", "说明"], _loop("check", "checks", cells), shares=[3, 1, 3, 2], size=9.5,
    )  # fmt: skip
    _small(paper, "{%p endif %}", FANGSONG, 10.5)
    return paper.bytes()


def _loop(name, many, cells):
    """Rows that docxtpl repeats: tags alone in a row vanish with it."""
    free = [""] * (len(cells) - 1)
    return [[f"{{%tr for {name} in {many} %}}", *free], cells, ["{%tr endfor %}", *free]]


def _across(paper):
    """What follows stands on sheets turned across."""
    section = paper.document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(26), Mm(22)
    section.left_margin = section.right_margin = Mm(20)
    paper.width = section.page_width - section.left_margin - section.right_margin


def _small(paper, words, face, size, *, align=WD_ALIGN_PARAGRAPH.LEFT):
    paragraph = paper.document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.alignment, shape.space_before, shape.space_after = align, Pt(0), Pt(4)
    shape.page_break_before, paper.breaks = paper.breaks, False
    _font(paragraph.add_run(words), face, size)


def _table(paper, tab):
    """The table of one sheet with its two-row head; rows repeat over the counties."""
    columns = [column for column in COLUMNS if tab in column.tabs]
    heads, seconds = ["序号", "{{ first_head }}"], ["", ""]
    spans = [(0, 1), (1, 1)]
    for group, inside in head_groups(columns):
        spans.append((len(heads), len(inside)))
        heads += [group] + [""] * (len(inside) - 1)
        seconds += [column.heading for column in inside]
    keys = [column.key for column in columns]
    if tab == "main":
        spans.append((len(heads), 1))
        heads, seconds, keys = [*heads, "县区核对"], [*seconds, ""], [*keys, "standing"]
    body = ["{{ row.at }}", "{{ row.name }}", *(f"{{{{ row.{key} }}}}" for key in keys)]
    foot = ["", "合计", *(f"{{{{ total.{key} }}}}" for key in keys)]
    shares = [0.7, 1.6, *(share_of(column) for column in columns)]
    aligns = ["center", "left"]
    aligns += ["left" if column.kind == WORDS else "right" for column in columns]
    if tab == "main":
        shares, aligns = [*shares, 1.2], [*aligns, "center"]
    paper.table(
        heads, [seconds, *_loop("row", "rows", body), foot], shares=shares, size=8, aligns=aligns
    )
    _merge(paper.document.tables[-1], spans, seconds)


def _merge(table, spans, seconds):
    """The two-row head: groups across, single columns down; both rows repeat on each page."""
    first, second = table.rows[0], table.rows[1]
    properties = second._tr.get_or_add_trPr()
    properties.append(first._tr.trPr.findall(f"{{{first._tr.nsmap['w']}}}tblHeader")[0].__copy__())
    for at, width in spans:
        if seconds[at] == "" and width == 1:
            _join(first.cells[at], second.cells[at])
        elif width > 1:
            _join(first.cells[at], first.cells[at + width - 1])
    for cell in second.cells:
        for paragraph in cell.paragraphs:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for run in paragraph.runs:
                _font(run, HEITI, 8)


def _join(first, last):
    """One cell of two, without the empty paragraph that joining leaves."""
    words = first.paragraphs[0]
    joined = first.merge(last)
    for paragraph in joined.paragraphs:
        if paragraph._p is not words._p:
            paragraph._p.getparent().remove(paragraph._p)
