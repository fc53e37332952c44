"""What a 反馈书 says, read from its round."""

import datetime

from ..enums import CheckLetterState
from ..models import CheckItemResult, CheckLetter, CheckRound
from ..rules.checks import letter_words
from .checks import rights_of, round_tally


def letter_parts(*, check_round: CheckRound, due: datetime.date) -> dict[str, str]:
    """The addressee, the sender and the text that the system proposes for a round's letter."""
    findings = check_round.findings.filter(is_dropped=False).select_related("result__item")
    found = [
        (row.text, row.result.item.code if row.result_id else "")
        for row in findings.order_by("order", "pk")
    ]
    owner, target = check_round.owner, check_round.target
    team = check_round.team_name
    return {
        "addressee": f"{target.name}食品安全委员会" if target.level == "county" else target.name,
        "sender": f"{owner.name}食品安全委员会办公室",
        "text": letter_words(
            starts=check_round.starts_on,
            ends=check_round.ends_on,
            team=team if team.startswith(owner.name) else f"{owner.name}{team}",
            place=target.name,
            tally=round_tally(check_round=check_round),
            findings=found,
            due=due,
        ),
    }


def letter_annex(*, check_round: CheckRound) -> list[list]:
    """The items as they stand: code, item, result, score of most, what was seen."""
    rows = CheckItemResult.objects.filter(check_round=check_round).select_related("item")
    return [
        [
            row.item.code,
            row.item.heading or row.item.clause,
            row.get_verdict_display(),
            f"{'—' if row.score is None else row.score} / {row.most}",
            row.seen,
        ]
        for row in rows.order_by("order", "pk")
    ]


def letter_get(*, user, pk: int) -> CheckLetter | None:
    """One version of a letter; who is checked sees no draft; nothing when out of scope."""
    row = (
        CheckLetter.objects.visible_to(user)
        .select_related("check_round__target", "check_round__owner", "issued_by")
        .filter(pk=pk)
        .first()
    )
    if row is None or (row.state == CheckLetterState.DRAFT and not _may_see_draft(user, row)):
        return None
    return row


def _may_see_draft(user, letter):
    return rights_of(user=user, check_round=letter.check_round).sees_drafts
