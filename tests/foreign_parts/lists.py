"""A dated to-do of the foreign county. The lists themselves belong to no county."""

import datetime

from django.core.files.base import ContentFile

from responsibility.models import Duty, ListDocument, ListItem
from tests.responsibility.factories import CadreFactory

PREFIXES = [("responsibility:duty-", "duty"), ("api:duty-", "duty")]
COMMON = (
    "responsibility:list-", "api:list-", "admin:responsibility_coretask_",
    "admin:responsibility_rolloutstage_", "admin:responsibility_listdocument_",
)  # fmt: skip
SUITED = ("duty-list", "duty-areas", "duty-export")


def plant(*, areas, town, word, phone, clerk, **_):
    document, _made = ListDocument.objects.get_or_create(
        kind="task", level="township", title="清单"
    )
    item, _made = ListItem.objects.get_or_create(
        document=document, code="J1", order=1, clause="开展督导", cycle="quarter"
    )
    cadre = CadreFactory(area=areas[town], level="township", name=f"{word}任务人", phone=phone)
    duty = Duty(
        item=item, code="J1", area=areas[town], cadre=cadre, period="2022Q4",
        starts_on=datetime.date(2022, 10, 1), due_on=datetime.date(2022, 12, 31), state="done",
        note=f"{word}办结", done_by=clerk, file_name=f"{word}.pdf",
    )  # fmt: skip
    duty.file.save("x", ContentFile(f"%PDF-{word}".encode()), save=False)
    duty.save()
    return {"duty": duty}
