"""The rows that the counters of K09–K16, K19 and K20 count: by area alone, as they do, in the reader's scope.
`on` names the periods, the quarter and what is past."""

import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate

from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from responsibility.models import Cadre

from ..enums import (
    PUT_RIGHT,
    SETTLED_STATES,
    VERIFIED_STATES,
    DueState,
    PeriodKind,
    VisitKind,
    VisitMode,
)
from ..models import DueVisit, Period, Problem, Visit
from ..rules.deadlines import ZONE, begin_of
from .dues import DUE_STATES
from .figures_enterprise import rows_of
from .figures_problems import UNCOUNTED


def _below(model, user, code):
    found = model.objects.filter(area_scope(user).q("area__code"))
    return found.filter(area__code__startswith=code) if code else found


def _running(on):
    """The regular periods that the day lies in."""
    return Period.objects.filter(kind=PeriodKind.REGULAR, starts_on__lte=on, ends_on__gte=on)


def _owed(on):
    return DueVisit.objects.filter(period__in=_running(on), state__in=DUE_STATES)


def dues(*, user, code: str, on: datetime.date):
    """K09: what is to be visited in the periods that run; excused and void lines do not count."""
    found = _below(DueVisit, user, code)
    return found.filter(period__in=_running(on), state__in=DUE_STATES)


def dues_done(*, user, code: str, on: datetime.date):
    """K09: visited in its period."""
    return dues(user=user, code=code, on=on).filter(state=DueState.DONE)


def cadres_owing(*, user, code: str, on: datetime.date):
    """K10: cadres who have anything to visit in the periods that run."""
    return _below(Cadre, user, code).filter(Exists(_owed(on).filter(cadre=OuterRef("pk"))))


def cadres_through(*, user, code: str, on: datetime.date):
    """K10: cadres who have visited all of it in time."""
    left = _owed(on).filter(cadre=OuterRef("pk")).exclude(state=DueState.DONE)
    return cadres_owing(user=user, code=code, on=on).filter(~Exists(left))


def visits(*, user, code: str, on: datetime.date):
    """K11, K12: valid visits of the quarter of `on`; the counters know whole months."""
    first = datetime.date(on.year, on.month - (on.month - 1) % 3, 1)
    after = (on.replace(day=1) + datetime.timedelta(days=31)).replace(day=1)
    return _below(Visit, user, code).filter(
        is_void=False, kind=VisitKind.VISIT, visited_on__gte=first, visited_on__lt=after
    )


def visits_on_site(*, user, code: str, on: datetime.date):
    """K11: on site."""
    return visits(user=user, code=code, on=on).filter(mode=VisitMode.ON_SITE)


def visits_must(*, user, code: str, on: datetime.date):
    """K11: of those businesses that may be visited on site only (高风险)."""
    return visits(user=user, code=code, on=on).filter(must_be_on_site=True)


def visits_must_on_site(*, user, code: str, on: datetime.date):
    """K11: of these, on site."""
    return visits_must(user=user, code=code, on=on).filter(mode=VisitMode.ON_SITE)


def visits_wrong(*, user, code: str, on: datetime.date):
    """K12: that found something."""
    return visits(user=user, code=code, on=on).filter(wrong__gt=0)


def problems(*, user, code: str, on: datetime.date):
    """K14, K16: problems without false alarms and those whose business has left."""
    return _below(Problem, user, code).exclude(state__in=UNCOUNTED)


def problems_verified(*, user, code: str, on: datetime.date):
    """K14: put right, and somebody has looked."""
    return problems(user=user, code=code, on=on).filter(state__in=VERIFIED_STATES)


def problems_settled(*, user, code: str, on: datetime.date):
    """K16: 已销号, 已闭环."""
    return problems(user=user, code=code, on=on).filter(state__in=SETTLED_STATES)


def problems_transferred(*, user, code: str, on: datetime.date):
    """K13: handed to a station."""
    return problems(user=user, code=code, on=on).exclude(claim_due_on=None)


def problems_claimed(*, user, code: str, on: datetime.date):
    """K13: taken by the station within its time."""
    found = problems_transferred(user=user, code=code, on=on)
    claimed = found.annotate(claimed_on=TruncDate("claimed_at", tzinfo=ZONE))
    return claimed.filter(claimed_on__lte=F("claim_due_on"))


def problems_due(*, user, code: str, on: datetime.date):
    """K15: whose deadline in force lies before `on`, put right or not."""
    unfixed = Q(fixed_at=None, clock_at__isnull=False)
    found = problems(user=user, code=code, on=on).filter(due_at__lt=begin_of(on))
    return found.filter(unfixed | Q(state__in=PUT_RIGHT))


def problems_in_time(*, user, code: str, on: datetime.date):
    """K15: of these, put right by their deadline."""
    found = problems_due(user=user, code=code, on=on)
    return found.filter(state__in=PUT_RIGHT, fixed_at__lte=F("due_at"))


def compliance(key: str):
    """K19, K20: the function that gives the rows of one count (figures_enterprise)."""

    def rows(*, user, code: str, on: datetime.date):
        # who holds businesses only has no area: nothing, as in the counters
        return rows_of(user=user, key=key, code=code).filter(area_scope(user).q("area__code"))

    return rows
