"""变更台账 as a spreadsheet."""

import datetime
from typing import BinaryIO

from django.db.models import QuerySet
from django.utils import timezone

from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..models import Change
from ..queries.changes import export_rows

HEADINGS = (
    "登记时间", "发生日期", "类别", "县(市、区)", "乡镇(街道)", "村(社区)", "主体", "许可证编号", "干部", "变更前",
    "变更后", "说明", "应通报", "应调整", "已调整", "状态", "登记人",
)  # fmt: skip


def write_changes(found: QuerySet[Change], *, on: datetime.date, target: BinaryIO) -> None:
    """Write the changes as xlsx, the newest first; moments in local time."""
    rows = (
        (f"{timezone.localtime(row[0]):%Y-%m-%d %H:%M}", *row[1:])
        for row in export_rows(found, on=on)
    )
    write_xlsx(target, HEADINGS, rows, sheet="变更台账")
