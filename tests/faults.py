"""Servers of their own that a test may kill, and processes on them: a worker, and a stand-in for the web.

Run as a module it is that stand-in: it obeys one JSON line after the other, [what, arguments …].
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg2

from jiamusi_foodsafety.kit.services import ensure_services, known_addresses
from jiamusi_foodsafety.kit.services.postgres import DATABASE, Postgres
from tests.database import read_dump

ROOT = Path(__file__).resolve().parents[1]
COUNTY = "379921"
SETTINGS = "jiamusi_foodsafety.settings.development"


class Servers:
    """PostgreSQL and Valkey of one folder, with the tests' tables (a dump of them) in them."""

    def __init__(self, folder: Path, dump: Path) -> None:
        self.folder = folder
        self.start()
        host = str(Postgres(folder).sockets)
        read_dump({"NAME": DATABASE, "HOST": host, "USER": "postgres"}, dump)
        self.processes: list[subprocess.Popen] = []
        self.living = None

    @property
    def log(self) -> Path:
        return self.folder / "processes.log"

    def start(self) -> None:
        """Start what does not run: after a kill at the same address, with the same data."""
        ensure_services(self.folder)

    def environment(self) -> dict[str, str]:
        addresses = known_addresses(self.folder)
        return os.environ | {
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": addresses["database_url"],
            "REDIS_URL": addresses["redis_url"],
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "PYTHONWARNINGS": "ignore",
        }

    def spawn(self, *arguments, **pipes) -> subprocess.Popen:
        """A Python process in a group of its own."""
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *map(str, arguments)],
                cwd=ROOT, env=self.environment(), start_new_session=True,
                **({"stdout": log, "stderr": log} | pipes),
            )  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen:
        """A Celery worker, ready for work: the one that lives, else a new one."""
        if self.living and self.living.poll() is None:
            return self.living
        self.sql("DELETE FROM entities_workerpulse")
        process = self.spawn(
            "-m", "celery", "-A", "jiamusi_foodsafety", "worker", "-c", "1", "--loglevel", "INFO",
            "--without-gossip", "--without-mingle",
        )  # fmt: skip
        until(lambda: self.sql("SELECT count(*) FROM entities_workerpulse") == 1, 60)
        self.living = process
        return process

    def sql(self, query, *values):
        """The first value that a statement gives, seen by a session of its own."""
        with closing(psycopg2.connect(known_addresses(self.folder)["database_url"])) as session:
            session.autocommit = True
            with session.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchone()[0] if cursor.description else None

    def held(self, query):
        """A transaction that holds the locks of the query until it is closed."""
        session = psycopg2.connect(known_addresses(self.folder)["database_url"])
        with session.cursor() as cursor:
            cursor.execute(query)
        return closing(session)

    def is_somebody_waiting(self) -> bool:
        return self.sql("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0

    def expire_leases(self) -> None:
        """As if a minute had passed."""
        self.sql(
            """UPDATE entities_ledgerupload SET created_at = created_at - interval '1 minute',
               lease_until = least(lease_until, now() - interval '1 second')"""
        )

    def close(self) -> None:
        for process in self.processes:
            kill(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


class Web:
    """What the web server would do, in a process of its own."""

    def __init__(self, servers: Servers) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = servers.spawn("-m", "tests.faults", **pipes)
        self("prepare")

    def __call__(self, *command):
        self.process.stdin.write((json.dumps(list(map(str, command))) + "\n").encode())
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def until(is_true, seconds=30):
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def kill(process) -> None:
    """-9 for the process and all that belong to its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


def obey() -> None:
    """The stand-in's loop."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import close_old_connections
    from django.utils import timezone

    from entities import tasks
    from entities.ledger import uploads
    from entities.models import LedgerUpload
    from jiamusi_foodsafety.jurisdiction.models import Area

    def accept(path):
        started = time.monotonic()
        with open(path, "rb") as source:
            upload = uploads.upload_accept(
                source=source, filename=path, area=Area.objects.get(pk=COUNTY), by=None,
                channel="page", at=timezone.now(),
            )  # fmt: skip
        is_rung = tasks.ring(upload.pk)
        return {"id": upload.pk, "rung": is_rung, "seconds": time.monotonic() - started}

    def confirm(upload_id):
        upload = LedgerUpload.objects.get(pk=upload_id)
        uploads.upload_confirm(upload=upload, by=None, at=timezone.now())
        return tasks.ring(upload.pk)

    def sweep():
        try:
            tasks.sweep_uploads.apply_async(retry=False)
        except OSError:
            return False
        return True

    def prepare():
        call_command(
            "load_areas", ROOT / "tests" / "data" / "ledgers" / "areas.csv", stdout=sys.stderr
        )
        call_command("load_register_fixtures", stdout=sys.stderr)

    def prove():
        try:
            call_command("prove_tally", stdout=sys.stderr)
        except SystemExit:
            return False
        return True

    acts = {
        "prepare": prepare,
        "prove": prove,
        "accept": accept,
        "confirm": confirm,
        "sweep": sweep,
    }
    for line in sys.stdin:
        close_old_connections()
        name, *arguments = json.loads(line)
        print(json.dumps(acts[name](*arguments)), flush=True)  # noqa: T201


if __name__ == "__main__":
    obey()
