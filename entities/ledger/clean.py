"""Cleaners that only this ledger needs: grades, and sizes with their units. The others are the kit's."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

from jiamusi_foodsafety.kit.ledger.clean import Tell, plain, shown, word_key
from jiamusi_foodsafety.kit.workbook.cells import Cell

_NUMBER = re.compile(r"^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$")
_GRADE = re.compile(r"^(?:包保等级|等级|级别)?([A-D])(?:级|类|等|等级|类主体|级主体)?$")
UNITS = {
    "floor_area": ("平方米", "平米", "㎡", "m2", "m^2", "平方", "平"),
    "seats": ("个座位", "座位", "个", "座", "位", "张"),
    "diners": ("人", "名", "人次", "位", "份"),
    "staff_count": ("人", "名", "位", "个"),
    "annual_output": (),
}
CEILINGS = {"floor_area": 10**7, "annual_output": 10**8}
DEFAULT_CEILING = 10**6


def number_cleaner(key: str, scale: Decimal | None = None) -> Callable[[Cell, Tell], str | None]:
    """A cleaner of sizes: whole numbers, or two decimals for ㎡ and 万元; never below zero."""
    units, ceiling = UNITS[key], CEILINGS.get(key, DEFAULT_CEILING)
    is_whole = key not in CEILINGS

    def clean(cell: Cell, tell: Tell) -> str | None:
        factor = scale or Decimal(1)
        if isinstance(cell, bool | date | time):
            tell("R_NUMBER", f"{shown(cell)}不是数字。请只填数字。")
            return None
        if isinstance(cell, int | float):
            said, text = str(cell), format(Decimal(repr(cell)), "f")
        else:
            said = plain(cell, tell)
            if said is None:
                return None
            text = "".join(unicodedata.normalize("NFKC", said).split())
            if key == "annual_output":
                text, factor = _money(text, factor)
            text = _without_unit(text, units)
        if not _NUMBER.match(text):
            tell("R_NUMBER", f"{shown(said)}不是可用的数字。请只填数字，不带文字和负号。")
            return None
        value = Decimal(text.replace(",", "")) * factor
        if value > ceiling:
            tell("R_NUMBER", f"{shown(said)}过大。请核对单位和位数。")
        elif is_whole and value != int(value):
            tell("R_NUMBER", f"{shown(said)}不是整数。请填整数。")
        elif is_whole:
            return str(int(value))
        else:
            return _two_places(value)
        return None

    return clean


def _two_places(value: Decimal) -> str:
    text = str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return text.rstrip("0").rstrip(".")


def _without_unit(text: str, units: tuple[str, ...]) -> str:
    lower = text.lower()
    for unit in units:
        if lower.endswith(unit) and len(text) > len(unit):
            return text[: -len(unit)]
    return text


def _money(text: str, factor: Decimal) -> tuple[str, Decimal]:
    """An amount with its own unit, in 万元."""
    for unit, value in (
        ("亿元", 10000), ("亿", 10000), ("万元", 1), ("万", 1), ("元", Decimal("0.0001")),
    ):  # fmt: skip
        if text.endswith(unit):
            return text.removesuffix(unit), Decimal(value)
    return text, factor


def grade_cleaner(what: str) -> Callable[[Cell, Tell], str | None]:
    """A cleaner of A–D: A, a, Ａ, A级. 一级 and numbers are not certain."""

    def clean(cell: Cell, tell: Tell) -> str | None:
        if isinstance(cell, bool | int | float | date | time):
            tell("R_ENUM", f"{what}{shown(cell)}不能确定。请填 A、B、C 或 D。")
            return None
        text = plain(cell, tell)
        if text is None or text in {
            "待定",
            "未分级",
            "未定",
            "未定级",
            "未评级",
            "未评",
            "暂未分级",
        }:
            return None
        match = _GRADE.match(word_key(text).upper())
        if match:
            return match[1]
        tell("R_ENUM", f"{what}{shown(text)}不能确定。请填 A、B、C 或 D。")
        return None

    return clean
