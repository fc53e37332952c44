import hashlib
import os
import shutil
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.backup import BackupError, make_backup, restore_backup

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def connect(database):
    return psycopg2.connect(
        host=database["HOST"] or None, port=database["PORT"] or None, dbname=database["NAME"],
        user=database["USER"] or None, password=database["PASSWORD"] or None,
    )  # fmt: skip


def contents(database):
    """Count and hash of every table: {name: (rows, digest)}."""
    found = {}
    link = connect(database)
    try:
        with link.cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(table_name) FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(
                    f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
                    f" FROM {table} t"
                )
                found[table] = cursor.fetchone()
    finally:
        link.close()
    return found


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def register(transactional_db):
    city = Area.objects.create(code="2399", name="演练市", level="city")
    Area.objects.create(code="239901", name="演练县", level="county", parent=city)
    return connection.settings_dict


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "uploads"
    (folder / "2026/11").mkdir(parents=True)
    (folder / "2026/11/a.xlsx").write_bytes(os.urandom(200_000))
    (folder / "台账.csv").write_text("主体名称,等级\n", encoding="gb18030")
    return folder


@pytest.fixture
def second(register):
    """An empty database beside the first one: the machine after the disaster."""
    name = f"{register['NAME']}_drill"
    link = connect(register)
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield register | {"NAME": name}
    with link.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    link.close()


def test_restore_elsewhere_gives_the_same_rows_and_files(register, store, second, tmp_path):
    before, files = contents(register), digests(store)
    assert before["jurisdiction_area"][0] == 2
    backup = tmp_path / "out/backup.tar"
    make_backup(register, store, backup, at=AT)
    assert backup.stat().st_mode & 0o077 == 0
    assert [path.name for path in backup.parent.iterdir()] == ["backup.tar"]

    elsewhere = tmp_path / "new machine/uploads"
    manifest = restore_backup(backup, second, elsewhere)
    assert manifest["made_at"] == AT.isoformat()
    assert contents(second) == before
    assert digests(elsewhere) == files


def test_restore_replaces_what_came_after_the_backup(register, store, second, tmp_path):
    backup = tmp_path / "backup.tar"
    make_backup(register, store, backup, at=AT)
    target = tmp_path / "target"
    restore_backup(backup, second, target)
    before, files = contents(second), digests(target)
    link = connect(second)
    with link, link.cursor() as cursor:
        cursor.execute("UPDATE jurisdiction_area SET name = '改过' WHERE code = '2399'")
        cursor.execute("CREATE TABLE stray (id int)")
    link.close()
    (target / "later.xlsx").write_bytes(b"later")
    assert contents(second) != before
    restore_backup(backup, second, target)
    assert contents(second) == before
    assert digests(target) == files
    assert "later.xlsx" in digests(target.with_name("target.before-restore"))


def test_restored_database_still_keeps_history(register, store, second, tmp_path):
    """Triggers come back too: a change after the restore leaves its event."""
    make_backup(register, store, tmp_path / "b.tar", at=AT)
    restore_backup(tmp_path / "b.tar", second, tmp_path / "target")
    link = connect(second)
    with link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM jurisdiction_areaevent")
        (events,) = cursor.fetchone()
        cursor.execute("UPDATE jurisdiction_area SET name = '改名' WHERE code = '239901'")
        cursor.execute("SELECT count(*) FROM jurisdiction_areaevent")
        assert cursor.fetchone() == (events + 1,)
    link.close()


def test_damaged_backup_is_refused_and_changes_nothing(register, store, second, tmp_path):
    backup = tmp_path / "backup.tar"
    make_backup(register, store, backup, at=AT)
    restore_backup(backup, second, tmp_path / "target")
    before = contents(second)
    data = bytearray(backup.read_bytes())
    with tarfile.open(backup) as tar:
        inside = tar.getmember("uploads/2026/11/a.xlsx").offset_data
    data[inside + 1000] ^= 0xFF
    backup.write_bytes(data)
    with pytest.raises(BackupError, match="校验值不符"):
        restore_backup(backup, second, tmp_path / "target")
    backup.write_bytes(data[:5000])
    with pytest.raises(BackupError, match="已损坏"):
        restore_backup(backup, second, tmp_path / "target")
    assert contents(second) == before


def test_tar_that_reaches_outside_is_refused(second, tmp_path):
    hostile = tmp_path / "hostile.tar"
    with tarfile.open(hostile, "w") as tar:
        tar.addfile(tarfile.TarInfo("../outside"))
    with pytest.raises(BackupError, match="outside"):
        restore_backup(hostile, second, tmp_path / "target")
    assert not (tmp_path / "outside").exists()


def test_commands_write_name_keep_and_ask_first(register, store, settings, tmp_path, capsys):
    settings.BACKUP_DIR = tmp_path / "backups"
    private = settings.STORAGES["private"]
    options = private["OPTIONS"] | {"location": str(store)}
    settings.STORAGES = settings.STORAGES | {"private": private | {"OPTIONS": options}}
    settings.BACKUP_DIR.mkdir()
    for day in (1, 2, 3):
        (settings.BACKUP_DIR / f"jiamusi-2020010{day}-000000.tar").touch()
    call_command("backup", keep=2)
    names = sorted(path.name for path in settings.BACKUP_DIR.iterdir())
    assert len(names) == 2
    assert names[0] == "jiamusi-20200103-000000.tar"
    assert "上传文件 2 个" in capsys.readouterr().out
    before = contents(register)
    with pytest.raises(CommandError, match="--yes"):
        call_command("restore", settings.BACKUP_DIR / names[1])
    shutil.rmtree(store)
    call_command("restore", settings.BACKUP_DIR / names[1], yes=True)
    assert contents(register) == before
    assert sorted(digests(Path(store))) == ["2026/11/a.xlsx", "台账.csv"]
