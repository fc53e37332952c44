"""Reads of the upload records: the list, one of them, its place in the queue and its steps."""

from django.db.models import Subquery

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import UploadState
from ..models import LedgerUpload, WorkerPulse

PAGE = 50
RECENT = 6


def uploads(*, user, state: str = "", before: int | None = None, after: int | None = None):
    """A page of the uploads in the user's area, newest first, with the keys of the neighbours."""
    found = LedgerUpload.objects.visible_to(user).select_related("uploaded_by", "area")
    if state:
        found = found.filter(state=state)
    if after:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        has_more, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        return rows, (rows[0].pk if rows and has_more else None), (rows[-1].pk if rows else None)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    return rows, (rows[0].pk if rows and before else None), (rows[-1].pk if has_more else None)


def recent_uploads(*, user, area: str = "", most: int = RECENT) -> list[LedgerUpload]:
    """The last few uploads in the user's area, or of those below `area`, with the workers' last sign of
    life (`worker_seen_at`), for a page that shows both."""
    pulses = WorkerPulse.objects.order_by("-seen_at").values("seen_at")[:1]
    found = LedgerUpload.objects.visible_to(user).within(area)
    found = found.annotate(worker_seen_at=Subquery(pulses))
    return list(found.select_related("uploaded_by", "area").order_by("-pk")[:most])


def upload_of(*, user, pk: int) -> LedgerUpload | None:
    """The upload, if it lies in the user's area."""
    found = LedgerUpload.objects.visible_to(user)
    return (
        found.select_related("uploaded_by", "confirmed_by", "undone_by", "area")
        .filter(pk=pk)
        .first()
    )


def upload_areas(*, user) -> list[Area]:
    """In whose name the user may upload: his county, or the city and its counties."""
    return list(
        Area.objects.active().visible_to(user).filter(level__in=["city", "county"]).order_by("code")
    )


def waiting_before(upload: LedgerUpload) -> int:
    """The upload's place in the queue (1 = next)."""
    waiting = LedgerUpload.objects.filter(
        state__in=[UploadState.QUEUED, UploadState.PROCESSING, UploadState.APPLYING],
        pk__lt=upload.pk,
    )
    return waiting.count() + 1
