"""Background work of who answers for whom. Bodies are one call; the rows in PostgreSQL are the truth."""

from celery import shared_task
from django.utils import timezone

from .services import instructions


@shared_task
def escalate_instructions() -> int:
    return instructions.instructions_escalate(on=timezone.localdate(), at=timezone.now())
