from celery import shared_task
from django.utils import timezone

from .services import build_due_reports as build


@shared_task(name="reports.tasks.build_due_reports")
def build_due_reports():
    return build(at=timezone.now())
