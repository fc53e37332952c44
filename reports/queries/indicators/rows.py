"""The rows behind each numerator and denominator: what a figure counts, within the reader's scope. Each takes
`user`, the area `code` and the day `on`; the proof holds their number against the counters."""

import datetime

from django.db.models import Exists, F, OuterRef

from entities.models import Entity
from responsibility.enums import COVERED, LetterState, PledgeState, Standing, TrainingResult
from responsibility.models import Assignment, Cadre, Change, Letter, Pledge, TrainingRecord
from responsibility.queries.cadres import in_view

from ...rules import closing_of


def _entities(user, code):
    return Entity.objects.visible_to(user).within(code)


def registered(*, user, code, on):
    return _entities(user, code).registered()


def screened(*, user, code, on):
    return _entities(user, code).screened()


def obliged(*, user, code, on):
    return _entities(user, code).obliged()


def surveyed(*, user, code, on):
    return registered(user=user, code=code, on=on).exclude(surveyed_on=None)


def graded(*, user, code, on):
    return _entities(user, code).graded()


def sound(*, user, code, on):
    return obliged(user=user, code=code, on=on).filter(doubts=[])


def _bonds(user, code, standings):
    bonds = Assignment.objects.active().filter(standing__in=standings, entity=OuterRef("pk"))
    return _entities(user, code).graded().filter(Exists(bonds))


def covered(*, user, code, on):
    return _bonds(user, code, COVERED)


def fit(*, user, code, on):
    return _bonds(user, code, [Standing.HELD])


def assigned(*, user, code, on):
    return _bonds(user, code, [*COVERED, Standing.UNFIT])


def cadres_in_post(*, user, code, on):
    return Cadre.objects.visible_to(user).within(code).in_post()


def cadres_pledged(*, user, code, on):
    signed = Pledge.objects.filter(cadre=OuterRef("pk"), state=PledgeState.SIGNED)
    return cadres_in_post(user=user, code=code, on=on).filter(Exists(signed))


def cadres_activated(*, user, code, on):
    return cadres_in_post(user=user, code=code, on=on).filter(user__last_login__isnull=False)


def cadres_trained(*, user, code, on):
    passed = TrainingRecord.objects.filter(
        cadre=OuterRef("pk"),
        result=TrainingResult.PASSED,
        training__held_on__range=(datetime.date(on.year, 1, 1), on),
    )
    return cadres_in_post(user=user, code=code, on=on).filter(Exists(passed))


def cadres_over(*, user, code, on):
    return in_view(cadres_in_post(user=user, code=code, on=on), "over")


def letters(*, user, code, on):
    rows = Letter.objects.visible_to(user).within(code).filter(year=on.year)
    return rows.exclude(state=LetterState.VOID)


def letters_signed(*, user, code, on):
    return letters(user=user, code=code, on=on).filter(state=LetterState.SIGNED)


def _changes(user, code, on):
    begin = closing_of(datetime.date(on.year, 1, 1), 0)
    rows = Change.objects.visible_to(user).within(code)
    return rows.filter(adjust_due_on__isnull=False, recorded_at__gte=begin)


def changes_in_time(*, user, code, on):
    return _changes(user, code, on).filter(adjusted_on__lte=F("adjust_due_on"))


def changes_due(*, user, code, on):
    rows = _changes(user, code, on)
    return rows.exclude(adjusted_on=None) | rows.filter(adjusted_on=None, adjust_due_on__lt=on)
