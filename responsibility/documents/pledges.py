"""Pledges on paper: Word from the office's template or the example one, PDF of the same words, many as a zip."""

import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice

from django.conf import settings

from jiamusi_foodsafety.kit.documents import DocumentError, render_docx, render_pdf
from jiamusi_foodsafety.kit.documents.blocks import render_blocks

from ..enums import CadreLevel, Cycle, Mark, SignedVia
from ..models import Pledge, PledgeTemplate
from .tables import day_words
from .templates import BLANK_DAY, stored_template

EXAMPLE = settings.BASE_DIR / "fixtures" / "responsibility" / "pledge_template.docx"
IN_ONE_PDF = 30
# What a template may name, for the page that explains it.
NAMES = (
    ("level", "包保层级，如“县级”"),
    ("number", "编号"),
    ("name", "承诺人姓名"),
    ("post", "职务"),
    ("unit", "单位"),
    ("office", "单位和职务"),
    ("superior_unit", "接收单位"),
    ("entity_count", "包保主体数(家)"),
    ("as_of", "附件截至的日期"),
    ("signature", "签字处：已在系统内签的写出姓名，未签的空着"),
    ("signed_day", "签订日期，未签的空着"),
    ("task_title", "任务清单的标题和版次"),
    ("entities", "附件 1 的主体，逐行：number name credit_code licence_no codes address category "
                 "grade legal_person station from_on"),
    ("tasks", "附件 2 的任务，逐行：code clause cycle deliverable mark"),
)  # fmt: skip


def pledge_words(pledge: Pledge, annex: dict) -> dict:
    """The values of a template for one pledge."""
    entities = [_entity(number, row) for number, row in enumerate(annex["entities"], 1)]
    tasks = annex["task_list"]
    signature = BLANK_DAY[:5]
    if pledge.signed_via == SignedVia.TYPED:
        signature = f"{pledge.name}（系统内签）"
    elif pledge.signed_via == SignedVia.SCAN:
        signature = f"{pledge.name}（纸质签订{'，见扫描件' if pledge.scan_name else ''}）"
    return {
        "level": pledge.get_level_display(),
        "number": pledge.number,
        "name": pledge.name,
        "post": pledge.post,
        "unit": pledge.unit,
        "office": _office(pledge),
        "superior_unit": pledge.superior_unit,
        "entity_count": len(entities),
        "as_of": day_words(datetime.date.fromisoformat(annex["as_of"])),
        "signature": signature,
        "signed_day": day_words(pledge.signed_on) or BLANK_DAY,
        "entities": entities,
        "task_title": f"{tasks['title']} 第 {tasks['version']} 版" if tasks else "",
        "tasks": [_task(row) for row in tasks["items"]] if tasks else [],
    }


def _office(pledge):
    """Unit and post; a unit that the post repeats is said once."""
    if pledge.post.startswith(pledge.unit):
        return pledge.post or "　　　　"
    return f"{pledge.unit}{pledge.post}"


def _entity(number, row):
    codes = [row["credit_code"], row["licence_no"]]
    words = {key: row[key] or "" for key in row if key != "id"}
    return words | {"number": number, "codes": "\n".join(code for code in codes if code)}


def _task(row):
    words = dict(row)
    words["cycle"] = Cycle(row["cycle"]).label if row["cycle"] in Cycle.values else row["cycle"]
    words["mark"] = Mark(row["mark"]).label if row["mark"] in Mark.values else row["mark"]
    return words


def template_of(pledge: Pledge) -> bytes:
    """The .docx that this pledge is printed from: the office's, else the example."""
    return template_bytes(pledge.template)


def template_bytes(template: PledgeTemplate | None) -> bytes:
    """A template's file; without one the product's example. A lost file → DocumentError."""
    return stored_template(template) if template else EXAMPLE.read_bytes()


def pledge_docx(pledge: Pledge, annex: dict) -> bytes:
    """The pledge with its two annexes as .docx."""
    return render_docx(template_of(pledge), pledge_words(pledge, annex))


def pledges_pdf(papers: Iterable[tuple[Pledge, dict]], *, title: str) -> bytes:
    """These pledges (with their annexes) as one PDF, each numbered from page 1. Word for word what the .docx
    says; pictures of an office's template are left out."""
    found = [
        {"blocks": render_blocks(template_of(pledge), pledge_words(pledge, annex))}
        for pledge, annex in papers
    ]
    return render_pdf("blocks", {"title": title, "papers": found})


def pledges_zip(papers: Iterable[tuple[Pledge, dict]], *, format: str) -> Iterator[bytes]:
    """A zip of the pledges as .docx, one a file, or as .pdf, handed out piece by piece so that a county needs no memory."""
    out = _Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, body in _as_pdf(papers) if format == "pdf" else _as_docx(papers):
            package.writestr(name, body)
            yield out.taken()
    yield out.taken()


def _as_docx(papers):
    for pledge, annex in papers:
        yield f"{pledge.number}_{_plain(pledge.name)}.docx", pledge_docx(pledge, annex)


def _as_pdf(papers):
    """Thirty to a file, in the order of the list: to print, and ten times as fast as one by one."""
    first = 1
    for some in _batched(papers, IN_ONE_PDF):
        last = first + len(some) - 1
        yield f"承诺书_{first:04d}-{last:04d}.pdf", pledges_pdf(some, title="承诺书")
        first = last + 1


def _batched(papers, number):
    rows = iter(papers)
    while some := list(islice(rows, number)):
        yield some


def _plain(name):
    return "".join(sign for sign in name if sign.isalnum())


class _Pipe(io.RawIOBase):
    """A file that only goes forward: what was written is taken out at once."""

    def __init__(self):
        self.pieces = []

    def writable(self):
        return True

    def write(self, piece):
        self.pieces.append(bytes(piece))
        return len(piece)

    def taken(self):
        pieces, self.pieces = self.pieces, []
        return b"".join(pieces)


SAMPLE = {
    "as_of": "2022-11-02",
    "entities": [
        {"id": 1, "name": "示例餐馆", "credit_code": "", "licence_no": "JY00000000000000",
         "address": "示例街 1 号", "category": "餐饮服务", "grade": "D", "legal_person": "李四",
         "station": None, "from_on": "2022-10-01"},
    ],
    "task_list": {"id": 1, "title": "示例任务清单", "version": 1, "items": [
        {"code": "J1", "clause": "开展督导", "cycle": "period", "deliverable": "记录", "mark": "full"}]},
}  # fmt: skip


def try_template(data: bytes) -> None:
    """Print a made-up pledge from an uploaded template, in Word and PDF; DocumentError says what is wrong."""
    pledge = Pledge(name="张示例", post="主任", unit="示例单位", level=CadreLevel.VILLAGE, number="示例-0001",
                    superior_unit="示例食品安全委员会")  # fmt: skip
    blocks = render_blocks(data, pledge_words(pledge, SAMPLE))
    said = " ".join(
        part.get("text", "") or " ".join(cell for row in part.get("rows", ()) for cell in row)
        for part in blocks
    )
    if pledge.name not in said:
        raise DocumentError("模板里没有承诺人姓名。请在正文写上 {{ name }} 再传。")
    if "示例餐馆" not in said:
        raise DocumentError("模板里没有附件 1 的主体表。请从样例模板改起，保留两张附表。")
    render_pdf("blocks", {"title": "试印", "papers": [{"blocks": blocks}]})
