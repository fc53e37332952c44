"""The columns of the staging table, in the order of a COPY line."""

STAGED_FIELDS: tuple[str, ...] = (
    "index", "sheet", "row", "is_refused",
    "name", "credit_code", "licence_no", "licence_kind", "issued_on", "expires_on", "is_permanent",
    "legal_person", "phone", "area_id", "area_text", "address", "address_key", "category", "form",
    "floor_area", "seats", "diners", "annual_output", "staff_count", "status", "proposed_status",
    "status_text", "grade", "risk_grade", "station_text", "supervisor", "surveyed_on",
    "surveyed_by", "safety_director", "safety_officer", "cadre_name", "cadre_post", "cadre_phone",
    "cadre_level", "note",
    "cleared", "raw",
)  # fmt: skip
