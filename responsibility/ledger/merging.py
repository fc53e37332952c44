"""How a staged row and the cadre it fits become one: SQL expressions, once, for preview and apply.

`r` is the staged row, `c` the cadre (NULLs when there is none). A NULL of `r` (column missing, cell blank)
never changes what is known; the word 清空 (in `r.cleared`) does.
"""

from ..enums import LeaveReason

TEXTS = ("post", "unit", "phone", "liaison_unit", "liaison_name", "liaison_phone", "note")
# Taken in once and then withdrawn with its upload: as if he had never been there.
WITHDRAWN = f"coalesce(c.leave_reason = '{LeaveReason.WITHDRAWN}' AND NOT c.is_in_post, false)"


def _cleared(key):
    return f"r.cleared @> ARRAY['{key}']"


def _text(key):
    return f"CASE WHEN {_cleared(key)} THEN '' ELSE coalesce(r.{key}, c.{key}, '') END"


_POST_TO = f"""CASE WHEN {_cleared("in_post_to")} THEN NULL
    WHEN {WITHDRAWN} THEN r.in_post_to ELSE coalesce(r.in_post_to, c.in_post_to) END"""

# %(today)s: the day of the comparison. A cadre is in post until the day in_post_to.
MERGED = {
    "name": "coalesce(r.name, c.name)",
    "level": "coalesce(r.level, c.level)",
    "area_id": "coalesce(r.area_id, c.area_id)",
    **{key: _text(key) for key in TEXTS},
    "in_post_from": f"""CASE WHEN {_cleared("in_post_from")} THEN NULL
        ELSE coalesce(r.in_post_from, c.in_post_from) END""",
    "in_post_to": _POST_TO,
    "is_in_post": f"""CASE
        WHEN c.id IS NULL OR {WITHDRAWN} OR ({_POST_TO}) IS DISTINCT FROM c.in_post_to
            THEN coalesce(({_POST_TO}) > %(today)s::date, true)
        ELSE c.is_in_post END""",
}
# What a person is shown as changed, in the order of the page.
SHOWN = tuple(MERGED)


def merged_select(where: str = "") -> str:
    """SELECT row_id, cadre_id and the merged fields of the upload's rows that fit a cadre or are new."""
    fields = ", ".join(f"{sql} AS {field}" for field, sql in MERGED.items())
    return f"""
SELECT r.id AS row_id, c.id AS cadre_id, {fields}
FROM responsibility_cadrerow r
LEFT JOIN cadre_match m ON m.row_id = r.id
LEFT JOIN responsibility_cadre c ON c.id = m.cadre_id
WHERE r.upload_id = %(upload)s AND NOT r.is_refused {where}
"""
