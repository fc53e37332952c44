"""Who holds businesses, as a room above answers it (settings.ENTITY_HOLDERS names its module)."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.module_loading import import_string

from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..models import Entity
from ..querysets import holders, is_holder


def sees(*, user, entity: Entity) -> bool:
    """Whether the user may see this business: it lies in his area, or he holds it."""
    if not is_holder(user):
        return area_scope(user).covers(entity.area_id)
    return Entity.objects.visible_to(user).filter(pk=entity.pk).exists()


def bearers_of(*, user, ids: Iterable[int]) -> dict[int, dict] | None:
    """Business → its bearer {name, level, url, word, shape}, in one statement; None while no room knows."""
    answer = holders("bearers")
    return None if answer is None else answer(user=user, ids=ids)


def holding_of(*, user, entity: Entity) -> dict | None:
    """What the page of one business shows of its bearer and the bonds before; None while no room knows."""
    answer = holders("holding")
    return None if answer is None else answer(user=user, entity=entity)


def unassigned_url(*, area: str) -> str:
    """Where the businesses that nobody holds are listed; "" while no room does."""
    answer = holders("unassigned_url")
    return "" if answer is None else answer(area=area)


def cards_of(*, user, entity) -> list[dict]:
    """What rooms above show on the page of one business (settings.ENTITY_CARDS), in their order: each names
    its `template`; those that have nothing for this reader are left out."""
    found = (import_string(path)(user=user, entity=entity) for path in settings.ENTITY_CARDS)
    return [card for card in found if card]
