"""Rows of due lists, visits, photographs, checklists, and the tables of frequency."""

import datetime
import uuid

from django.core.files.base import ContentFile

from inspections.models import (
    Checklist,
    FrequencyRule,
    KeyPeriod,
    ModeRule,
    Photo,
    VisitSetting,
)
from inspections.services.checklists import checklist_copy
from tests.inspections.makers_visits import load_lists, make_held, make_visit
from tests.matrix import (
    CADRE,
    CITY,
    COUNTY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STAFF,
    STATION,
    Row,
)
from tests.matrix.admin import NONE, REGISTRARS, register_rows
from tests.personas import CITY as CITY_CODE

API = {"anonymous": 401}
VISITORS = CADRE | LEADER
# who may report, claim or verify a problem sends photographs too
PHOTOGRAPHERS = VISITORS | COUNTY | OUTSIDER | STATION
CITY_ADMIN = frozenset({"city_admin"})
VOIDERS = CITY_ADMIN | COUNTY | OUTSIDER
DAY = datetime.date(2022, 10, 1)


def visit(world, where):
    """A visit in a town, by its cadre."""
    bond = make_held(areas=world.areas, code=world.code[where], level="township", grade="C")
    return [make_visit(bond).pk]


def photo(world, where):
    made = Photo(key=uuid.uuid4().hex, visit_id=visit(world, where)[0])
    made.file.save("x", ContentFile(b"x"), save=False)
    made.save()
    return [made.pk]


def checklist(world, where):
    load_lists()
    return [Checklist.objects.get(level="village").pk]


def draft(world, where):
    load_lists()
    found = Checklist.objects.get(level="village")
    return [checklist_copy(actor=world.people["city_admin"], checklist=found).pk]


def item(world, where):
    (pk,) = draft(world, where)
    return [Checklist.objects.get(pk=pk).items.get(code="T03").pk]


def frequency(world, where):
    return [FrequencyRule.objects.create(effective_from=DAY).pk]


def mode(world, where):
    return [ModeRule.objects.create(risk_grade="D", effective_from=DAY).pk]


def key_period(world, where):
    area = world.areas[world.code[where][:6]]
    return [KeyPeriod.objects.create(area=area, name="五一", starts_on=DAY, ends_on=DAY).pk]


def setting(world, where):
    return [VisitSetting.objects.get_or_create(area=world.areas[CITY_CODE])[0].pk]


ITEM = {"code": "T03", "heading": "system", "text": "证照齐全", "revision": "1"}
WRITERS = {
    "near": CITY,
    "method": "post",
    "status": 302,
}
ROWS = {
    "inspections:due-list": Row(near=READERS | CADRE),
    "inspections:due-export": Row(near=STAFF),
    "inspections:due-board-export": Row(near=STAFF),
    "inspections:due-cadres": Row(near=READERS),
    "inspections:due-make": Row(near=CITY, method="post", status=302),
    "inspections:visit-list": Row(near=READERS | CADRE),
    "inspections:visit-export": Row(near=STAFF),
    "inspections:visit-detail": Row(
        near=NEAR_READERS, far=FAR_READERS, args=visit, blind=CADRE
    ),
    "inspections:visit-void": Row(
        near=VOIDERS - OUTSIDER, far=VOIDERS - COUNTY, args=visit, method="post",
        data={"reason": "填错"}, status=302,
    ),
    "inspections:visit-photo": Row(near=NEAR_READERS, far=FAR_READERS, args=photo, blind=CADRE),
    # not his to take back: as if it were not there
    "inspections:visit-photo-withdraw": Row(
        near=CITY_ADMIN | COUNTY, far=CITY_ADMIN | OUTSIDER, args=photo, blind=READERS | CADRE
    ),
    "inspections:checklist-index": Row(near=READERS | CADRE),
    "inspections:checklist-detail": [
        Row(near=READERS | CADRE, args=checklist),
        # a draft is the city's
        Row(near=CITY, args=draft, blind=READERS | CADRE),
    ],
    "inspections:checklist-versions": Row(near=READERS | CADRE, args=checklist),
    "inspections:checklist-copy": Row(args=checklist, **WRITERS),
    "inspections:checklist-issue": [
        Row(near=CITY_ADMIN, args=draft),
        Row(near=CITY_ADMIN, args=draft, method="post", status=302,
            data={"effective_from": "2022-10-12"}),
    ],
    "inspections:checklist-item-create": [
        Row(near=CITY, args=draft),
        Row(args=draft, data=ITEM | {"code": "T90"}, **WRITERS),
    ],
    "inspections:checklist-item-update": [
        Row(near=CITY, args=item),
        Row(args=item, data=ITEM, **WRITERS),
    ],
    "inspections:checklist-item-move": Row(args=item, **WRITERS),
    "inspections:checklist-item-remove": Row(args=item, **WRITERS),
    "api:visit-list": [
        Row(near=READERS | CADRE, **API),
        # the test client's body is no JSON
        Row(near=VISITORS, method="post", status=415, **API),
    ],
    "api:visit-detail": Row(near=NEAR_READERS, far=FAR_READERS, args=visit, blind=CADRE, **API),
    "api:photo": Row(near=PHOTOGRAPHERS, method="post", status=422, **API),
    "api:due-visit-list": Row(near=READERS | CADRE, **API),
    "api:checklist-list": Row(near=READERS | CADRE, **API),
    "api:checklist-detail": Row(near=READERS | CADRE, args=checklist, **API),
    **register_rows("inspections_frequencyrule", frequency, delete=REGISTRARS),
    **register_rows("inspections_moderule", mode, delete=REGISTRARS),
    **register_rows("inspections_keyperiod", key_period),
    **register_rows("inspections_visitsetting", setting, add=NONE),
}  # fmt: skip
