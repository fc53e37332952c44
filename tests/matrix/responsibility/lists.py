"""Rows of the three lists: they belong to no area, so near and far are the same."""

import datetime

from django.core.files.base import ContentFile
from django.utils import timezone

from responsibility.models import CoreTask, Duty, ListDocument, RolloutStage
from responsibility.services.lists import list_issue
from responsibility.services.seeds_lists import load
from tests.matrix import (
    BUREAU,
    CADRE,
    CITY,
    COUNTY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STAFF,
    SUPERVISION,
    Row,
)
from tests.matrix.admin import NONE, register_rows
from tests.responsibility.factories import CadreFactory

READ = BUREAU | CADRE | LEADER | SUPERVISION
CITY_ADMIN = frozenset({"city_admin"})
API = {"anonymous": 401}


def _draft(world):
    load()
    return ListDocument.objects.get(kind="task", level="village")


def issued(world, where):
    document = _draft(world)
    list_issue(
        actor=world.people["city_admin"], document=document, at=timezone.now(),
        effective_from=datetime.date(2022, 10, 12),
    )  # fmt: skip
    return [document.pk]


def draft(world, where):
    return [_draft(world).pk]


def item(world, where):
    return [_draft(world).items.get(code="J3").pk]


def duty(world, where, **more):
    """A to-do of a town's cadre."""
    cadre = CadreFactory(area=world.areas[world.code[where]], level="township")
    day = datetime.date(2022, 12, 31)
    made = Duty.objects.create(
        item=_draft(world).items.get(code="J1"), code="J1", area=cadre.area, cadre=cadre,
        period="2022Q4", starts_on=datetime.date(2022, 10, 1), due_on=day, **more,
    )  # fmt: skip
    return [made.pk]


def done_duty(world, where):
    return duty(world, where, state="done", file_name="清单.pdf",
                file=ContentFile(b"%PDF-", name="x"))  # fmt: skip


def first_of(model):
    def make(world, where):
        load()
        return [model.objects.order_by("pk").first().pk]

    return make


def town_cadre(world, where):
    area = world.areas[world.code[where]]
    return [CadreFactory(area=area, level="township").pk]


ITEM = {"code": "J3", "clause": "改", "cycle": "quarter", "owner": "cadre", "mark_village": "full",
        "revision": "1"}  # fmt: skip
NEW = ITEM | {"code": "J20"}

ROWS = {
    "responsibility:list-index": Row(near=READ),
    "responsibility:list-detail": [
        Row(near=READ, args=issued),
        # a draft is the city's
        Row(near=CITY, args=draft, blind=READ),
    ],
    "responsibility:list-versions": Row(near=READ, args=issued),
    "responsibility:list-docx": Row(near=READ, args=issued),
    "responsibility:list-pdf": Row(near=READ, args=issued),
    "responsibility:list-copy": Row(near=CITY, args=issued, method="post", status=302),
    "responsibility:list-issue": [
        Row(near=CITY_ADMIN, args=draft),
        Row(near=CITY_ADMIN, args=draft, method="post", status=302,
            data={"effective_from": "2022-10-12"}),
    ],
    "responsibility:list-item-create": [
        Row(near=CITY, args=draft),
        Row(near=CITY, args=draft, method="post", status=302, data=NEW),
    ],
    "responsibility:list-item-update": [
        Row(near=CITY, args=item),
        Row(near=CITY, args=item, method="post", status=302, data=ITEM),
    ],
    "responsibility:list-item-move": Row(near=CITY, args=item, method="post", status=302),
    "responsibility:list-item-remove": Row(near=CITY, args=item, method="post", status=302),
    **register_rows("responsibility_coretask", first_of(CoreTask)),
    **register_rows("responsibility_rolloutstage", first_of(RolloutStage)),
    **register_rows("responsibility_listdocument", draft, add=NONE),
    "api:list-list": Row(near=BUREAU, **API),
    "api:list-detail": Row(near=BUREAU, args=issued, **API),
    "api:list-copy": Row(near=CITY, args=issued, method="post", status=201, **API),
    # In reach, but nothing that makes sense was sent.
    "api:list-items": Row(near=CITY, args=draft, method="post", status=400, **API),
    "api:list-item": [
        Row(near=CITY, args=item, method="put", status=415, **API),
        Row(near=CITY, args=item, method="delete", **API),
    ],
    "api:list-issue": Row(near=CITY_ADMIN, args=draft, method="post", status=400, **API),
    "api:duty-list": Row(near=STAFF, **API),
    "api:duty-detail": Row(near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=duty, **API),
    "responsibility:cadre-list-docx": Row(
        near=CITY | COUNTY | LEADER | SUPERVISION, far=CITY | LEADER | OUTSIDER, args=town_cadre,
        blind=CADRE,
    ),
    "responsibility:cadre-list-pdf": Row(
        near=CITY | COUNTY | LEADER | SUPERVISION, far=CITY | LEADER | OUTSIDER, args=town_cadre,
        blind=CADRE,
    ),
    "responsibility:duty-list": Row(near=READERS | CADRE),
    "responsibility:duty-areas": Row(near=READERS),
    "responsibility:duty-give": [
        Row(near=BUREAU),
        Row(near=BUREAU, method="post"),  # empty: shown again
    ],
    "responsibility:duty-export": Row(near=BUREAU),
    "responsibility:duty-detail": Row(
        near=NEAR_READERS, far=FAR_READERS, args=duty, blind=CADRE
    ),
    "responsibility:duty-file": Row(
        near=NEAR_READERS, far=FAR_READERS, args=done_duty, blind=CADRE
    ),
    "responsibility:duty-complete": Row(
        near=CITY | COUNTY, far=CITY | OUTSIDER, args=duty, blind=CADRE, method="post",
        data={"revision": "1", "note": "办了"}, status=302,
    ),
    "responsibility:duty-reopen": Row(
        near=CITY | COUNTY, far=CITY | OUTSIDER, args=done_duty, blind=CADRE, method="post",
        data={"revision": "1", "reason": "缺签字"}, status=302,
    ),
}  # fmt: skip
EXEMPT = {}
