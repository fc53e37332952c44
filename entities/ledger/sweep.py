"""Housekeeping of entity ledgers."""

import datetime

from jiamusi_foodsafety.kit.ledger import sweep

from ..models import LedgerFinding, LedgerMissing, LedgerRow, LedgerUpload


def waiting_uploads(*, at: datetime.datetime) -> list[int]:
    """Uploads that wait for work and that nobody holds, oldest first."""
    return sweep.waiting_uploads(LedgerUpload, at=at)


def purge_orphans(*, at: datetime.datetime) -> int:
    """Delete stored files over a day old that no upload names."""
    return sweep.purge_orphans(LedgerUpload, at=at)


def purge_staged(*, at: datetime.datetime) -> int:
    """Delete the staged rows of uploads closed over LEDGER_KEEP_DAYS ago."""
    return sweep.purge_staged(LedgerUpload, (LedgerMissing, LedgerFinding, LedgerRow), at=at)
