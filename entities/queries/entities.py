"""Reads of the register for the list and the detail page."""

import datetime
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import OBLIGED, REGISTERED, SCREENED, ProposalKind, ProposalState
from ..models import Category, Entity, EntityTally, Proposal

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
_SUMS = {
    "registered": ("total", Q(status__in=REGISTERED)),
    "obliged": ("total", Q(status__in=OBLIGED)),
    "ungraded": ("total", Q(status__in=OBLIGED, grade="")),
    "differing": ("differing", Q(status__in=OBLIGED)),
    "doubtful": ("doubtful", Q(status__in=REGISTERED)),
    "screened": ("total", Q(status__in=SCREENED)),
    "removed": ("total", ~Q(status__in=REGISTERED)),
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


def view_counts(*, user, area: str, on: datetime.date) -> dict[str, int]:
    """How many businesses each quick view has in the user's scope below `area`: the counters, plus
    one index count for the expiring."""
    rows = EntityTally.objects.filter(area_scope(user).q("area__code"), area__code__startswith=area)
    counts = rows.aggregate(
        **{
            key: Coalesce(Sum(column, filter=condition), 0)
            for key, (column, condition) in _SUMS.items()
        }
    )
    found = Entity.objects.visible_to(user).within(area)
    return counts | {"expiring": found.expiring(on).count()}


def tally_count(*, user, area: str, view: str, category, grade, status) -> int | None:
    """The number of rows of a list whose conditions the counters know; nothing when they do not."""
    if view not in _SUMS:
        return None
    column, condition = _SUMS[view]
    rows = EntityTally.objects.filter(
        area_scope(user).q("area__code"), condition, area__code__startswith=area
    )
    if category:
        rows = rows.filter(category__in=category)
    if grade:
        rows = rows.filter(grade__in=grade)
    if status:
        rows = rows.filter(status__in=status)
    return rows.aggregate(found=Coalesce(Sum(column), 0))["found"]


def capped_count(found: QuerySet) -> int:
    """The number of rows, counted up to COUNT_CAP + 1."""
    return found.order_by()[: COUNT_CAP + 1].count()


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
    if sort == "expiry":
        rows = rows.filter(expires_on__isnull=False)
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
    """The rows after (or before) a key; the first test lets the index begin there."""
    value, pk = key
    edge, past = ("lte", "lt") if is_back else ("gte", "gt")
    return Q(**{f"{column}__{edge}": value}) & (
        Q(**{f"{column}__{past}": value}) | Q(**{f"pk__{past}": pk})
    )


def _key(text, sort):
    value, mark, pk = text.rpartition("~")
    if not mark or not pk.isdecimal() or len(pk) > 18:
        return None
    if sort == "expiry":
        try:
            return datetime.date.fromisoformat(value), int(pk)
        except ValueError:
            return None
    return value, int(pk)


def _mark(row, column):
    return f"{getattr(row, column)}~{row.pk}"


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
