"""The card 问题 on the page of one business."""

import datetime

from django.db.models import Count, F, Q
from django.urls import reverse

from ..models import Problem
from .figures_problems import UNCOUNTED, problems_within

SHOWN = 5


def card(*, user, entity, on: datetime.date) -> dict | None:
    """The problems of a business, open ones first by their deadline, then the newest; and its counts, each of
    just the rows that its link opens; two statements. The business was scoped before. None where the
    reader may not see problems. The day `on` that every card is given changes nothing here."""
    if not user.has_perm("inspections.view_problem"):
        return None
    rows = list(
        Problem.objects.visible_to(user)
        .filter(entity=entity)
        .select_related("kind")
        .order_by(F("clock_at").asc(nulls_last=True), "-pk")[:SHOWN]
    )
    counts = (
        problems_within(user=user)
        .filter(entity=entity)
        .aggregate(
            found=Count("pk", filter=~Q(state__in=UNCOUNTED)),
            open=Count("pk", filter=Q(clock_at__isnull=False)),
        )
    )
    address = reverse("inspections:problem-list")
    report = reverse("inspections:problem-create")
    return {
        "template": "inspections/_problem_card.html",
        "is_side": True,
        "rows": rows,
        "total": counts["found"],
        "open": counts["open"],
        "open_url": f"{address}?entity={entity.pk}",
        "found_url": f"{address}?entity={entity.pk}&tab=found",
        "report_url": f"{report}?entity={entity.pk}"
        if user.has_perm("inspections.report_problem")
        else "",
    }
