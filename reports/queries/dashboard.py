"""What the dashboard shows beside the progress: what waits or is late, how the plan stands."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Value

from entities.enums import ProposalKind, ProposalState, TransferState, UploadState
from entities.models import LedgerUpload, Proposal, Transfer

from ..rules import closing_of, day_of
from .indicators import total_of_scope
from .plans import StageStanding, stages_by_metric
from .progress import Progress
from .waiting import total_of_waiting, waiting_of


@dataclass(frozen=True)
class Beside:
    """Of one place: the counters of the catalogue, what waits, the stages of the plan by their metric."""

    counts: Counter
    waiting: Counter
    stages: dict[str, StageStanding]


def beside(*, user, page: Progress) -> Beside:
    """What stands beside the progress of a place that the reader may see. Three statements."""
    on, code = day_of(page.as_of), page.place.code
    since = page.frozen.moment(page.since) or closing_of(on, 0)
    total = total_of_scope(user=user, code=code, on=on)
    waiting = waiting_of(user=user, code=code, length=4, on=on, since=since)
    return Beside(total.counts, total_of_waiting(waiting), stages_by_metric(page=page, now=total))


def push_list(*, user, code: str) -> dict[str, int]:
    """How many wait below `code`: `screenings` and `grades` proposed, `transfers` open, `uploads` to confirm.
    One statement; what runs out or is late, waiting.py tells."""
    proposals = Proposal.objects.visible_to(user).within(code).filter(state=ProposalState.PROPOSED)
    waiting = {
        "screenings": proposals.filter(kind=ProposalKind.SCREEN),
        "grades": proposals.filter(kind=ProposalKind.GRADE),
        "transfers": Transfer.objects.visible_to(user)
        .within(code)
        .filter(state=TransferState.OPEN),
        "uploads": LedgerUpload.objects.visible_to(user)
        .within(code)
        .filter(state__in=[UploadState.COLUMNS, UploadState.REVIEW]),
    }
    first, *others = [_counted(rows, what) for what, rows in waiting.items()]
    return dict.fromkeys(waiting, 0) | dict(first.union(*others, all=True))


def _counted(rows, what):
    return (
        rows.order_by()
        .annotate(what=Value(what))
        .values("what")
        .annotate(number=Count("pk"))
        .values_list("what", "number")
    )
