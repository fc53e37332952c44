"""Keeps a few child processes running until told to stop; knows nothing of what they do."""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

STOP_SECONDS = 15
PULSE_SECONDS = 2
RESTARTS_PER_MINUTE = 5
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class SupervisorError(RuntimeError):
    """A child keeps dying; the message names it and the end of its log."""


def die_with_parent() -> None:
    """Ask the kernel to end this child when the supervisor is killed (Linux)."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One program in a process group of its own, its output in one log file."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.starts: list[float] = []
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.starts.append(time.monotonic())
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as handle:
            # A group of its own: Ctrl-C in the terminal reaches the supervisor alone.
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=handle, stderr=handle,
                start_new_session=True, preexec_fn=die_with_parent,  # noqa: PLW1509 (no threads here)
            )  # fmt: skip

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def restart_if_dead(self) -> bool:
        """Start it again if it died; gives up when it dies again and again."""
        if self.is_running():
            return False
        minute_ago = time.monotonic() - 60
        if len([start for start in self.starts if start > minute_ago]) > RESTARTS_PER_MINUTE:
            raise SupervisorError(f"{self.name}: {self.log}\n{self.tail()}")
        self._signal(signal.SIGKILL)  # what the dead parent may have left
        self.start()
        return True

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM, whole_group=False)

    def wait_or_kill(self, deadline: float) -> None:
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        self._signal(signal.SIGKILL)
        self.process.wait()

    def tail(self, size: int = 1500) -> str:
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""

    def _signal(self, number: int, *, whole_group: bool = True) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if whole_group else os.kill)(self.process.pid, number)


class Supervisor:
    """Starts children, starts them again when they die, stops all of them on SIGINT or SIGTERM.

    `pulse` runs every few seconds; `notice` hears the name of each child that had to be restarted.
    """

    def __init__(
        self,
        pulse: Callable[[], object] = lambda: None,
        notice: Callable[[str], object] = lambda name: None,
    ) -> None:
        self.pulse = pulse
        self.notice = notice
        self.children: list[Child] = []
        self.stopping = threading.Event()

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        return self

    def __exit__(self, *_) -> None:
        for child in reversed(self.children):
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            child.wait_or_kill(deadline)

    def add(self, name: str, command: Sequence[str], log: Path) -> Child:
        child = Child(name, command, log)
        self.children.append(child)
        child.start()
        return child

    def wait(self) -> None:
        """Watch until told to stop."""
        while not self.stopping.wait(PULSE_SECONDS):
            self._watch()

    def wait_for(self, is_true: Callable[[], bool], seconds: float) -> bool:
        """True once the condition holds; false when time is up or somebody said stop."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.stopping.is_set():
            if is_true():
                return True
            self._watch()
            self.stopping.wait(0.3)
        return False

    def _watch(self) -> None:
        self.pulse()
        for child in self.children:
            if child.restart_if_dead():
                self.notice(child.name)
