"""A visit of the foreign county with its due line. The checklists belong to no county."""

import datetime

from inspections.models import DueVisit, Period
from tests.inspections.makers_visits import make_visit
from tests.responsibility.factories import AssignmentFactory, CadreFactory

PREFIXES = [("inspections:visit-", "visit"), ("api:visit-", "visit")]
COMMON = ("inspections:checklist-", "api:checklist-")
SUITED = ("due-list", "due-export", "visit-list", "visit-export", "due-cadres")
DAYS = {"starts_on": datetime.date(2022, 10, 1), "ends_on": datetime.date(2022, 12, 31)}


def plant(*, areas, town, word, phone, entity, **_):
    cadre = CadreFactory(area=areas[town], level="township", name=f"{word}督导人", phone=phone)
    bond = entity.assignments.filter(to_on=None).first() or AssignmentFactory(
        entity=entity, cadre=cadre, exception_reason=f"{word}例外"
    )
    period, _made = Period.objects.get_or_create(
        area=areas[town[:4]], code="2022Q4", defaults={"name": "2022年第四季度", "kind": "regular",
                                                       "cycle": "quarter", **DAYS},
    )  # fmt: skip
    line = DueVisit.objects.create(
        period=period, entity=entity, area=areas[town], cadre=cadre, level=cadre.level,
        starts_on=DAYS["starts_on"], due_on=DAYS["ends_on"], reason=f"{word}缘由",
    )  # fmt: skip
    visit = make_visit(bond, due=line, contact=f"{word}在场", note=f"{word}备注")
    return {"visit": visit}
