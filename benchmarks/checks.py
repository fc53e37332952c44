"""The draw of a 督查 round: seconds to count the frame and to draw from it, of the largest county."""

import time

from django.db.models import Count
from django.db.models.functions import Left
from django.utils import timezone

from entities.models import Entity
from inspections.enums import SampleKind
from inspections.queries.check_draws import Frame, frame_sizes, last_events, sample_drawn

QUOTAS = {"A": 2, "B": 5, "C": 8, "D": 15}


def draw_seconds() -> tuple[float, int]:
    """Seconds of one draw, and how many businesses stood in its frame."""
    counties = Entity.objects.annotate(county=Left("area_id", 6)).values("county")
    county = counties.annotate(total=Count("pk")).order_by("-total")[0]["county"]
    frame = Frame(county, timezone.now(), *last_events())
    began = time.perf_counter()
    sizes = frame_sizes(frame=frame, kind=SampleKind.ENTITY)
    drawn = sample_drawn(frame=frame, kind=SampleKind.ENTITY, seed="2022-Q4-01", quotas=QUOTAS)
    seconds = time.perf_counter() - began
    if not drawn:
        raise RuntimeError("nothing was drawn: the register has no history")
    return seconds, sum(sizes.values())
