"""Rows that must be refused: each takes a good row and spoils one cell, so that it earns exactly one code."""

import random

from entities.generator.cells import Cell
from entities.generator.identifiers import identity_card
from entities.generator.layouts import Layout
from entities.generator.plan import COUNTIES

ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!")
WHOLE_PATHS = {
    "230803": "佳木斯市富锦市长安镇",
    "230882": "佳木斯市向阳区西林街道",
}
SMALL = ("小作坊", "小餐饮", "小食杂", "小摊点")
# Error cells exist only in spreadsheets, and only the xlsx writer can place them.
SPREADSHEET_ONLY = {"R_CELL_ERROR"}


class ErrorCell(str):
    """The text of a formula's error, written as an error cell."""


def carried_by(layout: Layout, codes) -> set[str]:
    """The refusals that a file of this layout can show."""
    return {c for c in codes if layout.extension == "xlsx" or c not in SPREADSHEET_ONLY}


def spoil(row: dict[str, Cell], code: str, rng: random.Random, layout: Layout) -> dict[str, Cell]:
    """The same row with one wrong cell. The row keeps its own new licence number."""
    return {**row, **_SPOILERS[code](row, rng, layout)}


def _precision(row, rng, layout):
    """A code typed as a number: the last digits are gone."""
    lost = (922_308_030_000_000_000, 912_308_820_000_000_000, 922_308_110_000_000_000)
    if layout.extension == "csv":
        return {"credit_code": rng.choice(("9.22308E+17", "9.12309E+17", "9.22308E+17"))}
    return {"credit_code": float(rng.choice(lost))}


def _date(row, rng, layout):
    return {
        "expires_on": rng.choice(
            ("2027.13.5", "2027-02-30", "2028年6月31日", "2026.0.12", "20271345")
        )
    }


def _foreign(row, rng, layout):
    others = [c for c in COUNTIES if c.code not in (layout.code, "2308G1")]
    if "county" in layout.keys:
        return {"county": rng.choice(others).name}
    return {"town": WHOLE_PATHS["230803" if layout.code != "230882" else "230882"], "village": None}


def _required(row, rng, layout):
    keys = ["name", "licence_no", "category"]
    if row["category"] not in SMALL:
        keys.append("credit_code")
    return {rng.choice(keys): None}


def _error(row, rng, layout):
    return {rng.choice(("name", "licence_no", "category")): ErrorCell(rng.choice(ERRORS))}


def _code(row, rng, layout):
    good = str(row["credit_code"] or "92230803MA1B2C3D82")
    short = good.replace(" ", "")[:17]
    return {
        "credit_code": rng.choice(
            (identity_card(rng, "230803"), short, short + "O", identity_card(rng, "230882"))
        )
    }


def _phone(row, rng, layout):
    return {"phone": rng.choice(("138045", "1390454123", "电话打不通", "138045412345", "45412"))}


def _number(row, rng, layout):
    return {"floor_area": rng.choice(("约一百", "-50", "一百二", "五六十", "七十多"))}


def _enum(row, rng, layout):
    return rng.choice(
        ({"grade": "E级"}, {"category": "药品经营"}, {"grade": "优秀"}, {"category": "化妆品"})
    )


_SPOILERS = {
    "R_PRECISION": _precision,
    "R_DATE": _date,
    "R_AREA_FOREIGN": _foreign,
    "R_REQUIRED": _required,
    "R_CELL_ERROR": _error,
    "R_CODE": _code,
    "R_PHONE": _phone,
    "R_NUMBER": _number,
    "R_ENUM": _enum,
}
