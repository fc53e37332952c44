"""Signs of life of the background workers: pages say 排队中 or 工作进程未运行 from them."""

import datetime
from dataclasses import dataclass

from ..models import WorkerPulse

FRESH_SECONDS = 30


@dataclass(frozen=True)
class WorkerState:
    """Whether a worker lives, and how many seconds ago one was last seen (None = never)."""

    is_alive: bool
    age: int | None

    @property
    def words(self) -> str:
        """When it was last seen: 3 秒前; nothing when never."""
        if self.age is None:
            return ""
        if self.age < 60:
            return f"{self.age} 秒前"
        return f"{self.age // 60} 分钟前" if self.age < 3600 else f"{self.age // 3600} 小时前"


def pulse(*, name: str, at: datetime.datetime) -> None:
    """Record that this worker lives."""
    WorkerPulse.objects.update_or_create(name=name[:120], defaults={"seen_at": at})


def worker_state(*, at: datetime.datetime) -> WorkerState:
    """The state of the background workers as a page shows it."""
    seen = WorkerPulse.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    return state_of(seen, at=at)


def state_of(seen: datetime.datetime | None, *, at: datetime.datetime) -> WorkerState:
    """The state of workers of whom the last sign of life was `seen`."""
    if seen is None:
        return WorkerState(is_alive=False, age=None)
    age = max(0, int((at - seen).total_seconds()))
    return WorkerState(is_alive=age <= FRESH_SECONDS, age=age)
