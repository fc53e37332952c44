"""Which numbers a business of a county holds: licences of every kind, credit codes, chains."""

import random
from datetime import date

from entities.generator import identifiers as ids
from entities.generator.naming import is_company
from entities.generator.plan import CountyPlan
from entities.generator.trades import Trade

SMALL_KINDS = {
    "小作坊": "小作坊登",
    "小餐饮": "小餐饮登",
    "小食杂": "小食杂登",
    "小摊点": "小摊点备",
}
BRANDS = (
    "万家惠",
    "鲜丰达",
    "每日优品",
    "佳惠",
    "好邻居家",
    "三江鲜",
    "旺客来",
    "味之乡",
    "北仓",
    "稻香里",
)
WRONG_LICENCE_CHECK = 0.005
WRONG_CODE_CHECK = 0.006


class Numbers:
    """Counters that keep every number unique within the county; its digits make it unique in the city."""

    def __init__(self, plan: CountyPlan):
        self.plan = plan
        self.counts: dict[str, int] = {}

    def next(self, key: str) -> int:
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key]

    def area(self, rng: random.Random) -> str:
        """The area digits: some licences of 抚远 still carry those of the county before 2016."""
        if self.plan.code == "230883" and rng.random() < 0.18:
            return "230833"
        return self.plan.licence_area

    def old_licence(self, rng: random.Random, kind: str) -> str:
        area = self.area(rng)
        return ids.old_licence(kind, area, self.next(kind + area), rng.randint(2011, 2015))

    def licence(self, rng: random.Random, trade: Trade, issued: date) -> str:
        kind, area = trade.licence, self.area(rng)
        if kind == "SMALL":
            word = SMALL_KINDS[trade.category]
            return ids.small_registration(self.plan.short, word, issued.year, self.next(word))
        n = self.next(kind + area)
        if kind == "YB":
            number = ids.filing_number(area, n)
        elif kind.startswith("SC"):
            number = ids.production_licence(kind[2:], area, n)
        else:
            number = ids.trade_licence(kind[2], area, n)
        return ids.wrong_digit_check(number) if rng.random() < WRONG_LICENCE_CHECK else number

    def credit_code(self, rng: random.Random, trade: Trade, name: str) -> str:
        """Blank for most stalls and some 三小; a canteen carries its school's (12, 52) or company's."""
        if trade.category == "小摊点" and rng.random() < 0.8:
            return ""
        if trade.licence == "SMALL" and rng.random() < 0.08:
            return ""
        prefix = _registrar(rng, trade, name)
        code = ids.credit_code(prefix, self.plan.licence_area, self.next("U" + prefix))
        return ids.wrong_credit_check(code) if rng.random() < WRONG_CODE_CHECK else code

    def chains(self, rng: random.Random) -> list[tuple[str, str]]:
        """A few brands whose branches share one credit code: (code, brand)."""
        count = min(len(BRANDS), max(1, self.plan.registered // 500))
        return [
            (ids.credit_code("91", self.plan.licence_area, self.next("U91")), brand)
            for brand in rng.sample(BRANDS, count)
        ]


def _registrar(rng: random.Random, trade: Trade, name: str) -> str:
    """The first two characters of the credit code."""
    draw = rng.random()
    if trade.style in ("school", "office"):
        return "12"
    if trade.style == "preschool":
        return "52" if draw < 0.7 else "12"
    if trade.style == "hospital" or (trade.style == "care" and "院" in name):
        return "12" if draw < 0.6 else "52"
    if is_company(name) or trade.style == "works":
        return "91"
    if trade.category == "食品生产" and draw < 0.25:
        return "93"
    return "92" if draw < 0.97 else "91"
