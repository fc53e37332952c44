"""Background work of visits. Bodies are one call; the rows in PostgreSQL are the truth."""

from celery import shared_task
from django.utils import timezone

from .services import photos, planning


@shared_task
def make_dues() -> int:
    return planning.dues_make_all(on=timezone.localdate(), at=timezone.now())


@shared_task
def sweep_photos() -> int:
    return photos.photos_sweep(at=timezone.now())
