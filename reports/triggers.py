"""What was issued never changes, whoever writes: the database refuses it."""

import pgtrigger

from .enums import CLOSED_STATES, ReportState

_REFUSED = """RAISE EXCEPTION '已签发的日报不能改动' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'report_issued_never_changes';"""
_CLOSED = ", ".join(f"'{state.value}'" for state in CLOSED_STATES)

# From issued a report may only become archived, and get the moment and the fingerprint of that.
REPORT_TRIGGERS = [
    pgtrigger.Trigger(
        name="issued_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        condition=pgtrigger.Q(old__state__in=[state.value for state in CLOSED_STATES]),
        declare=[("kept", "reports_dailyreport")],
        func=f"""
    IF TG_OP = 'UPDATE' AND OLD.state = '{ReportState.ISSUED.value}'
       AND NEW.state = '{ReportState.ARCHIVED.value}' THEN
        kept := NEW;
        kept.state := OLD.state;
        kept.archived_at := OLD.archived_at;
        kept.fingerprint := OLD.fingerprint;
        IF kept IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
    END IF;
    {_REFUSED}
    """,
    )
]


def part_stays(column):
    """Rows of a report, found by `column`: none is added, changed or taken away once it is issued. The share
    lock makes a row that is being written and an issue at the same moment wait for each other."""
    return pgtrigger.Trigger(
        name="issued_stays",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        declare=[("found", "text")],
        func=f"""
    IF TG_OP <> 'INSERT' THEN
        SELECT state INTO found FROM reports_dailyreport WHERE id = OLD.{column} FOR SHARE;
        IF found IN ({_CLOSED}) THEN {_REFUSED} END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    SELECT state INTO found FROM reports_dailyreport WHERE id = NEW.{column} FOR SHARE;
    IF found IN ({_CLOSED}) THEN {_REFUSED} END IF;
    RETURN NEW;
    """,
    )
