"""变更台账: the list, what is open, and the counts by day and for the daily report."""

import datetime
from collections.abc import Iterator, Sequence

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Left

from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import BOND_CHANGES, CADRE_CHANGES, ENTITY_CHANGES
from ..models import Change, ChangeTally

# Quick views of the list: key → label.
VIEWS = {
    "all": "全部",
    "cadre": "干部变更",
    "entity": "主体变更",
    "bond": "包保变更",
    "open": "待调整",
    "overdue": "逾期未调整",
}
DEFAULT_VIEW = "all"
FAMILIES = {"cadre": CADRE_CHANGES, "entity": ENTITY_CHANGES, "bond": BOND_CHANGES}
DAYS = 14


def changes_visible(*, user) -> QuerySet[Change]:
    """The changes of the areas that the user may see, unordered."""
    return Change.objects.visible_to(user)


def in_view(found: QuerySet[Change], view: str, *, on: datetime.date) -> QuerySet[Change]:
    """The rows of one quick view."""
    if view in FAMILIES:
        return found.filter(kind__in=FAMILIES[view])
    if view in ("open", "overdue"):
        found = found.filter(adjusted_on=None, adjust_due_on__isnull=False)
        return found.filter(adjust_due_on__lt=on) if view == "overdue" else found
    return found


def with_columns(found: QuerySet[Change]) -> QuerySet[Change]:
    """With what the list shows."""
    return found.select_related("entity", "cadre", "area__parent__parent", "recorded_by")


def open_counts(*, user, on: datetime.date) -> dict[str, int]:
    """How many changes of the user's area wait for their bond to be put right, and how many are late."""
    waiting = in_view(changes_visible(user=user), "open", on=on)
    late = waiting.filter(adjust_due_on__lt=on)
    return {"open": waiting.count(), "overdue": late.count()}


def change_days(*, user, code: str, on: datetime.date) -> list[dict]:
    """Counts of the last 14 days below an area, the newest day first, from the counters: {day, cadre, entity,
    bond}."""
    first = on - datetime.timedelta(days=DAYS - 1)
    rows = ChangeTally.objects.visible_to(user).within(code).filter(day__gte=first, day__lte=on)
    sums = {
        family: Sum("total", filter=Q(kind__in=kinds), default=0)
        for family, kinds in FAMILIES.items()
    }
    found = {row["day"]: row for row in rows.values("day").annotate(**sums)}
    empty = dict.fromkeys(FAMILIES, 0)
    days = [on - datetime.timedelta(days=step) for step in range(DAYS)]
    return [{"day": day, **empty, **found.get(day, {})} for day in days]


def recorded_between(
    *, code: str, after: datetime.datetime, until: datetime.datetime
) -> dict[str, tuple[int, int]]:
    """For the city's daily report: how many changes of cadres and of businesses were recorded after one
    moment up to another, by area code (the city, its counties and towns)."""
    sql = """
        SELECT left(area_id, size), count(*) FILTER (WHERE kind = ANY(%s)),
            count(*) FILTER (WHERE kind = ANY(%s))
        FROM responsibility_change CROSS JOIN unnest(ARRAY[4, 6, 9]) AS size
        WHERE recorded_at > %s AND recorded_at <= %s AND starts_with(area_id, %s)
            AND length(area_id) >= size
        GROUP BY 1"""
    kinds = [[kind.value for kind in family] for family in (CADRE_CHANGES, ENTITY_CHANGES)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*kinds, after, until, code])
        return {area: (cadres, entities) for area, cadres, entities in cursor.fetchall()}


def recorded_families(
    *, code: str, after: datetime.datetime, until: datetime.datetime
) -> dict[str, dict[str, int]]:
    """How many changes of each family (cadre, entity, bond) were recorded after one moment up to another, by
    county unit below `code`; one statement."""
    found: dict[str, dict[str, int]] = {}
    rows = Change.objects.within(code).filter(recorded_at__gt=after, recorded_at__lte=until)
    for county, kind, number in (
        rows.order_by()
        .annotate(county=Left("area_id", 6))
        .values_list("county", "kind")
        .annotate(Count("pk"))
    ):
        family = next(name for name, kinds in FAMILIES.items() if kind in kinds)
        line = found.setdefault(county, {})
        line[family] = line.get(family, 0) + number
    return found


def recorded_kinds(
    *, areas: Sequence[str], after: datetime.datetime, until: datetime.datetime
) -> dict[str, int]:
    """How many changes of each kind were recorded below these areas after one moment up to another; one
    statement. Who may see the areas was settled before."""
    rows = _recorded(areas, after, until).order_by().values_list("kind").annotate(Count("pk"))
    return dict(rows)


def recorded_rows(
    *,
    areas: Sequence[str],
    after: datetime.datetime,
    until: datetime.datetime,
    kinds: Sequence[str] = (),
    behind: int = 0,
    limit: int | None = None,
) -> list[Change]:
    """These changes in the order of their record, those with a key above `behind`, with what a list shows;
    one statement."""
    found = _recorded(areas, after, until).filter(pk__gt=behind)
    if kinds:
        found = found.filter(kind__in=kinds)
    return list(with_columns(found).order_by("pk")[:limit])


def _recorded(areas, after, until):
    below = Q(pk__in=[])
    for code in areas:
        below |= Q(area__code__startswith=code)
    return Change.objects.filter(below, recorded_at__gt=after, recorded_at__lte=until)


def area_names() -> dict[str, str]:
    """Names of all areas, for an export."""
    return dict(Area.objects.values_list("code", "name"))


def export_rows(found: QuerySet[Change], *, on: datetime.date) -> Iterator[tuple]:
    """The rows of an export, the newest first, streamed."""
    names = area_names()
    rows = found.select_related("entity", "cadre", "recorded_by").order_by("-recorded_at", "-pk")
    for change in rows.iterator(chunk_size=2000):
        code = change.area_id
        yield (
            change.recorded_at, change.happened_on, change.get_kind_display(),
            names.get(code[:6], "") if len(code) >= 6 else names.get(code, ""),
            names.get(code[:9], "") if len(code) >= 9 else "",
            names.get(code, "") if len(code) == 12 else "",
            change.entity.name if change.entity else "",
            change.entity.licence_no if change.entity else "",
            change.cadre.name if change.cadre else "", change.before, change.after, change.note,
            change.report_due_on, change.adjust_due_on, change.adjusted_on, change.state_on(on),
            change.recorded_by.get_full_name() if change.recorded_by else "系统",
        )  # fmt: skip
