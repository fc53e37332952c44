"""What the coverage board asks of a county, for its first page: one statement from the counters. The board
itself (queries/coverage.py) says the same numbers."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left

from entities.enums import OBLIGED
from entities.models import EntityTally
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import Standing
from ..models import AssignmentTally, Cadre, GradeLevel
from .todo_counts import Added, Counted, read_all


def coverage_wants(*, user) -> dict[str, int]:
    """What `coverage_told` says, read by itself."""
    return coverage_told(read_all(user=user, **coverage_parts(user=user)))


def coverage_parts(*, user) -> dict:
    """The sums that `coverage_told` needs, as parts of a statement."""
    inside = area_scope(user).q("area__code")
    businesses = EntityTally.objects.filter(inside, status__in=OBLIGED).order_by()
    bonds = AssignmentTally.objects.filter(inside, status__in=OBLIGED).exclude(grade="").order_by()
    graded = businesses.exclude(grade="")

    def with_standing(*standings):
        return Added(bonds.filter(standing__in=standings).values("total"))

    return {
        "graded": Added(graded.values("total")),
        "ungraded": Added(businesses.filter(grade="").values("total")),
        "placed": with_standing(Standing.HELD, Standing.EXCEPTED, Standing.UNFIT),
        "pending": with_standing(Standing.PENDING),
        "unfit": with_standing(Standing.UNFIT),
        "vacant": Counted(_vacant(graded)),
    }


def coverage_told(row: dict) -> dict[str, int]:
    """Below the user's scope, of 应包 with a grade: unassigned (with pending), pending, unfit in 家, vacant in
    处; and ungraded."""
    return {
        "unassigned": row["graded"] - row["placed"],
        "pending": row["pending"],
        "unfit": row["unfit"],
        "vacant": row["vacant"],
        "ungraded": row["ungraded"],
    }


def _vacant(graded):
    """空岗: area and grade with businesses and nobody in post of the grade's level at the area or above."""
    level = GradeLevel.objects.filter(rank=1, grade=OuterRef(OuterRef("grade"))).values("level")
    above = Q(area=OuterRef("area_id"))
    for digits in (4, 6, 9):
        above |= Q(area=Left(OuterRef("area_id"), digits))
    manned = Cadre.objects.in_post().filter(above, level__in=level)
    return graded.filter(total__gt=0).exclude(Exists(manned)).values("area_id", "grade").distinct()
