"""Credit codes and licence numbers with right check digits (GB 32100, GB 11714, ISO 7064 MOD 11,10)."""

import random

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORG_VALUES = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SPREAD = 31**5
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _org_check(body: str) -> str:
    rest = 11 - sum(_ORG_VALUES[c] * w for c, w in zip(body, _ORG_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def _spread(serial: int) -> str:
    """A serial number as five characters that do not look like a sequence, still one to one."""
    n = (serial * 48_271 + 12_345_678) % _SPREAD
    text = ""
    for _ in range(5):
        n, rest = divmod(n, 31)
        text += ALPHABET[rest]
    return text


def credit_code(prefix: str, area: str, serial: int) -> str:
    """18 characters; `prefix` says who registered it (91, 92, 93, 12, 52), unique by serial within prefix and area."""
    if prefix in ("12", "11"):
        body = f"{41_400_000 + serial * 7 % 9_999_991:08d}"
    else:
        body = ("MJY" if prefix == "52" else "MA1") + _spread(serial)
    head = prefix + area + body + _org_check(body)
    return head + uscc.calc_check_digit(head)


def wrong_credit_check(code: str) -> str:
    return code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 7) % 31]


def wrong_digit_check(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 3) % 10)


def _checked(digits: str) -> str:
    return digits + mod_11_10.calc_check_digit(digits)


def trade_licence(form: str, area: str, sequence: int) -> str:
    """JY and 14 digits; form 1 sales, 2 catering, 3 canteens."""
    return "JY" + _checked(f"{form}{area}{sequence:06d}")


def production_licence(category: str, area: str, sequence: int) -> str:
    """SC and 14 digits; the category has three digits (101 grain … 131)."""
    return "SC" + _checked(f"{category}{area}{sequence:04d}")


def filing_number(area: str, sequence: int, form: str = "2") -> str:
    """YB and 14 digits: sellers of prepacked food only; form 1 wholesale, 2 retail."""
    return "YB" + _checked(f"{form}{area}{sequence:06d}")


def old_licence(kind: str, area: str, sequence: int, year: int) -> str:
    """Forms from before 2015: SP (distribution), CY (catering), QS (production)."""
    if kind == "SP":
        return "SP" + area + _checked(f"{year % 100:02d}{sequence:07d}")
    if kind == "QS":
        # its category digits carry the county, so that no two counties issue the same number
        return f"QS{area[:4]}01{area[4:]}{sequence:04d}"
    return f"黑餐证字{year}{area}{sequence:06d}号"


def small_registration(short: str, kind: str, year: int, sequence: int) -> str:
    """三小 numbers have no national format: unique within county and kind."""
    return f"{short}{kind}〔{year}〕{sequence}号"


def identity_card(rng: random.Random, area: str) -> str:
    """A well-formed citizen's number of nobody, as it stands by mistake in a code column."""
    year, month, day = rng.randint(1960, 1999), rng.randint(1, 12), rng.randint(1, 28)
    digits = f"{area}{year}{month:02d}{day:02d}{rng.randint(1, 999):03d}"
    return (
        digits
        + "10X98765432"[sum(int(c) * w for c, w in zip(digits, _ID_WEIGHTS, strict=True)) % 11]
    )
