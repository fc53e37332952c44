"""Every URL × every person × an object of the near and of the far county → the expected status."""

import re
from http.cookies import SimpleCookie
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix import (
    admin,
    api,
    entities,
    inspections,
    jurisdiction,
    of,
    reports,
    responsibility,
)
from tests.personas import PERSONAS, TOWN

MODULES = (jurisdiction, entities, responsibility, inspections, reports, api, admin)
TABLE = of(*(module.ROWS for module in MODULES))
EXEMPT = {name: why for module in MODULES for name, why in module.EXEMPT.items()}
FAR_TOWN = "379902001"
# URLs that begin alike share one world: setting one up takes longer than to ask one of them.
FAMILIES = {}
for _name, _rows in TABLE.items():
    _family = re.match(r"[a-z]+:?[a-z]*[-_]?", _name).group()
    FAMILIES.setdefault(_family, []).extend((_name, row) for row in _rows)


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
    """The areas, the station, and the people by name, each logged in; `code[where]` is the area of an
    object there."""
    people = {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}
    return SimpleNamespace(
        areas=areas,
        station=station,
        code={"near": TOWN, "far": FAR_TOWN},
        people=people,
        cookies={name: log_in(user) for name, user in people.items()},
    )


def log_in(user):
    client = Client()
    client.force_login(user)
    return client.cookies.output(header="", sep=";")


def ask(row, address, cookies, data):
    """The status that somebody gets; what the request changed is rolled back."""
    client = Client(raise_request_exception=False)
    client.cookies = SimpleCookie(cookies)
    with transaction.atomic():
        response = getattr(client, row.method)(address + row.query, data)
        if response.streaming:
            response.getvalue()  # a download that nobody reads holds its file open
        transaction.set_rollback(True)
    return response.status_code


def surprises(name, row, world):
    for where in ("near", "far") if row.args and row.far is not None else ("near",):
        address = reverse(name, args=row.args(world, where) if row.args else [])
        data = row.data(world, where) if callable(row.data) else row.data
        for persona in PERSONAS:
            # who lacks the right is turned away before anything is looked up: once is enough
            if where == "far" and persona != "anonymous" and not row.may_ever(persona):
                continue
            status = ask(row, address, world.cookies.get(persona, ""), data)
            expected = row.expected(persona, where)
            if status != expected:
                yield f"{row.method.upper()} {name}: {where} {persona}: {status}, not {expected}"


@pytest.mark.django_db
@pytest.mark.parametrize("family", FAMILIES)
def test_everybody_gets_what_the_matrix_says(family, world):
    wrong = []
    for name, row in FAMILIES[family]:
        cache.clear()
        with transaction.atomic():
            wrong += surprises(name, row, world)
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)
