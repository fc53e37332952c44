"""Dated to-dos as a spreadsheet."""

from typing import BinaryIO

from django.db.models import QuerySet
from django.utils import timezone

from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..enums import DutyState
from ..models import Duty
from ..queries.duties import with_columns
from ..rules.periods import period_words

HEADINGS = (
    "代码", "任务", "周期", "起", "期限", "层级", "属地代码", "属地", "责任方", "姓名", "职务", "状态", "办结时间", "办结人",
    "说明", "成果物",
)  # fmt: skip
CHUNK = 2000


def write_duties(found: QuerySet[Duty], *, on, target: BinaryIO) -> None:
    """Write the to-dos as xlsx, by day."""
    write_xlsx(target, HEADINGS, _rows(found, on), sheet="清单任务")


def _rows(found, on):
    rows = with_columns(found).order_by("due_on", "pk")
    for duty in rows.iterator(chunk_size=CHUNK):
        yield (
            duty.code,
            duty.item.heading or duty.item.clause,
            period_words(duty.period),
            duty.starts_on,
            duty.due_on,
            duty.item.document.get_level_display(),
            duty.area_id,
            duty.area.path_name,
            "包保干部" if duty.cadre else "属地单位",
            duty.cadre.name if duty.cadre else "",
            duty.cadre.post if duty.cadre else "",
            "逾期" if duty.is_overdue(on) else DutyState(duty.state).label,
            timezone.localtime(duty.done_at) if duty.done_at else None,
            duty.done_by.get_full_name() if duty.done_by else "",
            duty.note,
            duty.file_name,
        )
