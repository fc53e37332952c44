"""The indicators as plain values: the shape of the API."""

import datetime

from jiamusi_foodsafety.jurisdiction.queries import Place

from .figures import AreaFigures, figures_of_area, total_of_scope


def indicator_data(*, user, place: Place, on: datetime.date) -> dict:
    """The place with all its indicators, and its children with theirs in the order of their codes."""
    found = figures_of_area(user=user, code=place.code, on=on, length=place.group_length)
    total = total_of_scope(user=user, on=on, code=place.code)
    return {
        "area": place.code,
        "name": place.name,
        "indicators": _told(total),
        "children": [
            {"area": child.code, "name": child.name, "indicators": _told(found[child.code])}
            for child in place.children
            if child.code in found
        ],
    }


def _told(area: AreaFigures) -> list[dict]:
    return [
        {
            "code": figure.indicator.code,
            "name": figure.indicator.name,
            "unit": figure.indicator.unit,
            "numerator": figure.indicator.numerator.words,
            "denominator": figure.indicator.denominator.words,
            "part": figure.part,
            "whole": figure.whole,
            "value": None if figure.value is None else float(figure.value),
        }
        for figure in area.figures
    ]
