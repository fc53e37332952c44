"""Pledges and letters as spreadsheets."""

import datetime
from typing import BinaryIO

from django.db.models import QuerySet

from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..models import Letter, Pledge

VIA = {"typed": "系统内签", "scan": "纸质签订"}
PLEDGE_HEADS = (
    "编号", "姓名", "单位", "职务", "包保层级", "县(市、区)", "乡镇(街道)", "村(社区)", "状态", "签订日期",
    "签署方式", "有效期至", "所附主体(家)", "重签或失效原因",
)  # fmt: skip
LETTER_HEADS = (
    "年度", "类别", "签状单位", "上级单位", "状态", "签订期限", "签订日期", "签字人", "上级签字人", "扫描件",
)  # fmt: skip


def names_of(area) -> list[str]:
    """County, town and village of an area with its parents fetched, "" where it is higher."""
    names = {}
    while area is not None:
        names[area.level] = area.name
        area = area.parent
    return [names.get(level, "") for level in ("county", "township", "village")]


def write_pledges(found: QuerySet[Pledge], *, target: BinaryIO) -> int:
    """Write the pledges as xlsx; how many."""
    rows = found.select_related("area__parent__parent__parent").order_by("area_id", "pk")
    written = [
        (
            row.number, row.name, row.unit, row.post, row.get_level_display(), *names_of(row.area),
            row.get_state_display(), row.signed_on, VIA.get(row.signed_via, ""),
            row.valid_to, row.held_count if row.signed_on else None,
            row.void_reason or row.resign_reason,
        )
        for row in rows.defer("annex").iterator(chunk_size=2000)
    ]  # fmt: skip
    write_xlsx(target, PLEDGE_HEADS, written, sheet="承诺书")
    return len(written)


def write_letters(found: QuerySet[Letter], *, target: BinaryIO) -> int:
    """Write the letters as xlsx; how many."""
    rows = found.select_related("area__parent__parent__parent").order_by("area_id", "pk")
    written = [
        (
            row.year, row.get_kind_display(), row.unit or row.area.path_name, row.upper,
            row.get_state_display(), row.due_on, row.signed_on, row.signer_down, row.signer_up,
            "有" if row.scan_name else "",
        )
        for row in rows
    ]  # fmt: skip
    write_xlsx(target, LETTER_HEADS, written, sheet="责任状")
    return len(written)


def file_name(what: str, *, who: str, at: datetime.datetime, ending: str) -> str:
    """The file's name says what, who and when: an export that leaks tells its origin."""
    safe = "".join(sign for sign in f"{what}_{who}" if sign.isalnum() or sign == "_")
    return f"{safe}_{at:%Y%m%d-%H%M%S}.{ending}"
