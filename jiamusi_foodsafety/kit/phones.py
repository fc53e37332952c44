"""Telephone numbers in a cell: one is kept, the rest is not lost. And who comes first in a list."""

import re
import unicodedata

_SPLIT = re.compile(r"[/、,，;；|\n\r]+")
_NOISE = re.compile(r"(?<=\d)[ \t\u00a0\u3000·.]+(?=\d)")
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(?:"
    r"(?P<mobile>1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
    r"|(?P<service>[48]00[- ]?\d{3}[- ]?\d{4})"
    r"|\(?(?P<code>0(?:10|2\d|[3-9]\d{2}))\)?[- ]?(?P<number>[1-9]\d{6,7})"
    r"|(?P<local>[2-9]\d{6,7})"
    r")(?!\d)"
)
_JOINED = re.compile(r"(?<!\d)(1[3-9]\d{9})(1[3-9]\d{9})(?!\d)")
_TOKEN = re.compile(r"[^\s:]+")
_WHOLE = re.compile(r"(?<![0-9A-Za-z])(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?![0-9A-Za-z])")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_NAMES = re.compile(r"[、,，;；/\\|\n\r]+|\s{2,}")


def split_phones(text: str) -> tuple[str, str]:
    """The first number that can be dialled and the rest of the text: ("13900000001", "张三").

    An 11-digit mobile, a 7–8-digit landline with or without its area code, a 400/800 number;
    the first is empty when there is none. Landlines come as 0454-8622222.
    """
    if len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1" and text[1] > "2":
        return text, ""
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().lstrip("'")
    joined = _JOINED.search(text)
    if joined:
        text = text[: joined.end(1)] + " " + text[joined.end(1) :]
    match = _PHONE.search(text) or _PHONE.search(_NOISE.sub("", text))
    if not match:
        return "", text
    before, after = match.string[: match.start()], match.string[match.end() :]
    rest = [_tidy(part) for piece in (before, after) for part in _SPLIT.split(piece)]
    return _dialled(match), "、".join(part for part in rest if part)


def _tidy(part: str) -> str:
    """A remainder without the marks around it; labels such as 电话： say nothing."""
    part = part.strip(" \t:：-()（）[]")
    return (
        "" if part in {"电话", "手机", "联系电话", "手机号", "座机", "TEL", "Tel", "tel"} else part
    )


def _dialled(match: re.Match) -> str:
    if match["code"]:
        return f"{match['code']}-{match['number']}"
    return (match["mobile"] or match["service"] or match["local"]).replace("-", "").replace(" ", "")


def mask_phone(number: str) -> str:
    """138****5678: the first three and the last four; short numbers keep their last two."""
    if len(number) < 9:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def numbers_in(text: str) -> list[str]:
    """The whole telephone numbers that stand in a running text such as a remark."""
    return _WHOLE.findall(text)


def mask_numbers(text: str) -> str:
    """A running text with the telephone numbers in it masked."""
    return _WHOLE.sub(lambda found: mask_phone(found[0]), text)


def unmask_numbers(text: str, original: str) -> str:
    """A text that was shown masked and comes back, with the numbers of the original in their places."""
    for number in numbers_in(original):
        text = text.replace(mask_phone(number), number)
    return text


def main_cadre(text: str) -> str:
    """The first name of a cell that names several: 张三、李四 → 张三 (the others assist)."""
    return next((part.strip() for part in _NAMES.split(text) if part.strip()), "")
