"""How a clerk types a business: the cells of one row, with the dirt that cleaning or a warning takes care of."""

import random
from datetime import date

from entities.generator.businesses import Business
from entities.generator.geography import County, Town
from entities.generator.layouts import Layout
from entities.generator.people import mobile

WIDE = str.maketrans(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
)
EXCEL_EPOCH = date(1899, 12, 30)
AREA_UNITS = ("{}㎡", "{}平方米", "{}平", "{}")
FREE_TOWNS = ("高新片区", "创业园片区", "云环片区")  # 高新区 has no towns in the table
Cell = str | int | float | date | None


class Clerk:
    """Types the rows of one county; every whim comes from one seeded source."""

    def __init__(self, rng: random.Random, layout: Layout, county: County):
        self.rng = rng
        self.layout = layout
        self.county = county
        self.towns: dict[str | None, Town] = {town.code: town for town in county.towns}
        self.villages = {v.code: v for town in county.towns for v in town.villages}

    def row(self, business: Business) -> dict[str, Cell]:
        b = business
        cells: dict[str, Cell] = {
            "name": self.name(b.name),
            "credit_code": self.code(b.credit_code),
            "licence_no": self.licence(b.licence_no),
            "issued_on": self.day(b.issued_on),
            "expires_on": self.permanent() if b.is_permanent else self.day(b.expires_on),
            "legal_person": b.legal_person,
            "phone": self.phone(b.phone),
            "county": self.county_text(),
            "town": self.town(b.town),
            "village": self.village(b),
            "address": b.address,
            "domicile": b.address if self.rng.random() < 0.6 else None,
            "category": b.category,
            "form": b.form,
            "floor_area": self.floor_area(b.floor_area),
            "seats": b.seats,
            "diners": b.diners,
            "annual_output": b.annual_output,
            "staff_count": b.staff_count,
            "status": self.rng.choice(self.layout.operating) if b.status else None,
            "grade": self.grade(b.grade),
            "risk_grade": b.risk_grade or None,
            "surveyed_on": self.day(b.surveyed_on),
        }
        for key in ("station", "supervisor", "surveyed_by", "safety_director", "safety_officer", "cadre_name",
                    "cadre_post", "cadre_phone", "cadre_level", "note"):  # fmt: skip
            cells[key] = getattr(b, key) or None
        return cells

    def name(self, name: str) -> str:
        draw = self.rng.random()
        if draw > 0.02:
            return name
        return (f" {name}", f"{name}　", f"{name}\n", f"{name} ")[int(draw * 200)]

    def code(self, code: str) -> str | None:
        draw = self.rng.random()
        if draw > 0.06 or not code:
            return code or None
        if draw < 0.02:
            return f"{code[:8]} {code[8:]}"
        if draw < 0.035:
            return code.translate(WIDE)
        return code.lower() if draw < 0.045 else f"{code} "

    def licence(self, number: str) -> str:
        draw = self.rng.random()
        if draw > 0.05 or not number.startswith(("JY", "SC", "YB")):
            return number
        if draw < 0.02:
            return f"{number[:3]} {number[3:7]} {number[7:11]} {number[11:]}"
        return number.translate(WIDE) if draw < 0.035 else number.lower()

    def day(self, day: date | None) -> Cell:
        if day is None:
            return None
        style = self.rng.choice(self.layout.dates)
        if style == "cell":
            return day
        if style == "serial":
            return (day - EXCEL_EPOCH).days
        if style == "cn":
            return f"{day.year}年{day.month}月{day.day}日"
        if style == "dot":
            return f"{day.year}.{day.month}.{day.day}"
        if style == "slash":
            return f"{day.year}/{day.month}/{day.day}"
        return day.strftime("%Y%m%d") if style == "compact" else day.isoformat()

    def permanent(self) -> str:
        return "长期" if self.rng.random() < 0.85 else "长期有效"

    def phone(self, phone: str) -> Cell:
        draw = self.rng.random()
        if draw < 0.008:
            return phone + self.rng.choice("/、 ;") + mobile(self.rng)
        if draw < 0.02 and phone[0] == "1":
            return f"{phone[:3]} {phone[3:7]} {phone[7:]}"
        if draw < 0.028:
            return phone.translate(WIDE)
        return int(phone) if self.layout.phones == "number" and phone.isdigit() else phone

    def county_text(self) -> str | None:
        name = self.county.name
        draw = self.rng.random()
        if draw < 0.02:
            return None
        return f"佳木斯市{name}" if draw < 0.06 else name

    def town(self, code: str | None) -> str | None:
        if code is None:
            return self.rng.choice(FREE_TOWNS) if self.rng.random() < 0.3 else None
        town = self.towns[code]
        if self.layout.merge_town:
            return town.name
        draw = self.rng.random()
        if draw < 0.015:
            return f"{self.county.name}{town.name}"
        if draw < 0.025:
            return f"佳木斯市{self.county.name}{town.name}"
        return town.alias if town.alias and draw < 0.3 else town.name

    def village(self, b: Business) -> str | None:
        if b.shallow or not b.village:
            return b.shallow or None
        village = self.villages[b.village]
        if self.layout.village_style == "full" or self.rng.random() < 0.1:
            return village.name
        return village.short

    def floor_area(self, area: int | None) -> Cell:
        if area is None:
            return None
        if self.layout.numbers == "unit":
            return self.rng.choice(AREA_UNITS).format(area)
        return f"{area:,}" if area >= 1000 and self.rng.random() < 0.2 else area

    def grade(self, grade: str) -> str | None:
        if not grade:
            return None
        style = self.rng.choice(self.layout.grades)
        if style == "lower":
            return grade.lower()
        if style in ("wide", "Ａ"):
            return grade.translate(WIDE) + ("级" if style == "wide" else "")
        return style.format(grade)
