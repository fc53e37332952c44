"""Every URL × every person × an object of the near and of the far county → the expected status."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix import admin, api, entities, jurisdiction, of, reports, responsibility
from tests.personas import PERSONAS, TOWN

MODULES = (jurisdiction, entities, responsibility, reports, api, admin)
TABLE = of(*(module.ROWS for module in MODULES))
EXEMPT = {name: why for module in MODULES for name, why in module.EXEMPT.items()}
FAR_TOWN = "379902001"


def url_names(resolver=None, namespace=""):
    """The names of all URLs; one without a name is called by its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from url_names(entry, inner)
        elif isinstance(entry, URLPattern):
            yield namespace + (entry.name or str(entry.pattern))


def test_every_url_has_a_row():
    names = set(url_names())
    assert sorted(names - set(TABLE) - set(EXEMPT)) == [], "no row in tests/matrix/"
    assert sorted((set(TABLE) | set(EXEMPT)) - names) == [], "row without a URL"
    assert sorted(set(TABLE) & set(EXEMPT)) == []


@pytest.fixture
def world(request, areas, station):
    """The areas, the station, and the people by name; `code[where]` is the area of an object there."""
    return SimpleNamespace(
        areas=areas,
        station=station,
        code={"near": TOWN, "far": FAR_TOWN},
        people={name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"},
    )


def ask(row, address, user, data):
    """The status that `user` gets; what the request changed is rolled back."""
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        if user is not None:
            client.force_login(user)
        response = getattr(client, row.method)(address + row.query, data)
        if response.streaming:
            response.getvalue()  # a download that nobody reads holds its file open
        transaction.set_rollback(True)
    return response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "number"),
    [(name, number) for name, rows in TABLE.items() for number in range(len(rows))],
)
def test_everybody_gets_what_the_matrix_says(name, number, world):
    row = TABLE[name][number]
    wrong = []
    for where in ("near", "far") if row.args and row.far is not None else ("near",):
        address = reverse(name, args=row.args(world, where) if row.args else [])
        data = row.data(world, where) if callable(row.data) else row.data
        for persona in PERSONAS:
            status = ask(row, address, world.people.get(persona), data)
            if status != row.expected(persona, where):
                wrong.append(f"{where} {persona}: {status}, not {row.expected(persona, where)}")
    assert not wrong, f"{row.method.upper()} {name}: " + "; ".join(wrong)
