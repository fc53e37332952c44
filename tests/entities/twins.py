"""Businesses that are one and the same, for tests."""

from django.utils import timezone

from entities.models import Entity, EntityMerge, TwinGroup
from entities.services.merging import entities_merge
from entities.services.twins import twins_find
from tests.factories import EntityFactory
from tests.personas import TOWN

CODE = "92379921MA1B2C3D82"


def pair(*, areas, code=TOWN, credit=CODE, word="鑫源", **more):
    """Two graded businesses of one credit code, and the group that the search finds."""
    values = {"area": areas[code], "credit_code": credit, "address_key": "示例街1号"} | more
    kept = EntityFactory(name=f"{word}食品超市", graded=True, **values)
    gone = EntityFactory(name=f"{word}超市", phone="13904540001", graded=True, **values)
    twins_find(at=timezone.now())
    group = TwinGroup.objects.get(members=[kept.pk, gone.pk])
    kept.refresh_from_db()
    gone.refresh_from_db()
    return kept, gone, group


def merge(actor, kept, gone, *, take=(), **more):
    """Merge them as they stand now."""
    rows = Entity.objects.in_bulk([kept.pk, gone.pk])
    values = {
        "seen": {pk: row.revision for pk, row in rows.items()}, "reason": "同一店铺登记两次",
        "at": timezone.now(),
    } | more  # fmt: skip
    return entities_merge(actor=actor, kept=rows[kept.pk], gone=rows[gone.pk], take=take, **values)


def a_merge(*, areas, actor, code=TOWN, **more) -> EntityMerge:
    kept, gone, _ = pair(areas=areas, code=code, **more)
    return merge(actor, kept, gone)
