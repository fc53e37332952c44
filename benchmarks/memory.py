"""Peak memory of a command: its process and all that it starts, added up while it runs."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
from django.conf import settings

EVERY_SECONDS = 0.02
MEGABYTE = 1024 * 1024


def peak_of_import(path: Path) -> float:
    """MB (resident, pages shared by two processes counted twice) of `import_ledger FILE --apply` in a
    process of its own, looked at every 20 ms; PostgreSQL is not its child."""
    command = [
        sys.executable, str(settings.BASE_DIR / "manage.py"), "import_ledger", str(path), "--apply",
    ]  # fmt: skip
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    root, peak = psutil.Process(started.pid), 0
    while started.poll() is None:
        peak = max(peak, _resident(root))
        time.sleep(EVERY_SECONDS)
    if started.returncode != 0:
        raise RuntimeError(f"import_ledger: {started.returncode}")
    return peak / MEGABYTE


def _resident(root):
    total = 0
    try:
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in family:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
