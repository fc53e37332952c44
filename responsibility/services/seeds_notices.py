"""The fourteen 工作提示 of the example (domain §1.9), as drafts that a city may edit and issue."""

import json

from django.conf import settings

from jiamusi_foodsafety.jurisdiction.enums import Level
from jiamusi_foodsafety.jurisdiction.models import Area

from ..models import Notice, NoticeTarget

FIXTURE = settings.BASE_DIR / "fixtures" / "responsibility" / "notices.json"


def load() -> None:
    """For each city: the examples whose number it has not used yet, addressed to its counties. Drafts:
    nobody owes an answer to an example before it is issued."""
    examples = json.loads(FIXTURE.read_text(encoding="utf-8"))
    for city in Area.objects.active().filter(level=Level.CITY).order_by("pk"):
        taken = set(Notice.objects.filter(area=city).values_list("number", flat=True))
        made = Notice.objects.bulk_create(
            [
                Notice(area=city, is_example=True, **example)
                for example in examples
                if example["number"] not in taken
            ]
        )
        counties = Area.objects.active().filter(parent=city).values_list("pk", flat=True)
        NoticeTarget.objects.bulk_create(
            [NoticeTarget(notice=notice, area_id=code) for notice in made for code in counties]
        )
