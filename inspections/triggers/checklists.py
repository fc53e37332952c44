"""An issued checklist never changes, whoever writes. The share lock makes an item that is being written and
an issue at the same moment wait for each other: either the item is in the issued list, or it is refused."""

import pgtrigger

REFUSED = """RAISE EXCEPTION '已启用的清单不能改动' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'checklist_issued_never_changes';"""


def _draft_of(row, key):
    return f"""
    SELECT state INTO found FROM inspections_checklist WHERE id = {row}.{key} FOR SHARE;
    IF found <> 'draft' THEN
        {REFUSED}
    END IF;"""


ITEM_TRIGGERS = [
    pgtrigger.Trigger(
        name="issued_stays",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        declare=[("found", "text")],
        func=f"""
    IF TG_OP <> 'INSERT' THEN {_draft_of("OLD", "checklist_id")}
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    {_draft_of("NEW", "checklist_id")}
    RETURN NEW;
    """,
    )
]

# From issued a list may only become superseded, and get the day on which it ended.
CHECKLIST_TRIGGERS = [
    pgtrigger.Trigger(
        name="issued_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        condition=pgtrigger.Q(old__state__in=["issued", "superseded"]),
        declare=[("kept", "inspections_checklist")],
        func=f"""
    IF TG_OP = 'UPDATE' AND OLD.state = 'issued' AND NEW.state IN ('issued', 'superseded') THEN
        kept := NEW;
        kept.state := OLD.state;
        kept.effective_to := OLD.effective_to;
        IF kept IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
    END IF;
    {REFUSED}
    """,
    )
]
