"""Many counts in one statement: how a to-do page and the menu's numbers stay cheap."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import DateField, IntegerField, QuerySet, Subquery


class Counted(Subquery):
    """The number of rows of a set, as a part of another statement."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


class Earliest(Subquery):
    """The first day in a set of one column, as a part of another statement."""

    template = "(SELECT min(counted.day) FROM (%(subquery)s) AS counted(day))"
    output_field = DateField()


class Added(Subquery):
    """The sum of a set of one column, as a part of another statement."""

    template = "(SELECT coalesce(sum(counted.total), 0) FROM (%(subquery)s) AS counted(total))"
    output_field = IntegerField()
    empty_result_set_value = 0


@dataclass(frozen=True)
class Waiting:
    """Rows that wait for somebody; `day`: the field that says by when."""

    rows: QuerySet
    day: str = ""


@dataclass(frozen=True)
class Found:
    """How many rows wait, and the first day one of them falls due."""

    count: int
    due: object = None

    def __bool__(self):
        return bool(self.count)


def read_all(*, user, **expressions) -> dict:
    """The values of these expressions, in one statement."""
    if not expressions:
        return {}
    return get_user_model().objects.filter(pk=user.pk).values(**expressions).get()


def counted(*, user, sets: dict[str, Waiting], **more) -> tuple[dict[str, Found], dict]:
    """The number of rows of each set and their first day; and the values of the other expressions; all in
    one statement."""
    parts = {}
    for key, waiting in sets.items():
        parts[f"n_{key}"] = Counted(waiting.rows.order_by().values("pk"))
        if waiting.day:
            parts[f"d_{key}"] = Earliest(waiting.rows.order_by().values(waiting.day))
    row = read_all(user=user, **parts, **more)
    found = {key: Found(row[f"n_{key}"], row.get(f"d_{key}")) for key in sets}
    return found, {key: row[key] for key in more}
