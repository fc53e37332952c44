"""督查 samples proven: each is drawn again from its seed and its frame."""

from ..models import CheckRound
from .check_draws import redraw_differences


def differences() -> tuple[list[tuple], str]:
    """What a new draw gives otherwise, by round: (what, key, kept, drawn again); and what was proven."""
    found, number = [], 0
    for row in CheckRound.objects.exclude(drawn_at=None).select_related("target").order_by("pk"):
        number += 1
        if told := redraw_differences(check_round=row):
            found.append(("督查抽样", row, f"{len(told)} 处重抽不同", told[0]))
    return found, f"{number} 轮督查抽样"
