"""问答 as a plain sheet."""

from django.utils import timezone

from jiamusi_foodsafety.kit.workbook.write import write_xlsx

HEADINGS = (
    "县(市、区)", "提问时间", "方式", "联系人", "主题", "问题", "答复", "答复时间", "答复人", "问答汇编",
)  # fmt: skip


def write_guidance(rows, *, is_own, target) -> None:
    """One row a question. `is_own(row)`: whether the reader may know who asked."""
    write_xlsx(target, HEADINGS, (_row(row, is_own(row)) for row in rows), sheet="点对点指导")


def _row(row, is_own):
    return (
        row.area.name if is_own else "—", timezone.localtime(row.asked_at),
        row.get_channel_display(), row.contact if is_own else "", row.topic, row.question, row.answer,
        timezone.localtime(row.answered_at) if row.answered_at else None,
        str(row.answered_by or ""), "是" if row.is_shared else "",
    )  # fmt: skip
