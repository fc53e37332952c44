"""What stands on a 公示牌 and on the public page behind its code: what may be public and nothing else
(domain §8.1: name, post and unit of a cadre are data of his duty; no telephone of a person)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from entities.enums import OBLIGED, REGISTERED
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Station
from responsibility.models import Assignment, Cadre

from ..models import EntityRecord, PlateText, PublicPlate

IN_ONE = 100


@dataclass(frozen=True)
class Facts:
    """What the public may know of one business."""

    entity: Entity
    cadre: Cadre | None
    level: str
    last_visit_on: datetime.date | None
    station: str
    text: PlateText
    place: str

    @property
    def cadre_words(self) -> str:
        """Unit and post; a unit that the post repeats is said once."""
        if self.cadre is None:
            return ""
        post, unit = self.cadre.post, self.cadre.unit
        return post if post.startswith(unit) else f"{unit} {post}".strip()


def public_facts(*, token: str) -> Facts | None:
    """What the public page behind this code shows; nothing for an unknown or replaced code and for a
    business that left the register, and nobody can tell which of these it is. Four statements."""
    plate = (
        PublicPlate.objects.filter(token=token, revoked_at=None, entity__status__in=REGISTERED)
        .values_list("entity", flat=True)
        .first()
    )
    return next(iter(facts_of(ids=[plate])), None) if plate else None


def facts_of(*, ids: list[int]) -> list[Facts]:
    """The facts of these businesses, in the order of area and name; they were scoped before. Five
    statements whatever the number."""
    entities = list(
        Entity.objects.filter(pk__in=ids)
        .select_related("category", "area__parent__parent__parent", "station_override")
        .order_by("area", "name", "pk")
    )
    bonds = {
        bond.entity_id: bond
        for bond in Assignment.objects.active()
        .filter(entity__in=ids, cadre__is_in_post=True)
        .select_related("cadre")
    }
    visited = dict(
        EntityRecord.objects.filter(entity__in=ids).values_list("entity", "last_visit_on")
    )
    stations, texts = _stations(entities), _texts(entities)
    return [
        Facts(
            entity=entity,
            cadre=bonds[entity.pk].cadre if entity.pk in bonds else None,
            level=bonds[entity.pk].get_level_display() if entity.pk in bonds else "",
            last_visit_on=visited.get(entity.pk),
            station=_station(entity, stations),
            text=_nearest(entity.area_id, texts),
            place=entity.area.path_name,
        )
        for entity in entities
    ]


def _codes(entities):
    return {e.area_id[:length] for e in entities for length in (4, 6, 9, 12)}


def _stations(entities):
    found = Station.objects.filter(is_active=True, areas__in=_codes(entities))
    return dict(found.values_list("areas", "name"))


def _station(entity, stations):
    if entity.station_override is not None:
        return entity.station_override.name
    code = entity.area_id
    named = (stations.get(code[:length]) for length in (12, 9, 6) if length <= len(code))
    return next((name for name in named if name), "")


def _texts(entities):
    rows = PlateText.objects.filter(Q(area=None) | Q(area__in=_codes(entities)))
    return {row.area_id: row for row in rows}


def _nearest(code, texts):
    found = (texts.get(code[:length]) for length in (12, 9, 6, 4) if length <= len(code))
    return next((text for text in found if text), None) or texts.get(None) or PlateText()


def plates_of(*, ids: Iterable[int]) -> dict[int, PublicPlate]:
    """Business → its plate in use, where it has one. The businesses were scoped before."""
    found = PublicPlate.objects.filter(entity__in=list(ids), revoked_at=None)
    return {plate.entity_id: plate for plate in found.order_by("pk")}


def without_plate(entities: QuerySet[Entity]) -> QuerySet[Entity]:
    """Those of these businesses that have no code in use."""
    return entities.exclude(
        Exists(PublicPlate.objects.filter(entity=OuterRef("pk"), revoked_at=None))
    )


def to_print(*, user, area: str = "", cadre: int | None = None) -> QuerySet[Entity]:
    """The businesses of 应包 that this person sees, below an area or held by one cadre: those whose plates
    are printed together, in the order of their plates."""
    found = Entity.objects.visible_to(user).filter(status__in=OBLIGED)
    if area:
        found = found.filter(area__code__startswith=area)
    if cadre is not None:
        bonds = Assignment.objects.active().filter(cadre=cadre)
        found = found.filter(pk__in=bonds.values("entity"))
    return found.order_by("area", "name", "pk")


def held_to_print(*, user) -> QuerySet[Entity]:
    """The businesses that the account's own cadre holds, a leader's too, who sees all by area."""
    bonds = Assignment.objects.active().filter(cadre__user=user)
    found = Entity.objects.filter(pk__in=bonds.values("entity"), status__in=OBLIGED)
    return found.order_by("area", "name", "pk")


def entity_seen(*, user, pk: int) -> Entity | None:
    """A business that this person sees, by area or because he holds it."""
    mine = Assignment.objects.active().filter(cadre__user=user.pk)
    seen = Entity.objects.visible_to(user) | Entity.objects.filter(pk__in=mine.values("entity"))
    return seen.filter(pk=pk).select_related("area").first()
