"""What a new round may be made of: targets, teams, accounts."""

from django.db.models import Q, QuerySet

from jiamusi_foodsafety.jurisdiction.models import Area, User
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.enums import BodyKind
from responsibility.models import Body
from responsibility.queries.people import accounts_within

from ..enums import CheckLevel
from ..models import CheckRound
from ..rules.checks import LOWER, UPPER


def levels_of(*, user) -> list[tuple[str, str]]:
    """The levels at which the user may make rounds: those whose upper unit lies in his scope."""
    scope = area_scope(user)
    if scope.is_all:
        return list(CheckLevel.choices)
    shortest = min((len(prefix) for prefix in scope.prefixes), default=99)
    return [choice for choice in CheckLevel.choices if UPPER[choice[0]] >= shortest]


def targets_of(*, user, level: str) -> QuerySet[Area]:
    """The units of the next tier whose upper unit lies in the user's scope, by code."""
    scope = area_scope(user)
    found = Area.objects.active().filter(scope.q("code"), level=_lower(level))
    if not scope.is_all:
        inside = Q(pk__in=[])
        for prefix in scope.prefixes:
            if len(prefix) <= UPPER[level]:
                inside |= Q(code__startswith=prefix)
        found = found.filter(inside)
    return found.select_related("parent__parent").order_by("code")


def _lower(level):
    return {6: "county", 9: "township", 12: "village"}[LOWER[level]]


def teams_of(*, user) -> QuerySet[Body]:
    """The 督导组 in force that the user may see."""
    rows = Body.objects.visible_to(user).filter(kind=BodyKind.SUPERVISION_TEAM, to_on=None)
    return rows.order_by("order", "pk")


def accounts_for(*, user, check_round: CheckRound) -> QuerySet[User]:
    """Accounts that may join the team: the staff below the owner's area, and cadres who stand at it (a town's
    own for 乡督村)."""
    staff = accounts_within(user=user, code=check_round.owner_id)
    cadres = User.objects.filter(
        cadre__is_in_post=True, cadre__area=check_round.owner_id, is_active=True
    )
    keys = list(staff.values_list("pk", flat=True)) + list(cadres.values_list("pk", flat=True))
    return User.objects.filter(pk__in=keys).order_by("name", "pk")
