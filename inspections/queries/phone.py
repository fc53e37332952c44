"""What a cadre sees on his phone: what he owes in this period as cards, and the businesses that he holds."""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.crypto import salted_hmac

from entities.models import Entity
from responsibility.models import Assignment, Cadre

from ..enums import DueState, PeriodKind
from ..models import DueVisit, EntityRecord, Problem
from ..rules.phone import month_day, reasons_of

# So many cards at most: a village cadre holds about ten, the cap is thirty.
MOST = 200
# A visit begun before a hand-over may still be finished for so long (the phone was without network).
GRACE = datetime.timedelta(days=60)


def account_key(*, user) -> str:
    """What names the account on a phone without telling who it is: drafts and kept pages belong to it."""
    return salted_hmac("inspections.phone", str(user.pk)).hexdigest()[:16]


@dataclass
class Card:
    """One business on the phone: why it comes now, until when, what is open there."""

    entity: Entity
    place: str
    due: DueVisit | None = None
    reasons: list[dict] = field(default_factory=list)
    due_on: datetime.date | None = None
    # changes when what its visit page says changes: the phone then keeps the page anew
    stamp: str = ""

    @property
    def due_words(self) -> str:
        """12月31日前督导, or nothing where nothing is due."""
        return f"{month_day(self.due_on)}前督导" if self.due_on else ""


@dataclass
class Todo:
    """The first page: cards in their order; figures of the regular period in 家."""

    cards: list[Card]
    period: str = ""
    due_on: datetime.date | None = None
    total: int = 0
    done: int = 0
    excused: int = 0
    late: int = 0

    @property
    def left(self) -> int:
        """还剩."""
        return self.total - self.done - self.excused


def cadre_of(*, user) -> Cadre | None:
    """The cadre whose account this is."""
    return Cadre.objects.filter(user=user).select_related("area__parent__parent__parent").first()


def phone_todo(*, user, on: datetime.date) -> Todo:
    """What the cadre of this account owes on this day: open ones (late ones too) as cards in the order of
    their weight, the others only counted; three statements."""
    mine = DueVisit.objects.filter(cadre__user=user, starts_on__lte=on)
    rows = mine.filter(Q(state=DueState.OPEN) | Q(due_on__gte=on)).exclude(state=DueState.VOID)
    rows = rows.select_related("period", "entity__category", "entity__area", "entity__record")
    rows = list(rows.order_by("-weight", "due_on", "pk")[: 4 * MOST])
    open_rows = [row for row in rows if row.state == DueState.OPEN]
    nearest = _nearest_problems(row.entity_id for row in open_rows)
    seen, cards = set(), []
    for row in open_rows[:MOST]:
        # a key period may ask for the same business again: it is gone to once at a time
        if row.entity_id not in seen:
            seen.add(row.entity_id)
            cards.append(_card(row.entity, row, nearest.get(row.entity_id), on))
    todo = Todo(cards=cards, late=sum(row.due_on < on for row in open_rows))
    now = [row for row in rows if row.due_on >= on]
    regular = [row for row in now if row.period.kind == PeriodKind.REGULAR] or now
    todo.total = len(regular)
    todo.done = sum(row.state == DueState.DONE for row in regular)
    todo.excused = sum(row.state == DueState.EXCUSED for row in regular)
    if regular:
        last = max(regular, key=lambda row: row.due_on)
        todo.period, todo.due_on = last.period.name, last.due_on
    return todo


def phone_entities(*, user, on: datetime.date) -> list[Card]:
    """All businesses that the account's cadre holds now, by name, with what is due; three statements."""
    bonds = Assignment.objects.active().filter(cadre__user=user)
    due = DueVisit.objects.open().filter(entity=OuterRef("pk"), starts_on__lte=on)
    held = (
        Entity.objects.filter(pk__in=bonds.values("entity"))
        .select_related("category", "area", "record")
        .annotate(due_on=Subquery(due.order_by("due_on").values("due_on")[:1]))
        .order_by("name", "pk")[:MOST]
    )
    held = list(held)
    nearest = _nearest_problems(entity.pk for entity in held)
    return [_card(entity, None, nearest.get(entity.pk), on) for entity in held]


def may_open(*, user, entity_id: int, on: datetime.date) -> Assignment | None:
    """The bond by which this account may visit the business: in force, or ended so lately that a visit
    begun before may still be sent; nothing otherwise."""
    bonds = Assignment.objects.filter(cadre__user=user, entity=entity_id)
    bonds = bonds.filter(Q(to_on=None) | Q(to_on__gte=on - GRACE))
    bonds = bonds.select_related(
        "entity__category", "entity__area__parent", "entity__record", "cadre"
    )
    return (
        bonds.order_by(F("to_on").desc(nulls_first=True), "-from_on", "-pk").first()
        if user.is_authenticated
        else None
    )


def record_of(entity: Entity) -> EntityRecord:
    """What stands behind the business; noughts where nothing does."""
    return getattr(entity, "record", None) or EntityRecord(entity=entity)


def _nearest_problems(ids: Iterable[int]):
    """Business → (open problems, the nearest day by which one must be put right)."""
    found = {}
    rows = Problem.objects.open().filter(entity__in=list(ids)).order_by("due_at", "pk")
    for entity, due_at in rows.values_list("entity", "due_at"):
        number, first = found.get(entity, (0, None))
        found[entity] = (number + 1, first or due_at)
    return found


def _card(entity, due, problems, on):
    record = record_of(entity)
    due_on = due.due_on if due else getattr(entity, "due_on", None)
    return Card(
        entity=entity,
        place=entity.address or entity.area.name,
        due=due,
        due_on=due_on,
        reasons=reasons_of(
            open_problems=record.open_problems,
            problems=record.problems,
            problem_due=timezone.localdate(problems[1]) if problems and problems[1] else None,
            last_visit=record.last_visit_on,
            expires=entity.expires_on,
            due=due_on,
            on=on,
        ),
        stamp=page_stamp(entity, record, due),
    )


def page_stamp(entity: Entity, record: EntityRecord, due: DueVisit | None) -> str:
    """A short word that changes with what the visit page of this business shows."""
    facts = (
        entity.pk, entity.revision, record.visits, record.last_visit_on, record.problems,
        record.open_problems, due.pk if due else 0, due.must_be_on_site if due else "",
    )  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
