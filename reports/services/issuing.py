"""市局汇总 → 签发 → 归档: the text, the explanations, the issue, the archive, and the clock's reminders."""

import contextlib
import datetime
from collections.abc import Mapping

from django.db import transaction

from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import ReportState, ReviewState
from ..models import DailyReport, ReportClock
from ..queries.fingerprints import fingerprint_of
from ..queries.reports import text_of
from ..queries.standing import standings_of
from .reviewing import (
    ReviewError,
    clock,
    locked_report,
    refuse_closed,
    reviews_remind,
    told,
    waiting_reports,
)

MOST_TEXT = 4000


class IssueRefused(DomainError):
    """The report cannot be issued yet; the message says what is missing."""


class TextChanged(DomainError):
    """Somebody changed the text since the form was opened; nothing was saved."""


@transaction.atomic
def text_edit(
    *, actor, report: DailyReport, text: str, revision: int, at: datetime.datetime,
    address: str | None = None,
) -> DailyReport:  # fmt: skip
    """Change the words before the issue; the generated ones are kept beside them. An empty text, or the
    generated one, goes back to those. Raises TextChanged, ReviewError once it is issued."""
    report = locked_report(report.pk)
    refuse_closed(report)
    if report.revision != revision:
        who = report.edited_by.get_full_name() if report.edited_by else "有人"
        raise TextChanged(f"{who}刚改过这段文字，您的修改没有保存。请看过现在的文字再改。")
    generated = text_of(report=report, at=at)
    lines = [line.strip() for line in text[:MOST_TEXT].splitlines() if line.strip()]
    report.generated_text = "\n".join(generated)
    report.edited_text = "" if lines in ([], generated) else "\n".join(lines)
    report.edited_by, report.edited_at = actor, at
    report.revision += 1
    report.save(
        update_fields=["generated_text", "edited_text", "edited_by", "edited_at", "revision"]
    )
    told(actor=actor, report=report, act="text", address=address)
    return report


@transaction.atomic
def notes_set(
    *, actor, report: DailyReport, notes: Mapping[str, str], address: str | None = None
) -> DailyReport:
    """Explain the checks that do not hold: {check: words}."""
    report = locked_report(report.pk)
    refuse_closed(report)
    known = {check["key"] for check in report.checks if not check["holds"]}
    report.notes = {
        key: words.strip()[:200] for key, words in notes.items() if key in known and words.strip()
    }
    report.save(update_fields=["notes"])
    told(actor=actor, report=report, act="notes", address=address, notes=report.notes)
    return report


@transaction.atomic
def report_issue(
    *, actor, report: DailyReport, at: datetime.datetime, address: str | None = None
) -> DailyReport:
    """签发: from now on figures, text, reviews and corrections never change. Raises IssueRefused before the
    close, while counties may still confirm in time, while an earlier report is not issued, or where a
    check that does not hold has no explanation."""
    report = locked_report(report.pk)
    if report.is_closed:
        who = report.issued_by.get_full_name() if report.issued_by else "系统"
        raise IssueRefused(
            f"第 {report.number} 期已由{who}在 {clock(report.issued_at)} 签发，不必再签。"
        )
    standings = standings_of(report=report, at=at)
    _refuse_early(report, standings, at)
    report.generated_text = "\n".join(text_of(report=report, at=at))
    for standing in standings.values():
        review = standing.review
        review.punctuality = standing.punctuality
        review.save(update_fields=["punctuality"])
    report.state, report.issued_by, report.issued_at = ReportState.ISSUED, actor, at
    report.save()
    told(actor=actor, report=report, act="issue", address=address)
    return report


def _refuse_early(report, standings, at):
    earlier = DailyReport.objects.filter(
        # those from before there was an issue have no deadline
        area=report.area_id,
        date__lt=report.date,
        state=ReportState.OPEN,
        due_at__isnull=False,
    )
    first = earlier.order_by("date").first()
    if first is not None:
        raise IssueRefused(f"第 {first.number} 期还没有签发，请先签发第 {first.number} 期。")
    if not standings:
        raise IssueRefused("当日还没有截止，截止并由县区核对后才能签发。")
    waiting = [one for one in standings.values() if not one.is_confirmed]
    if waiting and report.due_at and at < report.due_at:
        raise IssueRefused(
            f"还有 {len(waiting)} 个县(市、区)没有核对。请等全部核对，或到 {clock(report.due_at)} 再签发。"
        )
    excused = [one for one in waiting if one.until and at < one.until]
    if excused:
        names = "、".join(f"{one.review.area.name}（{clock(one.until)}）" for one in excused)
        raise IssueRefused(f"{names}经批准延后核对，请等到时或提前结束例外再签发。")
    returned = [one for one in waiting if one.review.state == ReviewState.RETURNED]
    if returned:
        names = "、".join(one.review.area.name for one in returned)
        raise IssueRefused(f"{names}退回了本县的一行。请答复后退回县区重新核对，再签发。")
    open_checks = [
        check["words"]
        for check in report.checks
        if not check["holds"] and not report.notes.get(check["key"])
    ]
    if open_checks:
        raise IssueRefused(
            f"一致性检查有 {len(open_checks)} 项需说明：{'、'.join(open_checks)}。请写明后再签发。"
        )


@transaction.atomic
def report_archive(*, report: DailyReport, at: datetime.datetime, actor=None) -> DailyReport:
    """归档: keep with an issued report the fingerprint of all that was issued."""
    report = locked_report(report.pk)
    if report.state == ReportState.ARCHIVED:
        return report
    if report.state != ReportState.ISSUED:
        raise IssueRefused("还没有签发，不能归档。")
    report.state, report.archived_at = ReportState.ARCHIVED, at
    report.fingerprint = fingerprint_of(report=report)
    report.save(update_fields=["state", "archived_at", "fingerprint"])
    told(actor=actor, report=report, act="archive", address=None)
    return report


def reports_clock(*, at: datetime.datetime) -> dict[str, int]:
    """What the clock does: remind the counties before the deadline (once a report), archive what was issued
    when its day is locked. Counts: reminded, archived. Twice does nothing."""
    done = {"reminded": 0, "archived": 0}
    for report in waiting_reports():
        if _is_time_to_remind(report, at):
            with contextlib.suppress(ReviewError):
                done["reminded"] += reviews_remind(report=report, at=at)["reminded"]
    issued = DailyReport.objects.filter(state=ReportState.ISSUED, locks_at__lte=at)
    for report in issued.order_by("pk"):
        report_archive(report=report, at=at)
        done["archived"] += 1
    return done


def _is_time_to_remind(report, at):
    clocks = ReportClock.objects.filter(effective_from__lte=report.date)
    row = clocks.order_by("-effective_from").first() or ReportClock()
    begins = report.due_at - datetime.timedelta(minutes=row.remind_minutes)
    owing = report.reviews.filter(reminded_at=None).exclude(state=ReviewState.CONFIRMED)
    return begins <= at <= report.due_at and owing.exists()
