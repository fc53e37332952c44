"""The curve of one stage of the plan as charts.js draws it: actual, plan, forecast and its range by day."""

import datetime

from ..rules import percent
from ..rules.plans import planned_count

ONE_DAY = datetime.timedelta(days=1)
MOST_DAYS = 400


def curve_of(standing) -> dict | None:
    """The chart and the rows of its table, the newest first; nothing before two days of reports."""
    if len(standing.points) < 2:
        return None
    days = curve_days(standing)
    place = {row["day"]: number for number, row in enumerate(days)}
    labels = [f"{row['day']:%m-%d}" for row in days]
    whole, forecast = standing.point.whole, standing.forecast
    marks = [
        {"x": labels[place[on]], "y": planned_count(on, standing.plan, whole),
         "label": "" if share == 100 else f"{on:%m-%d} 目标 {share.normalize():f}%", "below": True}
        for on, share in standing.plan[1:]
        if on in place
    ]  # fmt: skip
    if forecast and not forecast.is_done and forecast.latest in place:
        marks.append({"x": labels[place[forecast.latest]], "y": whole, "is_forecast": True})
    series = [
        {"name": "实际", "kind": "actual", "values": [row["actual"] for row in days]},
        {"name": "计划", "kind": "plan", "values": [row["planned"] for row in days]},
    ]
    if any(row["forecast"] is not None for row in days):
        series.append(
            {"name": "预测", "kind": "forecast", "values": [row["forecast"] for row in days]}
        )
    return {
        "rows": [row for row in reversed(days) if row["actual"] is not None],
        "chart": {
            "x": labels,
            "series": series,
            "ranges": _ranges(days),
            "marks": marks,
            "unit": standing.measure.unit,
            "wide": True,
            "target": {"value": whole, "label": f"{whole:,}"},
        },
    }


def curve_days(standing) -> list[dict]:
    """{day, actual, planned, share, forecast, low, high} from the first known day to the target or the later
    forecast."""
    points = {point.day: point for point in standing.points}
    last, forecast = standing.point, standing.forecast
    end = max(standing.target_on, last.day, (forecast and forecast.latest) or last.day)
    end = min(end, last.day + MOST_DAYS * ONE_DAY)
    day = min(standing.points[0].day, max(standing.stage.starts_on, last.day - MOST_DAYS * ONE_DAY))
    found = []
    while day <= end:
        point = points.get(day)
        found.append(
            {
                "day": day,
                "actual": point.done if point else None,
                "planned": planned_count(day, standing.plan, last.whole)
                if day >= standing.stage.starts_on
                else None,
                "share": percent(point.done, point.whole) if point else None,
                **_ahead(last, forecast, (day - last.day).days),
            }
        )
        day += ONE_DAY
    return found


def _ahead(last, forecast, days):
    """What the two paces give so many days after the last point; never beyond the whole nor below 0."""
    values = [None, None]
    if forecast and not forecast.is_done and days >= 0:
        values = [
            pace and max(0, min(last.whole, int(last.done + pace.a_day * days)))
            for pace in (forecast.short, forecast.long)
        ]
    both = None not in values
    return {
        "forecast": values[0],
        "low": min(values) if both else None,
        "high": max(values) if both else None,
    }


def _ranges(days):
    if not any(row["low"] is not None for row in days):
        return []
    return [
        {
            "name": "预测范围",
            "low": [row["low"] for row in days],
            "gap": [None if row["low"] is None else row["high"] - row["low"] for row in days],
        }
    ]
