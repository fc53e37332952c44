"""Apply: write what was previewed, in one transaction, under the locks of the counties concerned."""

import pghistory
from django.db import connection, transaction

from ..enums import OBLIGED, ProposalKind, ProposalSource, RowAction, RowOutcome
from .compare import match_rows, settle
from .merging import WRITTEN, merged_select, suggestion

# First key of the advisory locks: uploads and undo of one county queue up behind each other.
COUNTY_LOCKS = 230800

# The same rows once more, now under the locks: what stands here differently than previewed moved on.
RECHECK = """
CREATE TEMPORARY TABLE ledger_recheck ON COMMIT DROP AS
SELECT r.id AS row_id, d.entity_id AS now_entity,
       CASE
         WHEN m.is_foreign THEN 'conflict'
         WHEN r.action = 'renewal' AND r.choice = '' THEN 'left'
         WHEN r.action = 'renewal' AND r.choice = 'new' THEN 'insert'
         WHEN r.action = 'renewal' THEN
              CASE WHEN d.is_renewal AND d.diff IS NOT DISTINCT FROM r.diff THEN 'update'
                   ELSE 'conflict' END
         WHEN d.row_id IS NULL OR d.is_renewal THEN
              CASE WHEN r.action = 'new' THEN 'insert' ELSE 'conflict' END
         WHEN d.revives THEN CASE WHEN r.action = 'new' THEN 'update' ELSE 'conflict' END
         WHEN d.diff IS NULL THEN 'same'
         WHEN r.action = 'changed' AND d.diff = r.diff THEN 'update'
         ELSE 'conflict'
       END AS act
FROM entities_ledgerrow r
LEFT JOIN ledger_match m ON m.row_id = r.id
LEFT JOIN ledger_diff d ON d.row_id = r.id
WHERE r.upload_id = %(upload)s AND NOT r.is_refused
"""

LOCK_ENTITIES = """
SELECT e.id FROM entities_entity e
WHERE e.id IN (SELECT m.entity_id FROM ledger_match m
               JOIN entities_ledgerrow r ON r.id = m.row_id WHERE r.action <> 'unchanged')
ORDER BY e.id FOR UPDATE OF e
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


def _graded(act):
    """The merged rows of one act with suggestion, rule and found doubts."""
    grade_sql, rule_sql = suggestion()
    rows = merged_select(extra=", e.doubts AS old_doubts")
    return f"""
SELECT g.*, {grade_sql} AS suggested_grade, {rule_sql} AS suggested_rule_id,
       coalesce(f.codes, '{{}}') AS found_doubts, c.now_entity
FROM ({rows}) AS g
JOIN ledger_recheck c ON c.row_id = g.row_id AND c.act = '{act}'
LEFT JOIN ledger_doubts f ON f.index = g.index
"""


def _insert():
    columns = ", ".join(WRITTEN)
    return f"""
INSERT INTO entities_entity ({columns}, suggested_grade, suggested_rule_id, doubts)
SELECT {columns}, suggested_grade, suggested_rule_id, found_doubts
FROM ({_graded("insert")}) AS fresh ORDER BY area_id, licence_no
ON CONFLICT DO NOTHING
"""


def _update():
    assignments = ", ".join(f"{field} = g.{field}" for field in WRITTEN)
    return f"""
UPDATE entities_entity AS e SET {assignments},
    suggested_grade = g.suggested_grade, suggested_rule_id = g.suggested_rule_id,
    doubts = ARRAY(
        SELECT unnest(e.doubts) EXCEPT SELECT unnest(%(settled)s::varchar[])
        UNION SELECT unnest(g.found_doubts) ORDER BY 1)
FROM ({_graded("update")}) AS g WHERE e.id = g.now_entity
"""


# A choice of 另一张证 has no entity to merge with.
UNBIND_NEW = """
DELETE FROM ledger_match m USING ledger_recheck c
WHERE c.row_id = m.row_id AND c.act = 'insert'
"""

# Rows that the database refused at the last moment: registered elsewhere in the same second.
LATE_CONFLICTS = f"""
UPDATE entities_ledgerrow AS r SET outcome = '{RowOutcome.CONFLICT}'
FROM ledger_recheck c WHERE c.row_id = r.id AND c.act = 'insert'
  AND NOT EXISTS (
    SELECT 1 FROM entities_entity e
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
               AND p.reason = left('台账写明：' || coalesce(r.status_text, ''), 300))))
ORDER BY e.id
ON CONFLICT DO NOTHING
"""


def lock_counties(cursor, codes) -> None:
    """Take the counties' locks, in ascending code, until the transaction ends."""
    for code in sorted(set(codes)):
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [COUNTY_LOCKS, code])


def upload_counties(cursor, upload_id) -> list[str]:
    cursor.execute(
        """SELECT DISTINCT left(area_id, 6) FROM entities_ledgerrow
           WHERE upload_id = %s AND NOT is_refused AND area_id IS NOT NULL""",
        [upload_id],
    )
    return [code for (code,) in cursor.fetchall()]


def write(upload, *, columns, by_id: int | None) -> dict[str, int]:
    """Write the previewed rows of the upload; rows whose before-value moved on are left out and marked.

    Must run in a transaction that holds the upload's row. `columns`: the field keys the file has.
    Gives the counts {new, changed, unchanged, conflicts} and the history context."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("write() needs a transaction")
    settled = [code for code, fields in DOUBT_FIELDS.items() if fields <= set(columns)]
    params = {"upload": upload.pk, "by": by_id, "settled": settled}
    context = pghistory.context(user=by_id, upload=upload.pk, via="ledger")
    with context as tracked, connection.cursor() as cursor:
        lock_counties(cursor, upload_counties(cursor, upload.pk))
        match_rows(cursor, upload.pk)
        cursor.execute(LOCK_ENTITIES)
        cursor.execute(RECHECK, params)
        settle(cursor, "ledger_recheck", "row_id")
        cursor.execute(DOUBTS, params)
        settle(cursor, "ledger_doubts", "index")
        cursor.execute(CONFLICTS, params)
        cursor.execute(UNBIND_NEW)
        cursor.execute(_insert(), params)
        inserted = cursor.rowcount
        cursor.execute(_update(), params)
        updated = cursor.rowcount
        if inserted < _acts(cursor).get("insert", 0):
            cursor.execute(LATE_CONFLICTS, params)
        cursor.execute(PROPOSE, params)
        counts = _outcome(cursor, params)
        counts["written_context"] = tracked.id if inserted or updated else None
        cursor.execute("DROP TABLE ledger_recheck, ledger_doubts, ledger_match, ledger_diff")
    return counts


def _acts(cursor):
    cursor.execute("SELECT act, count(*) FROM ledger_recheck GROUP BY act")
    return dict(cursor.fetchall())


def _outcome(cursor, params):
    cursor.execute(
        f"""
        SELECT count(*) FILTER (WHERE c.act = 'insert' OR (c.act = 'update' AND r.action = 'new')),
               count(*) FILTER (WHERE c.act = 'update' AND r.action <> 'new'),
               count(*) FILTER (WHERE c.act = 'same'),
               0
        FROM ledger_recheck c JOIN entities_ledgerrow r ON r.id = c.row_id
        WHERE r.outcome <> '{RowOutcome.CONFLICT}'
        """,
        params,
    )
    new, changed, unchanged, _ = cursor.fetchone()
    cursor.execute(
        "SELECT count(*) FROM entities_ledgerrow WHERE upload_id = %(upload)s AND outcome = 'conflict'",
        params,
    )
    (conflicts,) = cursor.fetchone()
    cursor.execute(
        f"""SELECT count(*) FROM ledger_recheck c JOIN entities_ledgerrow r ON r.id = c.row_id
            WHERE r.action = '{RowAction.RENEWAL}' AND c.act = 'left'"""
    )
    (renewals,) = cursor.fetchone()
    return {
        "new": new, "changed": changed, "unchanged": unchanged, "conflicts": conflicts,
        "renewals": renewals,
    }  # fmt: skip
