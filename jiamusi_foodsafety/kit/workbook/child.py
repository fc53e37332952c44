"""Parsing in a child process that cannot take the worker down with it.

A parser of strangers' files may abort, eat all memory or never end. The child has its own
process group, an address space limit and a clock; whatever happens to it, the caller gets
either its output or one WorkbookRefused.
"""

import contextlib
import json
import os
import queue
import re
import resource
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Iterator

from jiamusi_foodsafety.kit.workbook.refusal import WorkbookRefused, corrupt

MEMORY_VARIABLE = "WORKBOOK_CHILD_MEMORY"
SECONDS_VARIABLE = "WORKBOOK_CHILD_SECONDS"
# Exit status by which the child itself says that its memory ran out.
OUT_OF_MEMORY = 77
# What Python and the parser say when memory runs out.
MEMORY_WORDS = re.compile(r"MemoryError|memory allocation of (\d+) bytes")
# A single allocation of this size comes from a damaged number, not from a large table.
ABSURD_ALLOCATION = 8 * 1024**3


def limit_self(memory_bytes: int | None = None, seconds: int | None = None) -> None:
    """Bind this process to so much address space and CPU time; no core dump, no more files.

    Without arguments the limits are those that `run_limited` gave."""
    memory_bytes = memory_bytes or int(os.environ.get(MEMORY_VARIABLE, "0"))
    seconds = seconds or int(float(os.environ.get(SECONDS_VARIABLE, "0")))
    for kind, value in limits_of(memory_bytes, seconds):
        _soft, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def limits_of(memory_bytes: int, seconds: float) -> list[tuple[int, int]]:
    """The resource limits of a child."""
    limits = [(resource.RLIMIT_CORE, 0)]
    if memory_bytes:
        limits.append((resource.RLIMIT_AS, memory_bytes))
    if seconds:
        limits.append((resource.RLIMIT_CPU, max(int(seconds), 1)))
    return limits


class Child:
    """A running child: read `stdout` to its end, take `messages()`, then `wait()`."""

    def __init__(self, argv: list[str], stdin: bytes, memory_bytes: int, seconds: float, cwd=None):
        self.timed_out = False
        self.tail: deque[str] = deque(maxlen=200)
        self._messages: queue.SimpleQueue = queue.SimpleQueue()
        environment = os.environ | {
            MEMORY_VARIABLE: str(memory_bytes),
            SECONDS_VARIABLE: str(int(seconds)),
            "PYTHONIOENCODING": "utf-8",
            "RUST_BACKTRACE": "0",
        }
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=environment,
            cwd=cwd,
        )
        self.stdout = self.process.stdout
        self._timer = threading.Timer(seconds, self._out_of_time)
        self._timer.daemon = True
        self._timer.start()
        self._threads = [
            threading.Thread(target=self._feed, args=(stdin,), daemon=True),
            threading.Thread(target=self._listen, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _feed(self, stdin: bytes) -> None:
        with contextlib.suppress(OSError), self.process.stdin as pipe:
            pipe.write(stdin)

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self.process.stderr:
                text = line.decode("utf-8", "replace").rstrip("\n")
                try:
                    message = json.loads(text)
                except ValueError:
                    message = None
                if isinstance(message, dict):
                    self._messages.put(message)
                elif text:
                    self.tail.append(text)
        self._messages.put(None)

    def messages(self) -> Iterator[dict]:
        """The child's JSON lines from its standard error, as they come, until it ends."""
        while (message := self._messages.get()) is not None:
            yield message
        self._messages.put(None)

    def wait(self) -> None:
        """The end of the child; raises WorkbookRefused if it did not end well.

        E_TOO_LARGE: out of time or memory. E_CORRUPT: it died of the file."""
        status = self.process.wait()
        self._timer.cancel()
        for thread in self._threads:
            thread.join(timeout=5)
        if status == 0 and not self.timed_out:
            return
        if self.timed_out or status == -signal.SIGXCPU:
            raise WorkbookRefused(
                "E_TOO_LARGE", "读取文件用时过长，已停止。请删去无关内容，或按乡镇拆分后分别上传。"
            )
        if status == OUT_OF_MEMORY or self._ran_out_of_memory():
            raise WorkbookRefused(
                "E_TOO_LARGE",
                "文件内容过多，读取时内存不足。请删去无关内容，或按乡镇拆分后分别上传。",
            )
        raise corrupt("读取程序意外中止")

    def _ran_out_of_memory(self) -> bool:
        for line in self.tail:
            if said := MEMORY_WORDS.search(line):
                return int(said[1] or 0) < ABSURD_ALLOCATION
        return False

    def kill(self) -> None:
        """End the child and whatever it started."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _out_of_time(self) -> None:
        self.timed_out = True
        self.kill()

    def close(self) -> None:
        """End the child if it still runs, and release its pipes."""
        self._timer.cancel()
        self.kill()
        for thread in self._threads:
            thread.join(timeout=5)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                pipe.close()


@contextlib.contextmanager
def run_limited(
    argv: list[str], *, stdin: bytes, memory_bytes: int, seconds: float, cwd: str | None = None
) -> Iterator[Child]:
    """Run a child within limits; it is dead and its pipes are closed when the block ends."""
    child = Child(argv, stdin, memory_bytes, seconds, cwd)
    try:
        # The child limits itself first thing; this holds even if it forgets to.
        for kind, value in limits_of(memory_bytes, seconds):
            with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
                resource.prlimit(child.process.pid, kind, (value, value))
        yield child
    finally:
        child.close()
