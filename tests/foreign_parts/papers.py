"""Pledges and letters in the foreign county."""

import datetime

from django.core.files.base import ContentFile

from responsibility.models import Batch, Letter, Pledge
from tests.responsibility.factories import CadreFactory

PREFIXES = [
    ("responsibility:pledge-batch", "batch"),
    ("responsibility:pledge-", "pledge"),
    ("responsibility:letter-", "letter"),
    ("admin:responsibility_letter_", "letter"),
    ("api:pledge-", "pledge"),
    ("api:letter-", "letter"),
    ("api:batch-", "batch"),
]
COMMON = ("responsibility:pledge-template", "admin:responsibility_pledgetemplate_",
          "responsibility:letter-template", "admin:responsibility_lettertemplate_",
          "admin:responsibility_resignrule_")  # fmt: skip
SUITED = ("responsibility:papers", "pledge-list", "pledge-export", "pledge-make", "letter-list",
          "letter-export", "pledge-print", "letter-print")  # fmt: skip
ANNEX = {"as_of": "2022-11-02", "entities": [], "task_list": None}


def plant(*, areas, county, town, word, clerk, entity, **_):
    cadre = CadreFactory(area=areas[town], level="township", name=f"{word}副镇长")
    bond = {
        "id": entity.pk, "name": f"{word}酒楼", "credit_code": "", "licence_no": "", "address": "",
        "category": "", "grade": "C", "legal_person": f"{word}人", "station": None,
        "from_on": "2022-10-01",
    }  # fmt: skip
    pledge = Pledge.objects.create(
        cadre=cadre, area=cadre.area, number=f"2022-{county}-0077", level="township",
        name=f"{word}副镇长", post=f"{word}职务", unit=f"{word}镇", superior_unit=f"{word}食安委",
        state="signed", signed_on=datetime.date(2022, 11, 2), signed_by=clerk, signed_via="scan",
        scan=ContentFile(f"%PDF-{word}".encode(), name="x"), scan_name=f"{word}.pdf",
        annex=ANNEX | {"entities": [bond]}, resign_reason=f"{word}原因",
    )  # fmt: skip
    letter = Letter.objects.create(
        kind="township", year=2022, area=areas[town], upper=f"{word}县", signer_down=f"{word}镇长",
        scan=ContentFile(f"%PDF-{word}".encode(), name="x"), scan_name=f"{word}状.pdf",
    )  # fmt: skip
    batch = Batch.objects.create(
        kind="pledges", area=areas[town], made_by=clerk, state="done", message=f"{word}说明"
    )
    return {"pledge": pledge, "letter": letter, "batch": batch}
