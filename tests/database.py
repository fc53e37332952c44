"""The test database: migrated once into a template, which each worker copies in a fraction of a second.

The template is kept with the test servers' data. New migrations are applied to a copy of it; it is made
from nothing only where a migration that it holds was changed or taken away.
"""

import hashlib
import json
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
ROOT = Path(settings.BASE_DIR)


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


def _contents() -> dict[str, str]:
    """What a migrated database holds: migrations and packages by their text, and rights."""
    contents = {"requirements.lock": _digest(ROOT / "requirements.lock")}
    for folder in _own_folders():
        for file in (folder / "migrations").glob("*.py"):
            contents[str(file.relative_to(ROOT))] = _digest(file)
    for model in apps.get_models():
        for codename, label in model._meta.permissions:
            contents[f"{model._meta.app_label}.{codename}"] = str(label)
    return contents


def _name_for(contents) -> str:
    """Changes with the contents, and with the code that fills in rows after each migration."""
    digest = hashlib.sha256(json.dumps(contents, sort_keys=True).encode())
    for folder in _own_folders():
        for file in (folder / "apps.py", folder / "roles.py"):
            if file.exists():
                digest.update(file.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def _own_folders():
    folders = sorted(Path(app.path) for app in apps.get_app_configs())
    return [path for path in folders if path.is_relative_to(ROOT) and ".venv" not in path.parts]


def _digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _template(cursor):
    """The name of the migrated template; where it is missing it is made, and takes the place of others."""
    contents = _contents()
    name = _name_for(contents)
    cursor.execute(
        """SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database
            WHERE starts_with(datname, %s)""",
        [PREFIX],
    )
    found = {known: json.loads(held or "null") for known, held in cursor.fetchall()}
    if name in found:
        return name
    half = f"{PREFIX}unfinished"
    found.pop(half, None)
    cursor.execute(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)')
    bases = (known for known, held in found.items() if held and held.items() <= contents.items())
    base = next(bases, "template1")
    cursor.execute(f'CREATE DATABASE "{half}" TEMPLATE "{base}"')
    usual = connection.settings_dict["NAME"]
    _use(half)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        _use(usual)
    cursor.execute(f'COMMENT ON DATABASE "{half}" IS %s', [json.dumps(contents)])
    for old in found:
        cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    return name


def _use(name):
    connection.close()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
