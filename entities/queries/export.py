"""Rows of the register for an export: streamed from a server-side cursor, phones masked where the
reader's role does not need them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import Status
from ..models import Category, Entity
from ..rules import mask_numbers, mask_phone

CHUNK = 5000
# Columns of the ledger whose name in the register is another.
FIELDS = {"station": "station_text", "category": "category_id"}
AREA_KEYS = ("county", "town", "village")
PHONE_KEYS = ("phone", "cadre_phone")
PERMANENT = "长期"


def sees_phones(user) -> bool:
    """Whether an export for this user shows whole phone numbers (None: the system itself)."""
    return user is None or user.has_perm("jurisdiction.view_full_phone")


def export_rows(
    found: QuerySet[Entity], *, keys: Sequence[str], with_phones: bool
) -> Iterator[tuple[Any, ...]]:
    """The rows in the order of area and licence, a value for each ledger column of `keys`, as the
    ledger writes them: so that the file can be uploaded again and changes nothing."""
    plain = [FIELDS.get(key, key) for key in keys if key not in AREA_KEYS]
    needed = list(dict.fromkeys([*plain, "area_id", "area_text", "is_permanent"]))
    at = {name: index for index, name in enumerate(needed)}
    getters = [_getter(key, at, with_phones=with_phones) for key in keys]
    rows = found.order_by("area_id", "licence_no", "pk").values_list(*needed)
    for row in rows.iterator(chunk_size=CHUNK):
        yield tuple(get(row) for get in getters)


def _getter(key, at, *, with_phones) -> Callable[[tuple], Any]:
    if key in AREA_KEYS:
        return _area_getter(key, at)
    place = at[FIELDS.get(key, key)]
    if key == "category":
        names = dict(Category.objects.values_list("pk", "name"))
        return lambda row: names[row[place]]
    if key == "status":
        words = {status.value: status.label for status in Status}
        return lambda row: words[row[place]]
    if key == "expires_on":
        permanent = at["is_permanent"]
        return lambda row: PERMANENT if row[permanent] else row[place]
    if key in PHONE_KEYS and not with_phones:
        return lambda row: mask_phone(row[place]) if row[place] else ""
    if key == "note" and not with_phones:
        return lambda row: mask_numbers(row[place])
    if key in ("floor_area", "annual_output"):
        return lambda row: _number(row[place])
    return lambda row: row[place]


def _number(value):
    """A size as people write it: 122, 88.5."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _area_getter(key, at):
    """Names of county, town and village; what no table knows stands where the ledger had it."""
    names = dict(Area.objects.values_list("code", "name"))
    with_towns = set(Area.objects.filter(level="township").values_list("parent", flat=True))
    code_at, text_at = at["area_id"], at["area_text"]
    if key == "county":
        return lambda row: names.get(row[code_at][:6], "")
    if key == "town":

        def town(row):
            code = row[code_at]
            if code[:6] not in with_towns:
                return row[text_at]
            return names.get(code[:9], "") if len(code) >= 9 else ""

        return town

    def village(row):
        code = row[code_at]
        if len(code) >= 12:
            return names.get(code, "")
        return row[text_at] if code[:6] in with_towns else ""

    return village
