"""The columns of the staging table of cadres, in the order of a COPY line."""

STAGED_FIELDS: tuple[str, ...] = (
    "index", "sheet", "row", "is_refused",
    "name", "post", "unit", "level", "area_id", "phone", "liaison_unit", "liaison_name",
    "liaison_phone", "in_post_from", "in_post_to", "note",
    "cleared", "raw",
)  # fmt: skip
