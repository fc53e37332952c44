"""Reads of the register for the list and the detail page."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When
from django.db.models.functions import Length

from jiamusi_foodsafety.jurisdiction.models import Area, Station, StationArea
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import OBLIGED, REGISTERED, SCREENED, ProposalKind, ProposalState, Status
from ..models import BusinessForm, Category, Entity, EntityTally, Proposal
from ..querysets import is_holder
from ..rules import mask_numbers, mask_phone

PER_PAGE = 50
# Beyond this a list says "more than": counting a million rows for a label is not worth a second.
COUNT_CAP = 50_000

# Quick views of the list: key → (label, what it narrows the register to).
VIEWS = {
    "registered": "全部在册",
    "obliged": "应包",
    "ungraded": "待分级",
    "differing": "等级不一致",
    "expiring": "90 日内到期",
    "doubtful": "有疑点",
    "screened": "已筛除",
    "removed": "不在册",
}
DEFAULT_VIEW = "registered"
# Sorts by indexed columns only: key → (label, columns).
SORTS = {
    "area": ("属地", ("area_id", "pk")),
    "licence": ("许可证号", ("licence_no", "pk")),
    "expiry": ("有效期", ("expires_on", "pk")),
}
# Counter, statuses, whether without a grade only: what each quick view adds up.
_SUMS = {
    "registered": ("total", REGISTERED, False),
    "obliged": ("total", OBLIGED, False),
    "ungraded": ("total", OBLIGED, True),
    "differing": ("differing", OBLIGED, False),
    "doubtful": ("doubtful", REGISTERED, False),
    "screened": ("total", SCREENED, False),
    "removed": ("total", tuple(set(Status.values) - set(REGISTERED)), False),
}


def entities_visible(*, user) -> QuerySet[Entity]:
    """The businesses that the user may see, unordered: what filters and exports start from."""
    return Entity.objects.visible_to(user)


def in_view(found: QuerySet[Entity], view: str, *, on: datetime.date) -> QuerySet[Entity]:
    """The rows of one quick view."""
    narrowed = {
        "registered": found.registered,
        "obliged": found.obliged,
        "ungraded": found.ungraded,
        "differing": found.differing,
        "expiring": lambda: found.expiring(on),
        "doubtful": found.doubtful,
        "screened": found.screened,
        "removed": lambda: found.exclude(status__in=REGISTERED),
    }
    return narrowed.get(view, found.registered)()


def view_counts(
    *, user, area: str, view: str, category=(), grade=(), status=()
) -> tuple[dict[str, int], int | None]:
    """From the counters, in one statement: how many businesses each quick view has in the user's scope
    below `area`, and how many of `view` also meet the other conditions (nothing for a view that the
    counters do not know)."""
    # Some dozens of sums: at a million businesses quicker than a filtered sum for each quick view.
    key = ("status", "grade", *(["category_id"] if category else []))
    groups = list(_held_groups(user, area, key) if is_holder(user) else _groups(user, area, key))
    counts = {name: sum(_share(group, name) for group in groups) for name in _SUMS}
    if view not in _SUMS:
        return counts, None
    wanted = {"category_id": category, "grade": grade, "status": status}
    chosen = [
        group
        for group in groups
        if all(group[name] in values for name, values in wanted.items() if values)
    ]
    return counts, sum(_share(group, view) for group in chosen)


def _groups(user, area, key):
    rows = EntityTally.objects.filter(area_scope(user).q("area__code"), area__code__startswith=area)
    columns = {column for column, _, _ in _SUMS.values()}
    return rows.values(*key).annotate(**{f"sum_{name}": Sum(name) for name in columns})


def _held_groups(user, area, key):
    """The same of the few businesses that a cadre holds: counted one by one."""
    differs = ~Q(grade="") & ~Q(suggested_grade="") & ~Q(grade=F("suggested_grade"))
    rows = Entity.objects.visible_to(user).within(area).order_by()
    return rows.values(*key).annotate(
        sum_total=Count("pk"),
        sum_differing=Count("pk", filter=differs),
        sum_doubtful=Count("pk", filter=~Q(doubts=[])),
    )


def _share(group, view):
    column, statuses, is_ungraded = _SUMS[view]
    counts = group["status"] in statuses and not (is_ungraded and group["grade"])
    return group[f"sum_{column}"] if counts else 0


def expiring_in(*, user, area: str, on: datetime.date) -> QuerySet[Entity]:
    """What the quick view 90 日内到期 holds: counted by the index on the date, not by a counter."""
    return Entity.objects.visible_to(user).within(area).expiring(on)


def capped_counts(*sets: QuerySet, cap: int = COUNT_CAP) -> list[int]:
    """The number of rows of each set, counted up to COUNT_CAP + 1 (the last set up to `cap` + 1); all
    in one statement."""
    parts, params = [], []
    for found in sets:
        is_few = found is sets[-1] and cap < COUNT_CAP
        # Few of many are met soonest along an index; all of them by reading through the table.
        ordered = found.order_by("area_id", "pk") if is_few else found.order_by()
        most = cap if is_few else COUNT_CAP
        try:
            sql, values = ordered.values("pk")[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, values = "SELECT 1 WHERE FALSE", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return list(cursor.fetchone())


def capped_count(found: QuerySet) -> int:
    """The number of rows of one set, counted up to COUNT_CAP + 1."""
    return capped_counts(found)[0]


@dataclass(frozen=True)
class Page:
    """One page of a list that moves by key: its rows and where the neighbours begin."""

    rows: list
    number: int
    first: int
    last: int
    previous: str
    next: str


def entity_page(
    found: QuerySet[Entity], *, sort: str, after: str = "", before: str = "", number: int = 1
) -> Page:
    """50 rows with what the list shows of them, in one statement. `after`/`before` are the keys of
    the neighbours as "value~id"; a key that cannot be read begins anew."""
    column, _ = SORTS[sort][1]
    key = _key(after or before, sort)
    is_back = bool(before) and key is not None
    rows = found.select_related("category", "area__parent__parent").annotate(
        is_in_review=Exists(
            Proposal.objects.filter(
                entity=OuterRef("pk"),
                kind=ProposalKind.SCREEN,
                state=ProposalState.PROPOSED,
            )
        )
    )
    if key is not None:
        rows = rows.filter(_beyond(column, key, is_back=is_back))
    order = (column, "pk") if not is_back else (f"-{column}", "-pk")
    chosen = list(rows.order_by(*order)[: PER_PAGE + 1])
    has_more = len(chosen) > PER_PAGE
    chosen = chosen[:PER_PAGE]
    if is_back:
        chosen.reverse()
    number = max(number, 1) if key is not None else 1
    if is_back and not has_more:
        number = 1
    has_next = has_more if not is_back else True
    has_previous = number > 1
    first = (number - 1) * PER_PAGE + 1
    return Page(
        rows=chosen,
        number=number,
        first=first,
        last=first + len(chosen) - 1 if chosen else 0,
        previous=_mark(chosen[0], column) if chosen and has_previous else "",
        next=_mark(chosen[-1], column) if chosen and has_next else "",
    )


def _beyond(column, key, *, is_back):
    """The rows after (or before) a key; the first test lets the index begin there. A blank date
    (长期, unknown) stands behind all dates."""
    value, pk = key
    blank = Q(**{f"{column}__isnull": True})
    if value is None:
        return ~blank | Q(pk__lt=pk) if is_back else blank & Q(pk__gt=pk)
    edge, past = ("lte", "lt") if is_back else ("gte", "gt")
    beyond = Q(**{f"{column}__{edge}": value}) & (
        Q(**{f"{column}__{past}": value}) | Q(**{f"pk__{past}": pk})
    )
    return beyond | blank if column == "expires_on" and not is_back else beyond


def _key(text, sort):
    value, mark, pk = text.rpartition("~")
    if not mark or not pk.isdecimal() or len(pk) > 18:
        return None
    if sort != "expiry":
        return value, int(pk)
    try:
        return (datetime.date.fromisoformat(value) if value else None), int(pk)
    except ValueError:
        return None


def _mark(row, column):
    value = getattr(row, column)
    return f"{'' if value is None else value}~{row.pk}"


def area_choices(*, user, code: str) -> list[Area]:
    """Areas to narrow a list by: those above `code` within the user's scope, itself, and its
    children; without a code what stands at the top of the scope. One statement, by code."""
    scope = area_scope(user)
    areas = Area.objects.visible_to(user).active()
    if code:
        above = [code[:length] for length in (4, 6, 9, 12) if length <= len(code)]
        areas = areas.filter(Q(code__in=above) | Q(parent=code))
    elif scope.is_all:
        areas = areas.filter(level__in=["city", "county"])
    elif len(scope.prefixes) == 1:
        areas = areas.filter(Q(code=scope.prefixes[0]) | Q(parent=scope.prefixes[0]))
    else:
        areas = areas.filter(code__in=scope.prefixes)
    return list(areas.order_by("code"))


def category_choices() -> list[tuple[str, str]]:
    """Codes and names of the categories in their order."""
    return list(Category.objects.order_by("position", "pk").values_list("code", "name"))


def entity_get(*, user, pk: int) -> Entity | None:
    """One business with all that its page shows of it; nothing when out of scope."""
    return (
        Entity.objects.visible_to(user)
        .select_related(
            "category", "area__parent__parent__parent", "suggested_rule", "station_override"
        )
        .filter(pk=pk)
        .first()
    )


def licences_beside(*, user, entity: Entity, limit: int = 20) -> list[Entity]:
    """Other licences of the same credit code in the user's scope (domain §5.3: one code, several
    licences)."""
    if not entity.credit_code:
        return []
    found = Entity.objects.visible_to(user).filter(credit_code=entity.credit_code)
    return list(found.exclude(pk=entity.pk).select_related("category").order_by("pk")[:limit])


def proposals_of(*, user, entity: Entity) -> list[Proposal]:
    """The reviews of one business, open ones first, then newest first."""
    open_first = Case(When(state=ProposalState.PROPOSED, then=0), default=1)
    found = Proposal.objects.visible_to(user).filter(entity=entity)
    return list(
        found.select_related("proposed_by", "decided_by", "sampled_by", "upload").order_by(
            open_first, F("pk").desc()
        )[:20]
    )


def station_of(*, entity: Entity) -> Station | None:
    """The 监管所 of a business: the one appointed, else the one that covers its village or town."""
    if entity.station_override_id:
        return entity.station_override
    code = entity.area_id
    covering = StationArea.objects.filter(area__in=[code[:length] for length in (12, 9, 6)])
    found = covering.select_related("station").order_by(Length("area_id").desc(), "pk").first()
    return found.station if found else None


def revision_of(*, user, entity: Entity, revision: int) -> Entity | None:
    """The business as it stood at an earlier revision, from its history; unsaved."""
    if not area_scope(user).covers(entity.area_id):
        return None
    event = entity.events.filter(revision=revision).order_by("-pgh_id").first()
    if event is None:
        return None
    names = [field.attname for field in Entity._meta.concrete_fields]
    return Entity(**{name: getattr(event, name) for name in names})


def form_choices() -> list[str]:
    """Usual words for 业态."""
    return list(BusinessForm.objects.order_by("pk").values_list("name", flat=True))


def shown_value(entity: Entity | None, name: str, value=None) -> str:
    """A field's value as a person reads it: of a business, or a value meant for it; empty is ''."""
    column = Entity._meta.get_field(name)
    if entity is not None:
        value = getattr(entity, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if name in ("phone", "cadre_phone"):
        return mask_phone(value)
    if name == "note":
        return mask_numbers(value)
    return str(dict(column.flatchoices).get(value, value)) if column.choices else str(value)
