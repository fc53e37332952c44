"""Embedded PostgreSQL and Valkey for demo, development and tests; usable without Django.

Production names real servers in DATABASE_URL and REDIS_URL, and nothing here runs.
"""

from pathlib import Path

from .paths import ServicesError, locked
from .postgres import Postgres, binary
from .valkey import Valkey

__all__ = [
    "ServicesError",
    "binary",
    "ensure_services",
    "known_addresses",
    "services_status",
    "stop_services",
]


def ensure_services(data_dir: Path | str, *, volatile: bool = False) -> dict[str, str]:
    """Start what is not running yet and give the addresses; safe from many processes at once.

    The servers outlive the caller. `volatile` (tests) trades crash safety for speed.
    """
    data_dir = Path(data_dir).expanduser().resolve()
    postgres, valkey = Postgres(data_dir, volatile=volatile), Valkey(data_dir)
    if not (postgres.is_ready() and valkey.is_ready()):
        with locked(data_dir):
            if not postgres.is_ready():
                postgres.start()
            valkey.start()
    return known_addresses(data_dir)


def known_addresses(data_dir: Path | str) -> dict[str, str]:
    """The addresses of the folder's servers, running or not (the broker's only once started)."""
    data_dir = Path(data_dir).expanduser().resolve()
    redis_url = Valkey(data_dir).url() or "redis://127.0.0.1:6379/0"
    return {"database_url": Postgres(data_dir).url(), "redis_url": redis_url}


def stop_services(data_dir: Path | str) -> dict[str, bool]:
    """Stop both servers of the folder; the values say which of them was running."""
    data_dir = Path(data_dir).expanduser().resolve()
    if not data_dir.exists():
        return {"postgres": False, "valkey": False}
    with locked(data_dir):
        return {"postgres": Postgres(data_dir).stop(), "valkey": Valkey(data_dir).stop()}


def services_status(data_dir: Path | str) -> dict[str, bool]:
    """Which of the two servers answers now."""
    data_dir = Path(data_dir).expanduser().resolve()
    return {"postgres": Postgres(data_dir).is_ready(), "valkey": Valkey(data_dir).is_ready()}
