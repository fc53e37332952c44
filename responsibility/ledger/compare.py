"""Compare: what an upload would change among the cadres. Set-based; the cadres are only read.

The same person = the same name and number in the county; else the same name, level and area, where that is
certain on both sides. `how`: fits · left (he has left his post) · ambiguous (the row is refused).
"""

import datetime

from django.db import connection

from ..enums import LeaveReason
from .merging import SHOWN, WITHDRAWN, merged_select

_ROWS = """(SELECT id, name, level, area_id, phone, left(area_id, 6) AS county
            FROM responsibility_cadrerow WHERE upload_id = %(upload)s AND NOT is_refused)"""

BY_PHONE = f"""
CREATE TEMPORARY TABLE cadre_match ON COMMIT DROP AS
SELECT DISTINCT ON (row_id) row_id, cadre_id,
       CASE WHEN number = 1 OR is_here THEN 'fits' ELSE 'ambiguous' END AS how
FROM (
    SELECT r.id AS row_id, c.id AS cadre_id, count(*) OVER (PARTITION BY r.id) AS number,
           c.area_id = r.area_id AND c.level = r.level AS is_here
    FROM {_ROWS} AS r
    JOIN responsibility_cadre c
      ON c.name = r.name AND c.phone = r.phone AND left(c.area_id, 6) = r.county AND c.is_in_post
) AS found
ORDER BY row_id, is_here DESC, cadre_id
"""

BY_PLACE = f"""
INSERT INTO cadre_match (row_id, cadre_id, how)
SELECT DISTINCT ON (row_id) row_id, cadre_id,
       CASE WHEN of_row = 1 AND of_cadre = 1 THEN 'fits' ELSE 'ambiguous' END
FROM (
    SELECT r.id AS row_id, c.id AS cadre_id, count(*) OVER (PARTITION BY r.id) AS of_row,
           count(*) OVER (PARTITION BY c.id) AS of_cadre
    FROM {_ROWS} AS r
    JOIN responsibility_cadre c
      ON c.name = r.name AND c.area_id = r.area_id AND c.level = r.level AND c.is_in_post
    WHERE r.id NOT IN (SELECT row_id FROM cadre_match)
      AND c.id NOT IN (SELECT cadre_id FROM cadre_match)
) AS found
ORDER BY row_id, cadre_id
"""

# Those who have left: by their number, else by place where one of the two has no number.
GONE = f"""
INSERT INTO cadre_match (row_id, cadre_id, how)
SELECT DISTINCT ON (cadre_id) row_id, cadre_id, how FROM (
    SELECT DISTINCT ON (r.id) r.id AS row_id, c.id AS cadre_id,
           CASE WHEN {WITHDRAWN} THEN 'fits' ELSE 'left' END AS how
    FROM {_ROWS} AS r
    JOIN responsibility_cadre c
      ON c.name = r.name AND left(c.area_id, 6) = r.county AND NOT c.is_in_post
     AND (c.phone = r.phone OR (c.area_id = r.area_id AND c.level = r.level
                                AND (r.phone IS NULL OR c.phone = '')))
    WHERE r.id NOT IN (SELECT row_id FROM cadre_match)
    ORDER BY r.id, c.phone = r.phone DESC NULLS LAST, c.leave_reason = '{LeaveReason.WITHDRAWN}', c.id DESC
) AS found
ORDER BY cadre_id, row_id
"""

AMBIGUOUS = """
INSERT INTO responsibility_cadrefinding
    (upload_id, index, sheet, row, "column", field, value, code, message)
SELECT r.upload_id, r.index, r.sheet, r.row, %(name_heading)s, 'name', r.name, 'R_CADRE_AMBIGUOUS',
       CASE WHEN r.phone IS NULL THEN '这里有同名同层级的干部，没有电话分不清是哪一个。请写上电话。'
       ELSE '这里有同名同层级的干部，电话与名册对不上，分不清是哪一个。请核对电话。' END
FROM responsibility_cadrerow r JOIN cadre_match m ON m.row_id = r.id AND m.how = 'ambiguous'
"""

# A mobile number belongs to one person; he may give it up in the same file.
OTHERS_PHONE = f"""
INSERT INTO responsibility_cadrefinding
    (upload_id, index, sheet, row, "column", field, value, code, message)
SELECT DISTINCT ON (r.id)
       %(upload)s, s.index, s.sheet, s.row, %(phone_heading)s, 'phone', r.phone, 'R_DUP',
       '这个电话在名册中是“' || c.name || '”的。换了人请写新电话；改名请在干部页面改。'
FROM {_ROWS} AS r
JOIN responsibility_cadrerow s ON s.id = r.id
JOIN responsibility_cadre c
  ON c.phone = r.phone AND left(c.area_id, 6) = r.county AND c.is_in_post AND c.name <> r.name
LEFT JOIN cadre_match m ON m.row_id = r.id
WHERE r.phone ~ '^1[0-9]{{10}}$' AND m.cadre_id IS DISTINCT FROM c.id
  AND NOT EXISTS (
    SELECT 1 FROM cadre_match o JOIN responsibility_cadrerow t ON t.id = o.row_id
    WHERE o.cadre_id = c.id AND (t.phone <> c.phone OR t.cleared @> ARRAY['phone']))
ORDER BY r.id, c.id
"""

REFUSE = """
UPDATE responsibility_cadrerow r SET is_refused = true
WHERE r.upload_id = %(upload)s AND NOT r.is_refused AND EXISTS (
    SELECT 1 FROM responsibility_cadrefinding f
    WHERE f.upload_id = %(upload)s AND f.index = r.index AND f.code LIKE 'R%%')
"""

LEFT = """
INSERT INTO responsibility_cadrefinding
    (upload_id, index, sheet, row, "column", field, value, code, message)
SELECT r.upload_id, r.index, r.sheet, r.row, %(name_heading)s, 'name', r.name, 'W_LEFT',
       '名册中这名干部已于 ' || coalesce(c.in_post_to::text, '早前') || ' 离任，仍按离任登记。'
       || '已复任的，请在任职止写“清空”。'
FROM responsibility_cadrerow r
JOIN cadre_match m ON m.row_id = r.id AND m.how = 'left'
JOIN cadre_diff d ON d.row_id = r.id AND NOT d.is_in_post
JOIN responsibility_cadre c ON c.id = m.cadre_id
WHERE NOT r.is_refused AND r.in_post_to IS NULL
"""

SET_ACTIONS = """
UPDATE responsibility_cadrerow r SET
    cadre_id = d.cadre_id, diff = d.diff,
    action = CASE WHEN d.revives THEN 'new' WHEN d.diff IS NULL THEN 'unchanged' ELSE 'changed' END
FROM cadre_diff d WHERE r.id = d.row_id
"""

MISSING = """
INSERT INTO responsibility_cadremissing (upload_id, cadre_id)
SELECT %(upload)s, c.id FROM responsibility_cadre c
WHERE c.is_in_post AND left(c.area_id, 6) = ANY(%(areas)s)
  AND c.id NOT IN (SELECT cadre_id FROM cadre_match)
  AND NOT EXISTS (  -- his name stands in a refused row: he is not missing
    SELECT 1 FROM responsibility_cadrerow r
    WHERE r.upload_id = %(upload)s AND r.is_refused AND r.name = c.name)
"""

COUNTS = """
SELECT count(*),
       count(*) FILTER (WHERE is_refused),
       count(*) FILTER (WHERE NOT is_refused AND action = 'new'),
       count(*) FILTER (WHERE NOT is_refused AND action = 'changed'),
       count(*) FILTER (WHERE NOT is_refused AND action = 'unchanged'),
       count(*) FILTER (WHERE NOT is_refused AND index IN (
           SELECT index FROM responsibility_cadrefinding f
           WHERE f.upload_id = %(upload)s AND f.code LIKE 'W%%')),
       (SELECT count(*) FROM responsibility_cadremissing WHERE upload_id = %(upload)s)
FROM responsibility_cadrerow WHERE upload_id = %(upload)s
"""
COUNT_FIELDS = (
    "rows", "refused_rows", "new", "changed", "unchanged", "warned_rows", "missing",
)  # fmt: skip


def match_rows(cursor, params: dict) -> None:
    """Fill the temporary table cadre_match(row_id, cadre_id, how)."""
    cursor.execute("SET LOCAL work_mem = '32MB'")
    cursor.execute("DROP TABLE IF EXISTS cadre_match, cadre_diff")
    for statement in (BY_PHONE, BY_PLACE, GONE):
        cursor.execute(statement, params)
    cursor.execute("CREATE INDEX ON cadre_match (row_id)")
    cursor.execute("ANALYZE cadre_match")


def diff_rows(cursor, params: dict) -> None:
    """Fill the temporary table cadre_diff(row_id, cadre_id, revives, is_in_post, diff) of the rows that fit;
    diff is NULL when nothing would change, else {field: [before, after]}."""
    before = ", ".join(f"c.{field}" for field in SHOWN)
    after = ", ".join(f"g.{field}" for field in SHOWN)
    pairs = ", ".join(
        f"'{field}', CASE WHEN c.{field} IS DISTINCT FROM g.{field}"
        f" THEN jsonb_build_array(c.{field}, g.{field}) END"
        for field in SHOWN
    )
    cursor.execute(
        f"""
CREATE TEMPORARY TABLE cadre_diff ON COMMIT DROP AS
SELECT g.row_id, g.cadre_id, {WITHDRAWN} AS revives, g.is_in_post,
       CASE WHEN ROW({before}) IS DISTINCT FROM ROW({after})
            THEN jsonb_strip_nulls(jsonb_build_object({pairs})) END AS diff
FROM ({merged_select("AND m.how <> 'ambiguous'")}) AS g
JOIN responsibility_cadre c ON c.id = g.cadre_id
""",
        params,
    )
    cursor.execute("CREATE INDEX ON cadre_diff (row_id)")
    cursor.execute("ANALYZE cadre_diff")


def compare(upload, *, headings: dict[str, str], today: datetime.date) -> dict:
    """Compare the staged rows with the cadres: sets each row's action, cadre and diff, adds the findings
    that need the register of cadres, lists whom a whole ledger lacks; gives the counts.

    `headings`: field → the uploader's own heading. Runs inside the staging transaction."""
    params = {
        "upload": upload.pk,
        "today": today,
        "name_heading": headings.get("name", ""),
        "phone_heading": headings.get("phone", ""),
    }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE responsibility_cadrerow")
        match_rows(cursor, params)
        cursor.execute(AMBIGUOUS, params)
        cursor.execute(OTHERS_PHONE, params)
        cursor.execute(REFUSE, params)
        diff_rows(cursor, params)
        cursor.execute(LEFT, params)
        cursor.execute(SET_ACTIONS, params)
        cursor.execute(
            "UPDATE responsibility_cadrerow SET action = 'refused' WHERE upload_id = %(upload)s AND is_refused",
            params,
        )
        if upload.mode == "full":
            cursor.execute(MISSING, params | {"areas": _whole_areas(cursor, upload)})
        counts = _counts(cursor, params)
        cursor.execute("DROP TABLE cadre_match, cadre_diff")
    return counts


def _whole_areas(cursor, upload):
    """Whose whole ledger this is: the county's, or the units that a city's file names."""
    if len(upload.area_id) >= 6:
        return [upload.area_id]
    cursor.execute(
        """SELECT DISTINCT left(area_id, 6) FROM responsibility_cadrerow
           WHERE upload_id = %s AND area_id IS NOT NULL AND NOT is_refused""",
        [upload.pk],
    )
    return [code for (code,) in cursor.fetchall()]


def _counts(cursor, params):
    cursor.execute(COUNTS, params)
    counts = dict(zip(COUNT_FIELDS, cursor.fetchone(), strict=True))
    cursor.execute(
        """SELECT code, count(*) FROM responsibility_cadrefinding WHERE upload_id = %(upload)s
           GROUP BY code ORDER BY code""",
        params,
    )
    counts["findings"] = dict(cursor.fetchall())
    return counts
