"""Names of businesses and their addresses, in the manner of the north-east; none is a real one on purpose."""

import random

from entities.generator.geography import County, Town, Village
from entities.generator.people import GIVEN_SECOND, SURNAMES
from entities.generator.trades import Trade

LUCKY_FIRST = "鑫宏顺福兴盛瑞祥隆丰华泰源恒吉金玉永万利聚德和诚信嘉佳旺康惠美乐众亿汇百千广天龙凤"
LUCKY_SECOND = "源盛达兴隆顺发祥瑞丰泰和福来旺利昌茂鑫成海城缘园嘉诚信荣晟元通汇客家园林江星辉润"
LAND = ("三江", "松江", "黑土", "龙江", "北大荒人", "赫哲人家", "完达山下", "松花江畔", "湿地", "稻香", "北国", "东极",
        "雪城", "鹤乡", "金穗", "沃野")  # fmt: skip
NICK = ("老{0}家", "{0}姐", "{0}哥", "小{0}", "{0}记", "老{0}", "{0}家", "{0}大嫂", "{0}老三")
SCHOOL_WORDS = ("启明", "松江", "晨光", "育英", "文昌", "博文", "新华", "向阳", "朝阳", "光明", "明德", "希望", "曙光",
                "江畔", "红旗", "志远", "桃李", "求实")  # fmt: skip
WORKS = ("粮库", "热电厂", "水务公司", "供电所", "木业公司", "农机公司", "建筑公司", "物流园", "种业公司", "纸业公司",
         "机械厂", "客运站", "林场", "水泥厂")  # fmt: skip
OFFICES = ("政府", "财政所", "交警大队", "税务分局", "水务局", "林业站", "公路管理站", "派出所", "人民法庭", "农业中心",
           "自然资源所", "消防救援站")  # fmt: skip
HOSPITALS = ("中心", "人民", "中医", "妇幼保健", "康复", "第二")
HOMES = ("夕阳红", "福寿", "松鹤", "康乐", "幸福", "益寿", "安康", "温馨")


def _pick(rng: random.Random, items):
    return items[int(rng.random() * len(items))]


def lucky(rng: random.Random) -> str:
    """A two-character auspicious word, rarely three."""
    first, second = _pick(rng, LUCKY_FIRST), _pick(rng, LUCKY_SECOND)
    while second == first:
        second = _pick(rng, LUCKY_SECOND)
    return first + second


def _core(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.46:
        return lucky(rng)
    if draw < 0.66:
        return _pick(rng, NICK).format(_pick(rng, SURNAMES))
    if draw < 0.86:
        return lucky(rng)[0] + _pick(rng, GIVEN_SECOND) + _pick(rng, LUCKY_SECOND)
    return _pick(rng, LAND)


def _place(rng: random.Random, county: County, town: Town | None) -> str:
    """What a registered name begins with: the county, the county and town, or nothing."""
    draw = rng.random()
    if draw < 0.36:
        return f"佳木斯市{county.name}" if county.name.endswith("区") else county.name
    if draw < 0.52 and town:
        return county.name + town.short
    return ""


def _institution(rng, trade: Trade, county: County, town: Town | None) -> str:
    noun = _pick(rng, trade.nouns)
    place = town.short if town and town.short and rng.random() < 0.75 else county.name
    if trade.style == "school":
        word = "" if noun == "中心校" and town else _pick(rng, SCHOOL_WORDS)
        whole = place + word + noun
        return whole + _pick(rng, ("食堂", "食堂", "第一食堂", "第二食堂"))
    if trade.style == "preschool":
        return f"{place}{noun}幼儿园"
    if trade.style == "hospital":
        return f"{place}{_pick(rng, HOSPITALS)}{noun}食堂"
    if trade.style == "office":
        return f"{place}{_pick(rng, OFFICES)}{noun}"
    if trade.style == "works":
        return f"{place}{lucky(rng)}{_pick(rng, WORKS)}{noun}"
    return f"{place}{_pick(rng, HOMES) if '老' in noun else lucky(rng)}{noun}"


def business_name(rng: random.Random, trade: Trade, county: County, town: Town | None) -> str:
    if trade.style in ("school", "preschool", "hospital", "office", "works", "care"):
        return _institution(rng, trade, county, town)
    noun = _pick(rng, trade.nouns)
    if trade.style == "stall":
        return f"{_pick(rng, NICK).format(_pick(rng, SURNAMES))}{noun}"
    if trade.style in ("factory", "firm"):
        core = (
            _pick(rng, LAND)
            if rng.random() < 0.2
            else lucky(rng) + _pick(rng, ("", "", _pick(rng, LUCKY_SECOND)))
        )
        place = f"佳木斯市{county.name}" if county.name.endswith("区") else county.name
        return place + core + noun
    return _place(rng, county, town) + _core(rng) + noun


def is_company(name: str) -> bool:
    return name.endswith("公司") or "酒店" in name or "购物" in name


def address(rng: random.Random, county: County, town: Town | None, village: Village | None) -> str:
    """Where it stands: street and number in town, group and landmark in a village."""
    number = rng.randint(1, 899)
    if town is None:
        streets = ("高新大街", "创新路", "科技路", "云环路", "产业二路", "长青大道")
        return f"佳木斯高新区{_pick(rng, streets)}{number}号{_unit(rng)}"
    if town.is_urban:
        return f"{county.path}{town.local}{_pick(rng, town.streets)}{number}号{_unit(rng)}"
    head = f"{county.name}{town.local}"
    if village is None or rng.random() < 0.25:
        return f"{head}{_pick(rng, town.streets[:3])}{number % 190 + 1}号{_unit(rng)}"
    where = village.short.removeprefix("黑龙江省").removeprefix(town.name).replace("街道办事处", "")
    spot = _pick(rng, ("一组", "二组", "三组", "四组", "村中心路东", "村委会西侧", "公路南侧"))
    if not where.endswith("村"):
        spot = _pick(rng, ("1委", "2委", "3委", "5委", "中心街", "场部路东"))
    return f"{head}{where}{spot}{number}号"


def _unit(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.5:
        return ""
    if draw < 0.75:
        return f"{rng.randint(1, 12)}号门市"
    if draw < 0.9:
        return f"{rng.randint(1, 30)}号楼{rng.randint(1, 9)}单元{rng.randint(101, 119)}室"
    return f"综合楼{rng.randint(1, 3)}层"
