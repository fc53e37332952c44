"""合并: which fields of a business may be taken from its twin, and which side is proposed (domain §9 重复登记)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """Fields that are chosen together: `lead` is compared and shown, all are written."""

    key: str
    label: str
    fields: tuple[str, ...]

    @property
    def lead(self) -> str:
        return self.fields[0]


def _own(key, label):
    return Part(key, label, (key,))


# The licence number is the identity of the one that stays: whoever wants the other number swaps the sides.
PARTS = (
    _own("name", "主体名称"),
    _own("credit_code", "信用代码"),
    _own("legal_person", "法定代表人"),
    _own("phone", "电话"),
    Part("address", "经营场所", ("address", "address_key")),
    Part("area", "属地", ("area_id", "area_text")),
    Part("category", "主体类别", ("category_id",)),
    _own("form", "业态"),
    _own("issued_on", "发证日期"),
    Part("expires_on", "有效期至", ("expires_on", "is_permanent")),
    Part("grade", "包保等级", ("grade", "grade_source", "grade_reason")),
    _own("risk_grade", "风险等级"),
    _own("floor_area", "经营面积(㎡)"),
    _own("seats", "座位数"),
    _own("diners", "每餐用餐人数"),
    _own("annual_output", "年产值(万元)"),
    _own("staff_count", "从业人数"),
    Part("surveyed_on", "摸底日期", ("surveyed_on", "surveyed_by")),
    _own("safety_director", "食品安全总监"),
    _own("safety_officer", "食品安全员"),
    _own("supervisor", "监管员"),
    Part("cadre_name", "包保干部(台账)", ("cadre_name", "cadre_post", "cadre_phone", "cadre_level")),
)  # fmt: skip
BY_KEY = {part.key: part for part in PARTS}


def proposed_side(part: Part, kept: Mapping[str, Any], gone: Mapping[str, Any]) -> str:
    """ "kept" or "gone": what is proposed of one part. The one that stays keeps its own, unless it has nothing
    there; of two days the later one."""
    mine, other = kept[part.lead], gone[part.lead]
    if not mine and other:
        return "kept" if kept.get("is_permanent") and part.key == "expires_on" else "gone"
    if part.key == "expires_on" and mine and (gone["is_permanent"] or (other and other > mine)):
        return "gone"
    return "kept"
