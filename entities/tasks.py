"""Background work of the register. Bodies are one call; the rows in PostgreSQL are the truth."""

import logging
import time

from celery import shared_task
from celery.signals import heartbeat_sent, worker_ready
from django.db import connection
from django.utils import timezone

from .ledger import process, pulse, sweep
from .services import screening, twins

log = logging.getLogger(__name__)


@shared_task
def process_upload(upload_id: int) -> str:
    return process.upload_work(upload_id)


@shared_task
def sweep_uploads() -> int:
    waiting = sweep.waiting_uploads(at=timezone.now())
    for upload_id in waiting:
        process_upload.delay(upload_id)
    return len(waiting)


@shared_task
def purge_uploads() -> int:
    at = timezone.now()
    return sweep.purge_staged(at=at) + sweep.purge_orphans(at=at)


@shared_task
def turn_seasons() -> int:
    return screening.turn_seasons(on=timezone.localdate())


@shared_task
def propose_expired() -> int:
    return screening.propose_expired(on=timezone.localdate())


@shared_task
def find_twins() -> int:
    return twins.twins_find(at=timezone.now())


def ring(upload_id: int) -> bool:
    """Tell the workers that an upload waits. A dead broker costs two seconds and is no error: the row
    is the truth, the sweep rings again."""
    try:
        process_upload.apply_async([upload_id], retry=False)
    except Exception as error:
        log.warning("broker did not take the bell for upload %s: %s", upload_id, error)
        return False
    return True


_last_pulse = 0.0


@worker_ready.connect
@heartbeat_sent.connect
def _show_pulse(sender=None, **_):
    global _last_pulse  # noqa: PLW0603  (one writer: the worker's own event loop)
    if time.monotonic() - _last_pulse < 5:
        return
    _last_pulse = time.monotonic()
    name = getattr(sender, "hostname", None) or getattr(
        getattr(sender, "eventer", None), "hostname", "worker"
    )
    try:
        pulse.pulse(name=str(name), at=timezone.now())
    except Exception as error:
        log.warning("pulse not written: %s", error)
    finally:
        connection.close()
