"""What the papers of a visit say: its items in the version it was made with, and what was found."""

from dataclasses import dataclass

from ..enums import ProblemState
from ..models import ChecklistItem, Problem, Visit


@dataclass(frozen=True)
class VisitPaper:
    """One visit for its paper; `told`: item code → what was found there, in words."""

    visit: Visit
    items: list[ChecklistItem]
    told: dict[str, list[str]]


def visit_paper_of(*, user, pk: int) -> VisitPaper | None:
    """A visit that this person sees, with the items that it answered; nothing out of scope. Three
    statements."""
    visit = (
        Visit.objects.visible_to(user)
        .filter(pk=pk)
        .select_related(
            "entity__area__parent__parent__parent", "entity__category", "cadre", "checklist"
        )
        .first()
    )
    if visit is None:
        return None
    items = ChecklistItem.objects.filter(checklist=visit.checklist_id, code__in=list(visit.answers))
    told = {}
    problems = Problem.objects.filter(visit=visit).exclude(state=ProblemState.VOID)
    for problem in problems.order_by("pk"):
        words = problem.title + (f"（{problem.detail}）" if problem.detail else "")
        told.setdefault(problem.item_code, []).append(words)
    return VisitPaper(visit, list(items.order_by("order", "pk")), told)
