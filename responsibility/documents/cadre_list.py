"""A cadre's 责任清单 on paper: A4 turned, who he is above, whom he holds below."""

import datetime

from ..queries.cadre_list import CadreList
from .tables import day_words, paper_file

WHO = ["包保层级", "包保干部", "单位", "职务", "联系方式", "联络员及电话"]
HELD = [
    "序号", "主体名称", "统一社会信用代码", "许可证编号", "经营地址", "类型/业态", "等级", "负责人及电话",
    "食品安全总监", "食品安全员", "监管所及监管人员", "起始日期", "备注",
]  # fmt: skip
# Millimetres of the 225 between the margins: a credit code, and a number in the note, stand on one line.
WIDTHS = [7, 23, 34, 26, 26, 14, 7, 20, 10, 10, 16, 15, 17]
SIZE = 7.5


def cadre_list_values(found: CadreList, *, on: datetime.date) -> dict:
    """The values of the paper."""
    cadre = found.cadre
    who = [
        cadre.get_level_display(), cadre.name, cadre.unit or cadre.area.path_name, cadre.post,
        found.phone, found.liaison,
    ]  # fmt: skip
    rows = [
        [
            str(number), line.name, line.credit_code, line.licence_no, line.address, line.kind,
            line.grade, line.contact, line.director, line.officer, line.station,
            f"{line.held_from:%Y-%m-%d}", line.note,
        ]
        for number, line in enumerate(found.lines, start=1)
    ]  # fmt: skip
    masked = "电话已脱敏。" if found.is_masked else ""
    return {
        "title": "食品安全包保责任清单",
        "subtitle": f"{cadre.area.path_name}　{cadre.name}　共 {len(rows)} 家　截至{day_words(on)}",
        "landscape": True,
        "tables": [
            {"heads": WHO, "widths": [3, 4, 8, 6, 5, 6], "rows": [who],
             "aligns": ["center"] * len(WHO)},
            {"heading": "所包保主体", "heads": HELD, "widths": WIDTHS, "rows": rows, "size": SIZE,
             "aligns": ["center", *["left"] * 5, "center", *["left"] * 6]},
        ],
        "note": f"包保关系以系统记录为准，干部或主体变动后重新打印。{masked}",
        "closing": ["包保干部（签字）：　　　　　　　　　年　　月　　日"],
    }  # fmt: skip


def cadre_list_paper(found: CadreList, *, on: datetime.date, format: str) -> bytes:
    """The list as docx or pdf."""
    return paper_file(cadre_list_values(found, on=on), format)
