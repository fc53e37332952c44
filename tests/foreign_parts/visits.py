"""A visit of the foreign county with its due line. The checklists belong to no county."""

import uuid

from django.core.files.base import ContentFile

from inspections.models import DueVisit, KeyPeriod, Photo
from tests.inspections.makers_visits import make_period, make_visit
from tests.responsibility.factories import AssignmentFactory, CadreFactory

PREFIXES = [
    ("inspections:visit-photo", "visit_photo"), ("inspections:visit-", "visit"),
    ("api:visit-", "visit"), ("admin:inspections_keyperiod_", "key_period"),
]  # fmt: skip
COMMON = (
    "inspections:checklist-", "api:checklist-", "admin:inspections_frequencyrule_",
    "admin:inspections_moderule_", "admin:inspections_visitsetting_",
)  # fmt: skip
SUITED = ("due-list", "due-export", "visit-list", "visit-export", "due-cadres")


def plant(*, areas, county, town, word, phone, entity, **_):
    cadre = CadreFactory(area=areas[town], level="township", name=f"{word}督导人", phone=phone)
    bond = entity.assignments.filter(to_on=None).first() or AssignmentFactory(
        entity=entity, cadre=cadre, exception_reason=f"{word}例外"
    )
    period = make_period(areas[town[:4]])
    line = DueVisit.objects.create(
        period=period, entity=entity, area=areas[town], cadre=cadre, level=cadre.level,
        starts_on=period.starts_on,
        due_on=period.ends_on, reason=f"{word}缘由",
    )  # fmt: skip
    visit = make_visit(bond, due=line, contact=f"{word}在场", note=f"{word}备注")
    photo = Photo(key=uuid.uuid4().hex, visit=visit)
    photo.file.save("x", ContentFile(word.encode()), save=False)
    photo.save()
    key = KeyPeriod.objects.create(
        area=areas[county], name=f"{word}节点", starts_on=period.starts_on, ends_on=period.ends_on
    )
    return {"visit": visit, "visit_photo": photo, "key_period": key}
