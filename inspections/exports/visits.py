"""Due lists, visits and the board as spreadsheets."""

import datetime
from collections.abc import Iterator
from typing import BinaryIO

from django.db.models import QuerySet

from jiamusi_foodsafety.kit.phones import mask_numbers
from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..models import DueVisit, Visit
from ..queries.dues import with_columns
from ..queries.figures_visits import VisitFigures
from ..queries.visits import with_columns as visit_columns

BOARD = (
    "区划", "应督(家)", "已督(家)", "完成率(%)", "待督(家)", "其中无人包保", "逾期(家)", "停产停业(家)",
    "有任务干部(人)", "全部完成(人)", "督导(户次)", "现场(户次)", "现场率(%)", "须现场(户次)", "其中现场",
    "发现问题(户次)", "发现率(%)",
)  # fmt: skip
DUES = (
    "属地", "主体名称", "许可证编号", "主体类别", "包保等级", "包保干部", "包保层级", "周期", "期限", "应督导(次)",
    "已督导(次)", "状态", "缘由", "只能现场", "上次督导",
)  # fmt: skip
VISITS = (
    "督导日期", "属地", "主体名称", "许可证编号", "包保等级", "包保干部", "包保层级", "种类", "督导方式",
    "已查(项)", "不合格(项)", "开始", "结束", "上报时间", "主体在场人", "备注", "作废理由",
)  # fmt: skip


def write_due_board(rows: list[tuple[str, VisitFigures]], *, target: BinaryIO) -> None:
    """Write the board as xlsx: a line an area, the total first."""
    lines = (
        (
            name, row.due, row.done, _number(row.rate), row.open, row.unheld, row.overdue, row.excused,
            row.cadres, row.cadres_done, row.visits, row.on_site, _number(row.on_site_rate), row.must,
            row.must_on_site, row.wrong, _number(row.found_rate),
        )
        for name, row in rows
    )  # fmt: skip
    write_xlsx(target, BOARD, lines, sheet="督导完成")


def _number(value):
    return None if value is None else round(float(value), 2)


def write_dues(
    found: QuerySet[DueVisit], *, on: datetime.date, sheet: str, target: BinaryIO
) -> None:
    """Write lines of a due list as xlsx, by area."""
    rows = with_columns(found).order_by("area_id", "pk").iterator(chunk_size=2000)
    write_xlsx(target, DUES, (_due(row, on) for row in rows), sheet=sheet)


def _due(row, on):
    entity, record = row.entity, getattr(row.entity, "record", None)
    return (
        row.area.path_name, entity.name, entity.licence_no, entity.category.name,
        row.get_grade_display(), row.cadre.name if row.cadre else "", row.get_level_display(),
        row.period.name, row.due_on, row.needs, row.done,
        "逾期" if row.is_overdue(on) else row.get_state_display(), row.reason,
        "是" if row.must_be_on_site else "", record.last_visit_on if record else None,
    )  # fmt: skip


def write_visits(found: QuerySet[Visit], *, target: BinaryIO) -> None:
    """Write visits as xlsx, the newest first."""
    write_xlsx(target, VISITS, _visits(found), sheet="督导记录")


def _visits(found) -> Iterator[tuple]:
    for row in visit_columns(found).order_by("-visited_on", "-pk").iterator(chunk_size=2000):
        yield (
            row.visited_on, row.area.path_name, row.entity.name, row.entity.licence_no,
            row.get_grade_display(), row.cadre.name, row.get_level_display(), row.get_kind_display(),
            row.get_mode_display(), row.checked, row.wrong, row.started_at, row.finished_at,
            row.received_at, row.contact, mask_numbers(row.note), row.void_reason,
        )  # fmt: skip
