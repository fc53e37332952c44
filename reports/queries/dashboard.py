"""需要推动: what waits for somebody in an area, beside the figures that the counters know."""

import datetime

from django.db.models import Count, Value

from entities.enums import ProposalKind, ProposalState, TransferState, UploadState
from entities.models import Entity, LedgerUpload, Proposal, Transfer


def push_list(*, user, code: str, on: datetime.date) -> dict[str, int]:
    """How many wait below `code`: licences `expired` before `on` and still 应包, `expiring` within 90
    days, `screenings` and `grades` proposed, `transfers` open, `uploads` to confirm. One statement."""
    entities = Entity.objects.visible_to(user).within(code)
    proposals = Proposal.objects.visible_to(user).within(code).filter(state=ProposalState.PROPOSED)
    waiting = {
        "expired": entities.expired(on),
        "expiring": entities.expiring(on),
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
