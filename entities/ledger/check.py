"""One pure function a rule over the values of a row. `tell(field, code, message)` collects."""

import re
from collections.abc import Callable
from unicodedata import normalize

from entities.ledger.vocabulary import (
    NEGATIONS,
    OLD_LICENCE_KINDS,
    REMARK_WORDS,
)
from entities.rules import (
    credit_code_check,
    credit_code_problem,
    licence_area,
    licence_check,
    looks_like_id_card,
    normalise_code,
    read_licence,
)
from jiamusi_foodsafety.jurisdiction.rules import AreaVerdict
from jiamusi_foodsafety.kit.ledger.clean import shown, word_key
from jiamusi_foodsafety.kit.ledger.words import BLANK_WORDS

RowTell = Callable[[str, str, str], None]

AREA_CODES = {
    "missing": "R_REQUIRED",
    "unknown": "R_AREA_UNKNOWN",
    "ambiguous": "R_AREA_UNKNOWN",
    "foreign": "R_AREA_FOREIGN",
    "shallow": "W_AREA_SHALLOW",
}
_BETWEEN_WORDS = re.compile(r"[()/、,，;；]+")
AREA_HEADINGS = {"county": "所在县区", "town": "乡镇街道", "village": "村社区"}


def check_required(field: str, heading: str, value: str | None, tell: RowTell) -> None:
    """R_REQUIRED: a required cell is blank."""
    if value is None:
        tell(field, "R_REQUIRED", f"{heading}没有填。请补填。")


def check_credit_code(text: str | None, small: bool, told: bool, tell: RowTell) -> str | None:
    """The credit code of a row, or None: R_REQUIRED, R_CODE, R_PRECISION, W_CHECK_DIGIT.

    `told`: its cell was already found wrong. Only 三小 and stalls (`small`) may leave it blank.
    """
    if text is None:
        if not small and not told:
            tell("credit_code", "R_REQUIRED", "统一社会信用代码没有填。请对照营业执照补填。")
        return None
    code = text if text.isascii() and text.isalnum() and text.isupper() else normalise_code(text)
    if small and (not code or text in BLANK_WORDS):
        return None
    problem = credit_code_problem(code)
    if (problem or code[:17].isdigit()) and (looks_like_id_card(code) or _is_old_id(code)):
        tell("credit_code", "R_CODE", "像是身份证号，系统不收集身份证号。请改填统一社会信用代码。")
        return None
    if problem:
        tell("credit_code", "R_CODE", f"{shown(text)}{problem}。")
        return None
    if not credit_code_check(code):
        if code.endswith("000") and code.isdigit():
            tell(
                "credit_code",
                "R_PRECISION",
                "长数字被 Excel 改成了科学计数，后 3 位已丢失。请把该列设为“文本”后重新填写。",
            )
            return None
        tell(
            "credit_code", "W_CHECK_DIGIT", "统一社会信用代码的末位校验码不符。请对照营业执照核对。"
        )
    return code


def _is_old_id(code: str) -> bool:
    """A 15-digit ID card of before 1999: area, yymmdd, serial."""
    return (
        len(code) == 15 and code.isdigit() and looks_like_id_card(code[:6] + "19" + code[6:] + "0")
    )


def check_licence(
    text: str | None, small: bool, told: bool, tell: RowTell
) -> tuple[str | None, str | None]:
    """(number, kind) of a row's licence: R_REQUIRED, R_CODE, W_CHECK_DIGIT, W_OLD_LICENCE."""
    if text is None or (small and text in BLANK_WORDS):
        if not told:
            tell("licence_no", "R_REQUIRED", "许可证编号没有填。请对照许可证（登记证）补填。")
        return None, None
    number, kind, problem = read_licence(text, small=small)
    if (problem or kind == "SMALL") and looks_like_id_card(normalise_code(text)):
        tell("licence_no", "R_CODE", "像是身份证号，系统不收集身份证号。请改填许可证编号。")
        return None, None
    if problem:
        tell("licence_no", "R_CODE", f"{shown(text)}{problem}。")
        return None, None
    if len(number) > 60:
        tell("licence_no", "R_LENGTH", f"有 {len(number)} 个字，最多 60 个字。请核对。")
        return None, None
    if kind in OLD_LICENCE_KINDS:
        tell("licence_no", "W_OLD_LICENCE", f"{shown(number)}是旧证编号。请核对是否已换新证。")
    elif kind != "SMALL":
        wrong = licence_check(number)
        if wrong:
            tell("licence_no", "W_CHECK_DIGIT", f"许可证编号的{wrong}。请对照许可证核对。")
    return number, kind


def check_licence_area(
    number: str, county: str, known: frozenset[str], name: str, tell: RowTell
) -> None:
    """W_AREA_DIGITS: the number names another place than the row's county (`known`: its codes)."""
    digits = licence_area(number)
    # A zone without a code of its own, and the city's bureau, issue under the city's digits.
    is_city = digits[:4] == county[:4] and (not county.isdigit() or digits[4:] in {"00", "01"})
    if digits not in known and not is_city:
        tell(
            "licence_no",
            "W_AREA_DIGITS",
            f"证号中的地区码 {digits} 不是{name}的。请核对是否迁入或填错。",
        )


def tell_area(verdict: AreaVerdict, told: set[str], tell: RowTell) -> None:
    """R_REQUIRED, R_AREA_FOREIGN, R_AREA_UNKNOWN or W_AREA_SHALLOW from an area's verdict."""
    if not verdict.reason or verdict.field in told:
        return
    if verdict.reason == "missing":
        tell(verdict.field, "R_REQUIRED", f"{AREA_HEADINGS[verdict.field]}没有填。请补填。")
    else:
        tell(verdict.field, AREA_CODES[verdict.reason], f"{shown(verdict.said)}{verdict.tell}。")


def check_expiry(expires: str | None, issued: str | None, today: str, tell: RowTell) -> None:
    """W_EXPIRED: the licence ended before today. R_DATE: it would end before it began (ISO days)."""
    if expires is None:
        return
    if issued is not None and expires < issued:
        tell(
            "expires_on", "R_DATE", f"有效期至 {expires} 早于发证日期 {issued}。请核对这两个日期。"
        )
    elif expires < today:
        tell("expires_on", "W_EXPIRED", f"有效期至 {expires}，已过期。请核对是否已换证。")


# Where something first stood in the file: sheet, row as Excel shows it, name.
Seen = tuple[str, int, str | None]


def place(seen: Seen, sheet: str) -> str:
    """第 127 行, with the sheet where it is another one."""
    where, row, _name = seen
    return f"第 {row} 行" if where == sheet else f"工作表“{where}”第 {row} 行"


def check_duplicate(seen: Seen | None, sheet: str, tell: RowTell) -> None:
    """R_DUP: the licence number stands in an earlier row of the file."""
    if seen is not None:
        tell("licence_no", "R_DUP", f"与{place(seen, sheet)}重复。保留一行，或核对是否一户多证。")


def check_shared_code(seen: Seen | None, name: str | None, sheet: str, tell: RowTell) -> None:
    """W_CODE_SHARED: an earlier row has this credit code under another name."""
    other = seen[2] if seen else None
    if other is None or name is None or other == name:
        return
    if word_key(other) != word_key(name):
        where = place(seen, sheet)
        tell("credit_code", "W_CODE_SHARED",
             f"与{where}{shown(other)}是同一个统一社会信用代码。请核对是否一户多证或填错。")  # fmt: skip


def status_of(text: str, words: dict[str, tuple[str, str]]) -> tuple[str | None, str | None] | None:
    """(status, proposed status) that a status cell says; None when its words are not known.

    `words`: {key: (code, effect)}. What would screen is only proposed.
    """
    key = word_key(text)
    found = words.get(key)
    if found is None:
        # Said twice in one cell: 在营（正常）, 正常/营业.
        parts = {words.get(part) for part in _BETWEEN_WORDS.split(key) if part}
        found = parts.pop() if len(parts) == 1 else None
    if found is None:
        proposed = remark_status(text)
        return (None, proposed) if proposed else None
    code, effect = found
    return (code, None) if effect == "keep" else (None, code)


def remark_status(note: str) -> str | None:
    """The status that a remark speaks of (已关门 → closed), unless it denies it (未关门)."""
    for word, code in REMARK_WORDS:
        at = note.find(word)
        if at >= 0 and not note[max(at - 2, 0) : at].endswith(NEGATIONS):
            return code
    return None


def address_key(address: str, heads: tuple[str, ...]) -> str:
    """An address for comparison: without province, city, county (`heads`), spaces and marks."""
    key = address
    if not key.isalnum():
        key = "".join(filter(str.isalnum, normalize("NFKC", address)))
    if "省" in key[:4]:
        key = key[key.index("省") + 1 :]
    if key.startswith(heads):
        for head in heads:
            if key.startswith(head) and len(key) > len(head):
                key = key[len(head) :]
    return key.upper()
