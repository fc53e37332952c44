"""The wall's map in plain values: where one blue ends and the next begins."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from .figures import CENT, MAP_STEPS

# For shares that lie wider apart than the map's own steps; 95 % stays a border.
WIDE_STEPS = (Decimal(60), Decimal(80), Decimal(95), Decimal(99))
NARROW_FROM, WIDE_FROM = Decimal(90), Decimal(60)


def map_borders(values: Sequence[Decimal], *, is_share: bool) -> tuple[Decimal, ...]:
    """The four borders between the five steps. `is_share`: a rate in % that should be high; anything else, and
    rates far below, get five equal steps over the range shown, or all would be one blue."""
    lowest = min(values, default=NARROW_FROM)
    if is_share and lowest >= WIDE_FROM:
        return MAP_STEPS if lowest >= NARROW_FROM else WIDE_STEPS
    low, high = min(values, default=Decimal(0)), max(values, default=Decimal(0))
    width = max((high - low) / 5, CENT)
    return tuple(
        (low + width * step).quantize(CENT, rounding=ROUND_HALF_UP) for step in range(1, 5)
    )


def step_among(value: Decimal | None, borders: Sequence[Decimal]) -> int:
    """The step 1 (low) to 5 (high) of a value; 0 where there is none."""
    return 0 if value is None else 1 + sum(value >= border for border in borders)


def border_words(borders: Sequence[Decimal], unit: str) -> list[str]:
    """The words of the legend: <92, 92–94, 94–95, 95–96, ≥96%."""
    shown = [f"{border.normalize():f}" for border in borders]
    between = [f"{low}–{high}" for low, high in pairwise(shown)]
    return [f"<{shown[0]}", *between, f"≥{shown[-1]}{unit}"]
