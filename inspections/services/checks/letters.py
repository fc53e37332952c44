"""反馈书 → answers → 回头看."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pghistory
from django.db import transaction

from responsibility.queries.recipients import recipients_of
from responsibility.services.notifications import notify

from ...enums import CheckLetterState, CheckState, FindingState
from ...models import CheckFinding, CheckLetter, CheckRound
from ...queries.check_letters import letter_annex, letter_parts
from .shared import ANSWER, CheckError, files_keep, locked_part, locked_round, page_of, tell

EDITABLE = ("title", "document_no", "addressee", "sender", "dated_on", "text")


@transaction.atomic
def letter_generate(
    *, actor, check_round: CheckRound, due_on: datetime.date, today: datetime.date,
    address: str | None = None,
) -> CheckLetter:  # fmt: skip
    """Write the letter of what stands now, as a draft: a new version, or the present draft's `generated`
    again. Words that somebody changed stay beside it. Raises CheckError for a due day that has passed."""
    row = locked_round(check_round, "generate")
    if due_on <= today:
        raise CheckError("整改期限要在今天以后。")
    parts = letter_parts(check_round=row, due=due_on)
    draft = row.letters.filter(state=CheckLetterState.DRAFT).first()
    with pghistory.context(user=actor.pk, via="letter"):
        if draft is None:
            last = row.letters.order_by("-version").first()
            draft = CheckLetter(
                check_round=row, version=last.version + 1 if last else 1, created_by=actor,
                addressee=last.addressee if last else parts["addressee"],
                sender=last.sender if last else parts["sender"],
                document_no=last.document_no if last else "",
                text=parts["text"],
            )  # fmt: skip
        elif draft.text == draft.generated:
            draft.text = parts["text"]
        draft.generated, draft.annex = parts["text"], letter_annex(check_round=row)
        draft.revision += 1
        draft.save()
        row.state, row.due_on = CheckState.LETTER, due_on
        row.save(update_fields=["state", "due_on"])
    tell(actor, row, {"act": "letter", "version": draft.version}, address)
    return draft


@transaction.atomic
def letter_save(
    *, actor, letter: CheckLetter, revision: int, values: Mapping[str, Any]
) -> CheckLetter:
    """Save the office's words of a draft. Raises CheckChanged when somebody was faster."""
    row = locked_part(letter, revision)
    if row.state != CheckLetterState.DRAFT:
        raise CheckError("这一版已经发出，不能再改。要改请再生成一版。")
    for name in EDITABLE:
        if name in values:
            setattr(row, name, values[name])
    row.revision += 1
    with pghistory.context(user=actor.pk, via="letter"):
        row.save()
    return row


@transaction.atomic
def letter_issue(
    *, actor, check_round: CheckRound, at: datetime.datetime, today: datetime.date,
    address: str | None = None,
) -> CheckLetter:  # fmt: skip
    """Send the draft to the unit that was checked: the version never changes from now on, the one before is
    replaced, findings without a day of their own get the letter's, the unit is told."""
    row = locked_round(check_round, "issue")
    draft = row.letters.select_for_update(of=("self",)).filter(state="draft").first()
    if draft is None:
        raise CheckError("没有可发的反馈书草稿。请先生成反馈书。")
    if row.due_on is None or row.due_on <= today:
        raise CheckError("整改期限已过。请重新生成反馈书，写今天以后的期限。")
    with pghistory.context(user=actor.pk, via="letter"):
        row.letters.filter(state=CheckLetterState.ISSUED).update(state=CheckLetterState.SUPERSEDED)
        draft.state, draft.issued_by, draft.issued_at = CheckLetterState.ISSUED, actor, at
        draft.dated_on = draft.dated_on or today
        draft.save()
        row.findings.filter(due_on=None, is_dropped=False).update(due_on=row.due_on)
        row.state, row.issued_at = CheckState.FIXING, row.issued_at or at
        row.save(update_fields=["state", "issued_at"])
    tell(actor, row, {"act": "issue", "version": draft.version}, address)
    owed = row.findings.filter(is_dropped=False).count()
    notify(
        users=recipients_of(areas=[row.target_id], permission=ANSWER),
        key=f"check-{row.pk}-v{draft.version}",
        text=f"{row.get_level_display()}第 {row.number} 轮反馈书已发，{owed} 个问题请在 "
        f"{row.due_on:%m-%d} 前答复",
        url=page_of(row),
    )
    return draft


@transaction.atomic
def finding_answer(
    *, actor, finding: CheckFinding, revision: int, text: str, files: Sequence = (),
    at: datetime.datetime, address: str | None = None,
) -> CheckFinding:  # fmt: skip
    """What the checked unit did about one finding, with its proofs. Raises CheckChanged when somebody was
    faster, CheckError when it is settled already."""
    check_round = locked_round(finding.check_round, "answer")
    row = locked_part(finding, revision)
    if row.is_dropped or row.state == FindingState.FIXED:
        raise CheckError("这个问题已经销号，不用再答复。")
    if not text.strip():
        raise CheckError("请写明怎样整改的。")
    row.state, row.answer = FindingState.ANSWERED, text.strip()
    row.answered_by, row.answered_at = actor, at
    row.revision += 1
    with pghistory.context(user=actor.pk, via="answer"):
        row.save()
        files_keep(actor=actor, check_round=check_round, files=files, finding=row)
    tell(actor, check_round, {"act": "answer", "finding": row.pk}, address)
    notify(
        users=[check_round.created_by_id] if check_round.created_by_id else [],
        key=f"check-{row.pk}-a{row.revision}",
        text=f"{check_round.target.name}已答复督查问题：{row.text}",
        url=page_of(check_round),
    )
    return row


@transaction.atomic
def finding_review(
    *, actor, finding: CheckFinding, revision: int, is_fixed: bool, note: str = "",
    due_on: datetime.date | None = None, at: datetime.datetime, today: datetime.date,
    address: str | None = None,
) -> CheckFinding:  # fmt: skip
    """回头看 one finding: put right, or not, then with a new day by which the unit answers again. Raises
    CheckError for 未改 without a word or with a day that has passed."""
    check_round = locked_round(finding.check_round, "review")
    row = locked_part(finding, revision)
    if row.is_dropped:
        raise CheckError("这个问题已撤下。")
    if not is_fixed:
        if not note.strip():
            raise CheckError("没有改好，请写明看到的情况。")
        if due_on is None or due_on <= today:
            raise CheckError("没有改好，请给一个今天以后的新期限。")
        row.due_on = due_on
    row.state = FindingState.FIXED if is_fixed else FindingState.UNFIXED
    row.review_note, row.reviewed_by, row.reviewed_at = note.strip(), actor, at
    row.revision += 1
    with pghistory.context(user=actor.pk, via="review"):
        row.save()
        if check_round.state != CheckState.REVIEW:
            check_round.state = CheckState.REVIEW
            check_round.save(update_fields=["state"])
    tell(actor, check_round, {"act": "review", "finding": row.pk, "fixed": is_fixed}, address)
    if not is_fixed:
        notify(
            users=recipients_of(areas=[check_round.target_id], permission=ANSWER),
            key=f"check-{row.pk}-r{row.revision}",
            text=f"回头看没有通过：{row.text}，请在 {due_on:%m-%d} 前再整改",
            url=page_of(check_round),
        )
    return row
