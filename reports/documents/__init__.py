"""The reports as files: Excel with live formulas, Word from the office's template, PDF, plain text."""

from .papers import report_docx, report_pdf
from .plain import report_plain
from .progress import progress_workbook, trend_workbook
from .workbook import daily_report_workbook

__all__ = [
    "daily_report_workbook",
    "progress_workbook",
    "report_docx",
    "report_pdf",
    "report_plain",
    "trend_workbook",
]
