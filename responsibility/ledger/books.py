"""Workbooks for the clerk: his own rows that need work, and our template."""

import io

from jiamusi_foodsafety.kit.ledger import books

from ..models import CadreUpload
from .columns import COLUMNS
from .words import LEVEL_NAMES


def error_book(upload: CadreUpload) -> io.BytesIO:
    """The rows with findings in the uploader's own columns, 问题说明 behind them, the cells coloured."""
    return books.error_book(upload, _staged_text)


def _staged_text(row, key):
    if key == "level":
        return LEVEL_NAMES.get(row.level, "")
    value = getattr(row, key, None)
    return "" if value is None else str(value)


def template_book() -> io.BytesIO:
    """Our template: every column with its help, lists to choose from."""
    choices = {"level": list(LEVEL_NAMES.values())}
    return books.template_book(COLUMNS, title="包保干部名册", choices=choices)
