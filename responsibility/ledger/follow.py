"""What this room takes up from an entity ledger (settings.LEDGER_FOLLOWERS): the cadre columns.

Called inside the pipeline's transactions. Without the column, or without cadres, it costs one look.
"""

from collections.abc import Mapping

from django.db import connection
from django.utils import timezone

from entities.enums import OBLIGED
from entities.ledger.merging import MERGED
from entities.models import LedgerUpload

from ..enums import CadreLevel, PlanState
from ..models import AssignmentPlan
from ..services.ledger_bonds import forget_names, judge, knows_cadres, plan_named
from ..services.planning import plan_apply, plan_undo

COLUMN = "cadre_name"
OBLIGED_SQL = ", ".join(f"'{status.value}'" for status in OBLIGED)

# The rows that name a cadre, as the register will have them.
STAGED = f"""
CREATE TEMPORARY TABLE ledger_named ON COMMIT DROP AS
SELECT r.id AS key, r.entity_id, g.*
FROM entities_ledgerrow r
LEFT JOIN entities_entity e ON e.id = r.entity_id
CROSS JOIN LATERAL (
    SELECT {MERGED["area_id"]} AS area_id, {MERGED["grade"]} AS grade, {MERGED["status"]} AS status,
           r.cadre_name, {MERGED["cadre_post"]} AS post, {MERGED["cadre_phone"]} AS phone) AS g
WHERE r.upload_id = %(upload)s AND NOT r.is_refused AND r.cadre_name <> ''
  AND g.status IN ({OBLIGED_SQL})
"""

_LEVELS = " ".join(f"WHEN '{level.value}' THEN '{level.label}'" for level in CadreLevel)

# Rows imported, bonds not made: the text is kept.
FINDINGS = f"""
INSERT INTO entities_ledgerfinding
    (upload_id, index, sheet, row, "column", field, value, code, message)
SELECT %(upload)s, r.index, r.sheet, r.row, %(heading)s, '{COLUMN}', r.cadre_name,
    CASE WHEN x.number > 1 THEN 'W_CADRE_AMBIGUOUS' ELSE 'W_CADRE_UNKNOWN' END,
    CASE WHEN x.number > 1
    THEN '名册中符合条件的“' || p.name || '”有 ' || x.number || ' 人，分不清是哪一个。请写明电话或职务；原文已保留，包保没有建立。'
    WHEN n.grade = ''
    THEN '这一家还没有分级，不能确定由哪一级干部包保。原文已保留，分级后可按台账原文建立包保。'
    WHEN k.name IS NOT NULL
    THEN '“' || p.name || '”不是这一家属地的在岗' || CASE g.level {_LEVELS} ELSE '' END || '干部（' || n.grade
         || ' 级由其包保）。请核对等级、层级和属地；原文已保留，包保没有建立。'
    ELSE '干部名册中没有在岗的“' || p.name || '”。请核对姓名，或先登记干部；原文已保留，包保没有建立。' END
FROM ledger_named n
JOIN entities_ledgerrow r ON r.id = n.key
JOIN ledger_people p ON p.said = n.cadre_name
LEFT JOIN ledger_chosen x ON x.key = n.key
LEFT JOIN responsibility_gradelevel g ON g.grade = n.grade AND g.rank = 1
LEFT JOIN (SELECT DISTINCT name, left(area_id, 6) AS unit FROM responsibility_cadre
           WHERE is_in_post) k ON k.name = p.name AND k.unit = left(n.area_id, 6)
WHERE x.cadre_id IS NULL
"""

# The businesses that the upload wrote or left as they were, where the register has the ledger's text.
WRITTEN = f"""
CREATE TEMPORARY TABLE ledger_named ON COMMIT DROP AS
SELECT DISTINCT ON (e.id) e.id AS key, e.id AS entity_id, e.area_id, e.grade, e.cadre_name,
       e.cadre_post AS post, e.cadre_phone AS phone
FROM entities_ledgerrow r
JOIN entities_entity e ON e.licence_no = r.licence_no AND left(e.area_id, 6) = left(r.area_id, 6)
     AND (r.licence_kind <> 'SMALL' OR e.category_id = r.category)
WHERE r.upload_id = %(upload)s AND NOT r.is_refused AND r.outcome <> 'conflict'
  AND r.cadre_name <> '' AND e.cadre_name = r.cadre_name AND e.status IN ({OBLIGED_SQL})
ORDER BY e.id
"""


def compare(upload: LedgerUpload, *, columns: Mapping[str, str]) -> list[str]:
    """Add W_CADRE_UNKNOWN and W_CADRE_AMBIGUOUS to the upload's findings; gives what confirming
    would do."""
    if COLUMN not in columns or not knows_cadres(upload.area_id):
        return []
    with connection.cursor() as cursor:
        forget_names(cursor)
        cursor.execute(STAGED, {"upload": upload.pk})
        judge(cursor)
        cursor.execute(FINDINGS, {"upload": upload.pk, "heading": columns[COLUMN]})
        cursor.execute(
            "SELECT count(*) FILTER (WHERE bond_id IS NULL), count(*) FILTER (WHERE bond_id IS NOT NULL) "
            "FROM ledger_moves"
        )
        new, moved = cursor.fetchone()
        forget_names(cursor)
    if not new and not moved:
        return []
    return [f"按“{columns[COLUMN]}”一列，写入时新建包保 {new:,} 家，改由他人包保 {moved:,} 家。"]


def apply(upload: LedgerUpload, *, by) -> None:
    """Make the bonds that the written text certainly names, as one plan that undo finds again."""
    if COLUMN not in upload.columns or not knows_cadres(upload.area_id):
        return
    at = timezone.now()
    with connection.cursor() as cursor:
        forget_names(cursor)
        cursor.execute(WRITTEN, {"upload": upload.pk})
        judge(cursor)
        cursor.execute("SELECT EXISTS (SELECT FROM ledger_moves)")
        if cursor.fetchone()[0]:
            selection = {"ledger": "upload", "upload": upload.pk}
            plan = plan_named(cursor, area=upload.area, by=by, at=at, selection=selection)
            plan_apply(plan=plan, by=by, at=at, on=timezone.localdate(at))
        forget_names(cursor)


def undo(upload: LedgerUpload, *, by) -> None:
    """Take the upload's bonds back; those that somebody changed since stay."""
    at = timezone.now()
    plans = AssignmentPlan.objects.filter(
        area=upload.area_id, selection__upload=upload.pk, state=PlanState.APPLIED
    )
    for plan in plans:
        plan_undo(plan=plan, by=by, at=at, on=timezone.localdate(at))
