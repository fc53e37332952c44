"""What visits stand on: the example lists, and a business with its bearer. Give areas by code."""

import datetime

from django.core.management import call_command

from entities.models import Category
from inspections.services.seeds_visits import load
from tests.factories import CategoryFactory, EntityFactory
from tests.personas import VILLAGE
from tests.responsibility.factories import AssignmentFactory, CadreFactory

BEGUN = datetime.date(2022, 10, 1)
TODAY = datetime.date(2022, 11, 2)


def load_categories():
    """The register's own dictionaries."""
    if Category.objects.count() < 5:
        call_command("load_register_fixtures", verbosity=0)


def load_lists():
    """Categories, the example lists, frequency, modes and key periods."""
    load_categories()
    load(on=TODAY)


def make_held(*, areas, code=VILLAGE, level="village", user=None, category="small_grocery", **more):
    """A business of 379921001001 and the bond of the cadre who holds it."""
    values = {"grade": "D", "grade_source": "ledger"} | more
    entity = EntityFactory(area=areas[code], category=CategoryFactory(code=category), **values)
    cadre = CadreFactory(area=areas[code[: DIGITS[level]]], level=level, user=user)
    return AssignmentFactory(entity=entity, cadre=cadre)


DIGITS = {"city": 4, "county": 6, "township": 9, "village": 12}
