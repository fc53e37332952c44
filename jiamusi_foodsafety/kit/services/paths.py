"""Where the embedded servers keep their files, and the lock that guards starting them."""

import fcntl
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# sockaddr_un holds 108 bytes with the closing NUL; PostgreSQL appends "/.s.PGSQL.5432.lock".
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"


class ServicesError(RuntimeError):
    """An embedded server cannot be started or stopped; the message says why."""


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Only one process at a time may start or stop the servers of a data folder."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with open(data_dir / "services.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def socket_dir(data_dir: Path) -> Path:
    """run/ of the data folder, or a short folder in /tmp where that path is unfit for a socket."""
    wanted = data_dir / "run"
    fits = len(os.fsencode(f"{wanted}{LONGEST_SOCKET_NAME}")) <= SOCKET_PATH_LIMIT
    if fits and re.fullmatch(r"[A-Za-z0-9._/-]+", str(wanted)):
        return wanted
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"jfs-{os.geteuid()}-{digest}"


def make_private(path: Path, uid: int, gid: int) -> None:
    """Make a folder that only this user (and root) can enter, refusing one that is another's."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (uid, os.geteuid()):
        raise ServicesError(f"{path} belongs to somebody else; remove it or set DATA_DIR")
    os.chmod(path, 0o700)
    if found.st_uid != uid:
        os.chown(path, uid, gid)


def open_to_passage(path: Path) -> None:
    """Let other users pass through (not list) each parent folder: the server is not root."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
