"""The colours of the indicators: borders are data (RateBand), one row for all rates or one for an indicator."""

from dataclasses import dataclass, field
from decimal import Decimal

from ...models import RateBand
from ...rules import band
from ...rules.figures import BEHIND_BELOW, REACHED_FROM
from .catalogue import Indicator


@dataclass(frozen=True)
class Bands:
    """The borders in %, by the code of an indicator; "" are those of all rates."""

    rows: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)

    def of(self, indicator: Indicator) -> tuple[Decimal, Decimal] | None:
        """(amber from, green from); nothing for an indicator that no colour judges."""
        if not indicator.is_banded:
            return None
        whole = self.rows.get("") or (BEHIND_BELOW, REACHED_FROM)
        return self.rows.get(indicator.code) or whole

    def tone(self, indicator: Indicator, value: Decimal | None) -> str:
        """red, amber, green, or nothing."""
        borders = self.of(indicator)
        return band(value, amber=borders[0], green=borders[1]) if borders else ""


def bands_now() -> Bands:
    """The borders as they stand. One statement."""
    rows = RateBand.objects.values_list("column", "amber_from", "green_from")
    return Bands({column: (amber, green) for column, amber, green in rows})
