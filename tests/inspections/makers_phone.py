"""What a cadre has on his phone: businesses that he holds, due in a period around the day."""

import datetime

from django.utils import timezone

from inspections.models import DueVisit, Period
from responsibility.models import Cadre
from tests.factories import CategoryFactory, EntityFactory
from tests.inspections.makers_problems import load_kinds
from tests.inspections.makers_visits import load_lists
from tests.personas import CITY, VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

GRADES = {"city": "A", "county": "B", "township": "C", "village": "D"}
NAMES = ("永胜村兴旺食杂店", "老孙家豆腐坊", "永胜村幸福小饭桌")


def make_period(areas, *, on=None):
    on = on or timezone.localdate()
    period, _ = Period.objects.get_or_create(
        area=areas[CITY], code="本期",
        defaults={
            "name": "第四季度", "kind": "regular", "cycle": "quarter",
            "starts_on": on - datetime.timedelta(days=30),
            "ends_on": on + datetime.timedelta(days=30),
        },
    )  # fmt: skip
    return period


def make_phone(
    *, areas, user, names=NAMES, code=VILLAGE, level="village", category="small_grocery"
):
    """The bonds of this account's cadre with businesses of these names, each due; by name."""
    load_lists()
    load_kinds()
    cadre = Cadre.objects.filter(user=user).first() or CadreFactory(
        area=areas[code], level=level, user=user, name=user.name or "刘桂芳"
    )
    period = make_period(areas)
    bonds = {}
    for number, name in enumerate(names):
        entity = EntityFactory(
            area=areas[code], category=CategoryFactory(code=category), name=name,
            grade=GRADES[level], grade_source="ledger", address=f"永胜村 {number + 1} 组",
        )  # fmt: skip
        bonds[name] = AssignmentFactory(entity=entity, cadre=cadre)
        make_due(bonds[name], period=period, weight=100 - number)
    return bonds


def make_due(bond, *, period, weight=0, **more):
    entity = bond.entity
    values = {
        "area_id": entity.area_id, "cadre": bond.cadre, "level": bond.cadre.level,
        "grade": entity.grade, "starts_on": period.starts_on, "due_on": period.ends_on,
        "weight": weight,
    } | more  # fmt: skip
    due, _ = DueVisit.objects.update_or_create(period=period, entity=entity, defaults=values)
    return due
