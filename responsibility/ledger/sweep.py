"""Housekeeping of cadre ledgers."""

import datetime

from jiamusi_foodsafety.kit.ledger import sweep

from ..models import CadreFinding, CadreMissing, CadreRow, CadreUpload


def waiting_uploads(*, at: datetime.datetime) -> list[int]:
    """Uploads that wait for work and that nobody holds, oldest first."""
    return sweep.waiting_uploads(CadreUpload, at=at)


def purge(*, at: datetime.datetime) -> int:
    """Delete staged rows of old uploads, and files that no upload names."""
    return sweep.purge_staged(
        CadreUpload, (CadreMissing, CadreFinding, CadreRow), at=at
    ) + sweep.purge_orphans(CadreUpload, at=at)
