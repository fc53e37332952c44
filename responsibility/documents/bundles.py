"""The worker's part of a bundle: many pledges into one zip on disk, with progress after each file of it."""

import tempfile
from collections.abc import Callable
from datetime import datetime

from django.core.files.base import File
from django.utils import timezone

from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import BatchKind
from ..models import Pledge
from ..queries.pledges import pledges_with_annex
from ..services.batches import batch_claim
from ..services.bundles import bundle_fail, bundle_finish, bundle_progress
from .pledges import pledges_zip


class _Counted:
    """Papers, counted as they are taken."""

    def __init__(self, papers):
        self.papers, self.number = papers, 0

    def __iter__(self):
        for paper in self.papers:
            self.number += 1
            yield paper


def bundle_work(batch_id: int, *, clock: Callable[[], datetime]) -> int:
    """Make the zip that a bundle asks for; how many papers are in it (0: not this worker's). A worker that
    died left nothing behind: the next begins anew. What its asker may no longer see is left out."""
    batch = batch_claim(batch_id, kind=BatchKind.PAPERS, at=clock())
    if batch is None:
        return 0
    found = Pledge.objects.visible_to(batch.made_by).filter(pk__in=batch.options["pledges"])
    papers = _Counted(pledges_with_annex(found=found, on=timezone.localdate(clock())))
    with tempfile.TemporaryFile() as out:
        try:
            for piece in pledges_zip(papers, format=batch.options["format"]):
                out.write(piece)
                if not bundle_progress(batch=batch, done=papers.number, at=clock()):
                    return 0
        except DomainError as error:
            words = f"第 {papers.number} 份附近有一份生成不了：{error.message}"
            bundle_fail(batch=batch, words=words, at=clock())
            return 0
        out.seek(0)
        is_kept = bundle_finish(batch=batch, file=File(out), done=papers.number, at=clock())
    return papers.number if is_kept else 0
