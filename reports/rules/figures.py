"""Figures in plain values: counts, rates, bands, ranks."""

from dataclasses import astuple, dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
# Bands of a rate in a table (domain §6.2), in %.
BEHIND_BELOW = Decimal(80)
REACHED_FROM = Decimal(95)
# Steps of the map: sequential, with 95 % as a border (a map shows how much, a table judges).
MAP_STEPS = (Decimal(92), Decimal(94), Decimal(95), Decimal(96))


@dataclass(frozen=True)
class Figures:
    """One area's counts in 家 (domain §9): 在册 R, 筛除 X, 应包 N = R − X, grades A–D inside 应包 only."""

    registered: int = 0
    screened: int = 0
    obliged: int = 0
    grade_a: int = 0
    grade_b: int = 0
    grade_c: int = 0
    grade_d: int = 0
    surveyed: int = 0
    differing: int = 0
    doubtful: int = 0
    shallow: int = 0

    def __add__(self, other):
        return Figures(
            *(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True))
        )

    def __sub__(self, other):
        return Figures(
            *(mine - its for mine, its in zip(astuple(self), astuple(other), strict=True))
        )

    @property
    def graded(self):
        """已分级 G = A + B + C + D."""
        return self.grade_a + self.grade_b + self.grade_c + self.grade_d

    @property
    def ungraded(self):
        """待分级 = N − G."""
        return self.obliged - self.graded

    @property
    def rate_gross(self):
        """分级率(毛) = 已分级 / 在册, in %."""
        return percent(self.graded, self.registered)

    @property
    def rate_net(self):
        """分级率(净) = 已分级 / 应包, in %."""
        return percent(self.graded, self.obliged)

    @property
    def rate_surveyed(self):
        """摸底率 = 已摸底 / 在册, in %."""
        return percent(self.surveyed, self.registered)


def total_of(rows) -> Figures:
    """Σ of figures; a rate of the total is Σ/Σ, never a mean of rates."""
    return sum(rows, Figures())


def percent(part: int, whole: int) -> Decimal | None:
    """part/whole in % with two decimals, half up; nothing where the denominator is 0."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(CENT, rounding=ROUND_HALF_UP)


def band(
    rate: Decimal | None, *, amber: Decimal = BEHIND_BELOW, green: Decimal = REACHED_FROM
) -> str:
    """A rate's colour: red below 80 %, amber to 95 %, green from 95 % (domain §6.2; the borders are data);
    judged by the rate as it is printed."""
    if rate is None:
        return ""
    if rate < amber:
        return "red"
    return "green" if rate >= green else "amber"


def map_step(rate: Decimal | None) -> int:
    """The map's step 1 (light, low) to 5 (dark, high); 0 where there is no rate."""
    if rate is None:
        return 0
    return 1 + sum(rate >= border for border in MAP_STEPS)


def ranks(rates: dict[str, Decimal | None]) -> dict[str, int]:
    """名次 from the highest rate, ties share a place (1, 2, 2, 4); without a rate there is no place."""
    known = {key: rate for key, rate in rates.items() if rate is not None}
    return {key: 1 + sum(other > rate for other in known.values()) for key, rate in known.items()}
