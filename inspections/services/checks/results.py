"""What the team sees on site: items, drawn businesses and cadres. A row is saved by whoever saw it last; of two
members at once the second gets the row as it stands."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pghistory
from django.db import transaction

from ...enums import GradeVerdict, SampleKind, Verdict
from ...models import CheckFinding, CheckItemResult, CheckRound, CheckSample
from ...rules.checks import score_proposed
from .shared import CheckError, files_keep, locked_part, locked_round, on_site, tell

OF_ENTITY = ("grade_verdict", "right_grade", "cadre_known", "came_on", "officers", "daily", "weekly",
             "monthly", "note")  # fmt: skip
OF_CADRE = ("call_verdict", "note")


@transaction.atomic
def item_save(
    *,
    actor,
    result: CheckItemResult,
    revision: int,
    verdict: str,
    score: int | None,
    seen: str,
    files: Sequence = (),
    at: datetime.datetime,
) -> CheckItemResult:
    """Save the result of one item; without a score the one that the verdict proposes. Raises CheckChanged
    when somebody was faster, CheckError for a score above the most."""
    check_round = locked_round(result.check_round, "result")
    row = locked_part(result, revision)
    row.verdict, row.seen = verdict, seen.strip()
    if verdict == Verdict.NONE:
        score = None
    elif score is None:
        score = score_proposed(verdict, row.most, row.partly_percent, row.fails_percent)
    if score is not None and not 0 <= score <= row.most:
        raise CheckError(f"这一项满分 {row.most}，得分填 0 到 {row.most}。")
    row.score = score
    _checked(row, actor, at, is_done=verdict != Verdict.NONE)
    with pghistory.context(user=actor.pk, via="check"):
        on_site(check_round)
        row.save()
        files_keep(actor=actor, check_round=check_round, files=files, result=row)
    return row


def _checked(row, actor, at, *, is_done):
    row.revision += 1
    row.checked_by, row.checked_at = (actor, at) if is_done else (None, None)


@transaction.atomic
def sample_save(
    *,
    actor,
    sample: CheckSample,
    revision: int,
    values: Mapping[str, Any],
    files: Sequence = (),
    at: datetime.datetime,
) -> CheckSample:
    """Save what was seen at one drawn business, or what one drawn cadre answered. Raises CheckChanged when
    somebody was faster, CheckError for a replaced row, and where 偏低/偏高 lacks the right grade."""
    check_round = locked_round(sample.check_round, "result")
    row = locked_part(sample, revision)
    if row.is_replaced:
        raise CheckError("这一条已换成别的，不再检查。")
    for name in OF_ENTITY if row.kind == SampleKind.ENTITY else OF_CADRE:
        setattr(row, name, values.get(name) or (None if name == "came_on" else ""))
    if row.grade_verdict in (GradeVerdict.LOW, GradeVerdict.HIGH):
        _right_grade(row)
    else:
        row.right_grade = ""
    is_done = bool(row.grade_verdict if row.kind == SampleKind.ENTITY else row.call_verdict)
    _checked(row, actor, at, is_done=is_done)
    with pghistory.context(user=actor.pk, via="check"):
        on_site(check_round)
        row.save()
        files_keep(actor=actor, check_round=check_round, files=files, sample=row)
    return row


def _right_grade(row):
    """A 包保等级 too low should be a letter before the present one, too high one behind it."""
    if not row.right_grade:
        raise CheckError("偏低或偏高，要写明应为哪一级。")
    if not row.stratum:
        return
    fits = row.right_grade < row.stratum if row.grade_verdict == GradeVerdict.LOW else (
        row.right_grade > row.stratum
    )  # fmt: skip
    if not fits:
        word = row.get_grade_verdict_display()
        raise CheckError(f"现为 {row.stratum} 级，{word}不能是应为 {row.right_grade} 级。请核对。")


@transaction.atomic
def finding_add(
    *,
    actor,
    check_round: CheckRound,
    text: str,
    result: CheckItemResult | None = None,
    due_on: datetime.date | None = None,
    address: str | None = None,
) -> CheckFinding:
    """Write down one thing to be put right, under an item of the list or none."""
    row = locked_round(check_round, "result")
    if not text.strip():
        raise CheckError("请写明问题。")
    if row.findings.filter(text=text.strip(), result=result, is_dropped=False).exists():
        raise CheckError("同样的问题已经登记。")
    with pghistory.context(user=actor.pk, via="check"):
        made = CheckFinding.objects.create(
            check_round=row, result=result, text=text.strip(), due_on=due_on, created_by=actor,
            order=row.findings.count() + 1,
        )  # fmt: skip
        on_site(row)
    tell(actor, row, {"act": "finding", "text": made.text}, address)
    return made


@transaction.atomic
def finding_change(
    *,
    actor,
    finding: CheckFinding,
    revision: int,
    text: str,
    due_on: datetime.date | None = None,
    is_dropped: bool = False,
) -> CheckFinding:
    """Change a finding before its letter goes out, or take it off; taken off it stays in the history."""
    check_round = locked_round(finding.check_round, "result")
    row = locked_part(finding, revision)
    if check_round.issued_at and row.answered_at:
        raise CheckError("对方已答复这个问题，不能再改。")
    if not text.strip():
        raise CheckError("请写明问题。")
    row.text, row.due_on, row.is_dropped = text.strip(), due_on, is_dropped
    row.revision += 1
    with pghistory.context(user=actor.pk, via="check"):
        row.save()
    return row
