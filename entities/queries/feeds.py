"""Sets that the API and the administration page through, and the counts beside their filters."""

from collections import Counter

from django.db.models import QuerySet, Sum
from django.db.models.functions import Substr

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import OBLIGED, REGISTERED, SCREENED, Status
from ..models import Entity, EntityTally, LedgerFinding, LedgerUpload

FACETS = ("area", "category", "grade", "status")
STATUSES_OF_VIEW = {
    "registered": frozenset(REGISTERED),
    "obliged": frozenset(OBLIGED),
    "ungraded": frozenset(OBLIGED),
    "screened": frozenset(SCREENED),
    "removed": frozenset(Status.values) - frozenset(REGISTERED),
}


def entities_fed(found: QuerySet[Entity]) -> QuerySet[Entity]:
    """The businesses with what a line of the API shows of them."""
    return found.select_related("category", "area__parent__parent__parent")


def uploads_visible(*, user, state: str = "") -> QuerySet[LedgerUpload]:
    """The uploads of the user's area, in one state if named."""
    found = LedgerUpload.objects.visible_to(user).select_related("uploaded_by", "area")
    return found.filter(state=state) if state else found


def findings_fed(upload: LedgerUpload, *, kind: str = "") -> QuerySet[LedgerFinding]:
    """The findings of one code, of one family (R or W), or all."""
    found = upload.ledger_findings.all()
    if len(kind) == 1:
        return found.filter(code__startswith=kind)
    return found.filter(code=kind) if kind else found


def tally_cells(*, user) -> list[tuple[str, str, str, str, int]]:
    """(county, category, status, grade, number) of what the user may see, from the counters: a few
    thousand cells at most, whatever the register's size. One statement."""
    rows = (
        EntityTally.objects.filter(area_scope(user).q("area__code"))
        .annotate(county=Substr("area_id", 1, 6))
        .values("county", "category_id", "status", "grade")
        .annotate(number=Sum("total"))
        .order_by("county")
    )
    return [
        (row["county"], row["category_id"], row["status"], row["grade"], row["number"])
        for row in rows
    ]


def facet_counts(cells, *, chosen: dict[str, str], view: str) -> dict[str, Counter] | None:
    """How many businesses each value of a filter would leave beside the other conditions in force:
    parameter → value → number ("" = all values). `chosen`: area (a county), category, grade ("none" =
    待定), status. Nothing for a quick view that the counters do not know cell by cell."""
    statuses = STATUSES_OF_VIEW.get(view)
    if statuses is None:
        return None
    counts = {name: Counter() for name in FACETS}
    for county, category, status, grade, number in cells:
        if status not in statuses or (view == "ungraded" and grade):
            continue
        cell = {"area": county, "category": category, "grade": grade or "none", "status": status}
        wrong = [name for name, value in chosen.items() if value and cell[name] != value]
        for name in FACETS:
            if wrong in ([], [name]):
                counts[name][cell[name]] += number
                counts[name][""] += number
    return counts
