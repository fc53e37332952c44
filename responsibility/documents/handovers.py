"""A hand-over on paper: the sheet that three people sign, then the new 责任清单 of everybody concerned."""

import datetime

from ..queries.handovers import HandoverPapers
from .cadre_list import cadre_list_values
from .tables import day_words, paper_file

GIVEN = ["移交干部", "属地", "单位、职务", "缘由", "交接日期", "共交接"]
HEADS = ["序号", "主体名称", "许可证编号", "经营地址", "等级", "接收干部", "接收干部单位、职务"]
WIDTHS = [10, 52, 38, 65, 12, 18, 50]
SIZE = 9
SIGNED = "移交人（签字）：　　　　　　接收人（签字）：　　　　　　监交人（签字）：　　　　　"


def handover_values(found: HandoverPapers, *, on: datetime.date) -> dict:
    """The values of the sheet (包保主体交接单), with the lists behind it as `more`."""
    handover = found.handover
    rows = [
        [
            str(number), bond.entity.name, bond.entity.licence_no, bond.entity.address, bond.grade or "待定",
            bond.cadre.name, _office(bond.cadre),
        ]
        for number, bond in enumerate(found.bonds, start=1)
    ]  # fmt: skip
    giver = handover.cadre
    given = [
        giver.name, giver.area.path_name, _office(giver), handover.get_reason_display(),
        day_words(handover.on), f"{len(rows)} 家",
    ]  # fmt: skip
    return {
        "title": "包保主体交接单",
        "landscape": True,
        "tables": [
            {"heads": GIVEN, "widths": [3, 8, 8, 3, 5, 3], "rows": [given],
             "aligns": ["center"] * len(GIVEN)},
            {"heading": "交接的主体", "heads": HEADS, "widths": WIDTHS, "rows": rows, "size": SIZE,
             "aligns": ["center", *["left"] * 3, "center", "center", "left"]},
        ],
        "note": "自交接之日起由接收干部包保。有关干部新的责任清单附后，原责任清单作废。",
        "closing": [SIGNED, "　　　　年　　月　　日"],
        "more": [cadre_list_values(its, on=on) for its in found.lists],
    }  # fmt: skip


def _office(cadre):
    return " ".join(part for part in (cadre.unit, cadre.post) if part)


def handover_paper(found: HandoverPapers, *, on: datetime.date, format: str) -> bytes:
    """The sheet and the lists as one docx or pdf."""
    return paper_file(handover_values(found, on=on), format)
