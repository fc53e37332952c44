"""Killed workers, brokers and databases: nothing is half, nothing is lost, nothing happens twice."""

import shutil
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest

from jiamusi_foodsafety.kit.services import stop_services
from jiamusi_foodsafety.kit.services.valkey import Valkey
from tests.database import dumped
from tests.entities.ledgers import EXAMPLES
from tests.faults import Servers, Web, kill, until

FIRST = EXAMPLES / "files" / "F01_same_file_a.xlsx"
FIFTY = EXAMPLES / "files" / "A01_clean.xlsx"


@pytest.fixture(scope="module")
def servers(django_db_blocker):
    folder = Path(tempfile.mkdtemp(prefix="jfs-faults-"))
    folder.chmod(0o755)
    made = None
    try:
        with django_db_blocker.unblock(), dumped() as dump:
            made = Servers(folder, dump)
        yield made
    finally:
        if made is not None:
            made.close()
        stop_services(folder)
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def web(servers):
    return Web(servers)


@pytest.fixture
def watched(servers):
    """How many businesses other sessions saw at any moment."""
    seen, is_over = set(), threading.Event()

    def look():
        while not is_over.wait(0.03):
            try:
                seen.add(servers.sql("SELECT count(*) FROM entities_entity"))
            except Exception:  # noqa: S112  (the database is being killed)
                continue

    thread = threading.Thread(target=look)
    thread.start()
    yield seen
    is_over.set()
    thread.join()


def state(servers, upload):
    return servers.sql("SELECT state FROM entities_ledgerupload WHERE id = %s", upload["id"])


def businesses(servers):
    return servers.sql("SELECT count(*) FROM entities_entity")


def swept(servers, web, upload, wanted, seconds=60):
    """Ring through the sweep until the upload is where it should be."""
    deadline = time.monotonic() + seconds
    while state(servers, upload) != wanted:
        assert time.monotonic() < deadline, servers.log.read_text()[-3000:]
        servers.expire_leases()
        web("sweep")
        time.sleep(1)


def test_broker_killed_costs_three_seconds_and_no_upload(servers, web):
    worker = servers.worker()
    psutil.Process(int(Valkey(servers.folder).pidfile.read_text())).kill()
    upload = web("accept", FIRST)
    assert (upload["rung"], state(servers, upload)) == (False, "queued")
    assert upload["seconds"] <= 3
    servers.start()
    swept(servers, web, upload, "review")
    assert worker.poll() is None


def test_worker_killed_while_it_reads_and_while_it_writes(servers, web, watched):
    before = businesses(servers)
    worker = servers.worker()
    # Whoever holds the upload's row stops the worker at the end of its reading.
    with servers.held("LOCK TABLE entities_ledgerfinding IN SHARE MODE"):
        upload = web("accept", FIRST)
        until(servers.is_somebody_waiting)
        kill(worker)
    assert state(servers, upload) == "processing"
    assert (
        servers.sql("SELECT count(*) FROM entities_ledgerrow WHERE upload_id = %s", upload["id"])
        == 0
    )
    worker = servers.worker()
    swept(servers, web, upload, "review")
    assert (
        servers.sql("SELECT count(*) FROM entities_ledgerrow WHERE upload_id = %s", upload["id"])
        == 20
    )
    # Whoever holds the counters stops it when all businesses are written, but for the commit.
    with servers.held("LOCK TABLE entities_entitytally IN SHARE MODE"):
        web("confirm", upload["id"])
        until(servers.is_somebody_waiting)
        kill(worker)
    assert (state(servers, upload), businesses(servers)) == ("applying", before)
    servers.worker()
    swept(servers, web, upload, "applied")
    assert (businesses(servers), watched) == (before + 20, {before, before + 20})
    assert (
        servers.sql(
            "SELECT max(n) FROM (SELECT count(*) n FROM entities_entityevent GROUP BY pgh_obj_id) x"
        )
        == 1
    )
    assert (
        servers.sql("SELECT attempts FROM entities_ledgerupload WHERE id = %s", upload["id"]) == 2
    )
    assert web("prove")


def test_database_killed_while_the_worker_writes(servers, web, watched):
    before = businesses(servers)
    worker = servers.worker()
    upload = web("accept", FIFTY)
    until(lambda: state(servers, upload) == "review")
    with servers.held("LOCK TABLE entities_entitytally IN SHARE MODE"):
        web("confirm", upload["id"])
        until(servers.is_somebody_waiting)
        pidfile = servers.folder / "postgres" / "postmaster.pid"
        postmaster = psutil.Process(int(pidfile.read_text().split()[0]))
        family = [postmaster, *postmaster.children(recursive=True)]
        postmaster.kill()
        psutil.wait_procs(family, 20)
    servers.start()
    assert businesses(servers) == before
    swept(servers, web, upload, "applied")
    assert worker.poll() is None
    added = servers.sql("SELECT new FROM entities_ledgerupload WHERE id = %s", upload["id"])
    assert added > 0
    assert (businesses(servers), watched) == (before + added, {before, before + added})
    assert web("prove")
