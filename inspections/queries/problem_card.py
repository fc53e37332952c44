"""The card 问题 on the page of one business."""

from django.urls import reverse

from ..models import EntityRecord, Problem

SHOWN = 5


def card(*, user, entity) -> dict | None:
    """The newest problems of a business, open ones first, and its counts; two statements. The business was
    scoped before. None where the reader may not see problems."""
    if not user.has_perm("inspections.view_problem"):
        return None
    rows = list(
        Problem.objects.visible_to(user)
        .filter(entity=entity)
        .select_related("kind")
        .order_by("-id")[:SHOWN]
    )
    record = EntityRecord.objects.filter(entity=entity).first()
    address = reverse("inspections:problem-list")
    report = reverse("inspections:problem-create")
    return {
        "template": "inspections/_problem_card.html",
        "rows": rows,
        "total": record.problems if record else 0,
        "open": record.open_problems if record else 0,
        "open_url": f"{address}?entity={entity.pk}",
        "settled_url": f"{address}?entity={entity.pk}&tab=settled",
        "report_url": f"{report}?entity={entity.pk}"
        if user.has_perm("inspections.report_problem")
        else "",
    }
