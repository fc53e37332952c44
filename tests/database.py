"""The test database: migrated once into a template, which each worker copies in a fraction of a second.

The template is kept with the test servers' data and made anew when a migration, a model, a role or a
pinned package changes.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

PREFIX = "jiamusi_template_"
# Any number: it names the lock of those who make or copy the template.
LOCK = 4_201_723


def fingerprint() -> str:
    """Changes with all that a migrated database comes from: our own code of these kinds, and packages."""
    root = Path(settings.BASE_DIR)
    files = {root / "requirements.lock"}
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.is_relative_to(root) and ".venv" not in folder.parts:
            for pattern in ("migrations/*.py", "models/*.py", "models.py", "roles.py", "apps.py"):
                files.update(folder.glob(pattern))
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def test_database(name: str) -> Iterator[None]:
    """Django works in a fresh copy of the template until the end."""
    usual = connection.settings_dict["NAME"]
    with _maintenance() as cursor:
        template = _template(cursor)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _use(name)
    try:
        yield
    finally:
        _use(usual)
        with _maintenance() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _maintenance():
    with connection._nodb_cursor() as cursor:
        # two workers must not make the template at once; the lock ends with the connection
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield cursor


def _template(cursor):
    """The name of the migrated template; made where it is missing, older ones are dropped."""
    name = f"{PREFIX}{fingerprint()}"
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    found = {row[0] for row in cursor.fetchall()}
    if name not in found:
        for old in found:
            cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        half = f"{PREFIX}unfinished"
        cursor.execute(f'CREATE DATABASE "{half}"')
        usual = connection.settings_dict["NAME"]
        _use(half)
        call_command("migrate", interactive=False, verbosity=0)
        _use(usual)
        cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    return name


def _use(name):
    connection.close()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
