"""People of other places, and a county full of things that they must not see."""

import pytest
from django.core.cache import cache
from django.test import Client

from entities.models import Entity, LedgerRow, LedgerUpload, Proposal
from jiamusi_foodsafety.jurisdiction import roles
from jiamusi_foodsafety.jurisdiction.models import Area
from tests import foreign_parts
from tests.factories import CategoryFactory, UserFactory
from tests.foreign import FOREIGN, ours, plant
from tests.personas import COUNTY, OTHER_COUNTY

STRANGERS = (
    "county_officer", "outsider", "station_officer", "cadre", "county_leader", "supervision",
    "two_counties", "nobody", "county_admin", "anonymous",
)  # fmt: skip


def client_of(world, name):
    client = Client(raise_request_exception=False)
    if world.people[name] is not None:
        client.force_login(world.people[name])
    return client


def held(world):
    """Everything the foreign county holds now, as stored."""
    kinds = ("entity", "upload", "proposal", "drawn", "transfer", "choice", "alias", "station", "clerk",
             "token", "draw", *foreign_parts.KINDS)  # fmt: skip
    # some addresses are about a code, not about a row
    kinds = [kind for kind in kinds if not isinstance(getattr(world, kind), str)]
    rows = {
        kind: type(getattr(world, kind))
        ._base_manager.filter(pk=getattr(world, kind).pk)
        .values()
        .get()
        for kind in kinds
    }
    rows["groups"] = list(world.clerk.groups.values_list("name", flat=True))
    rows["areas"] = list(Area.objects.within(FOREIGN).order_by("pk").values())
    rows["staged"] = list(LedgerRow.objects.filter(upload=world.upload).order_by("pk").values())
    for model in (Entity, Proposal, LedgerUpload):
        rows[model] = list(
            model.objects.within(FOREIGN).order_by("pk").values_list("pk", flat=True)
        )
    return rows


@pytest.fixture
def world(request, areas, settings):
    """Ours, the foreign county, and the strangers by name."""
    settings.AXES_ENABLED = False
    cache.clear()
    request.getfixturevalue("station")
    CategoryFactory()
    made = plant(areas)
    made.ours = ours(areas)
    made.people = {
        "county_leader": UserFactory(role=roles.LEADER, area=areas[COUNTY]),
        "county_admin": UserFactory(role=roles.SYSTEM_ADMIN, area=areas[COUNTY]),
        "two_counties": UserFactory(
            role=roles.SUPERVISION, allotted=[areas[COUNTY], areas[OTHER_COUNTY]]
        ),
        "anonymous": None,
    }
    for name in set(STRANGERS) - set(made.people):
        made.people[name] = request.getfixturevalue(name)
    return made


@pytest.fixture
def home(areas, station):
    cache.clear()
    return ours(areas)


@pytest.fixture
def boss(city_admin, log_in):
    client = log_in(city_admin)
    client.raise_request_exception = False
    return client
