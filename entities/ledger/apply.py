"""Apply: write what was previewed, in one transaction, under the locks of the counties concerned."""

import pghistory
from django.db import connection, transaction

from ..enums import OBLIGED, ProposalKind, ProposalSource, RowOutcome
from ..services.locks import lock_counties
from .compare import diff_rows, match_rows, settle
from .merging import WRITTEN, acted_select, judged

# The same rows once more, now under the locks: what stands here differently than previewed moved on.
RECHECK = """
CREATE TEMPORARY TABLE ledger_recheck ON COMMIT DROP AS
SELECT r.id AS row_id, d.entity_id AS now_entity, r.action = 'new' AS is_new,
       CASE
         WHEN m.is_foreign THEN 'conflict'
         WHEN d.diff IS NULL AND NOT d.is_renewal AND NOT d.revives THEN 'same'
         WHEN r.action = 'renewal' AND r.choice = '' THEN 'left'
         WHEN r.action = 'renewal' AND d.is_renewal IS FALSE THEN 'conflict'
         WHEN r.action = 'renewal' AND r.choice = 'new' THEN 'insert'
         WHEN r.action = 'renewal' AND d.diff = r.diff THEN 'update'
         WHEN r.action = 'new' AND d.row_id IS NULL THEN 'insert'
         WHEN r.action = 'new' AND d.revives AND NOT d.is_renewal THEN 'update'
         WHEN r.action = 'changed' AND NOT d.is_renewal AND d.diff = r.diff THEN 'update'
         ELSE 'conflict'
       END AS act
FROM entities_ledgerrow r
LEFT JOIN ledger_match m ON m.row_id = r.id
LEFT JOIN ledger_diff d ON d.row_id = r.id
WHERE r.upload_id = %(upload)s AND NOT r.is_refused
"""

LOCK_ENTITIES = """
SELECT count(*) FROM (
    SELECT e.id FROM entities_entity e
    WHERE e.id IN (SELECT m.entity_id FROM ledger_match m
                   JOIN entities_ledgerrow r ON r.id = m.row_id WHERE r.action <> 'unchanged')
    ORDER BY e.id FOR UPDATE OF e) AS locked
"""

# Two rows that would renew one business: the first does, the page lets nobody choose both.
ONE_RENEWAL = """
UPDATE ledger_recheck AS c SET act = 'conflict'
FROM ledger_recheck first
WHERE c.act = 'update' AND first.act = 'update' AND first.now_entity = c.now_entity
  AND first.row_id < c.row_id
"""

CONFLICTS = f"""
UPDATE entities_ledgerrow AS r SET outcome = '{RowOutcome.CONFLICT}'
FROM ledger_recheck c WHERE c.row_id = r.id AND c.act = 'conflict'
"""

# Warnings that the register remembers as doubts of the business.
DOUBTS = """
CREATE TEMPORARY TABLE ledger_doubts ON COMMIT DROP AS
SELECT index, array_agg(DISTINCT code ORDER BY code)::varchar[] AS codes
FROM entities_ledgerfinding
WHERE upload_id = %(upload)s
  AND code IN ('W_CHECK_DIGIT', 'W_AREA_DIGITS', 'W_OLD_LICENCE', 'W_PHONE', 'W_AREA_SHALLOW',
               'W_CODE_SHARED')
GROUP BY index
"""

# Which doubts a file can settle: those whose columns it has.
DOUBT_FIELDS = {
    "W_CHECK_DIGIT": {"licence_no"},
    "W_AREA_DIGITS": {"licence_no"},
    "W_OLD_LICENCE": {"licence_no"},
    "W_PHONE": {"phone"},
    "W_AREA_SHALLOW": {"village"},
    "W_CODE_SHARED": {"credit_code"},
}


def _insert():
    columns = ", ".join(WRITTEN)
    return f"""
INSERT INTO entities_entity ({columns}, suggested_grade, suggested_rule_id, doubts)
SELECT {columns}, suggested_grade, suggested_rule_id, coalesce(f.codes, '{{}}')
FROM {judged(acted_select("insert"))}
LEFT JOIN ledger_doubts f ON f.index = g.index
ORDER BY area_id, licence_no
ON CONFLICT DO NOTHING
"""


def _update():
    assignments = ", ".join(f"{field} = g.{field}" for field in WRITTEN)
    return f"""
UPDATE entities_entity AS e SET {assignments},
    suggested_grade = s.suggested_grade, suggested_rule_id = s.suggested_rule_id,
    doubts = ARRAY(
        SELECT unnest(e.doubts) EXCEPT SELECT unnest(%(settled)s::varchar[])
        UNION SELECT unnest(f.codes) ORDER BY 1)
FROM {judged(acted_select("update"))}
LEFT JOIN ledger_doubts f ON f.index = g.index
WHERE e.id = g.now_entity
"""


# Rows that the database refused at the last moment: registered by somebody in the same second.
LATE_CONFLICTS = """
UPDATE ledger_recheck AS c SET act = 'conflict'
FROM entities_ledgerrow r
WHERE c.row_id = r.id AND c.act = 'insert'
  AND NOT EXISTS (
    SELECT 1 FROM entities_entity e
    JOIN entities_entityevent w ON w.pgh_obj_id = e.id AND w.pgh_context_id = %(context)s
    WHERE e.licence_no = r.licence_no AND left(e.area_id, 6) = left(r.area_id, 6)
      AND (r.licence_kind <> 'SMALL' OR e.category_id = r.category))
"""

# Status words never screen: they open a proposal, once for the same words.
PROPOSE = f"""
INSERT INTO entities_proposal
    (entity_id, area_id, kind, status_from, status_to, grade_from, grade_to, reason, evidence,
     evidence_name, source, upload_id, state, proposed_by_id, proposed_at, decision_note,
     sample_state, sample_note)
SELECT DISTINCT ON (e.id)
       e.id, e.area_id, '{ProposalKind.SCREEN}', e.status, r.proposed_status, '', '',
       left('台账写明：' || coalesce(r.status_text, ''), 300), '', '', '{ProposalSource.LEDGER}',
       %(upload)s, 'proposed', %(by)s, statement_timestamp(), '', '', ''
FROM entities_ledgerrow r
JOIN ledger_recheck c ON c.row_id = r.id AND c.act IN ('insert', 'update', 'same')
JOIN entities_entity e ON e.licence_no = r.licence_no AND left(e.area_id, 6) = left(r.area_id, 6)
     AND (r.licence_kind <> 'SMALL' OR e.category_id = r.category)
WHERE r.upload_id = %(upload)s AND r.proposed_status IS NOT NULL
  AND e.status IN ({", ".join(f"'{status}'" for status in OBLIGED)})
  AND NOT EXISTS (
    SELECT 1 FROM entities_proposal p
    WHERE p.entity_id = e.id AND p.kind = '{ProposalKind.SCREEN}'
      AND (p.state = 'proposed'
           OR (p.status_to = r.proposed_status
               AND p.reason = left('台账写明：' || coalesce(r.status_text, ''), 300)
               -- taken back together with the writing of its ledger: nobody judged it
               AND NOT (p.state = 'withdrawn' AND p.upload_id IN (
                   SELECT u.id FROM entities_ledgerupload u WHERE u.state = 'undone')))))
ORDER BY e.id
ON CONFLICT DO NOTHING
"""


def upload_counties(cursor, upload_id) -> list[str]:
    cursor.execute(
        """SELECT DISTINCT left(area_id, 6) FROM entities_ledgerrow
           WHERE upload_id = %s AND NOT is_refused AND area_id IS NOT NULL""",
        [upload_id],
    )
    return [code for (code,) in cursor.fetchall()]


def write(upload, *, columns, by_id: int | None) -> dict[str, int]:
    """Write the previewed rows of the upload; rows whose before-value moved on are left out and marked.

    Must run in a transaction. `columns`: the field keys the file has. Gives the counts {new, changed,
    unchanged, conflicts, renewals} and the history context."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("write() needs a transaction")
    settled = [code for code, fields in DOUBT_FIELDS.items() if fields <= set(columns)]
    params = {"upload": upload.pk, "by": by_id, "settled": settled}
    context = pghistory.context(user=by_id, upload=upload.pk, via="ledger")
    with context as tracked, connection.cursor() as cursor:
        lock_counties(cursor, upload_counties(cursor, upload.pk))
        match_rows(cursor, upload.pk)
        # The statements are short and run once: compiling them costs more than it gives.
        cursor.execute("SET LOCAL jit = off")
        # First the locks, then the look: a change between the two would be overwritten unseen.
        cursor.execute(LOCK_ENTITIES)
        diff_rows(cursor, upload.pk)
        cursor.execute(RECHECK, params)
        settle(cursor, "ledger_recheck", "row_id")
        cursor.execute(DOUBTS, params)
        settle(cursor, "ledger_doubts", "index")
        if upload.renewals:
            cursor.execute(ONE_RENEWAL)
        written = _insert_and_update(cursor, params, tracked.id)
        cursor.execute(CONFLICTS)
        cursor.execute(PROPOSE, params)
        counts = _outcome(cursor)
        counts["written_context"] = tracked.id if written else None
        cursor.execute("DROP TABLE ledger_recheck, ledger_doubts, ledger_match, ledger_diff")
    return counts


def _insert_and_update(cursor, params, context):
    """How many rows of the register were written."""
    acts = _acts(cursor)
    inserted = updated = 0
    if acts.get("insert"):
        cursor.execute(_insert(), params)
        inserted = cursor.rowcount
    if acts.get("update"):
        cursor.execute(_update(), params)
        updated = cursor.rowcount
    if inserted < acts.get("insert", 0):
        cursor.execute(LATE_CONFLICTS, {"context": context})
    return inserted + updated


def _acts(cursor):
    cursor.execute("SELECT act, count(*) FROM ledger_recheck GROUP BY act")
    return dict(cursor.fetchall())


def _outcome(cursor):
    cursor.execute(
        """SELECT count(*) FILTER (WHERE act = 'insert' OR (act = 'update' AND is_new)),
                  count(*) FILTER (WHERE act = 'update' AND NOT is_new),
                  count(*) FILTER (WHERE act = 'same'),
                  count(*) FILTER (WHERE act = 'conflict'),
                  count(*) FILTER (WHERE act = 'left')
           FROM ledger_recheck"""
    )
    names = ("new", "changed", "unchanged", "conflicts", "renewals")
    return dict(zip(names, cursor.fetchone(), strict=True))
