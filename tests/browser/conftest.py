"""Journeys in a real Chromium, against a live server and a real Celery worker on the tests' own servers.

`page` (1366×768) and `phone` (390×844) are fresh browsers' pages; `open_page(...)` makes others. What any of
them says on its console, each script error, each refusal of the content security policy, each answer of
500 and above and each request that leaves the machine fails the test. `sign_in(page, user)` goes through the
login page; `accessible(page)` asks axe. Only where the machine has no Chromium the journeys are skipped.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from tests.browser.phone_pages import OFFLINE
from tests.entities.pipeline import environment
from tests.factories import PASSWORD
from tests.inspections.makers_phone import make_phone

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # containers; the pages are our own
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
WAIT_MS = 20_000
AXE_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
GRAVE = {"serious", "critical"}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# --- the browser -----------------------------------------------------------------------------


def find_chromium(playwright):
    """The path of a Chromium: CHROMIUM names one, else the machine's, else Playwright's own."""
    own = playwright.chromium.executable_path
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return found or (own if Path(own).exists() else None)


@pytest.fixture(scope="session")
def playwright_of():
    """Playwright itself, for a browser with a profile or with arguments of its own."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    # Playwright runs an event loop in this thread; the ORM would take it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        if find_chromium(playwright) is None:
            say = pytest.fail if os.environ.get("CI") else pytest.skip
            say("no Chromium on this machine: install one, or name it in CHROMIUM")
        yield playwright
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session")
def chromium(playwright_of):
    path = find_chromium(playwright_of)
    browser = playwright_of.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield browser
    browser.close()


class Watch:
    """Collects what must not happen; `allow(text)` names what a journey brings about on purpose."""

    def __init__(self):
        self.problems = []
        self.allowed = []

    def allow(self, text):
        self.allowed.append(text)

    def note(self, text):
        if not any(allowed in text for allowed in self.allowed):
            self.problems.append(text)

    def follow(self, context):
        context.route("**/*", self._guard)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.note(f"script error: {error.error}"))
        context.on("response", self._answer)

    def _guard(self, route):
        address = urlsplit(route.request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in LOOPBACK:
            self.note(f"leaves the machine: {route.request.url}")
            route.abort()
        else:
            route.continue_()

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.note(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _answer(self, response):
        if response.status >= 500:
            self.note(f"{response.status}: {response.url}")


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def open_page(live_server, chromium, watch):
    """A function: browser options → the page of a fresh browser at the live server."""
    contexts = []

    def make(*, viewport=DESKTOP, **options):
        context = chromium.new_context(
            base_url=live_server.url, viewport=viewport, locale="zh-CN",
            timezone_id="Asia/Shanghai", accept_downloads=True, **options,
        )  # fmt: skip
        context.set_default_timeout(WAIT_MS)
        watch.follow(context)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert watch.problems == []


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def phone(open_page):
    return open_page(viewport=PHONE, is_mobile=True, has_touch=True)


@pytest.fixture
def sign_in():
    """A function: log `user` (password PASSWORD) in through the login page."""

    def make(page, user):
        page.goto("/login/")
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda address: "/login" not in address)
        return page

    return make


def _told(violation):
    places = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {violation['help']} at {places}"


@pytest.fixture
def accessible():
    """A function: fail when axe finds something serious on the page as it is now."""

    def check(page):
        found = Axe().run(page, options=AXE_RULES).response["violations"]
        grave = [_told(violation) for violation in found if violation["impact"] in GRAVE]
        assert grave == [], f"{page.url}: " + "\n".join(grave)

    return check


# --- what stands behind it ---------------------------------------------------------------------


@pytest.fixture
def register(live_server, areas):
    """The made-up city with the dictionaries that a register needs."""
    call_command("load_register_fixtures", verbosity=0)
    return areas


class Worker:
    """A Celery worker as in production; it can be held still, as a busy one seems to a person."""

    def __init__(self, log):
        self.log = log
        self.process = None

    def start(self):
        environ = environment() | {
            "REDIS_URL": settings.REDIS_URL,
            "BROKER_URL": settings.CELERY_BROKER_URL,
            "CACHE_URL": settings.CACHES["default"]["LOCATION"],
            "UPLOAD_DIR": str(settings.STORAGES["private"]["OPTIONS"]["location"]),
        }
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "celery", "-A", "jiamusi_foodsafety", "worker",
                    "--concurrency", "1", "--without-gossip", "--without-mingle",
                    "--hostname", f"tests-{os.getpid()}@%h", "--loglevel", "INFO",
                ],
                cwd=settings.BASE_DIR, env=environ, stdout=log, stderr=log,
            )  # fmt: skip
        self._wait_until_ready()

    def _wait_until_ready(self):
        until = time.monotonic() + 90
        while time.monotonic() < until:
            if b" ready." in self.log.read_bytes():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        pytest.fail("the worker did not start:\n" + self.log.read_text(errors="replace")[-3000:])

    def hold(self):
        self.process.send_signal(signal.SIGSTOP)

    def let_go(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        if self.process.poll() is None:
            self.let_go()
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@pytest.fixture(scope="session")
def worker_process(django_db_setup, django_db_blocker, chromium, tmp_path_factory):
    worker = Worker(tmp_path_factory.mktemp("worker") / "worker.log")
    with django_db_blocker.unblock():
        worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def worker(worker_process, live_server):
    """The running worker. Whatever a journey did with it, the next one finds it at work."""
    yield worker_process
    worker_process.let_go()


# --- a cadre's phone -------------------------------------------------------------------------


@pytest.fixture
def held(register, cadre, areas):
    return make_phone(areas=areas, user=cadre)


@pytest.fixture
def without_network(watch):
    """A phone without network is no fault of its pages."""
    watch.allow(OFFLINE)
    watch.allow("Failed to load resource: net::ERR_FAILED")
    watch.allow("Service Worker registration blocked by Playwright")
