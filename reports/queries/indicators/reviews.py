"""K24 日报及时率: the counties' confirmations of the year of `on`, by day and county. A report that was issued
keeps what was derived then; of the others the deadline, an exception and the present moment tell."""

import datetime

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest, Least, Now

from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import Source

from ...enums import CLOSED_STATES, Punctuality
from ...models import CountyReview, ReportException

_CLOSED = ", ".join(f"'{state.value}'" for state in CLOSED_STATES)
_TOLD = ", ".join(
    f"'{word.value}'" for word in (Punctuality.ON_TIME, Punctuality.LATE, Punctuality.MISSING)
)

# 县·日: some thousand rows a year, eleven a day.
REVIEWS = Source(
    keys=("reviews_due", "reviews_in_time"),
    area="r.area_id",
    sql=f"""
        SELECT {{code}}, ARRAY[
            count(*) FILTER (WHERE CASE WHEN d.state IN ({_CLOSED}) THEN r.punctuality IN ({_TOLD})
                ELSE r.reported_at IS NOT NULL OR greatest(d.due_at, x.until) <= now() END),
            count(*) FILTER (WHERE CASE WHEN d.state IN ({_CLOSED})
                THEN r.punctuality = '{Punctuality.ON_TIME.value}'
                ELSE r.reported_at <= greatest(d.due_at, x.until) END)
        ]::bigint[]
        FROM reports_countyreview r
        JOIN reports_dailyreport d ON d.id = r.report_id
        LEFT JOIN LATERAL (
            SELECT least(e.until, e.ended_at) AS until FROM reports_reportexception e
            WHERE e.area_id = r.area_id AND d.date BETWEEN e.from_on AND e.to_on
              AND d.state NOT IN ({_CLOSED})
            ORDER BY e.until DESC, e.id DESC LIMIT 1
        ) AS x ON true
        WHERE {{inside}} AND d.due_at IS NOT NULL
          AND d.date BETWEEN date_trunc('year', %(on)s::date) AND %(on)s::date
        GROUP BY 1""",
)


def _reviews(user, code, on):
    exception = ReportException.objects.filter(
        area=OuterRef("area"),
        from_on__lte=OuterRef("report__date"),
        to_on__gte=OuterRef("report__date"),
    ).order_by("-until", "-pk")
    end = Least("until", Coalesce("ended_at", "until"))
    found = CountyReview.objects.filter(
        area_scope(user).q("area__code"),
        area__code__startswith=code,
        report__date__range=(datetime.date(on.year, 1, 1), on),
        report__due_at__isnull=False,
    )
    until = Subquery(exception.values(end=end)[:1])
    # an exception may only prolong
    return found.annotate(limit=Greatest(F("report__due_at"), Coalesce(until, F("report__due_at"))))


def reviews_due(*, user, code: str, on: datetime.date):
    """The confirmations that were owed: told of, or given, or past their deadline."""
    is_closed = Q(report__state__in=CLOSED_STATES)
    told = Q(punctuality__in=[Punctuality.ON_TIME, Punctuality.LATE, Punctuality.MISSING])
    open_ones = Q(reported_at__isnull=False) | Q(limit__lte=Now())
    return _reviews(user, code, on).filter((is_closed & told) | (~is_closed & open_ones))


def reviews_in_time(*, user, code: str, on: datetime.date):
    """Those given in time."""
    is_closed = Q(report__state__in=CLOSED_STATES)
    return _reviews(user, code, on).filter(
        (is_closed & Q(punctuality=Punctuality.ON_TIME))
        | (~is_closed & Q(reported_at__lte=F("limit")))
    )
