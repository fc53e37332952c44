"""Indicators, the day's report and its files over three years of history: what stands behind them, and their
seconds."""

import datetime
import statistics
import time

import pgtrigger
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from entities.models import Entity
from inspections.enums import ProblemAct, ProblemSource
from inspections.models import Checklist, DueVisit, Problem, ProblemKind, ProblemMove, Visit
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.queries import everybody
from reports.documents import daily_report_workbook, report_docx, report_pdf
from reports.models import CountyReview, DailyReport
from reports.queries.indicators import figures_of_area
from reports.queries.reports import report_page
from reports.rules import day_of
from reports.services import build_daily_report
from responsibility.models import Assignment, Cadre

from . import bonds, dues
from .people import CITY, COUNTY, person

YEARS, MONTHS = 3, 36
DAY = datetime.timedelta(days=1)
BATCH = 5000
# One of forty businesses is visited in each month before this one, a sixth of the visits found something.
VISITS = """
INSERT INTO inspections_visit (key, entity_id, area_id, cadre_id, level, grade, must_be_on_site, kind,
    mode, checklist_id, due_id, answers, checked, wrong, visited_on, started_at, finished_at,
    received_at, contact, note, is_void, void_reason)
SELECT md5('old' || a.entity_id), a.entity_id, e.area_id, a.cadre_id, a.level, e.grade, false,
    'visit', CASE WHEN a.id %% 5 = 0 THEN 'group' ELSE 'on_site' END, %(checklist)s, NULL, '{}', 16,
    (a.id %% 6 = 0)::int, v.day, v.day, v.day, v.day, '', '', false, ''
FROM responsibility_assignment a JOIN entities_entity e ON e.id = a.entity_id
CROSS JOIN LATERAL (SELECT %(first)s::date + (a.id %% 28)::int AS day) AS v
WHERE a.to_on IS NULL AND a.entity_id %% 40 = %(month)s
ORDER BY v.day, a.entity_id
"""
# Two changes of each business, without counting what stays.
TOUCH = "UPDATE entities_entity SET revision = revision + 1"
REDATE = """
UPDATE {table} SET pgh_created_at = now() - %s::interval
WHERE pgh_created_at > now() - interval '1 day'
"""


def make_history() -> None:
    """Once a database: bonds, due lines, three years of visits, problems, changes and confirmed reports."""
    bonds.hold_all()
    dues.visit_many()
    if DailyReport.objects.exists():
        return
    _changes()
    checklist = Checklist.objects.get(level="village", state="issued")
    today = timezone.localdate()
    for back in range(1, MONTHS):
        first = (today.replace(day=1) - datetime.timedelta(days=30 * back)).replace(day=1)
        with connection.cursor() as cursor:
            cursor.execute(VISITS, {"checklist": checklist.pk, "first": first, "month": back})
    _problems(today)
    _reports(today)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _changes():
    for ago in ("3 years", "18 months", "1 month"):
        _redate(Entity, ago)
        if ago != "1 month":
            with connection.cursor() as cursor:
                cursor.execute(TOUCH)
    for model in (Assignment, Cadre, DueVisit):
        _redate(model, "2 days")


def _redate(model, ago):
    events = model.pgh_event_model
    with (
        pgtrigger.ignore(f"{events._meta.label}:append_only"),
        connection.cursor() as cursor,
    ):
        cursor.execute(REDATE.format(table=events._meta.db_table), [ago])


def _problems(today):
    """One of each visit that found something; one of twenty is still open, half of those too late."""
    kind = ProblemKind.objects.order_by("order", "pk").first()
    found = Visit.objects.filter(wrong__gt=0).order_by("pk").iterator(chunk_size=BATCH)
    rows = []
    for number, visit in enumerate(found):
        rows.append(_problem(number, visit, kind, today))
        if len(rows) == BATCH:
            _store(rows)
            rows = []
    _store(rows)


def _problem(number, visit, kind, today):
    at = visit.started_at
    is_open = number % 20 == 0
    due = timezone.now() + (DAY if number % 40 else -DAY) * 5 if is_open else at + 15 * DAY
    return Problem(
        key=f"bench{number}", number=f"B{number}", source=ProblemSource.VISIT, title="货架有过期食品",
        entity_id=visit.entity_id, area_id=visit.area_id, grade=visit.grade, visit=visit,
        cadre_id=visit.cadre_id, kind=kind, state="open" if is_open else "cleared",
        found_on=visit.visited_on, found_at=at, due_at=due, clock_at=due if is_open else None,
        fixed_at=None if is_open else at + (number % 18) * DAY,
        settled_at=None if is_open else at + 20 * DAY,
    )  # fmt: skip


def _store(rows):
    Problem.objects.bulk_create(rows)
    moves = []
    for row in rows:
        moves.append(_move(row, ProblemAct.REPORT, "", "open", row.found_at))
        if row.settled_at:
            moves.append(_move(row, ProblemAct.CLEAR, "open", "cleared", row.settled_at))
    ProblemMove.objects.bulk_create(moves)


def _move(row, act, state_from, state_to, at):
    return ProblemMove(
        key=f"{row.key}{act}"[:32], problem=row, act=act, state_from=state_from, state_to=state_to,
        at=at,
    )  # fmt: skip


def _reports(today):
    """A report a day with the confirmations of the eleven counties, up to two days ago; yesterday's is built."""
    city = Area.objects.get(pk=CITY)
    counties = Area.objects.active().filter(parent=city).order_by("code")
    first = timezone.now() - YEARS * 365 * DAY
    made = DailyReport.objects.bulk_create(
        DailyReport(
            date=day_of(first + number * DAY), area=city, number=number + 1,
            as_of=first + number * DAY, due_at=first + number * DAY,
        )
        for number in range(YEARS * 365 - 1)
    )  # fmt: skip
    CountyReview.objects.bulk_create(
        CountyReview(
            report=report, area=county, state="confirmed", punctuality="on_time",
            reported_at=report.due_at - DAY / 24,
        )
        for report in made
        for county in counties
    )  # fmt: skip
    DailyReport.objects.update(state="issued", issued_at=timezone.now())
    yesterday = timezone.now() - DAY
    build_daily_report(date=day_of(yesterday), area=city, at=yesterday)


def catalogue_seconds(runs: int) -> tuple[float, int]:
    """Median seconds of all indicators of the city, its counties and its towns, and how many figures."""
    times, user, on = [], everybody(), timezone.localdate()
    for _ in range(runs + 1):
        began = time.perf_counter()
        found = figures_of_area(user=user, code=CITY, on=on)
        count = sum(len(area.figures) for area in found.values())
        times.append(time.perf_counter() - began)
    counts = found[CITY].counts
    if not all(counts[key] for key in ("obliged", "due", "visits", "problems", "reviews_due")):
        raise RuntimeError("nothing stands behind the figures")
    return statistics.median(times[1:]), count


def report_seconds(runs: int) -> float:
    """Median seconds to build today's report of the city with its eleven counties; each time anew."""
    times, city = [], Area.objects.get(pk=CITY)
    for _ in range(runs + 1):
        with transaction.atomic():
            at = timezone.now()
            began = time.perf_counter()
            build_daily_report(date=day_of(at), area=city, at=at)
            times.append(time.perf_counter() - began)
            transaction.set_rollback(True)
    return statistics.median(times[1:])


def files_seconds() -> float:
    """Seconds to make .docx, PDF and .xlsx of one report."""
    at = timezone.now()
    report = build_daily_report(date=day_of(at), area=Area.objects.get(pk=CITY), at=at)
    page = report_page(user=person("leader"), pk=report.pk, at=at)
    began = time.perf_counter()
    files = report_docx(page, on=day_of(at)), report_pdf(page, on=day_of(at))
    files += (daily_report_workbook(page),)
    seconds = time.perf_counter() - began
    if not all(files):
        raise RuntimeError("a file is empty")
    return seconds


def addresses(client: Client, reader: str) -> dict[str, str]:
    """The boards of one reader: label → address."""
    report = DailyReport.objects.order_by("-date").first()
    rows = reverse("reports:indicator-rows", args=["K02", "whole"])
    return {
        "驾驶舱": reverse("reports:dashboard"),
        "县区看板": reverse("reports:area-dashboard", args=[COUNTY]),
        "指标": reverse("reports:indicator-list"),
        "一项指标": reverse("reports:indicator-detail", args=["K09"]),
        "指标明细": rows,
        "日报": reverse("reports:daily-report-detail", args=[report.pk]),
    }
