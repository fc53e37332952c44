"""The fingerprint of an issued report: anybody can compute it again and see that nothing was changed."""

import hashlib
import json

from ..models import DailyReport


def fingerprint_of(*, report: DailyReport) -> str:
    """SHA-256 over all that was issued: figures, text, checks with their explanations, how each county
    confirmed, and what was corrected."""
    reviews = report.reviews.order_by("area").values_list(
        "area", "state", "remark", "checker", "punctuality", "reported_at", "confirmed_by"
    )
    told = report.told.order_by("pk").values_list("report", "area", "key", "old", "new", "why")
    content = {
        "date": report.date, "number": report.number, "area": report.area_id,
        "as_of": report.as_of, "issued_at": report.issued_at, "issued_by": report.issued_by_id,
        "generated": report.generated_text, "edited": report.edited_text,
        "checks": report.checks, "notes": report.notes, "bands": report.bands,
        "lines": list(report.lines.order_by("area").values_list("area", "figures")),
        "reviews": list(reviews), "corrections": list(told),
    }  # fmt: skip
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value):
    return value.isoformat()
