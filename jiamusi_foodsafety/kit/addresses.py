"""Reads DATABASE_URL and REDIS_URL; knows no Django settings."""

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from psycopg2.extensions import parse_dsn


def data_dir() -> Path:
    """The folder of everything that lives: DATA_DIR, or var/ of the project."""
    root = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("DATA_DIR") or root / "var").expanduser().resolve()


def database_from_url(url: str) -> dict:
    """One entry of Django's DATABASES from a libpq address (TCP or Unix socket)."""
    parts = parse_dsn(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }


def redis_with_database(url: str, number: int) -> str:
    """The same Redis server, another of its numbered databases."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
