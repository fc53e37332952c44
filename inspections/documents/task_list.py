"""The filled 督导任务清单 of one visit: both sign it, the business keeps one (domain §1.4)."""

from itertools import groupby

from jiamusi_foodsafety.kit.documents import qr_png, render_pdf
from jiamusi_foodsafety.kit.documents.build import Paper
from jiamusi_foodsafety.kit.documents.qr import qr_image
from jiamusi_foodsafety.kit.documents.word import fitted
from responsibility.documents.tables import day_words

from ..enums import Answer, Heading, VisitKind
from ..queries.papers import VisitPaper

HEADS = ["序号", "督导事项", "方式", "是否落实", "问题描述"]
SHARES = [5, 24, 13, 9, 17]
BELOW = "扫码核对公示信息"
SIGN = ["包保干部（签字）：", "主体负责人（签字）："]
DAY = "　　　年　　月　　日"
KEPT = "本清单一式两份，主体留存一份。"


def number_of(visit) -> str:
    """The system's own number of a visit: no document number."""
    return f"DD-{visit.visited_on:%Y%m%d}-{visit.pk:04d}"


def task_list_values(found: VisitPaper) -> dict:
    """What the paper says, the same for Word and PDF."""
    visit, entity = found.visit, found.visit.entity
    grade = f"{visit.grade} 级（{visit.get_level_display()}包保）" if visit.grade else "待定"
    is_visit = visit.kind == VisitKind.VISIT
    example = "（示例）" if visit.checklist and visit.checklist.is_example else ""
    version = f"清单第 {visit.checklist.version} 版{example}" if visit.checklist else ""
    return {
        "title": f"食品安全督导任务清单（{visit.checklist.get_level_display()}）"
        if visit.checklist
        else "停产停业登记表",
        "subtitle": "　".join(word for word in (number_of(visit), version) if word),
        "facts": [
            ["单位名称", entity.name],
            ["许可证编号", entity.licence_no, "包保等级", grade],
            ["经营场所", entity.address or entity.area.path_name, "主体类别", entity.category.name],
            ["包保干部", f"{visit.cadre.name}　{visit.cadre.post}", "督导方式",
             visit.get_mode_display() if is_visit else visit.get_kind_display()],
            ["主体在场人", visit.contact, "督导日期", day_words(visit.visited_on)],
        ],
        "groups": _groups(found) if is_visit else [],
        "result": _result(visit),
        "note": f"备注：{visit.note}" if visit.note else "",
        "sign": SIGN,
        "day": DAY,
        "kept": KEPT if is_visit else "",
        "below": BELOW,
        "void": f"已作废：{visit.void_reason}" if visit.is_void else "",
    }  # fmt: skip


def _groups(found):
    rows = []
    for number, item in enumerate(found.items, 1):
        answer = found.visit.answers.get(item.code, "")
        words = Answer(answer).label if answer in Answer.values else ""
        rows.append(
            (
                item.heading,
                [str(number), item.text, item.way, words, "；".join(found.told.get(item.code, []))],
            )
        )
    return [
        {"heading": Heading(heading).label, "rows": [row for _, row in some]}
        for heading, some in groupby(rows, key=lambda pair: pair[0])
    ]


def _result(visit):
    if visit.kind != VisitKind.VISIT:
        return "停产停业，本期免督导；恢复经营后照常督导。"
    if not visit.wrong:
        return f"共查 {visit.checked} 项，没有发现不落实的事项。"
    return f"共查 {visit.checked} 项，{visit.wrong} 项不落实，请按期整改。"


def task_list_pdf(found: VisitPaper, *, address: str) -> bytes:
    """The list as PDF; `address` is what its code says ("" while the business has none)."""
    return render_pdf("task_list", task_list_values(found) | {"qr": address and qr_image(address)})


def task_list_docx(found: VisitPaper, *, address: str) -> bytes:
    """The list as .docx, word for word the same."""
    values = fitted(task_list_values(found))
    paper = Paper(line=20)
    paper.title(values["title"])
    paper.words(values["subtitle"], align="center", indent=False, size=10.5)
    if values["void"]:
        paper.words(values["void"], align="center", indent=False, size=14)
    paper.facts(
        values["facts"],
        picture=address and qr_png(address),
        below=values["below"],
        shares=[11, 22, 11, 20, 16],
    )
    paper.gap()
    rows = []
    for group in values["groups"]:
        rows += [group["heading"], *group["rows"]]
    if rows:
        paper.table(HEADS, rows, shares=SHARES, aligns=["center", "left", "left", "center", "left"])
    for words in (values["result"], values["note"]):
        if words:
            paper.words(words, align="left", indent=False, size=12)
    paper.gap()
    paper.words("　　　　　　　".join([*values["sign"], ""]), align="left", indent=False, size=12)
    paper.words(values["day"], align="right", indent=False, size=12)
    paper.words(values["kept"], align="left", indent=False, size=10.5)
    return paper.bytes()
