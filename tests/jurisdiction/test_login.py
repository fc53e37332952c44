import re

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.models import AuditRecord, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
WRONG = "Wrong-Password-1"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def login(client, username, password=PASSWORD, **extra):
    return client.post(reverse("login"), {"username": username, "password": password}, **extra)


def message(response):
    return re.search(r"用户名或密码不对。[^<]*", response.content.decode()).group()


def test_the_right_password_opens_the_first_page(county_officer, anonymous):
    response = login(anonymous, "county_officer")
    assert response.status_code == 302
    assert response.url == reverse("home")
    assert anonymous.get(reverse("account")).status_code == 200


def test_login_gives_a_new_session_key(county_officer, anonymous):
    anonymous.get(reverse("login"))
    session = anonymous.session
    session["planted"] = 1
    session.save()
    anonymous.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    login(anonymous, "county_officer")
    assert anonymous.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key


def test_wrong_unknown_and_disabled_are_told_the_same(county_officer, city_officer):
    city_officer.is_active = False
    city_officer.save()
    told = {
        message(login(Client(), "county_officer", WRONG)),
        message(login(Client(), "no_such_account", WRONG)),
        message(login(Client(), "city_officer", PASSWORD)),
    }
    assert told == {"用户名或密码不对。还可以再试 4 次，之后锁定 15 分钟。"}


def test_the_fifth_wrong_try_locks_and_the_right_password_no_longer_helps(county_officer):
    client = Client()
    for left in (4, 3, 2, 1):
        response = login(client, "county_officer", WRONG)
        assert f"还可以再试 {left} 次" in message(response)
    response = login(client, "county_officer", WRONG)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "900"
    assert "账号已锁定" in response.content.decode()
    assert login(client, "county_officer").status_code == 429


def test_the_lock_ends_after_fifteen_minutes_however_often_somebody_knocks(county_officer):
    client = Client()
    with time_machine.travel("2022-11-02 10:00+08:00", tick=False) as clock:
        for _ in range(5):
            login(client, "county_officer", WRONG)
        for _ in range(14):
            clock.shift(60)
            assert login(client, "county_officer").status_code == 429
        clock.shift(61)
        assert login(client, "county_officer").status_code == 302


@pytest.mark.parametrize(
    "name", ["County_Officer", "COUNTY_OFFICER", "ｃｏｕｎｔｙ_officer", " county_officer "]
)
def test_another_spelling_of_the_name_is_no_way_round(county_officer, name):
    client = Client()
    for _ in range(4):
        login(client, "county_officer", WRONG)
    assert login(client, name, WRONG).status_code == 429


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"])
def test_a_forged_address_is_no_way_round(county_officer, header):
    client = Client()
    for number in range(4):
        login(client, "county_officer", WRONG, **{header: f"203.0.113.{number}"})
    response = login(client, "county_officer", WRONG, **{header: "203.0.113.99"})
    assert response.status_code == 429


def test_another_agent_is_no_way_round(county_officer):
    for number in range(4):
        login(Client(headers={"user-agent": f"agent {number}"}), "county_officer", WRONG)
    assert login(Client(headers={"user-agent": "x"}), "county_officer", WRONG).status_code == 429


def test_a_stranger_elsewhere_does_not_lock_the_owner_out(county_officer):
    for _ in range(6):
        login(Client(REMOTE_ADDR="198.51.100.7"), "county_officer", WRONG)
    assert login(Client(REMOTE_ADDR="10.1.1.1"), "county_officer").status_code == 302


def test_an_address_has_twenty_tries_a_minute_over_all_accounts(county_officer):
    with time_machine.travel("2022-11-02 10:00:30+08:00", tick=False) as clock:
        statuses = [login(Client(), f"name{number}", WRONG).status_code for number in range(21)]
        assert statuses == [200] * 20 + [429]
        response = login(Client(), "county_officer")
        assert response.status_code == 429
        assert 0 < int(response.headers["Retry-After"]) <= 60
        clock.shift(120)
        assert login(Client(), "county_officer").status_code == 302


def test_behind_a_trusted_proxy_the_true_address_counts(county_officer, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    for number in range(5):
        forged = f"203.0.113.{number}, 198.51.100.7"
        login(Client(REMOTE_ADDR="10.0.0.2"), "county_officer", WRONG, HTTP_X_FORWARDED_FOR=forged)
    record = AuditRecord.objects.order_by("-pk").first()
    assert record.address == "198.51.100.7"
    other = {"HTTP_X_FORWARDED_FOR": "198.51.100.8"}
    assert login(Client(REMOTE_ADDR="10.0.0.2"), "county_officer", **other).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
        "http:///evil.example", "\thttps://evil.example", "https:evil.example", "////evil.example",
    ],
)  # fmt: skip
def test_next_never_leads_away(county_officer, target):
    for door in ("login", "admin:login"):
        client = Client()
        response = client.post(
            reverse("login") + "?next=" + target,
            {"username": "county_officer", "password": PASSWORD, "next": target},
        )
        assert response.url == reverse("home")
        response = Client().get(reverse(door), {"next": target})
        assert not response.headers.get("Location", "/").startswith(("http", "//"))


def test_the_administration_has_no_login_of_its_own(city_admin, anonymous):
    response = anonymous.post("/admin/login/", {"username": "city_admin", "password": PASSWORD})
    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))
    assert "_auth_user_id" not in anonymous.session


def test_logout_is_by_post_and_kills_the_session(county_officer, log_in):
    client = log_in(county_officer)
    key = client.session.session_key
    assert client.get(reverse("logout")).status_code == 405
    assert client.get(reverse("account")).status_code == 200
    assert client.post(reverse("logout")).url == reverse("login")
    assert not Session.objects.filter(session_key=key).exists()
    assert client.get(reverse("account")).status_code == 302


def test_each_try_and_each_way_out_is_in_the_audit_log(county_officer, anonymous):
    login(anonymous, "county_officer", WRONG)
    login(anonymous, "nobody_here", WRONG)
    login(anonymous, "county_officer")
    anonymous.post(reverse("logout"))
    rows = AuditRecord.objects.order_by("pk").values_list(
        "action", "actor__username", "actor_name", "address", "is_success"
    )
    name = county_officer.name
    assert list(rows) == [
        ("login_failed", "county_officer", name, "127.0.0.1", False),
        ("login_failed", None, "nobody_here", "127.0.0.1", False),
        ("login", "county_officer", name, "127.0.0.1", True),
        ("logout", "county_officer", name, "127.0.0.1", True),
    ]
    assert WRONG not in str(list(AuditRecord.objects.values()))


def test_a_hostile_name_forges_no_line(anonymous):
    login(anonymous, "a\u202eb\r\n2022 login ok", WRONG)
    assert AuditRecord.objects.get().actor_name == "ab2022 login ok"


def test_a_role_or_area_taken_away_counts_from_the_next_request(county_officer, log_in, areas):
    client = log_in(county_officer)
    assert client.get(reverse("api-key-create")).status_code == 405
    county_officer.groups.clear()
    assert client.get(reverse("api-key-create")).status_code == 403


def test_a_disabled_account_is_out_at_once(county_officer, log_in):
    client = log_in(county_officer)
    User.objects.filter(pk=county_officer.pk).update(is_active=False)
    assert client.get(reverse("account")).status_code == 302
