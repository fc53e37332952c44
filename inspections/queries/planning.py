"""Reads of how visits are planned."""

from ..models import FrequencyRule


def presets_filled() -> set[str]:
    """The presets of the frequency table that have lines."""
    return set(FrequencyRule.objects.order_by().values_list("preset", flat=True).distinct())
