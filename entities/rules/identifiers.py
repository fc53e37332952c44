"""Credit codes and licence numbers: shapes are certain, check digits only warn."""

import re
from typing import NamedTuple

from jiamusi_foodsafety.kit.codes import (
    ALPHABET_BYTES,
    ALPHABET_SET,
    INVISIBLE,
    dressed_down,
    normalise_code,
)

# The 三小 and stalls: a credit code may be blank, the registration number has no national form.
SMALL_CATEGORIES = frozenset({"workshop", "small_catering", "small_grocery", "stall"})
SMALL_WORDS = ("小作坊", "小餐饮", "小食杂", "小摊点")

# ISO 7064 MOD 11,10: the next product by the product so far and the digit's ASCII code.
_MOD_11_10 = tuple(
    (0,) * 48 + tuple(((product + digit) % 10 or 10) * 2 % 11 for digit in range(10))
    for product in range(11)
)

_TRAILING_BRACKET = re.compile(r"\([^()]*\)$")
_OLD_CATERING = re.compile(r"(?:[\u4e00-\u9fff]{0,4})(?:餐证字|食证字|卫食证字)")
# SC numbers: 食品 101–131, 食品添加剂 201–203.
SC_CATEGORIES = frozenset([*range(101, 132), 201, 202, 203])
_NOW_ISSUED = frozenset({"JY", "SC", "YB"})
_FIRST_DIGITS = {"JY": "123", "YB": "12"}


class LicenceNumber(NamedTuple):
    """A licence number as stored, its kind (JY SC YB SP CY QS SMALL), or what is wrong with it."""

    number: str
    kind: str
    problem: str = ""


def credit_code_problem(code: str) -> str:
    """Why a normalised code cannot be a 统一社会信用代码, in Chinese; empty when the shape is right.

    18 characters of GB 32100, the third to eighth are digits.
    """
    # What is left without the alphabet's characters: the quickest look at all 18.
    if (
        len(code) == 18
        and code[2:8].isdigit()
        and not code.encode("utf-8", "replace").translate(None, ALPHABET_BYTES)
    ):
        return ""
    if len(code) == 15 and code.isdigit():
        return "是 15 位的旧注册号，请填写 18 位统一社会信用代码"
    if len(code) == 18 and code.isascii() and code.isalnum():
        wrong = sorted(set(code) - ALPHABET_SET)
        if wrong:
            hint = {"O": "数字 0", "I": "数字 1", "Z": "数字 2", "S": "数字 5"}
            tell = "、".join(f"{c}（可能是{hint[c]}）" if c in hint else c for c in wrong)
            return f"含有信用代码不用的字母 {tell}，请对照营业执照改正"
        return "第 3 至 8 位应为数字，请对照营业执照改正"
    if code.isascii() and code.isalnum():
        return f"有 {len(code)} 位，应为 18 位，请对照营业执照改正"
    return "不是 18 位统一社会信用代码，请对照营业执照填写"


def _mod_11_10(digits: str) -> bool:
    """ISO 7064 MOD 11,10 over all digits, the last one being the check digit."""
    table, product = _MOD_11_10, 10
    *body, check = digits.encode()
    for digit in body:
        product = table[product][digit]
    return (11 - product) % 10 == check - 48


def licence_check(number: str) -> str:
    """What looks wrong in the digits of a JY, SC or YB number, in Chinese; empty when nothing.

    Only warnings: numbers in force fail the check digit of GB/T 17710 in practice.
    """
    kind, digits = number[:2], number[2:]
    if kind == "SC":
        if int(digits[:3]) not in SC_CATEGORIES:
            return f"食品类别编码 {digits[:3]} 不在目录中"
    elif digits[0] not in _FIRST_DIGITS[kind]:
        return f"第 1 位数字 {digits[0]} 不是已知的业态编码"
    if not _mod_11_10(digits):
        return "末位校验码不符"
    return ""


def licence_area(number: str) -> str:
    """The six area digits (issuer's place) in a JY, SC or YB number."""
    return number[5:11] if number.startswith("SC") else number[3:9]


def is_small_business(category: str, form: str | None) -> bool:
    """三小 and stalls, by category code or by the words of the business form."""
    if category in SMALL_CATEGORIES:
        return True
    return bool(form) and any(word in form for word in SMALL_WORDS)


def read_licence(text: str, *, small: bool) -> LicenceNumber:
    """A licence number in its stored form with its kind, or the problem in Chinese.

    JY, SC, YB + 14 digits; old forms SP + 16, QS + 12 digits, 餐证字; anything of a 三小 (`small`).
    """
    number = text if text.isascii() and text.isalnum() else normalise_code(text)
    if len(number) == 16 and number[2:].isdigit() and number.isascii():
        kind = number[:2].upper()
        if kind in _NOW_ISSUED:
            return LicenceNumber(kind + number[2:], kind)
    number = number.upper()
    bare = _TRAILING_BRACKET.sub("", number)
    kind = bare[:2]
    if kind in {"JY", "SC", "YB", "SP", "QS"}:
        digits = bare[2:]
        length = {"SP": 16, "QS": 12}.get(kind, 14)
        if digits.isascii() and digits.isdigit() and len(digits) == length:
            return LicenceNumber(bare, kind)
        return LicenceNumber("", "", _licence_problem(kind, digits, length))
    if _OLD_CATERING.match(number) and sum(map(str.isdigit, number)) >= 6:
        return LicenceNumber("".join(filter(str.isalnum, number)), "CY")
    if small:
        if any(map(str.isalnum, number)):
            # Their dashes may tell two numbers apart: 2023-11 and 202-311.
            kept = dressed_down(text, INVISIBLE)
            return LicenceNumber(kept, "SMALL")
        return LicenceNumber("", "", "里没有编号，请填写登记证上的编号")
    if number.isascii() and number.isdigit() and len(number) == 14:
        return LicenceNumber("", "", "缺少前面的字母 JY、SC 或 YB，请对照许可证补上")
    return LicenceNumber("", "", "不是许可证编号，应为 JY、SC 或 YB 加 14 位数字")


def _licence_problem(kind: str, digits: str, length: int) -> str:
    if sum(digits.count(other) for other in ("JY", "SC", "YB")):
        return "里有不止一个证号，请分成几行填写"
    if digits.isascii() and digits.isdigit():
        return f"{kind} 后面有 {len(digits)} 位数字，应为 {length} 位"
    letters = "".join(sorted({c for c in digits if not c.isdigit()}))[:6]
    hint = "（O 可能是 0，I 可能是 1）" if {"O", "I", "L"} & set(letters) else ""
    return f"{kind} 后面应全是数字，现有 {letters}{hint}，请对照许可证改正"
