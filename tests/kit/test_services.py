import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from jiamusi_foodsafety.kit.services import ensure_services, services_status, stop_services
from jiamusi_foodsafety.kit.services.paths import SOCKET_PATH_LIMIT, socket_dir

ROOT = Path(__file__).resolve().parents[2]
STARTER = """
import json, sys
from jiamusi_foodsafety.kit.services import ensure_services
print(json.dumps(ensure_services(sys.argv[1], volatile=True)))
"""


def starter(folder, **kwargs):
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, **kwargs
    )


@pytest.fixture
def folder():
    """Not pytest's tmp_path: its parents are closed to other users, and root's server is one."""
    path = Path(tempfile.mkdtemp(prefix="jfs-test-"))
    path.chmod(0o755)
    yield path
    stop_services(path)
    shutil.rmtree(path)


def query(url, sql):
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()
    finally:
        connection.close()


def servers(folder):
    pids = [int((folder / "postgres/postmaster.pid").read_text().split()[0])]
    return [*pids, int((folder / "valkey/valkey.pid").read_text())]


def test_two_starters_at_once_get_one_pair_of_servers_that_outlives_them(folder):
    starters = [starter(folder) for _ in range(3)]
    addresses = {starter.communicate(timeout=90)[0] for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0, 0]
    assert len(addresses) == 1
    assert services_status(folder) == {"postgres": True, "valkey": True}
    # found again by another process, without a second start
    before = servers(folder)
    assert ensure_services(folder) == json.loads(addresses.pop())
    assert servers(folder) == before


def test_database_knows_chinese_and_broker_keeps_what_it_was_given(folder):
    addresses = ensure_services(folder, volatile=True)
    row = query(
        addresses["database_url"],
        "SELECT datcollate, datctype, pg_encoding_to_char(encoding), datlocprovider::text,"
        " '佳' ~ '[[:alpha:]]', current_setting('TimeZone')"
        " FROM pg_database WHERE datname = current_database()",
    )
    assert row == ("C.UTF-8", "C.UTF-8", "UTF8", "c", True, "Asia/Shanghai")
    with redis.Redis.from_url(addresses["redis_url"]) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.rpush("queue", "one")
    stop_services(folder)
    with redis.Redis.from_url(ensure_services(folder)["redis_url"]) as client:
        assert client.lrange("queue", 0, -1) == [b"one"]


def test_stop_ends_both_although_a_client_is_connected(folder):
    addresses = ensure_services(folder, volatile=True)
    pids = servers(folder)
    client = psycopg2.connect(addresses["database_url"])
    assert stop_services(folder) == {"postgres": True, "valkey": True}
    client.close()
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []
    assert services_status(folder) == {"postgres": False, "valkey": False}
    assert stop_services(folder) == {"postgres": False, "valkey": False}


def test_killed_servers_start_again_at_the_same_address(folder):
    addresses = ensure_services(folder, volatile=True)
    for pid in servers(folder):
        psutil.Process(pid).kill()
    psutil.wait_procs([psutil.Process(p) for p in servers(folder) if psutil.pid_exists(p)], 10)
    assert ensure_services(folder) == addresses
    assert query(addresses["database_url"], "SELECT 1") == (1,)


def test_long_or_odd_path_gets_a_socket_elsewhere(folder):
    plain = Path("/srv/jiamusi/var")
    assert socket_dir(plain) == plain / "run"
    for odd in (Path("/srv") / ("深" * 40), Path("/srv/" + "x" * 120), Path("/srv/a b")):
        found = socket_dir(odd)
        assert found != odd / "run"
        assert len(f"{found}/pg/.s.PGSQL.5432.lock") <= SOCKET_PATH_LIMIT
    long = folder / ("长路径" * 20) / "var"
    addresses = ensure_services(long, volatile=True)
    try:
        assert query(addresses["database_url"], "SELECT 1") == (1,)
    finally:
        stop_services(long)
        shutil.rmtree(socket_dir(long.resolve()), ignore_errors=True)


def test_only_the_owner_may_reach_the_servers(folder):
    addresses = ensure_services(folder, volatile=True)
    assert (folder / "run/pg").stat().st_mode & 0o077 == 0
    assert (folder / "valkey/valkey.conf").stat().st_mode & 0o077 == 0
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(addresses["redis_url"].replace("//:", "//:not")).ping()


# Reading everything, as root does, lets the other user use this very checkout and Python.
AS_NOBODY = [
    "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
    "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
]  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user")
def test_works_as_an_ordinary_user_too(folder):
    if subprocess.run([*AS_NOBODY, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this container lets nobody become an ordinary user")
    shutil.chown(folder, "nobody", "nogroup")
    result = subprocess.run(
        [*AS_NOBODY, sys.executable, "-c", STARTER, str(folder)],
        cwd=ROOT, env=os.environ | {"HOME": str(folder)}, capture_output=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr.decode()
    addresses = json.loads(result.stdout)
    assert query(addresses["database_url"], "SELECT 1") == (1,)
    assert {psutil.Process(pid).username() for pid in servers(folder)} == {"nobody"}
