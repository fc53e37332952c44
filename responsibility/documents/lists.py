"""A list on paper."""

import datetime
from collections.abc import Sequence

from ..enums import ListKind, ListState
from ..models import ListDocument, ListItem
from ..queries.lists import LEVEL_HEADS
from .tables import day_words, paper_file

EXAMPLE = "示例，可修改"


def list_paper(
    document: ListDocument, items: Sequence[ListItem], *, format: str, on: datetime.date
) -> bytes:
    """A version of a list with its lines (with `cells`, as list_items gives them) as docx or pdf."""
    return paper_file(list_values(document, items, on=on), format)


def list_values(document: ListDocument, items: Sequence[ListItem], *, on: datetime.date) -> dict:
    """The values of the paper: title, state in words, one table."""
    marks = LEVEL_HEADS[document.kind]
    if document.kind == ListKind.TASK:
        heads = ["代码", "任务", "措施与标准", "周期", "成果物", "责任方", *marks]
        widths = [3, 12, 8, 4, 7, 5, *[2] * len(marks)]
        rows = [
            [
                item.code, item.clause, item.standard, item.get_cycle_display(), item.deliverable,
                item.get_owner_display(), *item.cells,
            ]
            for item in items
        ]  # fmt: skip
    else:
        named = "责任内容" if document.kind == ListKind.RESPONSIBILITY else "督查内容"
        is_checked = document.kind == ListKind.SUPERVISION
        heads = ["代码", "事项", named, "督查方式" if is_checked else "措施与标准", *marks]
        widths = [3, 6, 15, 10, *[3 if is_checked else 2] * len(marks)]
        rows = [
            [item.code, item.heading, item.clause, item.standard, *item.cells] for item in items
        ]
    return {
        "title": document.title,
        "subtitle": _subtitle(document),
        "landscape": True,
        "tables": [
            {
                "heads": heads,
                "widths": widths,
                "rows": rows,
                "aligns": ["center", *["left"] * (len(heads) - 1 - len(marks)),
                           *["center"] * len(marks)],
            }
        ],
        "note": f"● 必做；○ 协助。打印日期：{day_words(on)}。",
    }  # fmt: skip


def _subtitle(document):
    parts = [f"第 {document.version} 版"]
    if document.document_no:
        parts.append(document.document_no)
    if document.state == ListState.DRAFT:
        parts.append("草稿")
    else:
        parts.append(f"自{day_words(document.effective_from)}起施行")
    if document.effective_to:
        parts.append(f"至{day_words(document.effective_to)}止")
    if document.is_example:
        parts.append(EXAMPLE)
    return "（" + "，".join(parts) + "）"
