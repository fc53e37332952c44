"""The cast: one person a role, in the made-up city 3799 (tests/data/ledgers/areas.csv).

city_admin, city_officer, leader: 3799 示例市 · county_officer: 379921 东山县 · station_officer: the station
of 379921001 城关街道 · cadre: 379921001001 · supervision: allotted 379921 · outsider: county officer of
379902 西河区. `log_in(user)` gives a client; `anonymous` is a client that nobody logged in.
"""

from pathlib import Path

import pytest
from django.test import Client

from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import areas_load
from tests.factories import StationFactory, UserFactory

AREAS_CSV = Path(__file__).parent / "data" / "ledgers" / "areas.csv"
CITY, COUNTY, OTHER_COUNTY = "3799", "379921", "379902"
TOWN, OTHER_TOWN, VILLAGE = "379921001", "379921102", "379921001001"


@pytest.fixture
def areas(db):
    """The areas of the made-up city, by code."""
    areas_load(path=AREAS_CSV)
    return Area.objects.in_bulk()


@pytest.fixture
def station(areas):
    """城关监管所 of 东山县, which looks after 城关街道 alone."""
    return StationFactory(name="城关市场监督管理所", county=areas[COUNTY], covers=[areas[TOWN]])


@pytest.fixture
def city_admin(areas):
    return UserFactory(username="city_admin", role=roles.CITY_ADMIN, area=areas[CITY])


@pytest.fixture
def city_officer(areas):
    return UserFactory(username="city_officer", role=roles.CITY_OFFICER, area=areas[CITY])


@pytest.fixture
def county_officer(areas):
    return UserFactory(username="county_officer", role=roles.COUNTY_OFFICER, area=areas[COUNTY])


@pytest.fixture
def station_officer(station):
    return UserFactory(username="station_officer", role=roles.STATION_OFFICER, station=station)


@pytest.fixture
def cadre(areas):
    return UserFactory(username="cadre", role=roles.CADRE, area=areas[VILLAGE])


@pytest.fixture
def leader(areas):
    return UserFactory(username="leader", role=roles.LEADER, area=areas[CITY])


@pytest.fixture
def supervision(areas):
    return UserFactory(username="supervision", role=roles.SUPERVISION, allotted=[areas[COUNTY]])


@pytest.fixture
def outsider(areas):
    return UserFactory(username="outsider", role=roles.COUNTY_OFFICER, area=areas[OTHER_COUNTY])


@pytest.fixture
def system_admin(areas):
    return UserFactory(username="system_admin", role=roles.SYSTEM_ADMIN, area=areas[CITY])


@pytest.fixture
def auditor(areas):
    return UserFactory(username="auditor", role=roles.AUDITOR, area=areas[CITY])


@pytest.fixture
def nobody(areas):
    """An account with neither role nor area."""
    return UserFactory(username="nobody")


PERSONAS = (
    "city_admin", "city_officer", "county_officer", "station_officer", "cadre", "leader",
    "supervision", "outsider", "system_admin", "auditor", "nobody", "anonymous",
)  # fmt: skip


@pytest.fixture
def anonymous():
    return Client()


@pytest.fixture
def log_in():
    """A function: user → a client in which he is logged in."""

    def make(user):
        client = Client()
        client.force_login(user)
        return client

    return make
