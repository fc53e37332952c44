"""Housekeeping of uploads: those that nobody works on are rung again, old staged rows go."""

import contextlib
import datetime

from django.conf import settings
from django.db import models

from .records import UploadRecord, private_storage
from .states import UploadState


def waiting_uploads(model: type[UploadRecord], *, at: datetime.datetime) -> list[int]:
    """Uploads that wait for work and that nobody holds, oldest first."""
    found = model.objects.stuck(at).order_by("pk")
    return list(found.values_list("pk", flat=True)[:100])


def purge_orphans(model: type[UploadRecord], *, at: datetime.datetime) -> int:
    """Delete stored files over a day old that no upload names: their request died before its record."""
    storage, folder = private_storage(), model.folder
    limit = at - datetime.timedelta(days=1)
    with contextlib.suppress(FileNotFoundError):
        stored = {f"{folder}/{name}" for name in storage.listdir(folder)[1]}
        stored -= set(model.objects.exclude(file="").values_list("file", flat=True))
        old = [name for name in stored if storage.get_modified_time(name) < limit]
        for name in old:
            storage.delete(name)
        return len(old)
    return 0


def purge_staged(
    model: type[UploadRecord], staged: tuple[type[models.Model], ...], *, at: datetime.datetime
) -> int:
    """Delete the staged rows of uploads closed over LEDGER_KEEP_DAYS ago. The upload, its file, and all
    that it wrote (history) stay; it can still be undone."""
    limit = at - datetime.timedelta(days=settings.LEDGER_KEEP_DAYS)
    closed = model.objects.filter(
        state__in=[
            UploadState.APPLIED, UploadState.UNDONE, UploadState.DISCARDED, UploadState.REFUSED,
        ],
        created_at__lt=limit,
    )  # fmt: skip
    return sum(rows.objects.filter(upload__in=closed).delete()[0] for rows in staged)
