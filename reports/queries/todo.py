"""What the daily report asks of a person: a county to confirm its line, the city to issue."""

import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.scopes import area_scope, home_code
from responsibility.queries.todo_counts import Waiting

from ..enums import ReportState, ReviewState
from ..models import CountyReview, DailyReport

# Reports older than this that nobody confirmed are 未报 and no task any more.
DAYS = 7


def owed(*, user, at: datetime.datetime):
    """The reviews that the user's county still owes and may still give; no statement."""
    open_ones = CountyReview.objects.filter(
        area=home_code(user), report__state=ReportState.OPEN
    ).exclude(state=ReviewState.CONFIRMED)
    return open_ones.filter(Q(report__locks_at=None) | Q(report__locks_at__gte=at))


def to_issue(*, user, at: datetime.datetime):
    """The reports that the user's city may issue now: their deadline has passed; no statement."""
    found = DailyReport.objects.filter(area_scope(user).q("area__code"), state=ReportState.OPEN)
    since = timezone.localdate(at) - datetime.timedelta(days=DAYS)
    return found.filter(due_at__lte=at, date__gte=since)


def badge_sets(*, user, on: datetime.date) -> dict[str, Waiting]:
    """Behind 日报 in the menu: what waits for whoever confirms or issues; no statement."""
    return {"reports": Waiting(_waiting(user, timezone.now()))} if _acts(user) else {}


def _acts(user):
    return user.has_perm("reports.issue_dailyreport") or (
        user.has_perm("reports.confirm_dailyreport") and user.area_id
    )


def _waiting(user, at):
    if user.has_perm("reports.confirm_dailyreport") and not user.is_superuser:
        return owed(user=user, at=at)
    return to_issue(user=user, at=at)


def todo(*, user) -> list[dict]:
    """The lines of 我的待办, one a report."""
    if not _acts(user):
        return []
    at, lines = timezone.now(), []
    if user.has_perm("reports.confirm_dailyreport") and not user.is_superuser:
        rows = owed(user=user, at=at).select_related("report").order_by("report__date")[:DAYS]
        for row in rows:
            late = row.report.due_at is not None and at > row.report.due_at
            hint = (
                "市局退回：" + row.reason
                if row.state == ReviewState.REOPENED
                else "核对本县一行后确认"
            )
            lines.append(
                _line(f"核对第 {row.report.number} 期日报", row.report, hint, late, "去核对")
            )
        return lines
    for report in to_issue(user=user, at=at).order_by("date")[:DAYS]:
        late = report.locks_at is not None and at > report.locks_at
        lines.append(
            _line(f"签发第 {report.number} 期日报", report, "核对截止已过", late, "去签发")
        )
    return lines


def _line(label, report, hint, is_late, act):
    return {
        "label": label, "count": 1, "url": reverse("reports:daily-report-detail", args=[report.pk]),
        "tone": "red" if is_late else "amber", "hint": hint, "due": report.date, "act": act,
    }  # fmt: skip
