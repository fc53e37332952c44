"""Compare: what an upload would change. Set-based; the register is only read."""

from django.db import connection

from ..enums import OBLIGED, REGISTERED, RowAction, Status
from . import followers
from .merging import GRADE_KEPT, MERGED, SHOWN, merged_select, suggestion

# The same business = the same licence number: JY, SC, YB and old forms in the city; 三小 in the county,
# of one category (issue §4). `is_foreign`: registered in another county of the city.
MATCH = """
CREATE TEMPORARY TABLE ledger_match ON COMMIT DROP AS
SELECT r.id AS row_id, e.id AS entity_id,
       left(e.area_id, 6) <> left(r.area_id, 6) AS is_foreign, false AS is_renewal
FROM entities_ledgerrow r
JOIN entities_entity e
  ON left(e.area_id, 4) = left(r.area_id, 4) AND e.licence_no = r.licence_no
 AND e.licence_kind <> 'SMALL'
WHERE r.upload_id = %(upload)s AND NOT r.is_refused AND r.licence_kind <> 'SMALL'
UNION ALL
SELECT r.id, e.id, false, false
FROM entities_ledgerrow r
JOIN entities_entity e
  ON left(e.area_id, 6) = left(r.area_id, 6) AND e.category_id = r.category
 AND e.licence_no = r.licence_no AND e.licence_kind = 'SMALL'
WHERE r.upload_id = %(upload)s AND NOT r.is_refused AND r.licence_kind = 'SMALL'
"""

# 换证: no licence fits, but exactly one business of the county has the same credit code and address.
RENEWALS = f"""
INSERT INTO ledger_match (row_id, entity_id, is_foreign, is_renewal)
SELECT row_id, min(entity_id), false, true FROM (
    SELECT r.id AS row_id, e.id AS entity_id
    FROM entities_ledgerrow r
    JOIN entities_entity e
      ON e.credit_code = r.credit_code AND e.address_key = r.address_key
     AND left(e.area_id, 6) = left(r.area_id, 6)
     AND e.status IN ({", ".join(f"'{status}'" for status in REGISTERED)})
    WHERE r.upload_id = %(upload)s AND NOT r.is_refused
      -- said of e, too: else the planner could not take the index on the codes
      AND r.credit_code <> '' AND e.credit_code <> '' AND r.address_key <> ''
      AND NOT EXISTS (SELECT 1 FROM ledger_match m WHERE m.row_id = r.id)
      -- its old licence stands in the same file, on a row that was refused
      AND e.licence_no NOT IN (
          SELECT f.licence_no FROM entities_ledgerrow f
          WHERE f.upload_id = %(upload)s AND f.is_refused AND f.licence_no IS NOT NULL)
) AS candidates
GROUP BY row_id HAVING count(*) = 1
   AND NOT min(entity_id) IN (SELECT entity_id FROM ledger_match)
"""

FOREIGN_MESSAGE = (
    "该许可证编号已在其他县区登记。如确已迁入本地，市局会按迁入事项处理，不必重复上传。"
)


def match_rows(cursor, upload_id: int) -> None:
    """Fill the temporary table ledger_match(row_id, entity_id, is_foreign, is_renewal).

    It is built whole, indexed and analysed: the rows just staged have no statistics yet, and a
    planner that takes them for one would run a subquery once a row."""
    # A ledger's rows are sorted and hashed in memory (the default of 4 MB spills to disk).
    cursor.execute("SET LOCAL work_mem = '64MB'")
    cursor.execute("DROP TABLE IF EXISTS ledger_match, ledger_diff")
    cursor.execute(MATCH, {"upload": upload_id})
    cursor.execute(RENEWALS, {"upload": upload_id})
    settle(cursor, "ledger_match", "row_id", "entity_id")


def diff_rows(cursor, upload_id: int) -> None:
    """Fill the temporary table ledger_diff(row_id, entity_id, revives, is_renewal, diff)."""
    cursor.execute(
        f"CREATE TEMPORARY TABLE ledger_diff ON COMMIT DROP AS {_diff_select()}",
        {"upload": upload_id},
    )
    settle(cursor, "ledger_diff", "row_id")


def refresh_statistics() -> None:
    """Tell the planner the register's size where it grew much since it last looked: comparing with a
    register that was loaded a minute ago took 38 s with the old figures, 0.4 s with the new."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.n_mod_since_analyze > 1000 + 0.2 * greatest(c.reltuples, 0)
               FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
               WHERE s.relname = 'entities_entity'"""
        )
        (is_stale,) = cursor.fetchone() or (False,)
        if is_stale:
            cursor.execute("ANALYZE entities_entity")


def settle(cursor, table: str, *columns: str) -> None:
    """Index a temporary table and tell the planner its size."""
    for column in columns:
        cursor.execute(f"CREATE INDEX ON {table} ({column})")
    cursor.execute(f"ANALYZE {table}")


def _diff_select() -> str:
    """SELECT row_id, entity_id, revives, is_renewal, diff of each matched row of the upload;
    diff is NULL when nothing would change, else {field: [before, after]}."""
    merged = ", ".join(f"{MERGED[field]} AS {field}" for field in SHOWN)
    before = ", ".join(f"e.{field}" for field in SHOWN)
    after = ", ".join(f"g.{field}" for field in SHOWN)
    # The nulls of equal fields go; those inside a pair are in an array, and stay.
    pairs = ", ".join(
        f"'{field}', CASE WHEN e.{field} IS DISTINCT FROM g.{field}"
        f" THEN jsonb_build_array(e.{field}, g.{field}) END"
        for field in SHOWN
    )
    return f"""
SELECT r.id AS row_id, e.id AS entity_id, e.status = '{Status.WITHDRAWN}' AS revives,
       m.is_renewal,
       CASE WHEN ROW({before}) IS DISTINCT FROM ROW({after})
            THEN jsonb_strip_nulls(jsonb_build_object({pairs})) END AS diff
FROM entities_ledgerrow r
JOIN ledger_match m ON m.row_id = r.id AND NOT m.is_foreign
JOIN entities_entity e ON e.id = m.entity_id
CROSS JOIN LATERAL (SELECT {merged}) AS g
WHERE r.upload_id = %(upload)s AND NOT r.is_refused
"""


SET_ACTIONS = f"""
UPDATE entities_ledgerrow AS r SET
    entity_id = d.entity_id, diff = d.diff,
    action = CASE
        WHEN d.is_renewal THEN '{RowAction.RENEWAL}'
        WHEN d.revives THEN '{RowAction.NEW}'
        WHEN d.diff IS NULL THEN '{RowAction.UNCHANGED}'
        ELSE '{RowAction.CHANGED}' END
FROM ledger_diff d WHERE r.id = d.row_id
"""

REFUSE_FOREIGN = f"""
WITH foreign_rows AS (
    UPDATE entities_ledgerrow AS r SET is_refused = true
    FROM ledger_match m
    WHERE m.row_id = r.id AND m.is_foreign AND r.upload_id = %(upload)s
    RETURNING r.index, r.sheet, r.row, r.licence_no, m.entity_id, r.area_id
), found AS (
    INSERT INTO entities_ledgerfinding
        (upload_id, index, sheet, row, "column", field, value, code, message)
    SELECT %(upload)s, index, sheet, row, %(licence_heading)s, 'licence_no', licence_no, 'R_DUP',
           '{FOREIGN_MESSAGE}'
    FROM foreign_rows
)
INSERT INTO entities_transfer (entity_id, to_area_id, upload_id, state, opened_at, note)
SELECT DISTINCT ON (entity_id, left(area_id, 6))
       entity_id, left(area_id, 6), %(upload)s, 'open', statement_timestamp(), ''
FROM foreign_rows f
WHERE NOT EXISTS (  -- the city's no stands until the city changes it
    SELECT FROM entities_transfer t
    WHERE t.entity_id = f.entity_id AND t.to_area_id = left(f.area_id, 6)
      AND t.state = 'rejected')
ON CONFLICT DO NOTHING
"""

# One credit code under different names: imported, worth a look.
SHARED_CODES = """
INSERT INTO entities_ledgerfinding
    (upload_id, index, sheet, row, "column", field, value, code, message)
SELECT %(upload)s, r.index, r.sheet, r.row, %(code_heading)s, 'credit_code', r.credit_code,
       'W_CODE_SHARED',
       '名录中同一信用代码下还有别的主体名称。一户多证可以照收；如是填错，请改正信用代码。'
FROM entities_ledgerrow r
WHERE r.upload_id = %(upload)s AND NOT r.is_refused AND r.credit_code <> ''
  AND EXISTS (
    SELECT 1 FROM entities_entity e
    WHERE e.credit_code = r.credit_code AND e.credit_code <> ''
      AND left(e.area_id, 6) = left(r.area_id, 6)
      AND e.name <> r.name AND e.id IS DISTINCT FROM r.entity_id)
  AND r.index NOT IN (  -- hashed once; an anti-join on fresh rows was planned as a loop: 20 s
    SELECT f.index FROM entities_ledgerfinding f
    WHERE f.upload_id = %(upload)s AND f.code = 'W_CODE_SHARED')
"""


def _grades_that_differ():
    """Findings for grades kept because a person set them, and for grades unlike the suggestion."""
    grade_sql, _rule = suggestion()
    rows = merged_select(
        extra=f""", r.sheet, r.row, r.grade AS ledger_grade, e.grade AS kept_grade,
    {GRADE_KEPT} AS is_kept""",
        where="AND r.grade IS NOT NULL",
    )
    return f"""
INSERT INTO entities_ledgerfinding
    (upload_id, index, sheet, row, "column", field, value, code, message)
SELECT %(upload)s, index, sheet, row, %(grade_heading)s, 'grade', ledger_grade, 'W_GRADE_DIFFERS',
    CASE WHEN is_kept
    THEN '该户等级 ' || kept_grade || ' 由人工设定并写明理由，台账的 ' || ledger_grade
         || ' 不覆盖。如须改动，请在主体页面改。'
    ELSE '台账等级 ' || ledger_grade || '，按分级标准(示例)建议 ' || suggested
         || '。照台账写入，请核对等级或规模。' END
FROM (SELECT g.*, {grade_sql} AS suggested FROM ({rows}) AS g) AS judged
WHERE is_kept OR (suggested <> '' AND suggested <> ledger_grade)
"""


# A business whose licence number, or name and town, stands in a refused row is not missing.
REFUSED = """
CREATE TEMPORARY TABLE ledger_refused ON COMMIT DROP AS
SELECT licence_no, name, left(area_id, 9) AS town
FROM entities_ledgerrow WHERE upload_id = %(upload)s AND is_refused
"""

MISSING = f"""
INSERT INTO entities_ledgermissing (upload_id, entity_id)
SELECT %(upload)s, e.id
FROM entities_entity e
WHERE left(e.area_id, %(depth)s) = ANY(%(areas)s)
  AND e.status IN ({", ".join(f"'{status}'" for status in OBLIGED)})
  AND NOT EXISTS (SELECT 1 FROM ledger_match m WHERE m.entity_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM ledger_refused r WHERE r.licence_no = e.licence_no)
  AND NOT EXISTS (
    SELECT 1 FROM ledger_refused r
    WHERE r.name = e.name AND (r.town IS NULL OR r.town = left(e.area_id, 9)))
"""

COUNTS = """
SELECT count(*),
       count(*) FILTER (WHERE is_refused),
       count(*) FILTER (WHERE NOT is_refused AND action = 'new'),
       count(*) FILTER (WHERE NOT is_refused AND action = 'changed'),
       count(*) FILTER (WHERE NOT is_refused AND action = 'unchanged'),
       count(*) FILTER (WHERE NOT is_refused AND action = 'renewal'),
       count(*) FILTER (WHERE NOT is_refused AND index IN (
           SELECT index FROM entities_ledgerfinding f
           WHERE f.upload_id = %(upload)s AND f.code LIKE 'W%%')),
       (SELECT count(*) FROM entities_ledgermissing WHERE upload_id = %(upload)s)
FROM entities_ledgerrow WHERE upload_id = %(upload)s
"""
COUNT_FIELDS = (
    "rows", "refused_rows", "new", "changed", "unchanged", "renewals", "warned_rows", "missing",
)  # fmt: skip


def compare(upload, *, headings: dict[str, str]) -> dict:
    """Compare the staged rows with the register: sets each row's action, entity and diff, adds the
    findings that need the register, lists what a whole ledger lacks; gives the counts.

    `headings`: field → the uploader's own heading. Runs inside the staging transaction."""
    params = {
        "upload": upload.pk,
        "licence_heading": headings.get("licence_no", ""),
        "code_heading": headings.get("credit_code", ""),
        "grade_heading": headings.get("grade", ""),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE entities_ledgerrow SET action = 'refused' WHERE upload_id = %(upload)s AND is_refused",
            params,
        )
        match_rows(cursor, upload.pk)
        diff_rows(cursor, upload.pk)
        cursor.execute(REFUSE_FOREIGN, params)
        cursor.execute(SET_ACTIONS, params)
        cursor.execute(
            "UPDATE entities_ledgerrow SET action = 'refused' WHERE upload_id = %(upload)s AND is_refused",
            params,
        )
        cursor.execute(SHARED_CODES, params)
        if "grade" in headings:
            cursor.execute(_grades_that_differ(), params)
        if upload.mode == "full":
            params |= _whole_areas(cursor, upload)
            cursor.execute("DROP TABLE IF EXISTS ledger_refused")
            cursor.execute(REFUSED, params)
            settle(cursor, "ledger_refused", "licence_no", "name")
            cursor.execute(MISSING, params)
        effects = followers.compare(upload, columns=headings)
        return _counts(cursor, params) | {"effects": effects}


def _whole_areas(cursor, upload):
    """The areas whose whole ledger this is: the caller's, or the counties that a city's file names."""
    if len(upload.area_id) >= 6:
        return {"depth": len(upload.area_id), "areas": [upload.area_id]}
    cursor.execute(
        """SELECT DISTINCT left(area_id, 6) FROM entities_ledgerrow
           WHERE upload_id = %s AND area_id IS NOT NULL AND NOT is_refused""",
        [upload.pk],
    )
    return {"depth": 6, "areas": [code for (code,) in cursor.fetchall()]}


def _counts(cursor, params):
    cursor.execute(COUNTS, params)
    counts = dict(zip(COUNT_FIELDS, cursor.fetchone(), strict=True))
    cursor.execute(
        """SELECT code, count(*) FROM entities_ledgerfinding WHERE upload_id = %(upload)s
           GROUP BY code ORDER BY code""",
        params,
    )
    counts["findings"] = dict(cursor.fetchall())
    return counts
