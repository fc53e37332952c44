"""The test database: migrated once into a template, which each worker copies in a fraction of a second.

The template is kept with the test servers' data. New migrations are applied to a copy of it; it is made
from nothing only where a migration that it holds was changed or taken away. A dump of it (`dumped()`) lies
in the machine's folder of temporary files: other clones and other servers begin with that.
"""

import copy
import fcntl
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Field
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from jiamusi_foodsafety.kit.backup import BackupError, run_tool

PREFIX = "jiamusi_template_"
# Any number: it names the lock of those who make or copy the template.
LOCK = 4_201_723
# dumps of templates that stay on the machine
KEPT = 8
IGNORE_TRIGGERS = """SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger
                      WHERE NOT tgisinternal"""
ROOT = Path(settings.BASE_DIR)


@contextmanager
def test_database(name: str) -> Iterator[Callable[[], None]]:
    """Django works in a fresh copy of the template until the end. Gives what empties it again after a test
    that really committed."""
    with _maintenance() as cursor:
        _created(cursor, name, _template(cursor))
    with _in(name):
        yield partial(_emptied, _first_rows())
    with _maintenance() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _first_rows() -> dict[str, str]:
    """What the migrations put in, by table, as COPY writes it."""
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in _held(cursor)}


def _held(cursor):
    """The tables that have held something since the database was made: asking is one statement."""
    cursor.execute(
        """SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 0
              AND relnamespace = 'public'::regnamespace"""
    )
    return [name for (name,) in cursor.fetchall()]


def _rows(cursor, table):
    stream = io.StringIO()
    cursor.copy_expert(f'COPY "{table}" TO STDOUT', stream)
    return stream.getvalue()


def _emptied(first) -> None:
    """As after the migrations, but for the sequences. A TRUNCATE of all tables and the roles and rights
    made anew would take a second and more: rows go only from where there are some."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(IGNORE_TRIGGERS)
        held = _held(cursor)
        changed = [name for name in held if name not in first or _rows(cursor, name) != first[name]]
        # All foreign keys look at the commit.
        cursor.execute("; ".join(f'DELETE FROM "{name}"' for name in changed) or "SELECT 1")
        for table in first.keys() & changed:
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO(first[table]))


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
    with _dump_of(name, cursor) as dump:
        if not (dump.exists() and _restored(cursor, half, dump)):
            bases = (
                known for known, held in found.items() if held and held.items() <= contents.items()
            )
            _migrated(cursor, half, base=next(bases, "template1"), dump=dump)
    cursor.execute(f'COMMENT ON DATABASE "{half}" IS %s', [json.dumps(contents)])
    for old in found:
        cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
    return name


def _created(cursor, name, base):
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{base}"')


def _migrated(cursor, name, *, base, dump):
    _created(cursor, name, base)
    with _in(name), _quick_states():
        call_command("migrate", interactive=False, verbosity=0)
    # Whose server is newer than the machine's tools goes without a dump.
    with suppress(BackupError):
        _write_dump(name, dump)


def _restored(cursor, name, dump):
    _created(cursor, name, "template1")
    try:
        read_dump(connection.settings_dict | {"NAME": name}, dump)
    except BackupError:
        return False
    return True


def read_dump(database: dict, dump: Path) -> None:
    """Fill an empty database (an entry of Django's DATABASES) with a dump of the template."""
    quietly = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    run_tool("psql", database, [*quietly, f"--file={dump}"])


@contextmanager
def dumped() -> Iterator[Path]:
    """The path of a dump of the template, for other servers; nobody replaces it meanwhile."""
    with _maintenance() as cursor:
        name = _template(cursor)
        with _dump_of(name, cursor) as dump:
            if not dump.exists():
                _write_dump(name, dump)
            yield dump


def _write_dump(name, dump):
    part = dump.with_suffix(".part")
    database = connection.settings_dict | {"NAME": name}
    run_tool("pg_dump", database, ["--no-owner", f"--file={part}"])
    part.replace(dump)


@contextmanager
def _dump_of(name, cursor):
    """Where a template's dump lies; clones that need the same one wait until the first has made it."""
    folder = Path(tempfile.gettempdir()) / f"jiamusi-test-templates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    major = cursor.connection.server_version // 10000
    with open(folder / f"{name}-{major}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / f"{name}-{major}.sql"
    for old in sorted(folder.glob("*.sql"), key=os.path.getmtime)[:-KEPT]:
        old.unlink(missing_ok=True)


@contextmanager
def _quick_states():
    """The same statements in a third of the time, nearly all of which Django spends on building the models
    of each state anew: their fields are copied instead of taken apart and built again, and a trigger, which
    no model needs, builds none."""

    def add(operation, app_label, state):
        options = state.models[app_label, operation.model_name].options
        options["triggers"] = [*options.get("triggers", []), operation.trigger]

    def remove(operation, app_label, state):
        options = state.models[app_label, operation.model_name].options
        options["triggers"] = [t for t in options["triggers"] if t.name != operation.name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Field, "clone", copy.deepcopy)
        patch.setattr(AddTrigger, "state_forwards", add)
        patch.setattr(RemoveTrigger, "state_forwards", remove)
        yield


@contextmanager
def _in(name):
    usual = connection.settings_dict["NAME"]
    _use(name)
    try:
        yield
    finally:
        _use(usual)


def _use(name):
    connection.close()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
