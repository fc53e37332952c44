"""Doors that somebody rattles at: accounts, keys, forged forms, limits, errors."""

import logging
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.test_scope_attack import ADDRESSES, address_of, key_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name", ["a\x00b", "\ud800", "x" * 100_000, "", " ", "admin'--", "%", "😀" * 200]
)
def test_a_hostile_account_name_is_a_wrong_one(name, db):
    cache.clear()
    client = Client(raise_request_exception=False)
    data = {"username": name.encode("utf-8", "surrogatepass"), "password": "x\x00" * 3}
    assert client.post(reverse("login"), data).status_code in (200, 400)


def test_a_key_of_the_api_cannot_be_guessed_without_end(county_officer):
    cache.clear()
    statuses = [
        Client()
        .get(reverse("api:entity-list"), headers={"authorization": f"Token {n}"})
        .status_code
        for n in range(22)
    ]
    assert statuses[:20] == [401] * 20
    last = Client().get(
        reverse("api:entity-list"),
        headers={"authorization": "Token x", "x-forwarded-for": "1.2.3.4"},
    )
    assert (statuses[-1], last.status_code) == (429, 429)
    assert int(last.headers["Retry-After"]) > 0


def test_forms_from_elsewhere_are_refused(home, county_officer):
    """Every address that takes a POST asks for the token; the API of a session too."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(county_officer)
    wrong = []
    for url, has_key in ADDRESSES:
        key = key_in(url, home) if has_key else None
        if has_key and key is None:
            continue
        status = client.post(address_of(url, key), {}).status_code
        if status not in (403, 405, 404):
            wrong.append(f"{url}: {status}")
    assert not wrong, wrong


def test_exports_are_limited_with_a_time_to_wait(home, boss):
    cache.clear()
    for url, args in (("entities:entity-export", []), ("reports:dashboard-export", [])):
        statuses = []
        for _ in range(31):
            response = boss.get(reverse(url, args=args))
            if response.streaming:
                response.getvalue()
            statuses.append(response.status_code)
        assert (statuses[0], statuses[-1]) == (200, 429), url
        assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "query", ["password__startswith=pbkdf2", "password=x", "groups__user__password=x"]
)
def test_no_address_asks_for_a_password_s_hash(query, boss):
    assert boss.get(reverse("admin:jurisdiction_user_changelist") + f"?{query}").status_code == 400
    for url in ("admin:jurisdiction_area_changelist", "admin:jurisdiction_auditrecord_changelist"):
        response = boss.get(reverse(url) + f"?users__{query}&actor__{query}")
        assert response.status_code in (302, 400)


def test_a_nul_in_an_address_is_refused(county_officer, log_in):
    client = log_in(county_officer)
    for address in ("/areas/379921%00/", "/entities/?after=%00~1", "/api/v1/areas/3799%00/"):
        assert client.get(address).status_code in (400, 404)


def test_an_error_shows_a_number_and_no_trace(boss, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("secret/path/in/trace")

    monkeypatch.setattr("jiamusi_foodsafety.jurisdiction.queries.account_facts", fail)
    with caplog.at_level(logging.ERROR):
        response = boss.get(reverse("account"))
    text = response.content.decode()
    assert response.status_code == 500
    number = re.search(r"\d{4}-[0-9A-F]{6}", text).group()
    assert "secret" not in text
    assert "Traceback" not in text
    assert number in caplog.text
