"""The worker's part of a bundle of files: one PDF each into one zip on disk, with progress after each."""

import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime

from django.core.files.base import File
from django.utils import timezone

from jiamusi_foodsafety.kit.errors import DomainError
from responsibility.enums import BatchKind
from responsibility.services.batches import batch_claim
from responsibility.services.bundles import bundle_fail, bundle_finish, bundle_progress

from ..queries.archives import cadre_archive, entity_archive
from .archives import archive_name, archive_pdf

PAGE = "reports:archive-batch"


def _archive(kind, pk, *, user, on):
    if kind == "cadre":
        return cadre_archive(user=user, pk=pk, on=on)
    return entity_archive(user=user, pk=pk, on=on, with_papers=True)


def bundle_work(batch_id: int, *, clock: Callable[[], datetime]) -> int:
    """Make the zip that a batch of files asks for; how many are in it (0: not this worker's). What its asker may no
    longer see is left out; a worker that died left nothing behind."""
    batch = batch_claim(batch_id, kind=BatchKind.ARCHIVE, at=clock())
    if batch is None:
        return 0
    on, made = timezone.localdate(clock()), 0
    with tempfile.TemporaryFile() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
            for number, (kind, pk) in enumerate(batch.options["files"], start=1):
                archive = _archive(kind, pk, user=batch.made_by, on=on)
                if archive is not None:
                    try:
                        folder.writestr(archive_name(archive), archive_pdf(archive, on=on))
                    except DomainError as error:
                        words = f"{archive.name}的档案生成不了：{error.message}"
                        bundle_fail(batch=batch, words=words, at=clock())
                        return 0
                    made += 1
                if not bundle_progress(batch=batch, done=number, at=clock()):
                    return 0
        out.seek(0)
        is_kept = bundle_finish(
            batch=batch, file=File(out), done=made, at=clock(), what="包保档案", page=PAGE
        )
    return made if is_kept else 0
