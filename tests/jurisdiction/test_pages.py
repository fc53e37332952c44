import json
import logging.config

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from jiamusi_foodsafety.jurisdiction.access import limited, require
from jiamusi_foodsafety.kit.limits import wait_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def breaks(request):
    raise ZeroDivisionError("secret 13804540001 in /srv/app")


def without_database(request):
    raise OperationalError("connection to server at 10.0.0.5 failed")


@require("entities.upload_ledger")
def guarded(request):
    return HttpResponse("ok")


@limited("probe", limit=2, methods=("GET",))
def hasty(request):
    return HttpResponse("ok")


class Urls:
    from jiamusi_foodsafety.urls import handler400, handler403, handler404, handler500
    from jiamusi_foodsafety.urls import urlpatterns as usual

    urlpatterns = [
        *usual,
        path("breaks/", breaks),
        path("api/breaks/", breaks),
        path("down/", without_database),
        path("api/down/", without_database),
        path("guarded/", guarded),
        path("hasty/", hasty),
    ]


@pytest.fixture
def browser(county_officer):
    with override_settings(ROOT_URLCONF=Urls):
        client = Client(raise_request_exception=False)
        client.force_login(county_officer)
        yield client


class Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(json.loads(CONSOLE.format(record)))


CONSOLE = logging.config.DictConfigurator(settings.LOGGING).configure_formatter(
    dict(settings.LOGGING["formatters"]["json"])  # a copy: configuring takes the dict apart
)


@pytest.fixture
def log_lines():
    handler = Kept()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


def test_a_failure_gives_a_number_that_stands_in_the_log_and_tells_nothing(browser, log_lines):
    response = browser.get("/breaks/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "13804540001" not in page
    assert "Traceback" not in page
    assert "/srv" not in page
    numbers = [line["error_id"] for line in log_lines if "error_id" in line]
    assert len(numbers) == 1
    assert f"编号 {numbers[0]}" in page
    assert any("ZeroDivisionError" in line.get("exception", "") for line in log_lines)
    assert "13804540001" not in str(log_lines)


def test_a_program_gets_its_failure_in_json(browser):
    response = browser.get("/api/breaks/")
    assert response.status_code == 500
    assert set(response.json()) - {"code"} == {"detail", "error_id"}


@pytest.mark.parametrize(
    ("address", "kind"), [("/down/", "text/html"), ("/api/down/", "application/json")]
)
def test_without_a_database_there_is_a_503_in_chinese(browser, address, kind):
    response = browser.get(address)
    assert response.status_code == 503
    assert response.headers["Content-Type"].startswith(kind)
    assert response.headers["Retry-After"] == "15"
    assert "系统暂时不能用" in response.content.decode()
    assert "10.0.0.5" not in response.content.decode()


def test_without_a_database_the_session_itself_fails_into_the_503(browser, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", refuse)
    response = browser.get(reverse("account"))
    assert response.status_code == 503
    assert "系统暂时不能用" in response.content.decode()


def test_unknown_pages_forbidden_acts_and_stale_forms_have_chinese_pages(browser, log_in, cadre):
    assert "404" not in browser.get("/nothing/").content.decode().split("<title>")[1][:40]
    assert browser.get("/nothing/").status_code == 404
    assert browser.get("/api/nothing/").json()["detail"].startswith("没有这一页")
    assert browser.get("/guarded/").status_code == 200
    refused = log_in(cadre).get("/guarded/")
    assert refused.status_code == 403
    assert "您的账号不能办理这一项" in refused.content.decode()
    strict = Client(enforce_csrf_checks=True)
    stale = strict.post(reverse("login"), {"username": "a", "password": "b"})
    assert stale.status_code == 403
    assert "<html" in stale.content.decode()


def test_too_many_calls_get_429_and_the_seconds_to_wait(browser):
    assert [browser.get("/hasty/").status_code for _ in range(3)] == [200, 200, 429]
    response = browser.get("/hasty/", headers={"accept": "application/json"})
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert "秒再试" in response.json()["detail"]
    assert browser.post("/hasty/").status_code == 200


def test_a_dead_cache_refuses_nobody(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "jiamusi_foodsafety.kit.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
        }
    }
    assert [wait_of("x", limit=1, seconds=60) for _ in range(3)] == [0, 0, 0]


def test_healthz_tells_each_part_and_no_secret(anonymous):
    response = anonymous.get("/healthz")
    report = response.json()
    assert response.status_code == 200
    assert report["database"] == report["broker"] == {"ok": True}
    assert report["disk"]["ok"]
    assert report["worker"] == {"ok": False, "seconds": None}
    assert report["status"] == "degraded"
    assert anonymous.get("/healthz?strict=1").status_code == 503
    text = json.dumps(report)
    assert str(settings.DATA_DIR) not in text
    assert connection.settings_dict["NAME"] not in text


def test_healthz_is_well_with_a_living_worker(anonymous):
    from django.utils import timezone

    from entities.models import WorkerPulse

    WorkerPulse.objects.create(name="worker@x", seen_at=timezone.now())
    response = anonymous.get("/healthz?strict=1")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"


def test_healthz_without_a_database_is_down(anonymous, monkeypatch):
    def refuse():
        raise OperationalError("gone")

    monkeypatch.setattr("jiamusi_foodsafety.health._database", refuse)
    response = anonymous.get("/healthz")
    assert response.status_code == 503
    assert response.json()["status"] == "down"


@pytest.mark.parametrize(
    ("persona", "door"),
    [
        ("city_admin", "reports:dashboard"),
        ("leader", "reports:dashboard"),
        ("county_officer", "reports:dashboard"),
        ("supervision", "reports:dashboard"),
        ("station_officer", "entities:entity-list"),
        ("cadre", "inspections:phone"),
        ("nobody", "todo"),
        ("system_admin", "admin:index"),
        ("auditor", "admin:index"),
    ],
)
def test_everybody_begins_on_his_first_page(request, log_in, persona, door):
    client = log_in(request.getfixturevalue(persona))
    assert client.get("/").url == reverse(door)


def test_what_waits_is_shown_and_what_is_done_is_not(cadre, log_in, settings):
    settings.TODO_PROVIDERS = ["tests.jurisdiction.test_pages.provider"]
    page = log_in(cadre).get(reverse("todo")).content.decode()
    assert "待核对台账" in page
    assert "已办完的" not in page
    settings.TODO_PROVIDERS = []
    assert "没有等您办理的事" in log_in(cadre).get(reverse("todo")).content.decode()


def test_a_first_page_fetches_the_first_of_what_waits(leader, log_in, settings):
    settings.TODO_PROVIDERS = ["tests.jurisdiction.test_pages.provider"] * 7
    response = log_in(leader).get(reverse("todo"), headers={"HX-Request": "true"})
    card = response.content.decode()
    assert "<html" not in card
    assert (card.count("<li>"), "全部 7 项" in card) == (5, True)
    assert "HX-Request" in response.headers["Vary"]
    settings.TODO_PROVIDERS = []
    card = log_in(leader).get(reverse("todo"), headers={"HX-Request": "true"}).content.decode()
    assert "没有等您办理的事" in card


def test_a_station_begins_with_what_waits_where_something_does(station_officer, log_in, settings):
    settings.TODO_PROVIDERS = ["tests.jurisdiction.test_pages.provider"]
    assert log_in(station_officer).get("/").url == reverse("todo")


def provider(*, user):
    return [
        {"label": "待核对台账", "count": 3, "url": "/", "tone": "red", "hint": "家"},
        {"label": "已办完的", "count": 0, "url": "/", "tone": "", "hint": ""},
    ]
