"""Automatic assignment of the whole city: seconds to plan, to apply and to undo; cadres for the pages."""

import datetime
import time

from django.db import connection
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Assignment, Cadre
from responsibility.services.planning import plan_apply, plan_make, plan_undo

from .people import CITY

# Cadres by level and by the digits of the areas where they stand: about 4,000 in the city's 1,679 areas.
POSTS = (
    ("city", 4, 30),
    ("county", 6, 23),
    ("township", 9, 7),
    ("village", 12, 2),
)
ZONE = (("township", 9), ("village", 40))
SOME_TIME = 40
BONDS = (
    "responsibility_assignment", "responsibility_assignmentevent", "responsibility_assignmenttally",
    "responsibility_cadreload", "responsibility_planrow", "responsibility_assignmentplan",
    "responsibility_change", "responsibility_changeevent", "responsibility_changetally",
)  # fmt: skip


def make_cadres() -> int:
    """Cadres in every area, once; in a county unit without towns they stand at the unit. Their number."""
    if not Cadre.objects.exists():
        areas = list(Area.objects.filter(code__startswith=CITY).order_by("code"))
        counties = {area.code for area in areas if len(area.code) == 6}
        zones = counties - {area.parent_id for area in areas}
        made = [
            Cadre(area=area, level=level, name=f"{area.name}干部{number + 1}")
            for area in areas
            for level, number in _posts(area.code, is_zone=area.code in zones)
        ]
        Cadre.objects.bulk_create(made, batch_size=1000)
    return Cadre.objects.count()


def _posts(code, *, is_zone):
    for level, digits, many in POSTS:
        if len(code) == digits:
            yield from ((level, number) for number in range(many))
    if is_zone:
        for level, many in ZONE:
            yield from ((level, number) for number in range(many))


def forget_bonds() -> None:
    """No bonds, plans and changes; the planner knows the tables as they are."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(BONDS)} CASCADE")
        cursor.execute("VACUUM ANALYZE responsibility_cadre")
        cursor.execute("CHECKPOINT")


def hold_all() -> None:
    """Every business that can be held has had its cadre for some time; once. Made today, all bonds would be
    changes of the day."""
    make_cadres()
    if not Assignment.objects.exists():
        _apply(_plan(), at=timezone.now() - datetime.timedelta(days=SOME_TIME))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _plan(**options):
    city = Area.objects.get(pk=CITY)
    return plan_make(area=city, by=None, at=timezone.now(), **options)


def _apply(plan, at=None):
    at = at or timezone.now()
    return plan_apply(plan=plan, by=None, at=at, on=timezone.localdate(at))


def _timed(act, *args, **options):
    started = time.perf_counter()
    result = act(*args, **options)
    return time.perf_counter() - started, result


def assign_seconds() -> tuple[dict[str, float], int]:
    """Seconds to plan, apply, plan again with rebalancing, and undo, from nothing; and the bonds made."""
    forget_bonds()
    planning, plan = _timed(_plan)
    applying, counts = _timed(_apply, plan)
    again, _ = _timed(_plan, rebalance=True)
    undoing, _ = _timed(plan_undo, plan=plan, by=None, at=timezone.now(), on=timezone.localdate())
    seconds = {"plan": planning, "apply": applying, "again": again, "undo": undoing}
    return seconds, counts["applied"]
