"""A bond and a plan of the foreign county."""

import datetime

from django.utils import timezone

from responsibility.services.planning import plan_make
from tests.factories import EntityFactory
from tests.responsibility.factories import AssignmentFactory, CadreFactory

PREFIXES = [
    ("responsibility:plan-", "plan"),
    ("api:assignment-", "assignment"),
    ("admin:responsibility_assignmentplan_", "plan"),
    ("admin:responsibility_assignment_", "assignment"),
]
SUITED = ("holding-list", "coverage", "vacancy-list", "assignment-list", "plan-list")


def plant(*, areas, county, town, word, phone, **world):
    bearer = CadreFactory(
        area=areas[town], level="township", name=f"{word}包保", post=f"{word}乡长", phone=phone
    )
    held = EntityFactory(area=areas[town], name=f"{word}包保店", graded=True)
    bond = AssignmentFactory(
        entity=held, cadre=bearer, from_on=datetime.date(2022, 10, 1), note=f"{word}说明"
    )
    EntityFactory(area=areas[town], name=f"{word}待分店", graded=True)
    plan = plan_make(area=areas[county], by=None, at=timezone.now())
    return {"plan": plan, "assignment": bond}
