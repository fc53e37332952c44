"""县区核对 and what the city does with it: confirm, return, reopen, remind; exceptions."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import home_code
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError
from responsibility.queries.recipients import recipients_of
from responsibility.services.notifications import notify

from ..enums import ReportState, ReviewState
from ..models import CountyReview, DailyReport, ReportException
from ..queries.standing import end_of, exceptions_of

CONFIRM = "reports.confirm_dailyreport"
ISSUE = "reports.issue_dailyreport"
# One county is not reminded again within this time: a press too many tells nobody twice.
REMIND_AGAIN = datetime.timedelta(minutes=10)


class ReviewError(DomainError):
    pass


def clock(moment: datetime.datetime) -> str:
    """11-02 18:00, as people here read a clock."""
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


def page_of(report: DailyReport) -> str:
    """The address of a report's page."""
    return reverse("reports:daily-report-detail", args=[report.pk])


def locked_report(pk: int) -> DailyReport:
    """The report under lock: whoever comes second sees what the first did."""
    return DailyReport.objects.select_for_update(of=("self",)).select_related("area").get(pk=pk)


def told(*, actor, report, act, address, area=None, **detail) -> None:
    """One line of the audit log on a report."""
    audit(
        actor=actor, address=address, action=AuditAction.REPORT, object_type="日报",
        object_id=str(report.pk), area_code=area or report.area_id,
        detail={"act": act, "date": report.date.isoformat(), "number": report.number} | detail,
    )  # fmt: skip


def refuse_closed(report: DailyReport) -> None:
    """Nothing of an issued report changes."""
    if report.is_closed:
        raise ReviewError(
            f"第 {report.number} 期已于 {clock(report.issued_at)} 签发，不能再改。"
            "要更正的，改正台账后会在下一期的“更正”中列出。"
        )


def _own_review(*, actor, report, at):
    """The review of the actor's own county, under lock. Only the county itself confirms its line."""
    report = locked_report(report.pk)
    refuse_closed(report)
    rows = CountyReview.objects.select_for_update(of=("self",)).select_related(
        "area", "confirmed_by"
    )
    review = rows.filter(report=report, area=home_code(actor)).first()
    if review is None:
        if not report.reviews.exists():
            raise ReviewError("这一期还没有截止，截止后才能核对。")
        raise ReviewError("只有本县(市、区)的账号能核对本县的一行。")
    exception = exceptions_of(report=report, areas=[review.area_id]).get(review.area_id)
    limit = max(report.locks_at, end_of(exception)) if exception else report.locks_at
    if report.locks_at and at > limit:
        raise ReviewError(
            f"这一期已于 {clock(limit)} 锁定，不能再核对。确有原因的，请市局批准例外后再办。"
        )
    return report, review


def _who(review):
    name = review.confirmed_by.get_full_name() if review.confirmed_by else "系统"
    return f"{name}在 {clock(review.decided_at)}"


@transaction.atomic
def review_confirm(
    *, actor, report: DailyReport, remark: str = "", checker: str = "", at: datetime.datetime,
    address: str | None = None,
) -> CountyReview:  # fmt: skip
    """确认 of the county's own line, with a remark or without. The same again by a second person says who was
    first. Raises ReviewError for another's line, before the close, after the lock (unless excepted), after
    the issue."""
    report, review = _own_review(actor=actor, report=report, at=at)
    if review.state == ReviewState.CONFIRMED:
        raise ReviewError(f"{review.area.name}已由{_who(review)}确认，不必再办。")
    review.state, review.remark = ReviewState.CONFIRMED, remark.strip()[:200]
    review.checker = checker.strip()[:40]
    review.reported_at = review.reported_at or at
    review.decided_at, review.decided_by, review.confirmed_by = at, actor, actor
    review.save()
    told(
        actor=actor, report=report, act="confirm", address=address, area=review.area_id,
        remark=review.remark,
    )  # fmt: skip
    return review


@transaction.atomic
def review_return(
    *, actor, report: DailyReport, reason: str, at: datetime.datetime, address: str | None = None
) -> CountyReview:
    """退回: the county does not agree with its line and says why; the city is told. The figures stay those of
    the close: a mistake in the register is put right there and counts from the next report on."""
    report, review = _own_review(actor=actor, report=report, at=at)
    if not reason.strip():
        raise ReviewError("退回须写明原因：哪个数不对，应是多少。")
    review.state, review.reason = ReviewState.RETURNED, reason.strip()[:200]
    review.decided_at, review.decided_by = at, actor
    review.save()
    notify(
        users=recipients_of(areas=[report.area_id], permission=ISSUE),
        key=f"report-{report.pk}-returned-{review.area_id}-{at:%Y%m%d%H%M%S}",
        text=f"{review.area.name}退回了第 {report.number} 期日报：{review.reason}",
        url=page_of(report),
    )
    told(
        actor=actor, report=report, act="return", address=address, area=review.area_id,
        reason=review.reason,
    )  # fmt: skip
    return review


@transaction.atomic
def review_reopen(
    *, actor, report: DailyReport, area: str, reason: str, at: datetime.datetime,
    address: str | None = None,
) -> CountyReview:  # fmt: skip
    """The city sends a county's line back to be looked at once more, with a reason; before the issue only."""
    report = locked_report(report.pk)
    refuse_closed(report)
    if not reason.strip():
        raise ReviewError("退回须写明原因，县区才知道核对什么。")
    rows = CountyReview.objects.select_for_update(of=("self",)).select_related("area")
    review = rows.filter(report=report, area=area).first()
    if review is None:
        raise ReviewError("这一期没有这个县(市、区)。")
    if review.state == ReviewState.WAITING:
        raise ReviewError(f"{review.area.name}还没有核对，不必退回；可以催办。")
    review.state, review.reason = ReviewState.REOPENED, reason.strip()[:200]
    review.decided_at, review.decided_by = at, actor
    review.save()
    notify(
        users=recipients_of(areas=[area], permission=CONFIRM),
        key=f"report-{report.pk}-reopened-{area}-{at:%Y%m%d%H%M%S}",
        text=f"市局退回第 {report.number} 期日报，请重新核对：{review.reason}",
        url=page_of(report),
    )
    told(actor=actor, report=report, act="reopen", address=address, area=area, reason=review.reason)
    return review


@transaction.atomic
def reviews_remind(
    *, report: DailyReport, at: datetime.datetime, actor=None, address: str | None = None
) -> dict[str, int]:
    """催办: tell the officers of the counties that have not confirmed. Counts: reminded, recent (reminded within
    the last ten minutes, left out), told (accounts). `actor`: None is the clock."""
    report = locked_report(report.pk)
    refuse_closed(report)
    owing = CountyReview.objects.filter(report=report).exclude(state=ReviewState.CONFIRMED)
    rows = list(owing.select_for_update(of=("self",)).order_by("area"))
    if not rows:
        raise ReviewError("没有要催办的：各县(市、区)都已核对。")
    due = [row for row in rows if row.reminded_at is None or at - row.reminded_at >= REMIND_AGAIN]
    for row in due:
        row.reminded_at, row.reminders = at, row.reminders + 1
    CountyReview.objects.bulk_update(due, ["reminded_at", "reminders"])
    word = "未按时核对" if report.due_at and at > report.due_at else "待核对"
    accounts = notify(
        users=recipients_of(areas=[row.area_id for row in due], permission=CONFIRM),
        key=f"report-{report.pk}-remind-{at:%Y%m%d%H%M}",
        text=f"第 {report.number} 期日报{word}，截止 {clock(report.due_at)}，请核对本县一行后确认。",
        url=page_of(report),
    ) if due else 0  # fmt: skip
    if due and actor is not None:
        told(
            actor=actor, report=report, act="remind", address=address,
            areas=[row.area_id for row in due],
        )  # fmt: skip
    return {"reminded": len(due), "recent": len(rows) - len(due), "told": accounts}


@transaction.atomic
def exception_make(
    *, actor, area: Area, title: str, reason: str, from_on: datetime.date, to_on: datetime.date,
    until: datetime.datetime, at: datetime.datetime, address: str | None = None,
) -> ReportException:  # fmt: skip
    """Let a county confirm the reports of these days until a moment, with a name and a reason. Raises
    ReviewError where the end is over or lies before the days."""
    if until <= at:
        raise ReviewError("延至的时间已经过了，请另选。")
    if to_on < from_on:
        raise ReviewError("结束日期不能早于开始日期。")
    made = ReportException.objects.create(
        area=area, title=title.strip(), reason=reason.strip(), from_on=from_on, to_on=to_on,
        until=until, made_by=actor, made_at=at,
    )  # fmt: skip
    audit(
        actor=actor, address=address, action=AuditAction.REPORT, object_type="日报例外",
        object_id=str(made.pk), area_code=area.pk,
        detail={"act": "exception", "title": made.title, "reason": made.reason},
    )  # fmt: skip
    notify(
        users=recipients_of(areas=[area.pk], permission=CONFIRM), key=f"report-exception-{made.pk}",
        text=f"日报核对已批准延至 {clock(until)}：{made.title}",
        url=reverse("reports:daily-report-list"),
    )  # fmt: skip
    return made


@transaction.atomic
def exception_end(
    *, actor, exception: ReportException, at: datetime.datetime, address: str | None = None
) -> ReportException:
    """End an exception before its time. What was confirmed under it stays 按时."""
    row = ReportException.objects.select_for_update(of=("self",)).get(pk=exception.pk)
    if end_of(row) <= at:
        raise ReviewError("这项例外已经到期，不必再结束。")
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    audit(
        actor=actor, address=address, action=AuditAction.REPORT, object_type="日报例外",
        object_id=str(row.pk), area_code=row.area_id, detail={"act": "end", "title": row.title},
    )  # fmt: skip
    return row


def waiting_reports() -> list[DailyReport]:
    """Open reports that the counties may still confirm."""
    return list(
        DailyReport.objects.filter(state=ReportState.OPEN, due_at__isnull=False).order_by("pk")
    )
