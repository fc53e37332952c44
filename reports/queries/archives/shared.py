"""What the files of businesses, cadres and units share."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from inspections.models import Visit

from ...rules.archives import Section

# Rows that a file shows of one item; what is older is counted.
MOST = 100


def day(value) -> str:
    """2022-11-02, or "" """
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value)
    return f"{value:%Y-%m-%d}" if value else ""


def some(found: QuerySet, *order: str) -> tuple[list, int]:
    """The newest rows of one item, and how many there are."""
    rows = list(found.order_by(*order)[: MOST + 1])
    return rows[:MOST], len(rows) if len(rows) <= MOST else found.count()


def visit_result(visit: Visit) -> str:
    """What a visit found, in words."""
    if visit.is_void:
        return "已作废"
    if visit.kind != "visit":
        return "登记停产停业"
    return f"{visit.wrong} 项不落实" if visit.wrong else "没有发现问题"


def table(section: Section, heads: tuple, widths: tuple, rows: list, total: int) -> Section:
    """The section with its table."""
    section.heads, section.widths, section.rows, section.total = heads, widths, rows, total
    return section
