from celery import shared_task
from django.utils import timezone

from responsibility.services.changes import changes_collect

from .services import build_due_reports as build


@shared_task(name="reports.tasks.build_due_reports")
def build_due_reports():
    # what changed up to now stands in the ledger of changes before the day is frozen
    changes_collect(at=timezone.now())
    return build(at=timezone.now())
