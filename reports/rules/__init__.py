"""Progress in plain values: figures, rates, bands, ranks, days, the columns and the words of the reports."""

from .days import (
    SHANGHAI,
    closing_of,
    day_of,
    due_days,
    last_closed_day,
)
from .figures import (
    CENT,
    MAP_STEPS,
    Figures,
    band,
    map_step,
    percent,
    ranks,
    total_of,
)
from .words import report_title

__all__ = [
    "CENT",
    "MAP_STEPS",
    "SHANGHAI",
    "Figures",
    "band",
    "closing_of",
    "day_of",
    "due_days",
    "last_closed_day",
    "map_step",
    "percent",
    "ranks",
    "report_title",
    "total_of",
]
