"""The city's totals handed down to the counties, and the whole city in one stream."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from entities.generator import plan as figures
from entities.generator.businesses import Business, Quota, county_businesses
from entities.generator.geography import read_counties
from entities.generator.plan import COUNTIES, CountyPlan, allot, scaled


def county_quotas(
    plans: list[CountyPlan], share: float, refused: dict[str, dict[str, int]]
) -> dict[str, Quota]:
    """One quota a county; totals shrink or grow with the share."""
    sizes = [plan.registered for plan in plans]
    unsurveyed = allot(round(figures.NOT_SURVEYED * share), [plan.pending for plan in plans])
    expired = allot(round(figures.EXPIRED * share), sizes)
    expiring = allot(round(figures.EXPIRING_IN_90_DAYS * share), sizes)
    differs = allot(round(figures.GRADE_DIFFERS * share), sizes)
    return {
        plan.code: Quota(
            unsurveyed[i],
            expired[i],
            expiring[i],
            differs[i],
            sum(n for code, n in refused.get(plan.code, {}).items() if code != "R_DUP"),
        )
        for i, plan in enumerate(plans)
    }


def refused_by_county(
    plans: list[CountyPlan], share: float, able: dict[str, set[str]]
) -> dict[str, dict[str, int]]:
    """How many rows of each refusal a county's file holds; `able` says which kinds its format can carry."""
    made: dict[str, dict[str, int]] = {plan.code: {} for plan in plans}
    for code, total in figures.REFUSED.items():
        weights = [plan.registered if code in able[plan.code] else 0 for plan in plans]
        parts = allot(max(1, round(total * share)), weights)
        for plan, part in zip(plans, parts, strict=True):
            if part:
                made[plan.code][code] = part
    return made


def city_businesses(*, seed: int, total: int, as_of: date, areas: Path) -> Iterator[Business]:
    """Exactly `total` plain businesses (at least some hundreds), in the city's proportions, county by county."""
    share = total / sum(plan.registered for plan in COUNTIES)
    plans = [scaled(plan, share) for plan in COUNTIES]
    # What rounding left over or took away falls on the ungraded of the first county.
    rest = total - sum(plan.registered for plan in plans)
    plans[0] = replace(plans[0], registered=plans[0].registered + rest)
    counties = read_counties(areas)
    quotas = county_quotas(plans, share, {})
    for plan in plans:
        yield from county_businesses(
            seed=seed, plan=plan, county=counties[plan.code], quota=quotas[plan.code], as_of=as_of
        )
