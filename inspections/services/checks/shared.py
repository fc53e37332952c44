"""What the writes of a round share: its lock, who did it, who is told."""

import hashlib
from collections.abc import Iterable

from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ...enums import CheckState
from ...models import CheckFile, CheckRound
from ...rules.checks import may_move

ANSWER = "inspections.answer_check"
REFUSED = {
    "draw": "这一轮已经抽过样，名单不再变。可以再抽一次核对。",
    "result": "现在不能改现场结果：还没有抽样，或反馈书已经发出。",
    "replace": "现在不能换：还没有抽样，或反馈书已经在拟。",
    "generate": "现在不能生成反馈书：还没有抽样，或已经在回头看。",
    "issue": "没有可发的反馈书草稿。请先生成反馈书。",
    "answer": "现在不能答复：反馈书还没有发出，或这一轮已办结。",
    "review": "现在不能回头看：反馈书还没有发出，或这一轮已办结。",
    "close": "现在不能办结：反馈书还没有发出，或已经办结。",
    "void": "反馈书已经发出，不能作废。",
}


class CheckError(DomainError):
    """An act on a round that its state or the facts do not allow."""


class CheckChanged(CheckError):
    """Somebody was faster; nothing was saved. `current` = the row as it stands."""

    def __init__(self, message, current):
        super().__init__(message)
        self.current = current


def locked_round(check_round: CheckRound, act: str) -> CheckRound:
    """The round, locked, if the act may be done on it now."""
    row = (
        CheckRound.objects.select_for_update(of=("self",), no_key=True)
        .select_related("target", "owner")
        .get(pk=check_round.pk)
    )
    if not may_move(act, row.state):
        raise CheckError(REFUSED[act])
    return row


def locked_part(part, revision: int):
    """A row of a round, locked, if it still stands as its reader saw it."""
    row = type(part).objects.select_for_update(of=("self",), no_key=True).get(pk=part.pk)
    if row.revision != revision:
        raise CheckChanged(
            "刚有人改过这一条，您的修改没有保存。下面是现在的内容，请核对后再改。", row
        )
    return row


def on_site(check_round: CheckRound) -> None:
    """The first result brings a drawn round to 现场."""
    if check_round.state == CheckState.DRAWN:
        check_round.state = CheckState.ON_SITE
        check_round.save(update_fields=["state"])


def tell(actor, check_round: CheckRound, detail: dict, address: str | None) -> None:
    """One line of the audit log on a round."""
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="inspections.checkround",
        object_id=check_round.pk,
        area_code=check_round.target_id,
        detail=detail,
    )


def page_of(check_round: CheckRound) -> str:
    """The address of the round's page."""
    return reverse("inspections:check-detail", args=[check_round.pk])


def files_keep(*, actor, check_round: CheckRound, files: Iterable, **of) -> list[CheckFile]:
    """Keep evidence with a part of a round (`result=`, `sample=` or `finding=`); the same file sent twice is
    kept once."""
    kept = set(CheckFile.objects.standing().filter(**of).values_list("sha256", flat=True))
    made = []
    for file in files:
        digest = hashlib.sha256()
        for piece in file.chunks():
            digest.update(piece)
        file.seek(0)
        if digest.hexdigest() in kept:
            continue
        kept.add(digest.hexdigest())
        row = CheckFile(
            check_round=check_round, file_name=file.told, sha256=digest.hexdigest(),
            uploaded_by=actor, **of,
        )  # fmt: skip
        row.file.save(file.told, file, save=False)
        row.save()
        made.append(row)
    return made
