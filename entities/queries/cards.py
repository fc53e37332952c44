"""What rooms above show on the page of one business (settings.ENTITY_CARDS names the functions)."""

import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from ..models import Entity


def cards_of(*, user, entity: Entity, on: datetime.date) -> list[dict]:
    """The cards of one business in their order; each names its `template`, which reads it as `card`, and
    whether it `is_side` (in the narrow column). A room gives nothing to who may not read it. The business was
    scoped before."""
    found = (import_string(path)(user=user, entity=entity, on=on) for path in settings.ENTITY_CARDS)
    return [card for card in found if card is not None]
