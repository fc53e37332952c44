"""What visits stand on: the example lists, and a business with its bearer. Give areas by code."""

import datetime
import uuid

from entities.ledger.vocabulary import CATEGORIES
from entities.models import Category
from entities.rules import SMALL_CATEGORIES
from inspections.models import Checklist, Period, Visit
from inspections.rules.visits import SHANGHAI
from inspections.services.seeds_visits import load
from tests.factories import CategoryFactory, EntityFactory
from tests.personas import VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

BEGUN = datetime.date(2022, 10, 1)
TODAY = datetime.date(2022, 11, 2)


def load_categories():
    """The register's own dictionaries."""
    Category.objects.bulk_create(
        [
            Category(code=code, name=name, is_small=code in SMALL_CATEGORIES)
            for code, name, _ in CATEGORIES
        ],
        ignore_conflicts=True,
    )


def load_lists():
    """Categories, the example lists, frequency, modes and key periods."""
    load_categories()
    load(on=TODAY)


def make_held(*, areas, code=VILLAGE, level="village", user=None, category="small_grocery", **more):
    """A business of 379921001001 and the bond of the cadre who holds it."""
    values = {"grade": "D", "grade_source": "ledger"} | more
    entity = EntityFactory(
        area=areas[code], category=CategoryFactory(code=category, name=category), **values
    )
    cadre = CadreFactory(area=areas[code[: DIGITS[level]]], level=level, user=user)
    return AssignmentFactory(entity=entity, cadre=cadre)


DIGITS = {"city": 4, "county": 6, "township": 9, "village": 12}


def make_visit(bond, *, on=TODAY, due=None, kind="visit", **more):
    """A stored visit of the business by its bearer, without answers; the triggers follow it."""
    at = datetime.datetime.combine(on, datetime.time(9, 30), tzinfo=SHANGHAI)
    values = {
        "key": uuid.uuid4().hex, "entity_id": bond.entity_id, "area_id": bond.area_id,
        "cadre_id": bond.cadre_id, "level": bond.level, "grade": bond.grade, "kind": kind,
        "checklist": make_checklist() if kind == "visit" else None, "due": due, "visited_on": on,
        "started_at": at, "finished_at": at,
    } | more  # fmt: skip
    return Visit.objects.create(**values)


def make_checklist():
    """The village's list in force, without items where no example list was loaded."""
    found = Checklist.objects.filter(level="village", state="issued").first()
    return found or Checklist.objects.create(
        level="village", title="村级清单", state="issued", effective_from=BEGUN
    )


def make_period(city, *, code="2022Q4", **more):
    """The fourth quarter of 2022 of a city."""
    values = {
        "name": "2022年第四季度", "kind": "regular", "cycle": "quarter", "starts_on": BEGUN,
        "ends_on": datetime.date(2022, 12, 31),
    } | more  # fmt: skip
    return Period.objects.get_or_create(area=city, code=code, defaults=values)[0]
