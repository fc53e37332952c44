"""Dates as clerks write them. Dates only: the ledger knows no hours."""

import re
import unicodedata
from datetime import date, timedelta

PERMANENT_WORDS = frozenset({
    "长期", "永久", "长期有效", "永久有效", "无固定期限", "无期限", "无限期", "不限", "长期/永久",
})  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1949, 2100
_EPOCH = date(1899, 12, 30)
_PARTS = re.compile(
    r"(\d{4})(?:年|[-/.。、])(\d{1,2})(?:月|[-/.。、])(\d{1,2})(?:日|号)?"
    r"(?:T?\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}(?:\.\d+)?秒?)?(?:Z|[+]\d\d:?\d\d)?)?"
)
_ONE = r"(?:\d{4}年\d{1,2}月\d{1,2}(?:日|号)?|\d{4}([-/.])\d{1,2}\N\d{1,2}|\d{8})"
_RANGE = re.compile(
    "(?:有效期)?(?:自|从)?("
    + _ONE.replace("\\N", "\\2")
    + ")(?:起|始)?(?:至|到|~|-+|—+|–+)("
    + _ONE.replace("\\N", "\\4")
    + ")(?:止|前)?"
)
_CHINESE = re.compile(
    r"^([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]$"
)
_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}


def is_permanent(text: str) -> bool:
    """长期 and its like: a term without an end."""
    return unicodedata.normalize("NFKC", text).replace(" ", "") in PERMANENT_WORDS


def date_from_serial(number: float) -> date | None:
    """Excel's day number (45966 → 2025-11-05); None outside 1949–2100."""
    if 17899 <= number < 73416:
        return _EPOCH + timedelta(days=int(number))
    return None


def date_from_number(number: float) -> date | None:
    """A number in a date column: 20271105, or Excel's day number."""
    if number == int(number) and 19490000 < number < 21010000:
        return _day(str(int(number)))
    return date_from_serial(number)


def _day(eight: str) -> date | None:
    return _date(eight[:4], eight[4:6], eight[6:])


def _date(year: str, month: str, day: str) -> date | None:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return value if FIRST_YEAR <= value.year <= LAST_YEAR else None


def _small_number(text: str) -> str:
    """十一 → 11, 三十 → 30, 七 → 7; None-like empty text when it is no number."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.get(text, "")
    return _DIGITS.get(tens, "1" if not tens else "") + (_DIGITS.get(ones, "") if ones else "0")


def parse_date(text: str, *, last_of_range: bool = False) -> date | None:
    """A written date, year first: 2027-11-05, 2027.11.5, 2027年11月5日, 20271105, a day number.

    With `last_of_range`, the end of 2022年11月5日至2027年11月4日. None when it is not certain
    (no year first, two-digit year, month only) or no day of the calendar in 1949–2100.
    """
    text = "".join(unicodedata.normalize("NFKC", text).split()).rstrip("。.,;、")
    if last_of_range:
        match = _RANGE.fullmatch(text)
        if match:
            return parse_date(match[3]) if parse_date(match[1]) else None
        text = text.removeprefix("有效期").removeprefix("至").removeprefix("到")
        text = text.removesuffix("止").removesuffix("到期").removesuffix("前")
    match = _PARTS.fullmatch(text)
    if match:
        return _date(*match.groups())
    if text.isascii() and text.isdigit():
        if len(text) == 8:
            return _day(text)
        return date_from_serial(int(text)) if len(text) == 5 else None
    match = _CHINESE.match(text)
    if match:
        year = "".join(_DIGITS[c] for c in match[1])
        return _date(year, _small_number(match[2]), _small_number(match[3]))
    return None
