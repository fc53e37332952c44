"""Rows of cadres, hand-overs and the ledger of changes."""

import datetime

from django.utils import timezone

from responsibility.models import CalendarDay, ChangeClock, GradeLevel, Handover, LoadCap
from tests.matrix import (
    BUREAU,
    CITY,
    COUNTY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STAFF,
    STATION,
    SUPERVISION,
    Row,
)
from tests.matrix.admin import NONE, REGISTRARS, register_rows
from tests.responsibility.factories import CadreFactory

NEAR_DO, FAR_DO = CITY | COUNTY, CITY | OUTSIDER
# who may see whole numbers
NEAR_SEE = frozenset({"city_admin"}) | COUNTY | STATION
FAR_SEE = frozenset({"city_admin"}) | OUTSIDER
API = {"anonymous": 401}


def cadre(world, where):
    return [CadreFactory(area=world.areas[world.code[where]], level="township").pk]


def handover(world, where):
    (pk,) = cadre(world, where)
    made = Handover.objects.create(
        cadre_id=pk, area_id=world.code[where], reason="transfer", on=timezone.localdate()
    )
    return [made.pk]


def done_handover(world, where):
    (pk,) = handover(world, where)
    Handover.objects.filter(pk=pk).update(state="done")
    return [pk]


def day(world, where):
    return [CalendarDay.objects.get_or_create(date=datetime.date(2022, 10, 3), name="国庆节")[0].pk]


def first_of(model):
    return lambda world, where: [model.objects.order_by("pk").first().pk]


def act(args, near, far, data=None):
    """A press of a button: POST does it, GET is no way to do it."""
    return [
        Row(near=near, far=far, args=args, method="post", data=data or {}, status=302),
        Row(args=args, status=405, denied=405),
    ]


ROWS = {
    "responsibility:cadre-list": Row(near=READERS),
    "responsibility:cadre-create": Row(near=BUREAU),
    "responsibility:cadre-export": [
        Row(near=BUREAU),
        Row(near=BUREAU, method="post"),
    ],
    "responsibility:cadre-accounts": act(None, BUREAU, None),
    "responsibility:cadre-detail": Row(near=NEAR_READERS, far=FAR_READERS, args=cadre),
    "responsibility:cadre-update": [
        Row(near=NEAR_DO, far=FAR_DO, args=cadre),
        Row(near=NEAR_DO, far=FAR_DO, args=cadre, method="post"),  # empty: shown again
    ],
    "responsibility:cadre-phone": act(cadre, NEAR_SEE, FAR_SEE),
    "responsibility:cadre-account": act(cadre, NEAR_DO, FAR_DO, {"act": "unlink"}),
    "responsibility:handover-create": [
        Row(near=NEAR_DO, far=FAR_DO, args=cadre),
        Row(near=NEAR_DO, far=FAR_DO, args=cadre, method="post"),
    ],
    "responsibility:handover-list": Row(near=READERS),
    "responsibility:handover-detail": Row(near=NEAR_READERS, far=FAR_READERS, args=handover),
    **{
        f"responsibility:handover-{format}": Row(
            near=CITY | COUNTY | LEADER | SUPERVISION,
            far=CITY | LEADER | OUTSIDER,
            args=done_handover,
        )
        for format in ("docx", "pdf")
    },
    "responsibility:handover-cancel": act(handover, NEAR_DO, FAR_DO),
    "responsibility:change-list": Row(near=STAFF | SUPERVISION),
    "responsibility:change-export": Row(near=STAFF | SUPERVISION),
    "api:cadre-list": Row(near=STAFF, **API),
    "api:cadre-detail": Row(near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=cadre, **API),
    "api:handover-list": Row(near=STAFF, query="?state=done", **API),
    "api:handover-detail": Row(near=STAFF - OUTSIDER, far=CITY | OUTSIDER, args=handover, **API),
    "api:change-list": Row(near=STAFF, **API),
    **register_rows("responsibility_cadre", cadre, add=NONE),
    **register_rows("responsibility_gradelevel", first_of(GradeLevel)),
    **register_rows("responsibility_loadcap", first_of(LoadCap)),
    **register_rows("responsibility_changeclock", first_of(ChangeClock)),
    **register_rows("responsibility_calendarday", day, delete=REGISTRARS),
}
