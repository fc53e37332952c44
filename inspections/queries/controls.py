"""What a look at the controls of a business must know: what was seen before, how long records stay fresh, and
which item of a list tells of which control. Columns for a statement that is read anyway."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from entities.models import Entity

from ..models import ChecklistItem, ControlRule, EntityCompliance


@dataclass(frozen=True)
class LookFacts:
    """Controls seen before; control → days that its newest record may be old; item → control."""

    seen: frozenset = frozenset()
    fresh: dict = field(default_factory=dict)
    items: dict = field(default_factory=dict)


def look_columns(*, entity: str, on: datetime.date) -> dict[str, ArraySubquery]:
    """Annotations of a row whose business is found at the path `entity`: `looks` and `fresh`."""
    rows = EntityCompliance.objects.filter(entity=OuterRef(entity))
    rules = ControlRule.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on), effective_from__lte=on
    ).order_by("effective_from", "pk")
    return {
        "looks": ArraySubquery(rows.values("controls")[:1]),
        "fresh": ArraySubquery(rules.values(json=JSONObject(control="control", days="fresh_days"))),
    }


def look_facts(*, looks: list, fresh: list, items: Iterable[tuple[str, str]] = ()) -> LookFacts:
    """The facts from these annotations and (item, control) pairs."""
    before = looks[0] if looks else {}
    return LookFacts(
        seen=frozenset(control for control, look in before.items() if look["was_seen"]),
        fresh={row["control"]: row["days"] for row in fresh},
        items={code: control for code, control in items if control},
    )


def facts_of_visit(*, visit) -> LookFacts:
    """The facts of a visit read by themselves, in one statement."""
    items = ChecklistItem.objects.filter(checklist=visit.checklist_id).exclude(control="")
    pairs = ArraySubquery(items.values(json=JSONObject(code="code", control="control")))
    row = _read(visit.entity_id, visit.visited_on, pairs=pairs)
    pairs = ((item["code"], item["control"]) for item in row["pairs"])
    return look_facts(looks=row["looks"], fresh=row["fresh"], items=pairs)


def facts_of_entity(*, entity_id: int, on: datetime.date) -> LookFacts:
    """The facts of one business on a day."""
    return look_facts(**_read(entity_id, on))


def _read(entity_id, on, **more):
    columns = look_columns(entity="pk", on=on) | more
    return Entity.objects.filter(pk=entity_id).values(**columns).get()
