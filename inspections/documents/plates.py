"""包保公示牌 on A4, to hang in the shop: who answers for it, when he was last there, where to complain."""

import datetime
from collections.abc import Iterable, Mapping

from jiamusi_foodsafety.kit.documents import render_pdf
from jiamusi_foodsafety.kit.documents.qr import qr_image
from responsibility.documents.tables import day_words

from ..queries.plates import Facts


def plates_pdf(
    facts: Iterable[Facts], *, addresses: Mapping[int, str], on: datetime.date, title: str
) -> bytes:
    """One page a business. `addresses`: business → what its QR code says."""
    plates = [plate_values(one, address=addresses[one.entity.pk], on=on) for one in facts]
    return render_pdf("plate", {"title": title, "plates": plates})


def plate_values(facts: Facts, *, address: str, on: datetime.date) -> dict:
    """The values of one plate: rows of (label, words), the code, the words below."""
    entity = facts.entity
    grade = f"{entity.grade} 级" if entity.grade else "待定"
    rows = [
        ("主体名称", entity.name),
        ("许可证编号", entity.licence_no),
        ("经营场所", entity.address or facts.place),
        ("包保等级", f"{grade}（{facts.level}干部包保）" if facts.level else grade),
        ("包保干部", facts.cadre.name if facts.cadre else "待确定"),
        ("单位、职务", facts.cadre_words),
        ("属地监管所", facts.station),
    ]
    return {
        "rows": [[label, words] for label, words in rows if words],
        "qr": qr_image(address),
        "complain": facts.text.complain,
        "grade_words": facts.text.grade_words,
        "footer": facts.text.footer,
        "day": day_words(on),
        "note": "示例，可修改" if facts.text.is_example else "",
    }
