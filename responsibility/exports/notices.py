"""工作提示 with what each area signed and answered, as a plain sheet."""

from django.utils import timezone

from jiamusi_foodsafety.kit.workbook.write import write_xlsx

HEADINGS = (
    "期号", "标题", "主题", "状态", "下发时间", "反馈期限", "县(市、区)", "签收时间", "签收人",
    "反馈时间", "反馈人", "反馈内容", "反馈附件", "催办次数",
)  # fmt: skip


def _moment(value):
    return timezone.localtime(value) if value else None


def write_notices(rows, *, target) -> None:
    """One row an area of a notice. `rows`: queries.notices.notice_rows."""
    write_xlsx(
        target, HEADINGS, (_row(row) for row in rows.iterator(chunk_size=500)), sheet="工作提示"
    )


def _row(row):
    notice = row.notice
    return (
        notice.number, notice.title, notice.topic, notice.get_state_display(),
        _moment(notice.issued_at), _moment(notice.due_at), row.area.name,
        _moment(row.received_at), str(row.received_by or ""), _moment(row.answered_at),
        str(row.answered_by or ""), row.answer, row.file_name, row.reminders,
    )  # fmt: skip
