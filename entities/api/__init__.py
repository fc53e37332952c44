"""The register and its ledger pipeline under /api/v1/."""

from .entities import EntityViewSet
from .uploads import LedgerUploadViewSet

__all__ = ["EntityViewSet", "LedgerUploadViewSet"]
