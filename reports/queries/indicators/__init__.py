"""The one catalogue of indicators (domain §1.8), its figures from counters, and their proof."""

from .bands import Bands, bands_now
from .catalogue import BY_CODE, INDICATORS, Indicator, Side
from .figures import AreaFigures, Figure, counts_of, figures_of_area, total_of_scope
from .proof import indicator_differences

__all__ = [
    "BY_CODE",
    "INDICATORS",
    "AreaFigures",
    "Bands",
    "Figure",
    "Indicator",
    "Side",
    "bands_now",
    "counts_of",
    "figures_of_area",
    "indicator_differences",
    "total_of_scope",
]
