"""Evidence of a 督查 round is withdrawn; it is kept by whoever saves what it belongs to (shared.files_keep)."""

import datetime

import pghistory
from django.db import transaction

from ...enums import FindingState
from ...models import CheckFile
from ...rules.checks import WITHDRAWN_IN
from .shared import CheckError, locked_round, tell


@transaction.atomic
def file_withdraw(
    *, actor, file: CheckFile, reason: str, at: datetime.datetime, address: str | None = None
) -> CheckFile:
    """Take a file back, with the reason: nobody opens it any more, row and file stay. Raises CheckError without
    a reason, after the letter (the team's) or the close of the round (the checked unit's), when the finding
    was found put right by it, and when somebody was faster."""
    check_round = locked_round(file.check_round, WITHDRAWN_IN[file.part])
    row = (
        CheckFile.objects.select_for_update(of=("self",))
        .select_related("finding", "withdrawn_by")
        .get(pk=file.pk)
    )
    if row.withdrawn_at:
        raise CheckError(f"{row.withdrawn_by or '别人'}已经撤回了这份文件。")
    if row.finding and row.finding.state == FindingState.FIXED:
        raise CheckError("这个问题已按这些材料销号，不能再撤回。")
    if not reason.strip():
        raise CheckError("请写明撤回的理由，例如传错文件。")
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = at, actor, reason.strip()[:200]
    with pghistory.context(user=actor.pk, via="withdraw"):
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    tell(
        actor, check_round,
        {"act": "file_withdraw", "file": row.pk, "reason": row.withdraw_reason}, address,
    )  # fmt: skip
    return row
