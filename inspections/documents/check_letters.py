"""反馈书 on paper: Word from the office-editable template, PDF of the same words."""

from django.conf import settings

from jiamusi_foodsafety.kit.documents import render_docx, render_pdf
from jiamusi_foodsafety.kit.documents.blocks import render_blocks

from ..models import CheckLetter

TEMPLATE = settings.BASE_DIR / "fixtures" / "inspections" / "check_letter.docx"
BLANK_DAY = "　　　年　　月　　日"


def letter_values(letter: CheckLetter) -> dict:
    """The values of the template for one version; without a number of its own the line is left out."""
    day = letter.dated_on
    items = [
        {"code": code, "name": name, "result": result, "score": score, "seen": seen}
        for code, name, result, score, seen in letter.annex
    ]
    return {
        "title": letter.title,
        "document_no": letter.document_no,
        "addressee": letter.addressee.rstrip("：:"),
        "lines": [line.strip() for line in letter.text.splitlines() if line.strip()],
        "sender": letter.sender,
        "day": f"{day.year}年{day.month}月{day.day}日" if day else BLANK_DAY,
        "items": items,
        "total": _total(letter.annex),
    }


def _total(annex):
    """已查 10 项，得分 78 / 94."""
    pairs = [row[3].split(" / ") for row in annex]
    checked = [(int(got), int(most)) for got, most in pairs if got.isdecimal()]
    points, most = sum(got for got, _ in checked), sum(most for _, most in checked)
    return f"已查 {len(checked)} 项（共 {len(annex)} 项），得分 {points} / {most}。分值为示例，可修改。"


def letter_docx(letter: CheckLetter) -> bytes:
    """This version as .docx."""
    return render_docx(TEMPLATE, letter_values(letter))


def letter_pdf(letter: CheckLetter) -> bytes:
    """This version as PDF, word for word what the .docx says."""
    blocks = render_blocks(TEMPLATE, letter_values(letter))
    return render_pdf("blocks", {"title": letter.title, "papers": [{"blocks": blocks}]})
