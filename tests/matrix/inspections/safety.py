"""Rows of 两员与日周月 and of the tables behind it."""

import datetime

from django.core.files.base import ContentFile
from django.utils import timezone

from inspections.models import ControlRule, OfficerRule, RiskList, SafetyExam, SafetyTraining
from tests.factories import EntityFactory
from tests.inspections.makers_enterprise import make_check, make_person
from tests.matrix import (
    CADRE,
    CITY,
    COUNTY,
    FAR_READERS,
    LEADER,
    NEAR_READERS,
    OUTSIDER,
    READERS,
    STAFF,
    STATION,
    Row,
)
from tests.matrix.admin import REGISTRARS, register_rows

API = {"anonymous": 401}
DAY = datetime.date(2022, 11, 2)
NEAR_DO, FAR_DO = CITY | COUNTY | STATION, CITY | OUTSIDER
SEERS = frozenset({"city_admin"})
# who may add only where he holds: nothing here
HOLDERS = CADRE | LEADER


def paper():
    return ContentFile(b"%PDF-1.4 paper", name="paper.pdf")


def business(world, where):
    return EntityFactory(area_id=world.code[where])


def entity(world, where):
    return [business(world, where).pk]


def person(world, where):
    return [make_person(business(world, where), document=paper(), document_name="任命.pdf").pk]


def record(model, **values):
    def make(world, where):
        one = make_person(business(world, where))
        return [model.objects.create(person=one, held_on=DAY, **values).pk]

    return make


training = record(SafetyTraining, hours=8, content="培训")
exam = record(SafetyExam, kind="spot")


def certified(world, where):
    (pk,) = training(world, where)
    row = SafetyTraining.objects.get(pk=pk)
    row.certificate.save("x", paper())
    return [pk]


def check(world, where):
    return [make_check(business(world, where), made_at=timezone.now()).pk]


def risk_list(world, where):
    made = RiskList.objects.create(
        entity=business(world, where), version=1, dated_on=DAY, file=paper(), file_name="清单.pdf"
    )
    return [made.pk]


def rule(world, where):
    return [OfficerRule.objects.create(post="officer", title="全部", effective_from=DAY).pk]


def control_rule(world, where):
    rule = ControlRule.objects.get_or_create(
        control="daily", effective_from=DAY, defaults={"text": "每日检查"}
    )[0]
    return [rule.pk]


def read(make):
    return Row(near=NEAR_READERS, far=FAR_READERS, args=make, blind=CADRE)


def form(make, *, blind=HOLDERS):
    """A form: GET shows it, an empty POST shows it again with its sentences."""
    usual = {"near": NEAR_DO, "far": FAR_DO, "args": make, "blind": blind}
    return [Row(**usual), Row(**usual, method="post", status=422)]


ROWS = {
    "inspections:safety-list": Row(near=READERS | CADRE),
    "inspections:safety-export": [Row(near=STAFF), Row(near=STAFF, method="post")],
    "inspections:safety-take": [
        Row(near=STAFF, method="post", status=302),
        Row(status=405, denied=405, anonymous=302),
    ],
    "inspections:safety-detail": read(entity),
    "inspections:safety-person-create": form(entity),
    "inspections:safety-control-create": form(entity),
    "inspections:safety-risk-create": form(entity),
    "inspections:safety-person-update": form(person, blind=frozenset()),
    "inspections:safety-person-end": form(person, blind=frozenset()),
    "inspections:safety-person-phone": [
        Row(near=SEERS | COUNTY | STATION, far=SEERS | OUTSIDER, args=person, method="post",
            status=302),
        Row(args=person, status=405, denied=405),
    ],
    "inspections:safety-person-document": read(person),
    "inspections:safety-person-training": form(person),
    "inspections:safety-person-exam": form(person),
    "inspections:safety-training-file": read(certified),
    "inspections:safety-training-void": form(training, blind=frozenset()),
    "inspections:safety-exam-void": form(exam, blind=frozenset()),
    "inspections:safety-check-void": form(check, blind=frozenset()),
    "inspections:safety-risk-file": read(risk_list),
    "api:compliance-list": Row(near=READERS | CADRE, **API),
    "api:compliance-detail": Row(
        near=NEAR_READERS, far=FAR_READERS, args=entity, blind=CADRE, **API
    ),
    "api:safety-person-list": [
        Row(near=READERS | CADRE, **API),
        # nothing was sent
        Row(near=STAFF | HOLDERS, method="post", status=400, **API),
    ],
    "api:safety-person-detail": Row(
        near=NEAR_READERS, far=FAR_READERS, args=person, blind=CADRE, **API
    ),
    **register_rows("inspections_officerrule", rule, delete=REGISTRARS),
    **register_rows("inspections_controlrule", control_rule, delete=REGISTRARS),
}  # fmt: skip
