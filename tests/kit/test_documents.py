"""Papers are opened by other programs than those that made them."""

import io
import zipfile

import psutil
import pytest
from docx import Document
from pypdf import PdfReader

from jiamusi_foodsafety.kit.documents import (
    DocumentError,
    qr_png,
    qr_svg,
    render_docx,
    render_pdf,
)

NASTY = "张<三>&\"李'{{ 7*7 }}\x00\x0b#[x]$y$*_`\\"


def a_docx(*paragraphs, rows=()):
    """A .docx with these paragraphs and one table of these rows."""
    paper = Document()
    for words in paragraphs:
        paper.add_paragraph(words)
    if rows:
        table = paper.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def repacked(data, name, content):
    """The same package with the part `name` added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def text_of(data):
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


def test_names_stay_text_and_rows_repeat():
    template = a_docx(
        "本人{{ name }}，现任{{ post }}",
        rows=[
            ["{%tr for row in rows %}", ""],
            ["{{ row.no }}", "{{ row.name }}"],
            ["{%tr endfor %}", ""],
        ],
    )
    rows = [{"no": 1, "name": NASTY}, {"no": 2, "name": "乙店"}]
    made = render_docx(template, {"name": NASTY, "post": "县长", "rows": rows})
    clean = NASTY.replace("\x00", "").replace("\x0b", "")
    assert text_of(made) == f"本人{clean}，现任县长"
    table = Document(io.BytesIO(made)).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["1", clean],
        ["2", "乙店"],
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ name.__class__.__mro__ }}",
        "{{ name|attr('__class__') }}",
        "{{ name['__class__'] }}",
        "{{ name.upper() }}",
        "{{ 'a' * 1000000000 }}",
        "{{ '%0999999999d' % 1 }}",
        "{{ 10 ** 1000000000 }}",
        "{% for a in range(1000000000) %}x{% endfor %}",
        "{% for a in rows %}{% for b in rows %}{% for c in rows %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% set name = 1 %}",
        "{% macro x() %}{% endmacro %}",
        "{{ name|center(1000000000) }}",
        "{{ self }}",
        "{{ cycler }}",
    ],
)
def test_a_template_does_no_more_than_fill_in(hostile):
    with pytest.raises(DocumentError) as told:
        render_docx(a_docx(hostile), {"name": "张三", "rows": [1] * 10})
    assert "模板" in told.value.message


def test_an_unknown_placeholder_is_named():
    with pytest.raises(DocumentError, match="“nmae”"):
        render_docx(a_docx("{{ nmae }}"), {"name": "张三"})
    with pytest.raises(DocumentError, match="样例模板"):
        render_docx(a_docx("{% for a in rows %}{{ a }}"), {"rows": []})


BOMB = b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aa'>]><x>&a;</x>"
REMOTE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/attachedTemplate" Target="http://192.0.2.1/x.dotm" TargetMode="External"/>'
    b"</Relationships>"
)


MAIN = "word/document.xml"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "另存为"),
        (b"PK\x03\x04 not really", "另存为"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "另存为"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
        (repacked(a_docx("x"), "word/vbaProject.bin", b"x"), "宏"),
        (repacked(a_docx("x"), MAIN, BOMB), "结构"),
        (repacked(a_docx("x"), MAIN, b"<w:document"), "样例模板"),
        (repacked(a_docx("x"), MAIN, b" " * (2 * 1024 * 1024 + 1)), "太大"),
        (repacked(a_docx("x"), "word/_rels/settings.xml.rels", REMOTE), "外部"),
    ],
    ids=["empty", "cut", "doc", "large", "macro", "entity", "broken", "bomb", "remote"],
)
def test_a_file_that_is_no_template_is_refused_with_a_way_out(data, word):
    with pytest.raises(DocumentError) as told:
        render_docx(data, {})
    assert word in told.value.message


def pages_of(data):
    """The text of each page as pypdf reads it, without white space."""
    pages = PdfReader(io.BytesIO(data)).pages
    return ["".join(page.extract_text().split()) for page in pages]


@pytest.fixture
def paper():
    return {
        "title": "示例文书",
        "paragraphs": [NASTY.replace("\x00", "").replace("\x0b", ""), "正文。" * 400],
        "tables": [{"heading": "附件1", "heads": ["序号", "名称"], "rows": [["1", "甲店#x"]]}],
    }


def test_a_pdf_keeps_every_character_and_numbers_its_pages(paper):
    pages = pages_of(render_pdf("plain", paper))
    assert "张<三>&\"李'{{7*7}}#[x]$y$*_`\\" in pages[0]
    assert "甲店#x" in pages[-1]
    assert [f"—{number}—" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert len(pages) > 2


@pytest.mark.parametrize(("landscape", "size"), [(False, (595, 842)), (True, (842, 595))])
def test_a_pdf_is_a4(paper, landscape, size):
    page = PdfReader(io.BytesIO(render_pdf("plain", paper | {"landscape": landscape}))).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == size


def test_a_page_holds_22_lines_of_28_characters():
    pages = pages_of(render_pdf("plain", {"title": "题", "paragraphs": ["", "一" * 28 * 60]}))
    assert pages[1].count("一") == 22 * 28


def test_only_our_own_sources_are_set():
    for name in ("../../../etc/passwd", "/etc/passwd", "plain.typ"):
        with pytest.raises(ValueError, match=r"etc|plain"):
            render_pdf(name, {})


def test_codes_are_drawn():
    assert qr_svg("https://example.cn/a").startswith("<svg")
    assert qr_png("x").startswith(b"\x89PNG")


def test_a_source_that_fails_is_told_in_a_sentence():
    with pytest.raises(DocumentError, match="数据没有改变"):
        render_pdf("plain", {"paragraphs": ["没有标题"]})
    with pytest.raises(DocumentError, match="数据没有改变"):
        render_pdf("missing", {})


def test_the_compiler_does_not_stay_in_memory():
    # it keeps all that it ever set: 60 MB for thirty papers
    before = psutil.Process().memory_info().rss
    for number in range(4):
        render_pdf("plain", {"title": f"{number}", "paragraphs": [f"{number}正文。" * 400] * 40})
    assert psutil.Process().memory_info().rss - before < 20 * 1024 * 1024
