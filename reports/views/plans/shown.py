"""What the page of 倒排工期 shows: the sentence, the Gantt chart, the curve, the children, the goals."""

import datetime
from urllib.parse import urlencode

from django.urls import reverse

from ...enums import Metric
from ...rules.plans import place_between
from ..curves import curve_of
from ..lists import list_url

ONE_DAY = datetime.timedelta(days=1)
# Ticks of the Gantt chart's axis.
TICK_DAYS = (1, 10, 20)
CHILD_WORDS = {"city": "县(市、区)", "county": "乡镇(街道)"}


def plan_context(*, user, plan):
    """The context of plan.html."""
    place, chosen = plan.place, plan.chosen
    query = {"area": place.code} if place.code else {}
    page = reverse("reports:plan")
    if chosen is not None:
        query["stage"] = chosen.stage.pk
    may_edit = user.has_perm("reports.change_planstage") and place.level == "city"
    return {
        "plan": plan,
        "place": place,
        "subject": "全市" if place.level == "city" and place.code else place.name,
        "crumbs": _crumbs(place, page),
        "stages": [_stage(user, plan, one, page) for one in plan.stages],
        "chosen": _chosen(plan),
        "axis": _axis(plan),
        "rows": [
            _row(user, plan, one.standing, name=one.name, code=one.code, page=page)
            for one in plan.children
        ],
        "total": _row(user, plan, chosen, name=f"{place.name}合计", code=place.code)
        if chosen
        else None,
        "child_word": CHILD_WORDS.get(place.level, "村(社区)") if place.code else "属地",
        "curve": curve_of(plan.chosen) if plan.chosen else None,
        "goals": [_goal_year(plan, year, rows) for year, rows in plan.goals.items()],
        "has_example": any(one.stage.is_example for one in plan.stages)
        or any(goal.row.is_example for rows in plan.goals.values() for goal in rows),
        "export_url": f"{reverse('reports:plan-export')}?{urlencode(query)}",
        "urge_url": _urge_url(user, plan),
        "goals_url": reverse("reports:plan-goals") if may_edit else "",
    }


def _urge_url(user, plan):
    """A new instruction to the one that is latest."""
    if not plan.behind or not user.has_perm("responsibility.add_instruction"):
        return ""
    query = {
        "area": plan.behind[0].code,
        "title": f"{plan.chosen.stage.name}进度落后，请在 {plan.chosen.target_on:%m-%d} 前完成",
        "source": reverse("reports:plan"),
    }
    return f"{reverse('responsibility:instruction-create')}?{urlencode(query)}"


def _crumbs(place, page):
    if not place.ancestors:
        return []
    crumbs = [
        {"label": area.name, "url": f"{page}?area={area.code}" if area.is_open else ""}
        for area in place.ancestors
    ]
    return [*crumbs, {"label": place.name, "url": ""}]


# --- the sentence ----------------------------------------------------------------------------------


def _chosen(plan):
    """The headline of the chosen stage: how long, how much, at what pace, until when; who finishes late."""
    standing = plan.chosen
    if standing is None or standing.point is None:
        return None
    forecast, measure = standing.forecast, standing.measure
    behind = [one for one in plan.behind if one.standing.point.remaining]
    return {
        "standing": standing,
        "days": (standing.target_on - plan.on).days,
        "left": standing.point.remaining,
        "left_words": measure.left_words,
        "unit": measure.unit,
        "pace": forecast.short.rounded if forecast and forecast.short else None,
        "pace_days": forecast.short.days if forecast and forecast.short else None,
        "latest": forecast.latest if forecast else None,
        "earliest": forecast.earliest if forecast else None,
        "is_done": bool(forecast and forecast.is_done),
        "behind": _behind(behind[0], standing) if behind else None,
        "behind_count": len(behind),
    }


def _behind(one, standing):
    forecast = one.standing.forecast
    return {
        "name": one.name,
        "end": forecast.latest if forecast else None,
        "word": one.standing.verdict.word,
        "needed": one.standing.needed,
        "pace": forecast.short.rounded if forecast and forecast.short else None,
        "unit": standing.measure.unit,
    }


# --- the Gantt chart -------------------------------------------------------------------------------


def _axis(plan):
    """First and last day of the chart with its ticks; `today` in %."""
    if not plan.stages:
        return None
    first, last = _span(plan)
    ticks, day, month = [], first, 0
    while day <= last:
        if day.day in TICK_DAYS:
            ticks.append(
                {"at": _at(day, first, last), "day": day.day,
                 "month": f"{day.month}月" if day.month != month else ""}
            )  # fmt: skip
            month = day.month
        day += ONE_DAY
    if (last - first).days > 200:
        ticks = [tick for tick in ticks if tick["day"] == 1]
    today = _at(plan.on + ONE_DAY, first, last) if first <= plan.on <= last else None
    return {"ticks": ticks, "today": today, "on": plan.on}


def _span(plan):
    first = min(one.stage.starts_on for one in plan.stages)
    last = max(one.target_on for one in plan.stages)
    return first - 2 * ONE_DAY, last + 3 * ONE_DAY


def _at(day, first, last):
    return f"{place_between(day, first, last):.3f}"


def _stage(user, plan, standing, page):
    """One row of the Gantt chart. A day is drawn from its beginning to its end."""
    first, last = _span(plan)
    starts, ends = standing.stage.starts_on, standing.target_on + ONE_DAY
    left, right = place_between(starts, first, last), place_between(ends, first, last)
    share = standing.share or 0
    forecast = standing.forecast
    shows_forecast = (
        forecast and forecast.latest and not forecast.is_done and forecast.latest <= last
    )
    late = None
    if standing.is_overdue:
        until = place_between(min(plan.on + ONE_DAY, last), first, last)
        late = {"x": f"{right:.3f}", "w": f"{max(until - right, 0):.3f}"}
    return {
        "standing": standing,
        "stage": standing.stage,
        "url": _stage_url(plan, standing, page),
        "is_chosen": standing is plan.chosen,
        "edit_url": reverse("reports:plan-stage", args=[standing.stage.pk])
        if user.has_perm("reports.change_planstage") and plan.place.level == "city"
        else "",
        "x": f"{left:.3f}",
        "w": f"{right - left:.3f}",
        "done": f"{(right - left) * share / 100:.3f}",
        "late": late,
        "marks": [_at(on + ONE_DAY, first, last) for on, _ in standing.plan[1:]],
        "forecast": _at(forecast.latest + ONE_DAY, first, last) if shows_forecast else "",
        "words": stage_words(standing, plan.on),
    }


def _stage_url(plan, standing, page):
    if not standing.measure.unit:
        return ""
    query = {"area": plan.place.code} if plan.place.code else {}
    return f"{page}?{urlencode(query | {'stage': standing.stage.pk})}#curve"


def stage_words(standing, on):
    """The state of a stage in words: the verdict and what belongs to it."""
    verdict, point, forecast = standing.verdict, standing.point, standing.forecast
    if standing.stage.metric == Metric.BY_HAND:
        if standing.stage.done_on:
            return f"{standing.stage.done_on:%m-%d}"
        return "" if verdict.shape == "not-due" else "待登记完成日期"
    if point is None:
        return "日报还没有这项数字" if standing.measure.is_frozen else ""
    unit = standing.measure.unit
    if forecast and forecast.is_done:
        return f"{forecast.since:%m-%d}"
    left = f"余 {point.remaining:,} {unit}"
    if verdict.shape == "overdue" or not (forecast and forecast.latest):
        return left
    return f"预计 {forecast.latest:%m-%d}"


# --- the children ----------------------------------------------------------------------------------


def _row(user, plan, standing, *, name, code, page=""):
    point, forecast = standing.point, standing.forecast
    if point is None:
        return None
    stage = plan.chosen.stage
    return {
        "name": name,
        "code": code,
        "url": f"{page}?{urlencode({'area': code, 'stage': stage.pk})}"
        if page and plan.place.level == "city"
        else "",
        "share": standing.share,
        "left": point.remaining,
        "left_url": rows_url(user, stage.metric, code),
        "pace": forecast.short.rounded if forecast and forecast.short else None,
        "needed": standing.needed,
        "is_slow": _is_slow(standing),
        "end": forecast.latest if forecast and not forecast.is_done else None,
        "verdict": standing.verdict,
    }


def _is_slow(standing):
    pace = standing.forecast.short if standing.forecast else None
    return bool(pace and standing.needed and pace.a_day < standing.needed)


def rows_url(user, metric, code):
    """The list behind what is left of a stage."""
    what = {Metric.SURVEYED: "unsurveyed", Metric.GRADED: "ungraded"}.get(metric)
    if what:
        may = user.has_perm("entities.view_entity")
        return list_url(reverse("entities:entity-list"), code, what) if may else ""
    doors = {
        Metric.COVERED: ("responsibility:coverage", "responsibility.view_assignment"),
        Metric.LEDGERS: ("responsibility:ledger-state-list", "responsibility.view_ledgerstate"),
        Metric.PLEDGES: ("responsibility:pledge-list", "responsibility.view_pledge"),
        Metric.TRAINED: ("responsibility:training-list", "responsibility.view_training"),
        Metric.VISITED: ("inspections:due-list", "inspections.view_duevisit"),
    }
    name, right = doors.get(metric, ("", ""))
    if not name or not user.has_perm(right):
        return ""
    return f"{reverse(name)}?{urlencode({'area': code})}" if code else reverse(name)


# --- the goals -------------------------------------------------------------------------------------


def _goal_year(plan, year, rows):
    area = f"?area={plan.place.code}" if plan.place.code else ""
    return {
        "year": year,
        "title": rows[0].row.title,
        "rows": [
            {
                "name": goal.indicator.name if goal.indicator else goal.row.indicator,
                "unit": goal.indicator.unit if goal.indicator else "",
                "url": reverse("reports:indicator-detail", args=[goal.row.indicator]) + area
                if goal.indicator
                else "",
                "value": goal.value,
                "aim": goal.row.aim,
                "is_reached": goal.is_reached,
            }
            for goal in rows
        ],
    }
