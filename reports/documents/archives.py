"""包保档案 as one PDF: cover, contents with pages, the items in their order; what is missing keeps its place."""

import datetime

from inspections.documents.task_list import task_list_values
from jiamusi_foodsafety.kit.documents import render_pdf
from responsibility.documents.tables import day_words

from ..rules.archives import Archive, Section

TITLES = {"entity": "包保档案（主体）", "cadre": "包保档案（干部）", "unit": "包保档案（单位）"}


def archive_values(archive: Archive, *, on: datetime.date, item: str = "") -> dict:
    """What the paper says (templates/typst/archive.typ): the whole file, or one item by its key."""
    numbered = list(enumerate(archive.sections, 1))
    chosen = [pair for pair in numbered if pair[1].key == item] if item else numbered
    return {
        "cover": not item,
        "title": f"食品安全{TITLES[archive.kind]}",
        "name": archive.name,
        "facts": [list(map(str, pair)) for pair in archive.facts],
        "complete": f"应有 {archive.required} 项，已有 {archive.present} 项，完整度 {_rate(archive)}",
        "keeper": archive.keeper,
        "day": day_words(on),
        "sections": [_section(number, one) for number, one in chosen],
    }


def _rate(archive):
    return "—" if archive.rate is None else f"{archive.rate}%"


def _section(number: int, section: Section) -> dict:
    return {
        "number": number,
        "title": section.title,
        "state": section.word,
        "note": section.note,
        "lack": section.lack,
        "facts": [[label, value or "—"] for label, value in section.facts],
        "heads": list(section.heads),
        "widths": list(section.widths),
        "rows": [[str(cell or "") for cell in row] for row in section.rows],
        "left": f"更早的 {section.left_out} 条见系统。" if section.left_out else "",
        "papers": [task_list_values(paper) for paper in section.papers],
    }


def archive_pdf(archive: Archive, *, on: datetime.date, item: str = "") -> bytes:
    """The file, or one item of it, as PDF, made on the day `on`."""
    return render_pdf("archive", archive_values(archive, on=on, item=item))


def archive_name(archive: Archive) -> str:
    """The name of its file."""
    safe = "".join(sign for sign in archive.name if sign.isalnum() or sign in "_-（）")
    return f"包保档案_{safe}_{archive.key}.pdf"
