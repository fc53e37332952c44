"""The one catalogue of indicators (domain §1.8), its figures from counters, and their proof."""

from .catalogue import BY_CODE, INDICATORS, Indicator, Side
from .figures import AreaFigures, Figure, counts_of, figures_of_area, total_of_scope
from .proof import indicator_differences

__all__ = [
    "BY_CODE",
    "INDICATORS",
    "AreaFigures",
    "Figure",
    "Indicator",
    "Side",
    "counts_of",
    "figures_of_area",
    "indicator_differences",
    "total_of_scope",
]
