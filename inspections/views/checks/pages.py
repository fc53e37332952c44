"""The stages of a round as its page shows them."""

from django.utils import timezone

from ...enums import CheckState
from ...rules.checks import STAGES


def stages_of(page) -> list[dict]:
    """{name, note, state: done | now | later | failed} of each stage, its time or count under it."""
    check_round, tally = page.check_round, page.tally
    notes = {
        "team": f"{timezone.localtime(check_round.created_at):%m-%d}",
        "drawn": f"{timezone.localtime(check_round.drawn_at):%m-%d %H:%M}"
        if check_round.drawn_at
        else "",
        "on_site": f"{tally.entities} / {tally.entities_all} 家，{tally.items} / {tally.items_all} 项"
        if check_round.drawn_at
        else "",
        "letter": page.letter.get_state_display() if page.letter else "",
        "fixing": f"限 {check_round.due_on:%m-%d}"
        if check_round.due_on
        else f"限 {check_round.answer_days} 天",
        "review": _review_note(page),
    }
    state = check_round.state
    if state == CheckState.DRAWN:
        # drawn is done, the next is what happens now
        state = CheckState.ON_SITE
    now = STAGES.index(state) if state in STAGES else len(STAGES)
    if check_round.state == CheckState.VOID:
        now = 1 if check_round.drawn_at is None else 2
    stages = []
    for place, key in enumerate(STAGES):
        shape = "done" if place < now else "now" if place == now else "later"
        if check_round.state == CheckState.VOID and place == now:
            shape = "failed"
        stages.append({"name": CheckState(key).label, "note": notes[key], "state": shape})
    return stages


def _review_note(page):
    if page.check_round.closed_at:
        return f"{timezone.localtime(page.check_round.closed_at):%m-%d} 办结"
    if page.check_round.issued_at is None or not page.findings:
        return ""
    fixed = sum(1 for row in page.findings if row.state == "fixed")
    return f"已改 {fixed} / {len(page.findings)}"
