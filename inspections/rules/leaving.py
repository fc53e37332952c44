"""What becomes of open problems when their business leaves (domain §9)."""

# For good: nothing is left to put right. 停产停业, 季外 and 未开业 are not among them: those come back, and
# their problems wait (an extension may be asked for).
GONE = (
    "closed", "dormant", "lost", "cancelled", "revoked", "moved_out", "duplicate", "not_food",
    "withdrawn",
)  # fmt: skip


def is_gone(status: str) -> bool:
    """Whether a business of this status has left for good, so that its open problems end."""
    return status in GONE
