"""倒排工期: a city's stages with how they stand in an area, and the goals of its years. Actual figures are those
that the daily reports froze."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Prefetch, Q

from jiamusi_foodsafety.jurisdiction.queries import Place
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import Metric
from ..models import DailyReport, DailyReportLine, PlanStage, PlanTarget, YearGoal
from ..rules import day_of, percent
from ..rules.plans import (
    UNKNOWN,
    Forecast,
    Point,
    Verdict,
    against_plan,
    forecast_of,
    needed_a_day,
    planned_share,
    stamp_of,
    verdict_of,
)
from ..rules.stages import MEASURES, Measure, counted
from .indicators import BY_CODE, AreaFigures, Indicator, figures_of_area
from .progress import Progress

# How far back the curve goes, and how far the pace of a child needs.
CURVE_REPORTS, CHILD_REPORTS = 90, 16


@dataclass
class StageStanding:
    """One stage in one area: its plan as (day, %) from the start, its points, forecast and verdict."""

    stage: PlanStage
    plan: list[tuple[datetime.date, Decimal]]
    points: list[Point] = field(default_factory=list)
    forecast: Forecast | None = None
    verdict: Verdict = UNKNOWN
    needed: int | None = None

    @property
    def measure(self) -> Measure:
        return MEASURES[self.stage.metric]

    @property
    def target_on(self):
        return self.plan[-1][0]

    @property
    def point(self):
        return self.points[-1] if self.points else None

    @property
    def share(self) -> Decimal | None:
        """How much is done, in %; by hand: all or nothing known."""
        if self.stage.metric == Metric.BY_HAND:
            return Decimal(100) if self.stage.done_on else None
        return percent(self.point.done, self.point.whole) if self.point else None

    @property
    def is_overdue(self):
        return self.verdict.shape == "overdue"


@dataclass(frozen=True)
class AreaStanding:
    """The chosen stage in one child of the place."""

    code: str
    name: str
    standing: StageStanding


@dataclass(frozen=True)
class Goal:
    """One goal with its indicator (nothing where the catalogue has none of that code) and its value now."""

    row: YearGoal
    indicator: Indicator | None
    value: Decimal | None

    @property
    def is_reached(self):
        return self.value is not None and self.value >= self.row.aim


@dataclass
class Plan:
    """The plan of a place: all stages, the chosen one with its children, the goals; `report` is the newest one
    that counts."""

    place: Place
    on: datetime.date
    stages: list[StageStanding]
    chosen: StageStanding | None = None
    children: list[AreaStanding] = field(default_factory=list)
    goals: dict[int, list[Goal]] = field(default_factory=dict)
    report: DailyReport | None = None

    @property
    def overdue(self):
        """The stages whose target has passed."""
        return [one for one in self.stages if one.is_overdue]

    @property
    def behind(self):
        """The children that finish after the target, or never at their pace; the latest first."""
        return [one for one in self.children if one.standing.verdict.tone == "red"]


def stages_of(*, city: str) -> list[PlanStage]:
    """The stages in use of a city in their order, each with its targets in force as `plan_targets`; one statement.
    A plan is no secret of anybody below the city."""
    found = {}
    targets = PlanTarget.objects.in_force().filter(stage__area=city, stage__is_active=True)
    for target in targets.select_related("stage").order_by("stage__order", "stage", "on", "pk"):
        stage = found.setdefault(target.stage_id, target.stage)
        stage.plan_targets = [*getattr(stage, "plan_targets", []), target]
    return list(found.values())


def total_of_place(figures: dict[str, AreaFigures], place: Place) -> AreaFigures:
    """A place's own figures among those of the areas below it; of a scope of several roots, which has none of its
    own, Σ over the roots."""
    if place.code:
        return figures.get(place.code) or AreaFigures(place.code)
    total = AreaFigures("")
    for child in place.children:
        if child.code in figures:
            total.counts += figures[child.code].counts
    return total


def stages_by_metric(*, page: Progress, now: AreaFigures) -> dict[str, StageStanding]:
    """What a dashboard says of the plan: the stages that are measured, by their metric, in the page's place. One
    statement."""
    lines = page.frozen.trend(page.place.code)
    found = {}
    for stage in stages_of(city=page.place.city_code):
        if stage.metric != Metric.BY_HAND:
            on = day_of(page.as_of)
            found[stage.metric] = stage_standing(stage=stage, lines=lines, on=on, now=now)
    return found


def plan_of(*, user, place: Place, at: datetime.datetime, stage: str = "") -> Plan:
    """The plan for a place that the reader may see, with the stage whose id is chosen (else 主体分级, else the
    first that is measured). Four statements, whatever the size."""
    on = day_of(at)
    stages = stages_of(city=place.city_code)
    lines = frozen_lines(place)
    below = figures_of_area(user=user, code=place.code, on=on, length=place.group_length)
    now = total_of_place(below, place)
    standings = [stage_standing(stage=one, lines=lines[""], on=on, now=now) for one in stages]
    plan = Plan(place, on, standings)
    plan.report = lines[""][-1].report if lines[""] else None
    plan.chosen = _chosen(standings, stage)
    if plan.chosen is not None:
        plan.children = _children(plan, lines, below)
    plan.goals = _goals(place.city_code, now)
    return plan


def _chosen(standings, wanted):
    measured = [one for one in standings if one.measure.unit]
    named = [one for one in measured if str(one.stage.pk) == wanted]
    graded = [one for one in measured if one.stage.metric == Metric.GRADED]
    return next(iter([*named, *graded, *measured]), None)


def frozen_lines(place):
    """{area code: frozen lines, oldest first}, of the place itself under ""; a scope of several roots is the sum
    of them, on the days when all have a line. One statement."""
    reports = DailyReport.objects.filter(area=place.city_code).order_by("-date")
    codes = [area.code for area in place.children]
    far, near = reports.values("pk")[:CURVE_REPORTS], reports.values("pk")[:CHILD_REPORTS]
    wanted = Q(report__in=far, area=place.code) | Q(report__in=near, area__in=codes)
    if not place.code:
        wanted = Q(report__in=far, area__in=codes)
    found = defaultdict(list)
    rows = DailyReportLine.objects.filter(wanted).select_related("report")
    for line in rows.order_by("report__date", "area"):
        found["" if line.area_id == place.code else line.area_id].append(line)
    if not place.code:
        found[""] = _summed(found, codes)
    return found


def _summed(found, codes):
    by_day = defaultdict(dict)
    for code in codes:
        for line in found[code]:
            by_day[line.report.date][code] = line
    summed = []
    for _, lines in sorted(by_day.items()):
        if len(lines) == len(codes):
            every = list(lines.values())
            counts = {
                key: _sum([one.figures.get(key) for one in every]) for key in every[0].figures
            }
            summed.append(DailyReportLine(report=every[0].report, figures=counts))
    return summed


def _sum(values):
    return None if None in values else sum(values)


def stage_standing(
    *, stage: PlanStage, lines: list[DailyReportLine], on: datetime.date, now: AreaFigures | None
) -> StageStanding:
    """How a stage stands on a day: from the frozen lines (oldest first), or, where the report does not freeze it,
    from the figures as they are `now`; no statement."""
    plan = [(stage.starts_on, stage.start_share)]
    plan += [(target.on, target.share) for target in stage.plan_targets]
    standing = StageStanding(stage, plan)
    measure = standing.measure
    if measure.is_frozen:
        known = [(line.report.date, counted(measure, line.figures)) for line in lines]
        standing.points = [Point(day, *counts) for day, counts in known if counts]
    elif measure.indicator in BY_CODE and now is not None:
        figure = now.figure(BY_CODE[measure.indicator])
        standing.points = [Point(on, figure.part, figure.whole)] if figure.whole else []
    standing.forecast = forecast_of(standing.points)
    standing.verdict = _verdict(standing, on)
    if standing.point:
        standing.needed = needed_a_day(
            remaining=standing.point.remaining, on=on, target_on=standing.target_on
        )
    return standing


def _verdict(standing, on):
    stage = standing.stage
    if stage.metric == Metric.BY_HAND and stage.done_on and stage.done_on <= on:
        return Verdict("green", "ok", "已完成")
    verdict = verdict_of(
        forecast=standing.forecast, starts_on=stage.starts_on, target_on=standing.target_on, on=on
    )
    if verdict == UNKNOWN and standing.point is not None:
        return against_plan(share=standing.share, planned=planned_share(on, standing.plan))
    return verdict


def _children(plan, lines, below):
    stage = plan.chosen.stage
    found = [
        AreaStanding(
            area.code,
            area.name,
            stage_standing(
                stage=stage, lines=lines[area.code], on=plan.on, now=below.get(area.code)
            ),
        )
        for area in plan.place.children
        if lines[area.code] or area.code in below
    ]

    def latest_first(one):
        forecast = one.standing.forecast
        end = forecast.latest if forecast else None
        is_done = forecast is not None and forecast.is_done
        return (is_done, end is not None, -(end.toordinal() if end else 0), one.code)

    return sorted((one for one in found if one.standing.points), key=latest_first)


def _goals(city, now):
    found = defaultdict(list)
    for row in YearGoal.objects.filter(area=city, is_active=True).order_by("year", "order", "pk"):
        indicator = BY_CODE.get(row.indicator)
        value = now.figure(indicator).value if indicator else None
        found[row.year].append(Goal(row, indicator, value))
    return dict(found)


# --- what the city edits ---------------------------------------------------------------------------


def stage_get(*, user, pk: int) -> PlanStage | None:
    """A stage of the reader's own city, with its targets in force."""
    found = PlanStage.objects.filter(area_scope(user).q("area__code"), pk=pk).select_related("area")
    targets = PlanTarget.objects.in_force().order_by("on", "pk")
    return found.prefetch_related(Prefetch("targets", targets, to_attr="plan_targets")).first()


def stage_stamp(stage: PlanStage, targets: Iterable[PlanTarget]) -> str:
    """The stamp of a stage with its targets in force."""
    pairs = sorted((target.on, f"{target.share:.2f}") for target in targets)
    return stamp_of(
        stage.name,
        stage.starts_on,
        f"{stage.start_share:.2f}",
        stage.done_on,
        stage.is_active,
        pairs,
    )


def goals_stamp(goals: Iterable[YearGoal]) -> str:
    """The stamp of a city's goals."""
    return stamp_of(sorted((goal.pk, f"{goal.aim:.2f}", goal.is_active) for goal in goals))


def targets_before(*, stage: PlanStage) -> list[PlanTarget]:
    """What the plan was before, the last change first."""
    found = PlanTarget.objects.filter(stage=stage, ended_at__isnull=False)
    return list(found.select_related("made_by", "ended_by").order_by("-ended_at", "on", "pk")[:50])


def goals_all(*, city: str) -> list[YearGoal]:
    """All goals of a city, those out of use too."""
    return list(YearGoal.objects.filter(area=city).order_by("year", "order", "pk"))
