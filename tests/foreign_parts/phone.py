"""What the phone, the plates and the papers of a visit are about in the foreign county."""

from django.utils import timezone

from inspections.models import PlateText, PublicPlate, Visit
from tests.responsibility.factories import CadreFactory

PREFIXES = [
    ("inspections:visit-make", "entity"),
    ("inspections:plate", "entity"),
    ("inspections:visit-pdf", "printed"),
    ("inspections:visit-docx", "printed"),
]
# whoever holds a plate's code may read its page; the office's words are the city's
COMMON = ("inspections:public-plate", "admin:inspections_platetext_")
SUITED = ("plate-list", "plate-bundle", "inspections:phone")


def plant(*, areas, town, word, entity, **_):
    cadre = CadreFactory(area=areas[town], level="township", name=f"{word}包保")
    at = timezone.now()
    visit = Visit.objects.create(
        key=f"{entity.pk:032x}", entity=entity, area=areas[town], cadre=cadre, level="township",
        kind="suspended", visited_on=timezone.localdate(), started_at=at, finished_at=at,
        note=f"{word}备注", contact=f"{word}人",
    )  # fmt: skip
    PublicPlate.objects.create(entity=entity)
    if not PlateText.objects.filter(area=None).exists():
        PlateText.objects.create(area=None)
    return {"printed": visit}
