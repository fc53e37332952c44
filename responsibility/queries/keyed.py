"""Pages of a list that moves by key over one indexed column and the id."""

import datetime

from django.db.models import F, Q, QuerySet

from .newest import PER_PAGE, NewestPage

MOMENT = "%Y%m%dT%H%M%S.%f"


def keyed_page(
    found: QuerySet,
    *,
    column: str,
    is_falling=False,
    after="",
    before="",
    number=1,
    per_page=PER_PAGE,
) -> NewestPage:
    """Rows by `column` (never empty: a text, or a moment in UTC), then by id; `is_falling`: the greatest
    first. `after`/`before` are the neighbours' keys as "value~id"; one that cannot be read begins anew."""
    key = _key(after or before, found.model, column)
    is_back = bool(before) and not after and key is not None
    is_up = is_falling == is_back
    if key is not None:
        value, pk = key
        past = "gt" if is_up else "lt"
        # the first test lets the index begin there
        found = found.filter(
            Q(**{f"{column}__{past}e": value})
            & (Q(**{f"{column}__{past}": value}) | Q(**{f"pk__{past}": pk}))
        )
    way = F(column).asc() if is_up else F(column).desc()
    rows = list(found.order_by(way, "pk" if is_up else "-pk")[: per_page + 1])
    has_more = len(rows) > per_page
    rows = rows[:per_page]
    if is_back:
        rows.reverse()
    number = max(number, 1) if key is not None and (has_more or not is_back) else 1
    first = (number - 1) * per_page + 1
    return NewestPage(
        rows=rows,
        number=number,
        first=first,
        last=first + len(rows) - 1 if rows else 0,
        previous=_mark(rows[0], column) if rows and number > 1 else "",
        next=_mark(rows[-1], column) if rows and (has_more or is_back) else "",
    )


def _key(text, model, column):
    value, mark, pk = text.rpartition("~")
    if not mark or len(pk) > 18 or not value.isprintable():
        return None
    if model._meta.pk.get_internal_type() == "CharField":
        return (value, pk) if pk.isalnum() else None
    if not pk.isdecimal():
        return None
    field = model._meta.get_field(column.removesuffix("_id"))
    if field.get_internal_type() != "DateTimeField":
        return value, int(pk)
    try:
        moment = datetime.datetime.strptime(value, MOMENT)  # noqa: DTZ007 (the next line says UTC)
    except ValueError:
        return None
    return moment.replace(tzinfo=datetime.UTC), int(pk)


def _mark(row, column):
    value = getattr(row, column)
    if isinstance(value, datetime.datetime):
        value = value.astimezone(datetime.UTC).strftime(MOMENT)
    return f"{value}~{row.pk}"
