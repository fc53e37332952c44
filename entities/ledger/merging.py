"""How a staged row and the register's entity become one: the SQL expressions, once, for preview and apply.

`r` is the staged row, `e` the entity it fits (NULLs when there is none). A NULL of `r` (column missing,
cell blank) never changes the register; the word 清空 (in `r.cleared`) does.
"""

from ..enums import OBLIGED, GradeSource, Status
from ..queries.grading import ENTITY_COLUMNS, active_standard, rule_rows, suggestion_sql

# Fields whose value is text: blank in the register is ''. Key = the column's key that 清空 names.
TEXT_FIELDS = {
    "credit_code": "credit_code",
    "legal_person": "legal_person",
    "phone": "phone",
    "address": "address",
    "address_key": "address",
    "form": "form",
    "risk_grade": "risk_grade",
    "station_text": "station",
    "supervisor": "supervisor",
    "surveyed_by": "surveyed_by",
    "safety_director": "safety_director",
    "safety_officer": "safety_officer",
    "cadre_name": "cadre_name",
    "cadre_post": "cadre_post",
    "cadre_phone": "cadre_phone",
    "cadre_level": "cadre_level",
}
# Fields whose blank is NULL.
NULL_FIELDS = (
    "issued_on",
    "floor_area",
    "seats",
    "diners",
    "annual_output",
    "staff_count",
    "surveyed_on",
)

_KEPT_BY_HAND = f"(e.grade_source = '{GradeSource.MANUAL}' AND e.grade <> '')"
_OBLIGED = ", ".join(f"'{status}'" for status in OBLIGED)
# The register knows the place at least as deeply as the ledger does.
_AREA_KEPT = "coalesce(starts_with(e.area_id, r.area_id), false)"


def _cleared(key):
    return f"r.cleared @> ARRAY['{key}']"


def _text(field, key):
    return f"CASE WHEN {_cleared(key)} THEN '' ELSE coalesce(r.{field}, e.{field}, '') END"


def _nullable(field):
    return f"CASE WHEN {_cleared(field)} THEN NULL ELSE coalesce(r.{field}, e.{field}) END"


# A second number of a phone cell goes to the note; where the note cell itself was blank, it must not
# push out what the register's note says.
_NOTE = f"""CASE
        WHEN {_cleared("note")} THEN coalesce(r.note, '')
        WHEN e.note <> '' AND (r.note LIKE '其他电话：%%' OR r.note LIKE '包保干部其他电话：%%')
            THEN CASE WHEN strpos(e.note, r.note) > 0 OR length(e.note) + length(r.note) > 499
                 THEN e.note ELSE e.note || '；' || r.note END
        ELSE coalesce(r.note, e.note, '') END"""

MERGED = {
    "name": "coalesce(r.name, e.name)",
    "licence_no": "coalesce(r.licence_no, e.licence_no)",
    "licence_kind": "coalesce(r.licence_kind, e.licence_kind)",
    "category_id": "coalesce(r.category, e.category_id)",
    "area_id": f"CASE WHEN {_AREA_KEPT} THEN e.area_id ELSE coalesce(r.area_id, e.area_id) END",
    "area_text": f"""coalesce(
        r.area_text, CASE WHEN {_AREA_KEPT} OR r.area_id IS NULL THEN e.area_text END, '')""",
    "is_permanent": f"""CASE
        WHEN r.is_permanent THEN true
        WHEN r.expires_on IS NOT NULL OR {_cleared("expires_on")} THEN false
        ELSE coalesce(e.is_permanent, false) END""",
    "expires_on": f"""CASE
        WHEN r.is_permanent OR {_cleared("expires_on")} THEN NULL
        ELSE coalesce(r.expires_on, e.expires_on) END""",
    "status": f"""CASE
        WHEN e.status IS NULL OR e.status = '{Status.WITHDRAWN}'
            THEN coalesce(r.status, '{Status.OPERATING}')
        WHEN r.status IS NOT NULL AND e.status IN ({_OBLIGED}) THEN r.status
        ELSE e.status END""",
    "grade": f"""CASE
        WHEN {_KEPT_BY_HAND} THEN e.grade
        WHEN {_cleared("grade")} THEN ''
        ELSE coalesce(r.grade, e.grade, '') END""",
    **{field: _text(field, key) for field, key in TEXT_FIELDS.items()},
    "note": _NOTE,
    **{field: _nullable(field) for field in NULL_FIELDS},
}

# These follow from the grade; they are no change of their own.
DERIVED = {
    "grade_source": f"""CASE
        WHEN {_KEPT_BY_HAND} THEN e.grade_source
        WHEN {_cleared("grade")} THEN ''
        WHEN r.grade IS NULL OR r.grade = e.grade THEN coalesce(e.grade_source, '')
        ELSE '{GradeSource.LEDGER}' END""",
    "grade_reason": f"""CASE
        WHEN {_KEPT_BY_HAND} OR r.grade IS NULL OR r.grade = e.grade
            THEN coalesce(e.grade_reason, '')
        ELSE '' END""",
}

WRITTEN = {**MERGED, **DERIVED}
# What a person is shown as changed, in the order of the page; address_key is the address once more.
SHOWN = (
    *(field for field in MERGED if field not in {"address_key", "is_permanent"}),
    "is_permanent",
)

GRADE_KEPT = f"({_KEPT_BY_HAND} AND r.grade IS NOT NULL AND r.grade <> e.grade)"


def merged_select(extra: str = "", where: str = "") -> str:
    """SELECT of every good row of the upload (%(upload)s) as it would stand in the register.

    Needs the temporary table ledger_match (compare.match_rows)."""
    return f"""
SELECT r.id AS row_id, r.index, r.action, r.choice, m.entity_id{extra},
    {_WRITTEN}
FROM entities_ledgerrow r
LEFT JOIN ledger_match m ON m.row_id = r.id
LEFT JOIN entities_entity e ON e.id = m.entity_id
WHERE r.upload_id = %(upload)s AND NOT r.is_refused {where}
"""


def acted_select(act: str) -> str:
    """SELECT of the upload's rows (%(upload)s) that are to be inserted or updated, as they will stand in
    the register; `now_entity` is theirs. Needs ledger_recheck (apply)."""
    # A new business has nothing to merge with: the planner drops the join on false.
    entity = "e.id = c.now_entity" if act == "update" else "false"
    return f"""
SELECT r.index, c.now_entity,
    {_WRITTEN}
FROM ledger_recheck c
JOIN entities_ledgerrow r ON r.id = c.row_id AND r.upload_id = %(upload)s
LEFT JOIN entities_entity e ON {entity}
WHERE c.act = '{act}'
"""


_WRITTEN = ",\n    ".join(f"{sql} AS {field}" for field, sql in WRITTEN.items())


def suggestion(alias: str = "g") -> tuple[str, str]:
    """SQL of the suggested grade and of the rule that hit, over merged rows with this alias."""
    return suggestion_sql(
        active_standard(), {fact: f"{alias}.{column}" for fact, column in ENTITY_COLUMNS.items()}
    )


def judged(rows: str) -> str:
    """FROM clause: the merged rows `g`, and `s.suggested_rule_id`, s.suggested_grade of each. The chain
    of rules is gone through once a row: the grade follows from the rule that hit."""
    standard = active_standard()
    _grade, rule = suggestion()
    grades = " ".join(f"WHEN {int(row.code)} THEN '{row.grade}'" for row in rule_rows(standard))
    grade = f"CASE hit.rule_id {grades} ELSE '' END" if grades else "''"
    return f"""({rows}) AS g
CROSS JOIN LATERAL (SELECT {rule} AS rule_id OFFSET 0) AS hit
CROSS JOIN LATERAL (SELECT hit.rule_id AS suggested_rule_id, {grade} AS suggested_grade) AS s"""
