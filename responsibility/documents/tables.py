"""Papers that are a title and tables, as Word and as PDF from the same values."""

import datetime

from jiamusi_foodsafety.kit.documents import render_pdf
from jiamusi_foodsafety.kit.documents.build import Paper
from jiamusi_foodsafety.kit.documents.word import fitted


def day_words(day: datetime.date | None) -> str:
    """2022年11月2日, or nothing."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def paper_file(values: dict, format: str) -> bytes:
    """The paper as docx or pdf. `values` are those of templates/typst/plain.typ: title, subtitle,
    landscape, paragraphs, tables of {heads, widths, rows, aligns, size}, note, closing, and further papers
    (`more`), each on a page of its own."""
    values = fitted(values)
    return _word(values) if format == "docx" else render_pdf("plain", values)


def _word(values):
    paper = Paper(landscape=values.get("landscape", False))
    _lay(paper, values)
    for further in values.get("more", ()):
        paper.new_page()
        _lay(paper, further)
    return paper.bytes()


def _lay(paper, values):
    paper.title(values["title"])
    if values.get("subtitle"):
        paper.words(values["subtitle"], align="center", indent=False)
    for words in values.get("paragraphs", ()):
        paper.words(words)
    for part in values.get("tables", ()):
        if part.get("heading"):
            paper.heading(part["heading"])
        paper.table(
            part["heads"],
            part["rows"],
            shares=part["widths"],
            size=part.get("size", 10.5),
            aligns=part.get("aligns"),
        )
    if values.get("note"):
        paper.words(values["note"], align="left", indent=False, size=10.5)
    for words in values.get("closing", ()):
        paper.words(words, align="right", indent=False)
