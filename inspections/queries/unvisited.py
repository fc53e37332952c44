"""两期未督导: businesses whose line of the last period but one is still open.

A later visit would have made up for it (逾期已补), so nobody has been there in that period, in the next one, or since.
From the counters of due lines; the rows by the index of the period.
"""

import datetime

from django.db.models import Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from entities.models import Entity
from jiamusi_foodsafety.kit.figures import Source

from ..enums import DueState, PeriodKind
from ..models import DueVisit, Period

# The regular period before the one that ended last, of each city and cycle.
_PERIODS = """
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY area_id, cycle ORDER BY ends_on DESC, id) AS n
        FROM inspections_period WHERE kind = 'regular' AND ends_on < %(on)s::date
    ) AS ended WHERE n = 2"""
UNVISITED = Source(
    keys=("unvisited",),
    sql=f"""
    SELECT {{code}}, ARRAY[sum(total)]::bigint[] FROM inspections_duetally
    WHERE {{inside}} AND state = 'open' AND period_id IN ({_PERIODS}) GROUP BY 1""",
)


def periods_missed(*, on: datetime.date) -> QuerySet[Period]:
    """The periods whose open lines count on the day `on`."""
    place = Window(
        RowNumber(), partition_by=[F("area"), F("cycle")], order_by=[F("ends_on").desc(), F("id")]
    )
    ended = Period.objects.filter(kind=PeriodKind.REGULAR, ends_on__lt=on)
    return ended.annotate(place=place).filter(place=2)


def unvisited(*, user, code: str, on: datetime.date) -> QuerySet[Entity]:
    """The businesses below `code` that the user may see and nobody has visited in two periods; unordered."""
    periods = list(periods_missed(on=on).values_list("pk", flat=True))
    lines = DueVisit.objects.filter(entity=OuterRef("pk"), period__in=periods, state=DueState.OPEN)
    return Entity.objects.visible_to(user).within(code).filter(Exists(lines))
