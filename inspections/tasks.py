"""Background work of visits and problems. Bodies are one call; the rows in PostgreSQL are the truth."""

import logging

from celery import shared_task
from django.utils import timezone

from .services import photos, planning, plates, problem_clocks, problem_follow

log = logging.getLogger(__name__)


@shared_task
def make_dues() -> int:
    return planning.dues_make_all(on=timezone.localdate(), at=timezone.now())


@shared_task
def sweep_photos() -> int:
    return photos.photos_sweep(at=timezone.now())


def ring_dues() -> bool:
    """Ask the workers to follow the register now. A dead broker is no error: the clock does it anyway."""
    try:
        make_dues.apply_async(retry=False)
    except Exception as error:
        log.warning("broker did not take the bell for due lists: %s", error)
        return False
    return True


@shared_task
def draw_plates() -> int:
    return plates.plates_draw()


@shared_task
def follow_problems() -> dict:
    return problem_follow.problems_follow(at=timezone.now())


@shared_task
def climb_problems() -> dict:
    return problem_clocks.problems_climb(at=timezone.now())
