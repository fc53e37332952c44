from celery import shared_task
from django.utils import timezone

from responsibility.services.changes import changes_collect

from .services import build_due_reports as build
from .services.corrections import corrections_due
from .services.issuing import reports_clock


@shared_task(name="reports.tasks.build_due_reports")
def build_due_reports():
    # what changed up to now stands in the ledger of changes before the day is frozen
    changes_collect(at=timezone.now())
    return build(at=timezone.now())


@shared_task(name="reports.tasks.turn_reports")
def turn_reports():
    return reports_clock(at=timezone.now())


@shared_task(name="reports.tasks.collect_corrections")
def collect_corrections():
    return corrections_due(at=timezone.now())
