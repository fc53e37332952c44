"""Plain businesses of one county, exact in number and grade, the same for the same seed.

`county_businesses` is the one source: the ledgers render what it yields, and a large register is copied from it.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from entities.generator.geography import SHALLOW, County, Village
from entities.generator.naming import address, business_name
from entities.generator.numbering import Numbers
from entities.generator.people import landline, mobile, official, person
from entities.generator.plan import GRADES, CountyPlan
from entities.generator.trades import Trade, choices_for

CLOSED_NOTES = ("已关门", "已关门，证没销", "搬走", "已搬走", "查无此店", "已不干了", "不干了", "停业未注销", "关门半年了",
                "长期停业，电话打不通", "店已关门，房子出租", "已停业", "搬走，去向不明", "现场查无此店")  # fmt: skip
LEADER_POSTS = {
    "市": ("市委常委", "副市长", "人大副主任", "政协副主席"),
    "县": ("县委常委", "副县长", "人大副主任", "政协副主席"),
    "区": ("区委常委", "副区长", "人大副主任", "政协副主席"),
}
TOWN_POSTS = {
    "subdistrict": ("党工委副书记", "街道办副主任", "武装部长"),
    "town": ("党委副书记", "副镇长", "武装部长"),
    "township": ("党委副书记", "副乡长", "武装部长"),
    "special": ("副场长", "工会主席", "综合办主任"),
    "": ("管委会科长", "社会事务局副局长", "网格长"),  # 高新区 has no towns
}
VILLAGE_POSTS = {
    "村委会": ("村党支部书记", "村委会委员"),
    "社区": ("社区书记", "社区网格员"),
    "居": ("社区书记", "社区网格员"),
    "": ("管理区主任", "作业站站长"),
}
PLAIN_NOTES = (
    "新办",
    "已换新证",
    "连锁分店",
    "已公示",
    "夫妻店",
    "负责人常驻",
    "证照已核对",
    "经营者电话已更新",
    "门头在装修",
)


class Business(NamedTuple):
    """One licensed establishment in clean values; `shallow` is a village text that no table knows."""

    county: str
    town: str | None
    village: str | None
    shallow: str
    name: str
    credit_code: str
    licence_no: str
    issued_on: date | None
    expires_on: date | None
    is_permanent: bool
    legal_person: str
    phone: str
    address: str
    category: str
    form: str
    floor_area: int | None
    seats: int | None
    diners: int | None
    annual_output: int | None
    staff_count: int | None
    status: str
    grade: str
    risk_grade: str
    station: str
    supervisor: str
    surveyed_on: date | None
    surveyed_by: str
    safety_director: str
    safety_officer: str
    cadre_name: str
    cadre_post: str
    cadre_phone: str
    cadre_level: str
    note: str


class Quota(NamedTuple):
    """What of the city's totals falls on one county."""

    unsurveyed: int
    expired: int
    expiring: int
    differs: int
    extra: int  # more businesses than registered, for the rows that are to be refused


class _Slot:
    """What is decided of a business before it is written out."""

    __slots__ = ("candidate", "expiry", "grade", "old", "surveyed", "town", "trade")

    def __init__(self, grade: str, candidate: bool):
        self.grade = grade
        self.candidate = candidate
        self.expiry = ""
        self.surveyed = True
        self.old = ""


def _weighted(rng: random.Random, items, cumulative):
    return rng.choices(items, cum_weights=cumulative)[0]


def _slots(rng: random.Random, plan: CountyPlan, county: County, quota: Quota) -> list[_Slot]:
    """All slots of a county in random order, each with its town and trade."""
    slots = [_Slot(g, False) for g, n in zip(GRADES, plan.grades, strict=True) for _ in range(n)]
    slots += [_Slot("", True) for _ in range(plan.candidates)]
    slots += [_Slot("", False) for _ in range(plan.pending)]
    slots += [_Slot("D", False) for _ in range(quota.extra)]
    facts = {id(slot): slot.grade for slot in slots}
    able = [slot for slot in slots[: plan.registered] if slot.grade in ("C", "D")]
    for slot in rng.sample(able, min(quota.differs, len(able))):
        facts[id(slot)] = "C" if slot.grade == "D" else "D"
    choices = choices_for(plan.code)
    for slot in slots:
        grade = "D" if slot.candidate else facts[id(slot)]
        choice = choices[grade]
        if not county.towns:
            slot.town = None
        elif grade in ("A", "B"):
            slot.town = _weighted(rng, county.urban, county.urban_weights)
        else:
            slot.town = _weighted(rng, county.towns, county.weights)
        urban = slot.town is None or slot.town.is_urban
        slot.trade = _weighted(rng, choice.trades, choice.urban if urban else choice.rural)
    _mark(rng, plan, quota, slots)
    extra = slots[plan.registered :]
    good = slots[: plan.registered]
    rng.shuffle(good)
    return good + extra


def _mark(rng: random.Random, plan: CountyPlan, quota: Quota, slots: list[_Slot]) -> None:
    """Choose which good rows are expired, expiring, not surveyed, or carry an old licence."""
    good = slots[: plan.registered]
    pending = [slot for slot in good if not slot.grade and not slot.candidate]
    for slot in rng.sample(pending, min(quota.unsurveyed, len(pending))):
        slot.surveyed = False
    dated = [slot for slot in good if slot.trade.licence not in ("YB", "SMALL")]
    chosen = rng.sample(dated, min(len(dated), quota.expired + quota.expiring))
    for i, slot in enumerate(chosen):
        slot.expiry = "expired" if i < quota.expired else "expiring"
    for slot in dated:
        if not slot.expiry and rng.random() < 0.0087 and slot.grade in ("D", ""):
            licence = slot.trade.licence
            slot.old = "SP" if licence == "JY1" else "CY" if licence[:2] == "JY" else "QS"


def _dates(rng: random.Random, slot: _Slot, as_of: date) -> tuple[date | None, date | None, bool]:
    """Issued, expires, permanent. Five years for licences, three for most 三小, none for filings."""
    licence = slot.trade.licence
    if slot.old:
        return None, None, False
    if licence == "YB" or (licence == "SMALL" and rng.random() < 0.35):
        return as_of - timedelta(rng.randint(30, 1400)), None, True
    if slot.expiry == "expired":
        expires = as_of - timedelta(rng.randint(1, 420))
    elif slot.expiry == "expiring":
        expires = as_of + timedelta(rng.randint(1, 90))
    elif licence == "SMALL":
        expires = as_of + timedelta(rng.randint(91, 1080))
    else:
        expires = as_of + timedelta(rng.randint(91, 1815))
    years = 3 if licence == "SMALL" else 5
    return expires - timedelta(365 * years + 1), expires, False


def _sizes(rng: random.Random, trade: Trade) -> dict[str, int | None]:
    """Sizes that go together: the same place in each span, most near the small end, as in life."""
    place = rng.random() ** 1.7
    spans = {
        "floor_area": trade.area,
        "seats": trade.seats,
        "diners": trade.diners,
        "annual_output": trade.output,
        "staff_count": trade.staff,
    }
    sizes = {key: _within(span, place * rng.uniform(0.8, 1.0)) for key, span in spans.items()}
    if sizes["seats"] and sizes["diners"]:
        sizes["seats"] = min(sizes["seats"], sizes["diners"])
    if trade.licence == "SMALL" and rng.random() < 0.015:
        sizes["floor_area"] = None
    return sizes


def _within(span, place: float) -> int | None:
    if span is None:
        return None
    low, high = span
    value = low + round((high - low) * place)
    return value if value < 200 else max(low, min(high, round(value, -1)))


def county_businesses(
    *, seed: int, plan: CountyPlan, county: County, quota: Quota, as_of: date
) -> Iterator[Business]:
    """`plan.registered` businesses that hold the plan's figures, then `quota.extra` more."""
    maker = _Maker(random.Random(f"{seed}:{plan.code}"), plan, county, as_of)
    for slot in _slots(maker.rng, plan, county, quota):
        yield maker.business(slot)


class _Maker:
    """Writes out the slots of one county; remembers the numbers and names that are taken."""

    def __init__(self, rng: random.Random, plan: CountyPlan, county: County, as_of: date):
        self.rng = rng
        self.plan = plan
        self.county = county
        self.as_of = as_of
        self.numbers = Numbers(plan)
        self.chains = self.numbers.chains(rng)
        self.used: set[tuple[str, str]] = set()

    def business(self, slot: _Slot) -> Business:
        rng, trade, town = self.rng, slot.trade, slot.town
        villages = town.villages if town else ()
        village = rng.choice(villages) if villages and rng.random() < 0.91 else None
        shallow = ""
        if village and rng.random() < 0.009:
            village, shallow = None, rng.choice(SHALLOW)
        issued, expires, permanent = _dates(rng, slot, self.as_of)
        name, shared_code = self.name(slot)
        head = person(rng)
        station = self.county.station(town)
        supervisor = official(f"{station}{self.plan.code}{rng.randint(1, 3)}")[0]
        director, officer = self.officers(slot, head)
        return Business(
            county=self.plan.code,
            town=town.code if town else None,
            village=village.code if village else None,
            shallow=shallow,
            name=name,
            credit_code=shared_code or self.numbers.credit_code(rng, trade, name),
            licence_no=self.numbers.old_licence(rng, slot.old)
            if slot.old
            else self.numbers.licence(rng, trade, issued),
            issued_on=issued,
            expires_on=expires,
            is_permanent=permanent,
            legal_person=head,
            phone=landline(rng) if rng.random() < 0.035 else mobile(rng),
            address=address(rng, self.county, town, village),
            category=trade.category,
            form=trade.form,
            **_sizes(rng, trade),
            status="" if slot.candidate else "在营",
            grade=slot.grade,
            risk_grade=rng.choice("AABBBCD") if slot.grade else "",
            station=station,
            supervisor=supervisor,
            surveyed_on=self.as_of - timedelta(rng.randint(3, 110)) if slot.surveyed else None,
            surveyed_by=supervisor if slot.surveyed else "",
            safety_director=director,
            safety_officer=officer,
            **self.cadre(slot, village),
            note=self.note(slot),
        )

    def name(self, slot: _Slot) -> tuple[str, str]:
        """A name that its town does not have yet, and the credit code that a chain's branch shares."""
        rng, town = self.rng, slot.town.code if slot.town else ""
        brand, code = "", ""
        if slot.trade.form == "便利店" and rng.random() < 0.03:
            code, brand = rng.choice(self.chains)
        for attempt in range(12):
            name = brand + business_name(rng, slot.trade, self.county, slot.town)
            if attempt > 5 and "食堂" not in name:
                number = rng.choice("一二三四五六七八九")
                name += f"第{number}分园" if name.endswith("幼儿园") else f"（{number}店）"
            if (name, town) not in self.used:
                break
        self.used.add((name, town))
        return name, code

    def officers(self, slot: _Slot, head: str) -> tuple[str, str]:
        """食品安全总监 and 食品安全员; in a small shop the owner himself, or nobody."""
        if slot.grade in ("A", "B") or slot.trade.category == "食品生产":
            return person(self.rng), person(self.rng)
        if slot.grade == "C":
            return "", person(self.rng)
        return "", head if self.rng.random() < 0.5 else ""

    def note(self, slot: _Slot) -> str:
        if slot.candidate:
            return self.rng.choice(CLOSED_NOTES)
        return self.rng.choice(PLAIN_NOTES) if self.rng.random() < 0.07 else ""

    def cadre(self, slot: _Slot, village: Village | None) -> dict[str, str]:
        """Who answers for it, by grade: A city, B county, C town, D village."""
        rng, town = self.rng, slot.town
        if not slot.grade:
            return dict.fromkeys(("cadre_name", "cadre_post", "cadre_phone", "cadre_level"), "")
        if slot.grade == "A":
            key, level, posts = f"市{rng.randint(1, 30)}", "市级", LEADER_POSTS["市"]
        elif slot.grade == "B":
            key, level = f"{self.plan.code}县{rng.randint(1, 22)}", "县级"
            posts = LEADER_POSTS[self.plan.name[-1]]
        elif slot.grade == "C" or not (village or (town and town.villages)):
            key, level = f"{town.code if town else self.plan.code}乡{rng.randint(1, 7)}", "乡级"
            posts = TOWN_POSTS[town.kind if town else ""]
        else:
            village = village or rng.choice(town.villages)
            key, level = f"{village.code}村{rng.randint(1, 2)}", "村级"
            posts = next(posts for word, posts in VILLAGE_POSTS.items() if word in village.name)
        name, phone = official(key)
        post = random.Random(key).choice(posts)
        return {
            "cadre_name": name,
            "cadre_post": post,
            "cadre_phone": phone,
            "cadre_level": level,
        }
