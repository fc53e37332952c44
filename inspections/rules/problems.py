"""What is told of a problem, and its number."""

import datetime
import hashlib
import re
from dataclasses import dataclass

MOST_TITLE, MOST_DETAIL, MOST_NOTE = 120, 500, 500
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Found:
    """A problem as somebody reports it. `key`: 32 hex characters that the phone drew; `kind`: the class's
    code; `item_code`, `item_text`: the item of the checklist, if it is one; `photos`: keys of photographs."""

    key: str
    title: str
    kind: str
    detail: str = ""
    item_code: str = ""
    item_text: str = ""
    on_spot: bool = False
    photos: tuple[str, ...] = ()


def faults(found: Found) -> list[str]:
    """What is wrong with the report, in sentences."""
    wrong = []
    if not _KEY.fullmatch(found.key):
        wrong.append("问题没有幂等键，请刷新页面后再报。")
    if not found.title.strip():
        wrong.append("请写明是什么问题。")
    if len(found.title) > MOST_TITLE:
        wrong.append(f"问题写得太长，最多 {MOST_TITLE} 字；其余写在说明里。")
    if len(found.detail) > MOST_DETAIL:
        wrong.append(f"说明太长，最多 {MOST_DETAIL} 字。")
    return wrong


def problem_number(day: datetime.date, serial: int) -> str:
    """The system's own number: WT20221024-0003, by the day it was found. No official document number."""
    return f"WT{day:%Y%m%d}-{serial:04d}"


def is_key(text: str) -> bool:
    """Whether a text is an idempotency key."""
    return bool(_KEY.fullmatch(text))


def derived_key(*parts: object) -> str:
    """An idempotency key that follows from others: the same step twice gives the same key."""
    return hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=16).hexdigest()
