"""Problems as a spreadsheet."""

import datetime
from typing import BinaryIO

from django.db.models import QuerySet

from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..queries.problem_list import export_rows

HEAD = (
    "编号", "县(市、区)", "乡镇(街道)", "村(社区)", "主体名称", "许可证编号", "包保等级", "清单代码", "问题", "说明",
    "类别", "状态", "等谁", "来源", "发现日期", "整改期限", "当前期限", "逾期(天)", "包保干部", "监管所", "行业主管",
    "重复", "延期(次)", "升级(级)", "整改日期", "办结日期",
)  # fmt: skip


def write_problems(found: QuerySet, *, tab: str, on: datetime.date, target: BinaryIO) -> None:
    """Write exactly these rows as xlsx, in the order of the list."""
    write_xlsx(target, HEAD, export_rows(found, tab=tab, on=on), sheet="问题整改")
