"""The history as it stood: what the event tables of pghistory say of a moment. Knows no noun."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


def as_it_stood(model, *columns: str, moment: str = "moment") -> str:
    """SQL in brackets: one row an object, with these columns of its last event up to the parameter
    %(<moment>)s. Times are those of the transaction that wrote the event."""
    table = model.pgh_event_model._meta.db_table
    return f"""(SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, {", ".join(columns)}
        FROM {table} WHERE pgh_created_at <= %({moment})s
        ORDER BY pgh_obj_id, pgh_id DESC)"""  # noqa: S608 (names of the program)


@contextmanager
def whole_history() -> Iterator[None]:
    """Statements over the whole history: few, and each reads it from end to end. The planner cannot know how
    many rows a snapshot keeps; a loop over one inside another would take hours where a hash takes a
    moment. Sorting in memory; compiling costs more than it gives."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_nestloop = off; SET LOCAL jit = off; SET LOCAL work_mem = '256MB'"
        )
        yield
        cursor.execute(
            "SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL jit TO DEFAULT; SET LOCAL work_mem TO DEFAULT"
        )
