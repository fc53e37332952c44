"""What is decided of pledges from plain values."""

import calendar
import datetime
import hashlib
import json


def pledge_prefix(year: int, area: str) -> str:
    """The beginning of the internal number: year and county unit (or city), e.g. 2022-230882-. It is no
    official document number."""
    return f"{year}-{area[:6]}-"


def pledge_number(prefix: str, serial: int) -> str:
    """2022-230882-0001."""
    return f"{prefix}{serial:04d}"


def valid_until(signed_on: datetime.date, months: int) -> datetime.date:
    """The last day of validity: so many months later, the day before (31 January + 1 month → 27/28 February)."""
    count = signed_on.month - 1 + months
    year, month = signed_on.year + count // 12, count % 12 + 1
    day = min(signed_on.day, calendar.monthrange(year, month)[1])
    return datetime.date(year, month, day) - datetime.timedelta(days=1)


def same_name(typed: str, name: str) -> bool:
    """Whether what was typed is the name; spaces within Chinese names do not count."""
    return "".join(typed.split()) == "".join(name.split())


def content_mark(words: dict, annex: dict) -> str:
    """A fingerprint of what stands on the paper, without the day of printing: a paper that changed between
    reading and signing is told by it."""
    content = {"words": words, "entities": annex["entities"], "task_list": annex["task_list"]}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
