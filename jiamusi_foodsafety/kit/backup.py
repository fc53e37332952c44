"""One file with the whole database and the upload store, and the way back.

Knows no settings: addresses and folders are arguments. The tools are PostgreSQL's own.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

import psycopg2

from .services import ServicesError, binary

MANIFEST, DUMP, STORE = "manifest.json", "database.dump", "uploads"
FORMAT = 1


class BackupError(RuntimeError):
    """A backup cannot be made or read; the message is Chinese and says what to do."""


def make_backup(database: dict, store: Path, target: Path, *, at: datetime) -> dict:
    """Write the database and then the files to one tar, complete or not at all; gives the manifest.

    The database comes first: files are only ever added, so each one that it names is in the tar.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump = Path(folder) / DUMP
        run_tool("pg_dump", database, ["--format=custom", "--no-owner", f"--file={dump}"])
        partial = Path(folder) / target.name
        files = {DUMP: sha256(dump)}
        with tarfile.open(partial, "w") as tar:
            tar.add(dump, DUMP)
            for path in sorted(store.rglob("*")) if store.is_dir() else []:
                if path.is_file() and not path.is_symlink():
                    name = f"{STORE}/{path.relative_to(store).as_posix()}"
                    files[name] = sha256(path)
                    tar.add(path, name)
            manifest = {"format": FORMAT, "made_at": at.isoformat(), "files": files}
            index = Path(folder) / MANIFEST
            index.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
            tar.add(index, MANIFEST)
        partial.chmod(0o600)
        with open(partial, "rb") as handle:
            os.fsync(handle.fileno())
        partial.replace(target)
    return manifest


def restore_backup(source: Path, database: dict, store: Path) -> dict:
    """Replace the database and the upload store by those of a backup; gives its manifest.

    The database changes in one transaction; files follow it, and the old store stays beside them
    as `<store>.before-restore` until the next restore.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=store.parent, prefix=".restore-") as folder:
        manifest = unpack(source, Path(folder))
        script = Path(folder) / "restore.sql"
        run_tool("pg_restore", database, ["--no-owner", f"--file={script}", f"{folder}/{DUMP}"],
                 connects=False)  # fmt: skip
        clean = (
            "SET lock_timeout = '10s'; SET client_min_messages = warning; "
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; "
            "GRANT USAGE ON SCHEMA public TO PUBLIC"
        )
        run_tool(
            "psql", database,
            ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
             f"--command={clean}", f"--file={script}", "--output=/dev/null"],
        )  # fmt: skip
        unpacked = Path(folder) / STORE
        unpacked.mkdir(exist_ok=True, mode=0o700)
        before = store.with_name(store.name + ".before-restore")
        if store.exists():
            shutil.rmtree(before, ignore_errors=True)
            store.rename(before)
        unpacked.rename(store)
    return manifest


def unpack(source: Path, folder: Path) -> dict:
    """Unpack a backup and check each file against the manifest."""
    try:
        with tarfile.open(source, "r:") as tar:
            extract(tar, folder)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        assert_intact(folder, manifest)
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        raise BackupError(f"备份文件读不了或已损坏：{source}（{error}）") from error
    return manifest


def extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Plain files inside the folder and nothing else (extractall's filter needs Python 3.11.4)."""
    for member in tar:
        path = (folder / member.name).resolve()
        if not member.isfile() or not path.is_relative_to(folder.resolve()):
            raise BackupError(f"备份文件中有不该有的内容：{member.name}")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tar.extractfile(member) as source, open(path, "xb", opener=private) as target:
            shutil.copyfileobj(source, target)


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def assert_intact(folder: Path, manifest: dict) -> None:
    if manifest["format"] != FORMAT:
        raise BackupError(f"备份格式 {manifest['format']} 不受本版本支持")
    for name, digest in manifest["files"].items():
        if sha256(folder / name) != digest:
            raise BackupError(f"备份文件已损坏：{name} 的校验值不符")


def sha256(path: Path) -> str:
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


# -- PostgreSQL's tools ---------------------------------------------------------------------------


def run_tool(name: str, database: dict, arguments: list[str], *, connects: bool = True) -> None:
    """Run pg_dump, pg_restore or psql on a database (an entry of Django's DATABASES)."""
    environment = os.environ | {
        "PGHOST": str(database.get("HOST") or ""),
        "PGPORT": str(database.get("PORT") or ""),
        "PGUSER": database.get("USER") or "",
        "PGPASSWORD": database.get("PASSWORD") or "",
        "PGDATABASE": database["NAME"],
        "PGCLIENTENCODING": "UTF8",
    }
    for option in ("sslmode", "sslrootcert", "sslcert", "sslkey"):
        if option in database.get("OPTIONS", {}):
            environment[f"PG{option.upper()}"] = database["OPTIONS"][option]
    # An empty variable is not the same as none.
    environment = {key: value for key, value in environment.items() if value}
    result = subprocess.run(
        [tool(name, server_major(database)), *(["--no-password"] if connects else []), *arguments],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if result.returncode != 0:
        hint = "；请先停止网页与后台进程" if "lock timeout" in result.stderr else ""
        raise BackupError(f"{name} 失败{hint}：{result.stderr.strip()[-800:]}")


def server_major(database: dict) -> int:
    connection = psycopg2.connect(
        host=database.get("HOST") or None, port=database.get("PORT") or None,
        user=database.get("USER") or None, password=database.get("PASSWORD") or None,
        dbname=database["NAME"], **database.get("OPTIONS", {}),
    )  # fmt: skip
    try:
        return connection.server_version // 10000
    finally:
        connection.close()


def tool(name: str, server: int) -> Path:
    """The tool of the server's own major version, else the next newer one; never an older one."""
    found = {}
    for path in candidates(name, server):
        version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        number = re.search(r"(\d+)(?:\.|beta|rc|devel)", version.stdout)
        if version.returncode == 0 and number:
            found.setdefault(int(number[1]), path)
    fit = [major for major in found if major >= server]
    if not fit:
        raise BackupError(f"找不到可用的 {name}：请安装 PostgreSQL {server} 或更新版本的客户端工具")
    return found[min(fit)]


def candidates(name: str, server: int) -> list[Path]:
    paths = [Path(f"/usr/lib/postgresql/{server}/bin/{name}")]
    if on_path := shutil.which(name):
        paths.append(Path(on_path))
    with contextlib.suppress(ServicesError):
        paths.append(binary(name))
    return [path for path in paths if path.is_file()]
