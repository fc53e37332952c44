import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from jiamusi_foodsafety.kit.supervisor import Supervisor, SupervisorError

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
# A child that ignores SIGTERM, as a busy worker may, and has a child of its own.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
time.sleep(600)
"""
# A supervisor in a process of its own.
PROGRAM = """
import sys
from pathlib import Path
from jiamusi_foodsafety.kit import supervisor
supervisor.STOP_SECONDS = 1
with supervisor.Supervisor() as boss:
    child = boss.add("child", [sys.executable, "-c", sys.argv[2]], Path(sys.argv[1]))
    print(child.process.pid, flush=True)
    boss.wait()
"""


@pytest.fixture(autouse=True)
def keep_signal_handlers():
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_dead_child_is_started_again_and_all_end_with_the_block(tmp_path):
    restarted = []
    with Supervisor(notice=restarted.append) as boss:
        child = boss.add("sleeper", SLEEPER, tmp_path / "log/sleeper.log")
        first = child.process.pid
        os.kill(first, signal.SIGKILL)
        until(lambda: not child.is_running())
        assert boss.wait_for(child.is_running, 5)
        assert restarted == ["sleeper"]
        second = child.process.pid
        assert second != first
        assert psutil.pid_exists(second)
    assert not psutil.pid_exists(second)


def test_child_that_dies_again_and_again_is_given_up_with_its_log(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('no such table')"]
    with Supervisor() as boss:
        boss.add("broken", command, tmp_path / "broken.log")
        with pytest.raises(SupervisorError, match="no such table"):
            boss.wait_for(lambda: False, 30)


def supervisor_process(log, program):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(log), program],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_leaves_neither_a_stubborn_child_nor_its_child(tmp_path, number):
    log = tmp_path / "child.log"
    with supervisor_process(log, STUBBORN) as process:
        child = int(process.stdout.readline())
        until(lambda: log.exists() and log.read_text().strip())
        grandchild = int(log.read_text())
        process.send_signal(number)
    assert process.returncode == 0
    until(lambda: not psutil.pid_exists(child) and not psutil.pid_exists(grandchild))


def test_killed_supervisor_takes_its_child_along(tmp_path):
    with supervisor_process(tmp_path / "child.log", SLEEPER[-1]) as process:
        child = int(process.stdout.readline())
        assert psutil.pid_exists(child)
        process.kill()
    until(lambda: not psutil.pid_exists(child))
