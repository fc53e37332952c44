"""What every test stands on: embedded servers (settings/test.py starts them), strict templates.

Rules for who writes tests, so that the suite stays quick and sure on any machine and any day:

- No `transaction=True` unless threads or other processes must see the rows; one such test per truth.
- One crawl of all pages proves many things: add a check to it instead of crawling once more.
- Rows by factories or one `bulk_create`; the dictionaries only where a test reads them.
- A process that has to die kills itself at a named place (tests/entities/dying_parser.py); a thread that has
  to wait is held by a lock or an event. No sleep that hopes, no "soon enough" read from the clock.
- `pg_locks` and `pg_stat_progress_*` show other workers' databases too: ask about your own rows.
- Time is an argument (`on=`, `at=`) or stands still (`time_machine.travel(…, tick=False)`): limits count in
  windows, and a run may cross midnight or the end of a month.
"""

import fcntl
import gc
import inspect
import logging
import os

import pytest
from django.conf import settings
from django.template import Node, engines
from django.test import TransactionTestCase

from jiamusi_foodsafety.kit.addresses import data_dir
from jiamusi_foodsafety.kit.services import stop_services
from tests.database import test_database

pytest_plugins = ["tests.personas", "tests.strangers"]
USERS = pytest.StashKey()


def pytest_configure(config):
    """Hold a shared lock while a run uses the servers, so that only the last one stops them."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    folder = data_dir() / "test"
    folder.mkdir(parents=True, exist_ok=True)
    handle = open(folder / "users.lock", "w")  # noqa: SIM115
    fcntl.flock(handle, fcntl.LOCK_SH)
    config.stash[USERS] = handle


def pytest_unconfigure(config):
    handle = config.stash.get(USERS, None)
    if handle is None:
        return
    with handle:
        if config.getoption("reuse_db", False):
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        stop_services(data_dir() / "test")


def pytest_xdist_auto_num_workers(config):
    """One more than processors: some always wait for a browser, a server's start or another process."""
    return (os.cpu_count() or 1) + 1


# Long tests come first: at the end of a run nobody waits for the last of them.
LONG = {
    "test_faults", "browser", "test_services", "test_scope_attack", "test_permission_matrix",
    "test_attack",
}  # fmt: skip


def pytest_collection_modifyitems(items):
    for item in items:
        uses_database = "db" in item.fixturenames or item.get_closest_marker("django_db")
        if not uses_database and "kit" not in item.path.parts:
            item.add_marker(pytest.mark.pure)
    items.sort(key=lambda item: not LONG & {item.path.stem, item.path.parent.name})


class StrictVariables(str):
    """An undefined variable in a template of ours fails the test; other people's may be lax."""

    def __bool__(self):
        return self._is_ours()

    def __contains__(self, part):
        return True

    def __mod__(self, variable):
        raise AssertionError(f"undefined template variable {variable}")

    @staticmethod
    def _is_ours():
        frame = inspect.currentframe()
        while frame is not None:
            node = frame.f_locals.get("self")
            if isinstance(node, Node):
                return str(node.origin).startswith(str(settings.BASE_DIR / "templates"))
            frame = frame.f_back
        return False


@pytest.fixture(autouse=True, scope="session")
def strict_templates():
    engines["django"].engine.string_if_invalid = StrictVariables()


@pytest.fixture(autouse=True, scope="session")
def quiet_logs():
    """A line of the log for each request and each refusal would take a tenth of the time."""
    logging.getLogger().setLevel(logging.ERROR)


@pytest.fixture(autouse=True, scope="session")
def rarely_collected():
    """Django, the room's models and all tests live to the end: the collector need not look through them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    from django.db import connection

    name = connection.creation._get_test_db_name()
    with (
        django_db_blocker.unblock(),
        test_database(name) as emptied,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptied())
        yield
