"""The people and controls of a business of the foreign county. The rules belong to no county."""

import datetime

from inspections.models import RiskList, SafetyExam, SafetyTraining
from tests.inspections.makers_enterprise import make_check, make_person

PREFIXES = [
    ("inspections:safety-detail", "entity"),
    ("inspections:safety-person-create", "entity"),
    ("inspections:safety-control-create", "entity"),
    ("inspections:safety-risk-create", "entity"),
    ("inspections:safety-person-", "safety_person"),
    ("inspections:safety-training-", "safety_training"),
    ("inspections:safety-exam-", "safety_exam"),
    ("inspections:safety-check-", "control_check"),
    ("inspections:safety-risk-", "risk_list"),
    ("api:compliance-", "entity"),
    ("api:safety-person-", "safety_person"),
]
COMMON = ("admin:inspections_officerrule_", "admin:inspections_controlrule_")
SUITED = ("safety-list", "safety-export", "compliance-list", "safety-person-list")
DAY = datetime.date(2022, 11, 2)


def plant(*, word, phone, clerk, entity, **_):
    person = make_person(
        entity, name=f"{word}安全", phone=phone, duty_scope=f"{word}职责", created_by=clerk
    )
    record = {"person": person, "held_on": DAY, "made_by": clerk}
    return {
        "safety_person": person,
        "safety_training": SafetyTraining.objects.create(hours=8, content=f"{word}培训", **record),
        "safety_exam": SafetyExam.objects.create(kind="spot", note=f"{word}说明", **record),
        "control_check": make_check(entity, note=f"{word}所见", made_by=clerk),
        "risk_list": RiskList.objects.create(
            entity=entity, version=1, dated_on=DAY, items=f"{word}风险", made_by=clerk
        ),
    }
