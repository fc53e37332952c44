"""Background work of who answers for whom. Bodies are one call; the rows in PostgreSQL are the truth."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from .documents import bundles
from .ledger import process, sweep
from .services import batches, cadres, changes, duties, gone, handovers, instructions, pledges_bulk
from .services.bundles import bundles_purge

log = logging.getLogger(__name__)


@shared_task
def work_batch(batch_id: int) -> int:
    works = [batches.batch_work, bundles.bundle_work, *map(import_string, settings.BATCH_WORKS)]
    return sum(work(batch_id, clock=timezone.now) for work in works)


@shared_task
def sweep_batches() -> int:
    waiting = batches.waiting_batches(at=timezone.now())
    for batch_id in waiting:
        work_batch.delay(batch_id)
    return len(waiting)


@shared_task
def make_duties() -> dict:
    return duties.duties_make(on=timezone.localdate())


@shared_task
def review_pledges() -> dict:
    return pledges_bulk.pledges_review(on=timezone.localdate())


@shared_task
def collect_changes() -> int:
    on, at = timezone.localdate(), timezone.now()
    count = changes.changes_collect(at=at) + gone.bonds_end_gone(on=on, at=at)
    changes.changes_settle(on=on)
    pledges_bulk.pledges_follow(on=on, at=at)
    return count


@shared_task
def turn_cadres() -> int:
    on, at = timezone.localdate(), timezone.now()
    return handovers.handovers_perform(on=on, at=at) + cadres.cadres_leave(on=on, at=at)


@shared_task
def escalate_instructions() -> int:
    return instructions.instructions_escalate(on=timezone.localdate(), at=timezone.now())


def ring(batch_id: int) -> bool:
    """Tell the workers that a batch waits. A dead broker is no error: the row is the truth, the sweep rings
    again."""
    try:
        work_batch.apply_async([batch_id], retry=False)
    except Exception as error:
        log.warning("broker did not take the bell for batch %s: %s", batch_id, error)
        return False
    return True


@shared_task
def process_cadre_upload(upload_id: int) -> str:
    return process.upload_work(upload_id)


@shared_task
def sweep_cadre_uploads() -> int:
    waiting = sweep.waiting_uploads(at=timezone.now())
    for upload_id in waiting:
        process_cadre_upload.delay(upload_id)
    return len(waiting)


@shared_task
def purge_cadre_uploads() -> int:
    return sweep.purge(at=timezone.now())


@shared_task
def purge_bundles() -> int:
    return bundles_purge(at=timezone.now())


def ring_upload(upload_id: int) -> bool:
    """Tell the workers that a cadre ledger waits; like `ring`."""
    try:
        process_cadre_upload.apply_async([upload_id], retry=False)
    except Exception as error:
        log.warning("broker did not take the bell for cadre upload %s: %s", upload_id, error)
        return False
    return True
