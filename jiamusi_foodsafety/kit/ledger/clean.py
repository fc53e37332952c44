"""From a cell to a clean value. Each cleaner takes a cell and `tell(code, message)`.

The value comes back as text ready for COPY, or None: blank, or told why not. Nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from math import isnan

from jiamusi_foodsafety.kit.codes import looks_like_id_card
from jiamusi_foodsafety.kit.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    date_from_number,
    is_permanent,
    parse_date,
)
from jiamusi_foodsafety.kit.hanzi import simplified
from jiamusi_foodsafety.kit.ledger.staging import LONGEST_CELL
from jiamusi_foodsafety.kit.ledger.words import BLANK_WORDS
from jiamusi_foodsafety.kit.phones import split_phones
from jiamusi_foodsafety.kit.workbook.cells import Cell, CellError, NoValue

Tell = Callable[[str, str], None]

# Excel keeps 15 digits of a number.
PRECISE_BELOW = 10**15
PERMANENT = "infinity"
ERROR_TEXTS = frozenset({
    "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#GETTING_DATA", "#N/A N/A",
})  # fmt: skip
_UNTIDY = re.compile(
    r"[\s\x00-\x1f\x7f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff"
    r"\ud800-\udfff\ufffe\uffff]"
)
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_HALF = {c: c - 0xFEE0 for start, end in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
         for c in range(start, end + 1)}  # fmt: skip
_BETWEEN_HANZI = re.compile(r"(?<=[\u3400-\u9fff（）()、，])\s+(?=[\u3400-\u9fff（）()、，])")
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+?\d+$", re.IGNORECASE)
_WHOLE_FLOAT = re.compile(r"^\d+\.0+$")
_ID_NUMBER = re.compile(r"\d{17}[\dXx]")
# Anything that a text cell must be looked at for: odd marks, a quote, an error, an ID number.
_LONG_NUMBER = re.compile(r"\d{17}")


def shown(text: object) -> str:
    """A value in a sentence: shortened, in quotes."""
    text = str(text)
    return f"“{text[:30]}…”" if len(text) > 31 else f"“{text}”"


def tidy(text: str) -> str:
    """Text without odd spaces, control marks, a leading quote; letters and digits half width."""
    if not _UNTIDY.search(text) and text[:1] != "'":
        return text
    text = _INVISIBLE.sub("", text).translate(_HALF)
    text = _BETWEEN_HANZI.sub("", " ".join(text.split()))
    return text.lstrip("'").strip()


def not_text(cell: Cell, tell: Tell) -> str | None:
    """The text of a cell that is no text: numbers as Excel shows them, errors told."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        tell("R_CELL_ERROR", f"单元格是逻辑值 {'TRUE' if cell else 'FALSE'}。请改填文字。")
        return None
    if isinstance(cell, int | float):
        if isnan(cell) or abs(cell) >= PRECISE_BELOW:
            tell(
                "R_PRECISION",
                "长数字被 Excel 改成了科学计数，后几位已丢失。请把该列设为“文本”后重新填写。",
            )
            return None
        return str(cell) if isinstance(cell, int) else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if cell is NoValue:
        tell("R_NO_VALUE", "公式没有计算结果。请用 Excel 或 WPS 打开保存一次，或直接填写内容。")
        return None
    if isinstance(cell, CellError):
        tell("R_CELL_ERROR", f"单元格显示错误 {cell}。请改正公式，或直接填写内容。")
    return None


def plain(cell: Cell, tell: Tell) -> str | None:
    """Tidy text of any cell; blank and 无, — and the like are None."""
    text = tidy(cell) if type(cell) is str else not_text(cell, tell)
    if not text or text in BLANK_WORDS:
        return None
    if text[0] == "#" and text.upper() in ERROR_TEXTS:
        tell("R_CELL_ERROR", f"单元格显示错误 {text}。请改正公式，或直接填写内容。")
        return None
    return text


def text_cleaner(max_length: int) -> Callable[[Cell, Tell], str | None]:
    """A cleaner of open text up to a length, free of ID card numbers."""

    def clean(cell: Cell, tell: Tell) -> str | None:
        if cell.__class__ is str and not _UNTIDY.search(cell):
            # The usual case, without a further call: tidy, neither an error nor a long number.
            size = len(cell)
            if (
                0 < size <= max_length
                and cell[0] not in "#'"
                and (size < 18 or not _LONG_NUMBER.search(cell))
            ):
                return None if cell in BLANK_WORDS else cell
        is_endless = cell.__class__ is str and len(cell) > LONGEST_CELL
        text = cell if is_endless else plain(cell, tell)
        if text is None:
            return None
        if len(text) > max_length:
            tell("R_LENGTH", f"有 {len(text)} 个字，最多 {max_length} 个字。请删减。")
            return None
        if len(text) >= 18 and any(map(looks_like_id_card, _ID_NUMBER.findall(text))):
            tell("R_CODE", "含身份证号，系统不收集身份证号。请删去。")
            return None
        return text

    return clean


def person_cleaner(max_length: int) -> Callable[[Cell, Tell], str | None]:
    """A cleaner of names of people: 王 芳 → 王芳, but 张三 李四 → 张三、李四."""
    clean_text = text_cleaner(max_length)

    def clean(cell: Cell, tell: Tell) -> str | None:
        if type(cell) is str and len(parts := cell.split()) > 1:
            apart = "、" if min(map(len, parts)) > 1 else ""
            cell = apart.join(parts).replace("、、", "、")
        return clean_text(cell, tell)

    return clean


def code_text(cell: Cell, tell: Tell) -> str | None:
    """The words of a code cell (credit code, licence, area), 无 and the like kept; numbers exact."""
    if cell.__class__ is not str:
        return not_text(cell, tell)
    if cell.isalnum() and cell.isascii():
        if len(cell) < 12 and _SCIENTIFIC.match(cell):
            lost_digits(tell)
            return None
        return cell
    text = tidy(cell)
    if text[:1] == "#" and text.upper() in ERROR_TEXTS:
        tell("R_CELL_ERROR", f"单元格显示错误 {text}。请改正公式，或直接填写内容。")
        return None
    if _SCIENTIFIC.match(unicodedata.normalize("NFKC", text).replace(" ", "")):
        lost_digits(tell)
        return None
    if _WHOLE_FLOAT.match(text):
        text = text[: text.index(".")]
    return text or None


def lost_digits(tell: Tell) -> None:
    """R_PRECISION for a code that went through Excel's number format."""
    tell(
        "R_PRECISION", "长数字被 Excel 改成了科学计数，后几位已丢失。请把该列设为“文本”后重新填写。"
    )


def date_cleaner(*, is_end: bool) -> Callable[[Cell, Tell], str | None]:
    """A cleaner of dates; an end may be 长期 (PERMANENT) or the end of a range."""

    def clean(cell: Cell, tell: Tell) -> str | None:
        if isinstance(cell, datetime):
            cell = cell.date()
        if isinstance(cell, date):
            if FIRST_YEAR <= cell.year <= LAST_YEAR:
                return cell.isoformat()
            if is_end and cell.year == 9999:
                return PERMANENT
            tell(
                "R_DATE", f"日期 {cell.isoformat()} 不合常理。请核对后写成 2027-11-05 这样的日期。"
            )
            return None
        if isinstance(cell, bool):
            day = None
        elif isinstance(cell, int | float):
            day = date_from_number(cell)
        else:
            text = plain(cell, tell)
            if text is None:
                return None
            if is_end and (is_permanent(text) or text.startswith("9999-12-31")):
                return PERMANENT
            if _WHOLE_FLOAT.match(text):
                text = text[: text.index(".")]
            day = parse_date(text, last_of_range=is_end)
        if day is None:
            tell("R_DATE", f"日期{shown(cell)}读不懂。请写成 2027-11-05 这样的日期。")
            return None
        return day.isoformat()

    return clean


def clean_phone(cell: Cell, tell: Tell) -> tuple[str, str] | None:
    """(the number, what stands beside it); R_PHONE when nothing in the cell can be dialled."""
    if cell.__class__ is str and len(cell) == 11 and cell.isdigit() and cell.isascii():
        number, rest = split_phones(cell)
        if number:
            return number, rest
    text = plain(cell, tell)
    if text is None:
        return None
    if _SCIENTIFIC.match(text):
        lost_digits(tell)
        return None
    if _WHOLE_FLOAT.match(text):
        text = text[: text.index(".")]
    # A list separated by line breaks: tidying turned them into spaces, which part numbers as well.
    number, rest = split_phones(text)
    if not number:
        tell("R_PHONE", f"{shown(text)}里没有可用的电话号码。请核对后改正，不知道可以留空。")
        return None
    return number, rest


def word_key(text: str) -> str:
    """Words of a fixed list for comparison: half width, simplified, without spaces."""
    return simplified("".join(unicodedata.normalize("NFKC", text).split())).strip("。.；;,，")


def enum_cleaner(words: dict[str, str], allowed: str) -> Callable[[Cell, Tell], str | None]:
    """A cleaner of words of a list: {key of the word: code}."""

    def clean(cell: Cell, tell: Tell) -> str | None:
        if isinstance(cell, bool | int | float | date | time):
            tell("R_ENUM", f"{shown(cell)}不是可选的写法。请填：{allowed}。")
            return None
        text = plain(cell, tell)
        if text is None:
            return None
        key = word_key(text)
        code = words.get(key) or words.get(re.sub(r"\(.*?\)$", "", key))
        if code is None:
            tell("R_ENUM", f"{shown(text)}不是可选的写法。请填：{allowed}。")
        return code

    return clean


def area_text(cell: Cell, tell: Tell) -> str | None:
    """The words of an area cell as written, without odd spaces; codes as digits."""
    text = code_text(cell, tell)
    if text is None or text in BLANK_WORDS:
        return None
    if len(text) > 60:
        tell("R_LENGTH", f"有 {len(text)} 个字，最多 60 个字。请删减。")
        return None
    return text
