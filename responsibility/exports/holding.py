"""Businesses and their bearers as a spreadsheet."""

from typing import BinaryIO

from django.db.models import QuerySet

from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..enums import CadreLevel
from ..models import AssignmentPlan
from ..queries.coverage import Coverage, Vacancy
from ..queries.holding import export_rows
from ..queries.plans import plan_export_rows

HELD = (
    "县(市、区)", "乡镇(街道)", "村(社区)", "主体名称", "许可证编号", "包保等级", "经营状态", "包保干部", "包保层级",
    "职务", "包保状态", "包保起", "例外理由",
)  # fmt: skip
BOARD = (
    "区划", "应包", "已包", "覆盖率(%)", "待分级", "未分配", "其中待交接", "层级不符", "例外", "空岗(处)", "超载(人)",
    "在岗干部(人)", "人均(家)",
)  # fmt: skip
PLAN = (
    "属地",
    "主体名称",
    "许可证编号",
    "包保等级",
    "缘由",
    "原包保干部",
    "新包保干部",
    "层级",
    "职务",
)
VACANT = ("属地", "包保等级", "应有干部层级", "主体(家)", "怎么办")


def write_held(found: QuerySet, *, sheet: str, target: BinaryIO) -> None:
    """Write the rows of one figure as xlsx."""
    write_xlsx(target, HELD, export_rows(found), sheet=sheet)


def write_board(rows: list[tuple[str, Coverage]], *, target: BinaryIO) -> None:
    """Write the coverage board as xlsx: a line an area, the total first."""
    write_xlsx(target, BOARD, (_board_line(*row) for row in rows), sheet="包保覆盖")


def _board_line(name, row):
    return (
        name, row.obliged, row.covered, _number(row.rate), row.ungraded, row.unassigned, row.pending,
        row.unfit, row.excepted, row.vacant, row.over, row.cadres, _number(row.mean),
    )  # fmt: skip


def _number(value):
    return None if value is None else round(float(value), 2)


def write_vacancies(cures: dict[Vacancy, str], names: dict[str, str], *, target: BinaryIO) -> None:
    """Write 空岗 as xlsx, each with what to do; `names`: area → its whole name."""
    rows = (
        (
            names.get(row.area_id, row.area_id), row.grade, CadreLevel(row.level).label, row.total,
            cure,
        )
        for row, cure in cures.items()
    )  # fmt: skip
    write_xlsx(target, VACANT, rows, sheet="空岗")


def write_plan(plan: AssignmentPlan, *, target: BinaryIO) -> None:
    """Write the rows of a plan as xlsx."""
    write_xlsx(target, PLAN, plan_export_rows(plan=plan), sheet="分配方案")
