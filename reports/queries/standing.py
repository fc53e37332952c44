"""How the counties stand with their confirmation, and what exceptions they have."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import Punctuality, ReviewState
from ..models import CountyReview, DailyReport, ReportException
from ..rules.standing import punctuality

SHAPES = {
    Punctuality.ON_TIME: "ok",
    Punctuality.LATE: "late",
    Punctuality.MISSING: "error",
    Punctuality.WAITING: "waiting",
}


@dataclass
class Standing:
    """One county's review with what follows from it; `until` is the end of its exception, if it has one."""

    review: CountyReview
    punctuality: str
    until: datetime.datetime | None = None
    exception: ReportException | None = None

    @property
    def word(self):
        if self.review.state in (ReviewState.RETURNED, ReviewState.REOPENED):
            return self.review.get_state_display()
        return Punctuality(self.punctuality).label

    @property
    def shape(self):
        if self.review.state in (ReviewState.RETURNED, ReviewState.REOPENED):
            return "hint"
        return SHAPES.get(self.punctuality, "not-due")

    @property
    def is_confirmed(self):
        return self.review.state == ReviewState.CONFIRMED


def exceptions_of(
    *, report: DailyReport, areas: Iterable[str] | None = None
) -> dict[str, ReportException]:
    """The exceptions that count for a report, by county: the one that ends last."""
    found = ReportException.objects.within(report.area_id).filter(
        from_on__lte=report.date, to_on__gte=report.date
    )
    if areas is not None:
        found = found.filter(area__in=list(areas))
    return {row.area_id: row for row in found.order_by("until", "pk")}


def end_of(exception: ReportException) -> datetime.datetime:
    """Until when it counts: its end, or the moment it was ended."""
    return min(exception.until, exception.ended_at or exception.until)


def standings_of(*, report: DailyReport, at: datetime.datetime) -> dict[str, Standing]:
    """Every county's standing in a report, by area code. Two statements. After the issue what was derived
    then counts."""
    reviews = CountyReview.objects.filter(report=report).select_related(
        "area", "confirmed_by", "decided_by"
    )
    exceptions = exceptions_of(report=report)
    found = {}
    for review in reviews.order_by("area"):
        exception = exceptions.get(review.area_id)
        until = end_of(exception) if exception else None
        told = review.punctuality
        if not report.is_closed:
            told = punctuality(
                reported_at=review.reported_at, due_at=report.due_at, until=until, at=at
            )
        found[review.area_id] = Standing(review, told, until, exception)
    return found


def missing_counties(
    *, report: DailyReport | None, codes: Iterable[str], at: datetime.datetime
) -> list[str]:
    """The names of those of the counties `codes` that are 未报 in a report. Two statements; what is published
    in the daily report to all, so no scope applies."""
    if report is None:
        return []
    wanted = set(codes)
    found = standings_of(report=report, at=at) if wanted else {}
    return [
        one.review.area.name
        for code, one in found.items()
        if code in wanted and one.punctuality == Punctuality.MISSING
    ]


def reviews_visible(*, user):
    """The reviews of the counties in the user's scope."""
    return CountyReview.objects.filter(area_scope(user).q("area__code"))


def exceptions_visible(*, user):
    """The exceptions of the counties in the user's scope, the newest first."""
    found = ReportException.objects.visible_to(user).select_related("area", "made_by")
    return found.order_by("-pk")
