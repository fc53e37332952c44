"""Workbooks for the clerk: his own rows that need work, and our template."""

import io

from jiamusi_foodsafety.kit.ledger import books

from ..models import Category, LedgerUpload
from .columns import COLUMNS

# Staged columns whose name is not the ledger's key.
STAGED_AS = {"station": "station_text", "category": "category_code"}


def error_book(upload: LedgerUpload) -> io.BytesIO:
    """The rows with findings in the uploader's own columns, 问题说明 behind them, the cells coloured."""
    return books.error_book(upload, _staged_text)


def _staged_text(row, key):
    if key == "expires_on" and row.is_permanent:
        return "长期"
    value = getattr(row, STAGED_AS.get(key, key), None)
    return "" if value is None else str(value)


def template_book() -> io.BytesIO:
    """Our template: every column with its help, an example row to overwrite, lists to choose from."""
    choices = {
        "category": list(Category.objects.order_by("position").values_list("name", flat=True)),
        "grade": ["A", "B", "C", "D"],
        "risk_grade": ["A", "B", "C", "D"],
    }
    return books.template_book(COLUMNS, title="主体台账", choices=choices)
