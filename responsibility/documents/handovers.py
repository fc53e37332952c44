"""A hand-over on paper: the sheet that three people sign, then the new 责任清单 of everybody concerned."""

import datetime

from ..queries.handovers import HandoverPapers
from .cadre_list import cadre_list_values
from .tables import day_words, paper_file

HEADS = ["序号", "主体名称", "许可证编号", "经营地址", "等级", "接收干部", "接收干部单位、职务"]
WIDTHS = [10, 55, 38, 62, 12, 20, 50]
SIZE = 9
SIGNERS = ("移交人", "接收人", "监交人")


def handover_values(found: HandoverPapers, *, on: datetime.date) -> dict:
    """The values of the sheet (包保主体交接单), with the lists behind it as `more`."""
    handover = found.handover
    rows = [
        [
            str(number), bond.entity.name, bond.entity.licence_no, bond.entity.address, bond.grade or "待定",
            bond.cadre.name, " ".join(part for part in (bond.cadre.unit, bond.cadre.post) if part),
        ]
        for number, bond in enumerate(found.bonds, start=1)
    ]  # fmt: skip
    about = [
        handover.cadre.area.path_name, f"移交人：{handover.cadre.name}", handover.get_reason_display(),
        f"{day_words(handover.on)}交接", f"共 {len(rows)} 家",
    ]  # fmt: skip
    return {
        "title": "包保主体交接单",
        "subtitle": "　".join(about),
        "landscape": True,
        "tables": [
            {"heads": HEADS, "widths": WIDTHS, "rows": rows, "size": SIZE,
             "aligns": ["center", *["left"] * 3, "center", "center", "left"]},
        ],
        "note": "自交接之日起由接收干部包保。有关干部新的责任清单附后，原责任清单作废。",
        "closing": [
            *(f"{who}（签字）：　　　　　　　　" for who in SIGNERS), "　　　　年　　月　　日",
        ],
        "more": [cadre_list_values(its, on=on) for its in found.lists],
    }  # fmt: skip


def handover_paper(found: HandoverPapers, *, on: datetime.date, format: str) -> bytes:
    """The sheet and the lists as one docx or pdf."""
    return paper_file(handover_values(found, on=on), format)
