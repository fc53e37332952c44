import pytest
from django.core.management import call_command

from entities.models import Category
from tests.entities.ledgers import GOOD
from tests.factories import EntityFactory
from tests.personas import TOWN


@pytest.fixture(autouse=True)
def dictionaries(areas):
    call_command("load_register_fixtures", verbosity=0)


@pytest.fixture
def browser(city_admin, log_in):
    return log_in(city_admin)


@pytest.fixture
def entity():
    made = EntityFactory(
        area_id=TOWN, name="城关面馆", credit_code=GOOD[1], phone="13804541234",
        category=Category.objects.get(code="catering"),
    )  # fmt: skip
    made.refresh_from_db()
    return made
