"""The history as it stood: what the event tables of pghistory say of a moment. Knows no noun."""


def as_it_stood(model, *columns: str, moment: str = "moment") -> str:
    """SQL in brackets: one row an object, with these columns of its last event up to the parameter
    %(<moment>)s. Times are those of the transaction that wrote the event."""
    table = model.pgh_event_model._meta.db_table
    return f"""(SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, {", ".join(columns)}
        FROM {table} WHERE pgh_created_at <= %({moment})s
        ORDER BY pgh_obj_id, pgh_id DESC)"""  # noqa: S608 (names of the program)
