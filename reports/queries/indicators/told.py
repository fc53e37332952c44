"""The indicators as plain values: the shape of the API, and of the table that people take away."""

import datetime
from collections.abc import Iterable, Iterator

from jiamusi_foodsafety.jurisdiction.queries import Place

from .bands import Bands, bands_now
from .catalogue import INDICATORS
from .figures import AreaFigures, figures_of_area, total_of_scope


def indicator_data(*, user, place: Place, on: datetime.date) -> dict:
    """The place with all its indicators, and its children with theirs in the order of their codes."""
    found = figures_of_area(user=user, code=place.code, on=on, length=place.group_length)
    total = total_of_scope(user=user, on=on, code=place.code)
    bands = bands_now()
    return {
        "area": place.code,
        "name": place.name,
        "indicators": _told(total, bands),
        "children": [
            {"area": child.code, "name": child.name, "indicators": _told(found[child.code], bands)}
            for child in place.children
            if child.code in found
        ],
    }


def _told(area: AreaFigures, bands: Bands) -> list[dict]:
    return [_figure(area, figure, bands) for figure in area.figures]


def _figure(area, figure, bands):
    indicator = figure.indicator
    borders = bands.of(indicator)
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "numerator": indicator.numerator.words,
        "denominator": indicator.denominator.words,
        "part": figure.part,
        "whole": figure.whole,
        "value": None if figure.value is None else float(figure.value),
        "band": bands.tone(indicator, figure.value),
        "amber_from": float(borders[0]) if borders else None,
        "green_from": float(borders[1]) if borders else None,
        "more": [{"words": side.words, "count": side.of(area.counts)} for side in indicator.more],
    }


TABLE_HEADINGS = ("编号", "指标", "属地", "分子", "分子数", "分母", "分母数", "值", "单位")


def table_rows(lines: Iterable[tuple[str, AreaFigures]]) -> Iterator[tuple]:
    """The catalogue as the rows of a table: indicator by indicator, each for all areas (name, figures)."""
    areas = list(lines)
    for indicator in INDICATORS:
        for name, area in areas:
            figure = area.figure(indicator)
            yield (
                indicator.code, indicator.name, name, indicator.numerator.words, figure.part,
                indicator.denominator.words, figure.whole,
                "—" if figure.value is None else float(figure.value), indicator.unit,
            )  # fmt: skip
            for side in indicator.more:
                yield (
                    indicator.code, side.words, name, side.words, side.of(area.counts), "", None,
                    None, "",
                )  # fmt: skip
