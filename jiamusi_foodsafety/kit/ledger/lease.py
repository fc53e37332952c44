"""Who works on an upload: a lease on its row, kept alive by a thread of its own, with the progress."""

import contextlib
import threading
import uuid
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone

from jiamusi_foodsafety.kit.ledger.records import UploadRecord
from jiamusi_foodsafety.kit.ledger.states import UploadState

LEASE = timedelta(seconds=40)
BEAT_SECONDS = 10
PROGRESS_SECONDS = 0.4
MAX_ATTEMPTS = 3


class LeaseLost(Exception):
    """Somebody else took the upload over, or it was given up: nothing of this work may be kept."""


def claim(model: type[UploadRecord], upload_id: int) -> UploadRecord | None:
    """Take the lease of an upload that waits for work; None when there is nothing to do or somebody
    else has it. The attempt is counted before the work, so that a file that kills is not looped."""
    now = timezone.now()
    with transaction.atomic():
        upload = (
            model.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(
                Q(state=UploadState.QUEUED)
                | Q(state=UploadState.PROCESSING, lease_until__lt=now)
                | Q(state=UploadState.APPLYING, lease_token=None)
                | Q(state=UploadState.APPLYING, lease_until__lt=now),
                pk=upload_id,
            )
            .first()
        )
        if upload is None:
            return None
        if upload.state == UploadState.QUEUED:
            upload.state = UploadState.PROCESSING
        upload.attempts += 1
        upload.lease_token, upload.lease_until = uuid.uuid4(), now + LEASE
        upload.save(update_fields=["state", "attempts", "lease_token", "lease_until"])
    return upload


def release(upload: UploadRecord, **changes) -> None:
    """Write the outcome of the work, if the lease is still ours (call it inside the transaction of the
    work: losing it rolls everything back)."""
    changed = (
        type(upload)
        .objects.filter(pk=upload.pk, lease_token=upload.lease_token)
        .update(lease_token=None, lease_until=None, **changes)
    )
    if not changed:
        raise LeaseLost(upload.reference)


def let_go(upload: UploadRecord) -> None:
    """End the lease of work that failed, so that the next sweep takes it up; without a database it ends
    by itself."""
    with contextlib.suppress(DatabaseError):
        type(upload).objects.filter(pk=upload.pk, lease_token=upload.lease_token).update(
            lease_until=timezone.now()
        )


class Keeper:
    """Keeps the lease alive and writes the progress while the work runs, on a connection of its own."""

    def __init__(self, upload: UploadRecord):
        self.upload = upload
        self._stop = threading.Event()
        self._latest: dict | None = None
        self._known: dict = {}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._stop.set()
        self._thread.join()

    def tell(self, stage: str, **progress) -> None:
        """The stage that runs and its counted rows; shown to whoever waits."""
        self._latest = {"stage": stage, "progress": progress}

    def know(self, **found) -> None:
        """What was recognised before the work is done: shown to whoever waits."""
        self._known = found

    def _run(self):
        beat_at = BEAT_SECONDS
        waited = 0.0
        try:
            while not self._stop.wait(PROGRESS_SECONDS):
                waited += PROGRESS_SECONDS
                changes, self._latest = self._latest or {}, None
                known, self._known = self._known, {}
                changes = known | changes
                if waited >= beat_at:
                    beat_at = waited + BEAT_SECONDS
                    changes["lease_until"] = timezone.now() + LEASE
                if changes:
                    self._write(changes)
        finally:
            connection.close()

    def _write(self, changes):
        try:
            type(self.upload).objects.filter(
                pk=self.upload.pk, lease_token=self.upload.lease_token
            ).update(**changes)
        except Exception:
            close_old_connections()
