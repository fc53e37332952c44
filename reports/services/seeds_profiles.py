"""Example templates for a city that has none (示例，可修改): what other platforms usually ask for."""

import datetime

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import ProfileFormat, ProfileKind
from ..models import ExportProfile
from .profiles import profile_save

NOTE = "示例，可修改：表头请照对方平台的导入模板改"
EXAMPLES = (
    (
        "包保关系导入表（示例）", ProfileKind.ASSIGNMENTS, {"force": "now"},
        (("serial", "序号"), ("entity_name", "主体名称"), ("credit_code", "统一社会信用代码"),
         ("licence_no", "许可证号"), ("county", "县(市、区)"), ("town", "乡镇(街道)"),
         ("village", "村(社区)"), ("grade", "分级"), ("level", "包保层级"),
         ("cadre_name", "包保干部姓名"), ("cadre_unit", "单位"), ("cadre_post", "职务"),
         ("cadre_phone", "联系电话"), ("from_on", "包保开始日期")),
    ),
    (
        "督导记录汇总表（示例）", ProfileKind.VISITS, {"span": "this_quarter"},
        (("serial", "序号"), ("visited_on", "督导日期"), ("entity_name", "主体名称"),
         ("credit_code", "统一社会信用代码"), ("cadre_name", "督导人"), ("level", "层级"),
         ("mode", "督导方式"), ("checked", "检查项数"), ("wrong", "问题项数")),
    ),
)  # fmt: skip


def load(*, city: Area, at: datetime.datetime) -> int:
    """Make the examples that the city has not had yet; how many. Repeatable."""
    made = 0
    for name, kind, filters, columns in EXAMPLES:
        if ExportProfile.objects.filter(area=city, name=name).exists():
            continue
        profile_save(
            actor=None, area=city, name=name, kind=kind, filters=filters, at=at, note=NOTE,
            columns=[{"key": key, "heading": heading} for key, heading in columns],
            format=ProfileFormat.XLSX, is_example=True,
        )  # fmt: skip
        made += 1
    return made
