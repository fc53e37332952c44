"""两员与日周月 as a spreadsheet."""

import datetime
from typing import BinaryIO

from django.db.models import QuerySet

from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..enums import Control
from ..models import EntityCompliance
from ..queries.safety import export_rows

HEADINGS = (
    "县(市、区)", "乡镇(街道)", "村(社区)", "主体名称", "许可证编号", "类别", "包保等级", "食品安全总监",
    "总监依据", "总监姓名", "食品安全员", "安全员姓名", "缺少的事实", "超期未考核", "学时未满",
    *(control.label for control in Control), "最近查看",
)  # fmt: skip


def write_safety(found: QuerySet[EntityCompliance], *, on: datetime.date, target: BinaryIO) -> None:
    """Write the businesses as xlsx; no phone is in it."""
    write_xlsx(target, HEADINGS, export_rows(found, on=on), sheet="两员与日周月")
