"""Who acts on a problem: the sides that somebody is on, and the accounts of each side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import Side
from ..models import Problem
from ..rules.moves import TABLE, WAITS_FOR

VERIFY = "inspections.verify_problem"
CLAIM = "inspections.claim_problem"
DECIDE = "inspections.decide_problem"


def sides_of(*, user, problem: Problem) -> frozenset[str]:
    """The sides on which a person stands at a problem: its cadre, its station, its county (the city's
    administrator acts as a county does). Without a statement beyond the problem's cadre."""
    sides = set()
    cadre = problem.cadre if problem.cadre_id else None
    if cadre is not None and cadre.user_id == user.pk and user.has_perm(VERIFY):
        sides.add(Side.CADRE)
    if user.station_id and user.station_id == problem.station_id and user.has_perm(CLAIM):
        sides.add(Side.STATION)
    if user.has_perm(DECIDE) and area_scope(user).covers(problem.area_id):
        sides.add(Side.COUNTY)
    return frozenset(sides)


RIGHTS = {Side.CADRE: VERIFY, Side.STATION: CLAIM, Side.COUNTY: DECIDE}


def moves_any(*, user) -> bool:
    """Whether the user's role may do anything to a problem."""
    return any(user.has_perm(right) for right in RIGHTS.values())


def may_ever(*, user, act: str) -> bool:
    """Whether the user's role may do this act at any problem at all."""
    return any(user.has_perm(RIGHTS[side]) for side in TABLE[act].who if side in RIGHTS)


def words_of(*, user, problem: Problem) -> str:
    """Unit, name and post of an actor at a problem as they are now: they stay on the move."""
    return words_of_reporter(user=user, cadre=problem.cadre if problem.cadre_id else None)


def words_of_reporter(*, user, cadre) -> str:
    """The same of whoever reports at a business that `cadre` holds (None: nobody)."""
    if cadre is not None and cadre.user_id == user.pk:
        place, post = cadre.unit, cadre.post
    elif user.station_id:
        place, post = user.station.name, user.post
    else:
        place, post = (f"{user.area.name}局" if user.area_id else ""), user.post
    name = user.get_full_name()
    return " ".join(part for part in (place, f"{name}（{post}）" if post else name) if part)[:120]


@dataclass(frozen=True)
class People:
    """The accounts around some problems: by station, and those who decide by area."""

    stations: dict[int, list[int]] = field(default_factory=dict)
    areas: dict[str, list[int]] = field(default_factory=dict)

    def of(self, problem: Problem, side: str) -> list[int]:
        """The accounts of a side; where the cadre or the station has none, the county's."""
        found = []
        if side == Side.CADRE and problem.cadre_id and problem.cadre.user_id:
            found = [problem.cadre.user_id]
        if side == Side.STATION and problem.station_id:
            found = self.stations.get(problem.station_id, [])
        return found or self.areas.get(problem.area_id[:6], [])

    def waited_for(self, problem: Problem) -> list[int]:
        """The accounts whose turn it is."""
        side, _ = WAITS_FOR[problem.state]
        return self.of(problem, side)


def people_around(*, problems: Iterable[Problem], areas: Iterable[str] = ()) -> People:
    """The accounts of the stations and counties of these problems, and those who hear of what is overdue at
    further `areas` (whoever verifies at a town, whoever decides at a county or city); two statements. The
    cadres must have been read."""
    rows = list(problems)
    users = get_user_model().objects.filter(is_active=True).order_by("pk")
    held = defaultdict(list)
    stations = {problem.station_id for problem in rows if problem.station_id}
    officers = users.filter(_has(CLAIM), station__in=stations)
    for station, pk in officers.values_list("station_id", "pk").distinct():
        held[station].append(pk)
    counties = {problem.area_id[:6] for problem in rows}
    wanted = counties | {code for code in areas if len(code) < 9}
    towns = {code for code in areas if len(code) == 9}
    told = defaultdict(list)
    found = users.filter(_has(DECIDE) & Q(area__in=wanted) | _has(VERIFY) & Q(area__in=towns))
    for code, pk in found.values_list("area_id", "pk").distinct():
        told[code].append(pk)
    return People(dict(held), dict(told))


def _has(permission):
    app, codename = permission.split(".")
    return Q(
        groups__permissions__codename=codename, groups__permissions__content_type__app_label=app
    )
