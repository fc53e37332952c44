"""A cadre, a hand-over and a change of the foreign county."""

import datetime

from django.utils import timezone

from responsibility.models import Change, Handover
from tests.responsibility.factories import CadreFactory

PREFIXES = [
    ("responsibility:handover-create", "cadre"),
    ("responsibility:handover-", "handover"),
    ("responsibility:cadre-", "cadre"),
    ("api:cadre-", "cadre"),
    ("api:handover-", "handover"),
    ("admin:responsibility_cadre_", "cadre"),
]
COMMON = (
    "admin:responsibility_gradelevel_", "admin:responsibility_loadcap_",
    "admin:responsibility_changeclock_", "admin:responsibility_calendarday_",
)  # fmt: skip
SUITED = ("cadre-list", "cadre-export", "handover-list", "change-list", "change-export")


def plant(*, areas, town, word, phone, clerk, entity, **_):
    cadre = CadreFactory(
        area=areas[town], level="township", name=f"{word}书记", post=f"{word}镇长", unit=f"{word}镇",
        phone=phone, liaison_unit=f"{word}局", liaison_name=f"{word}联络", liaison_phone=phone,
        note=f"{word}备注",
    )  # fmt: skip
    on = datetime.date(2022, 11, 2)
    handover = Handover.objects.create(
        cadre=cadre, area=areas[town], reason="transfer", on=on, note=f"{word}说明", made_by=clerk
    )
    for about in ({"cadre": cadre}, {"entity": entity}):
        Change.objects.create(
            kind="cadre_post", area=areas[town], before=f"{word}前", after=f"{word}后", note=word,
            happened_on=on, recorded_at=timezone.now(), recorded_by=clerk, **about,
        )  # fmt: skip
    return {"cadre": cadre, "handover": handover}
