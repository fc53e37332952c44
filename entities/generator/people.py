"""Names and telephone numbers of people who do not exist."""

import random
from functools import lru_cache

SURNAMES = (
    "王" * 9 + "李" * 8 + "张" * 8 + "刘" * 7 + "陈" * 3 + "杨" * 4 + "赵" * 5 + "孙" * 4 + "周" * 2 + "吴" * 2
    + "徐" * 2 + "于" * 3 + "高" * 2 + "马" * 2 + "宋" * 2 + "郭" * 2 + "朱" * 2 + "姜" * 2 + "崔" * 2
    + "林何郑谢唐韩冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴夏钟田任范方石姚谭邹金孔白尹邢关佟付"
)  # fmt: skip
GIVEN_ONE = "伟芳军丽强敏静磊洋艳勇娟杰涛超明霞平刚辉玲波鑫宇龙凤梅玉红岩峰颖雪莹亮东旭滨晶"
GIVEN_FIRST = "国建志文玉秀桂春海德永立晓红金淑振凤庆长洪世兴宝广福树成丽彦忠延佳雨子思明亚云冬景艳"
GIVEN_SECOND = (
    "华平军强梅英兰明清芳玲霞伟波辉东峰林生才山龙凤荣福财贵民杰利友香珍琴云涛超洋斌宇鹏艳萍"
)
PREFIXES = (
    "130", "131", "132", "133", "134", "135", "136", "137", "138", "139", "145", "150", "151", "152", "155",
    "156", "157", "158", "159", "166", "176", "177", "178", "180", "182", "183", "185", "186", "187", "188",
    "189", "199",
)  # fmt: skip


def person(rng: random.Random) -> str:
    surname = SURNAMES[int(rng.random() * len(SURNAMES))]
    if rng.random() < 0.22:
        return surname + GIVEN_ONE[int(rng.random() * len(GIVEN_ONE))]
    first = GIVEN_FIRST[int(rng.random() * len(GIVEN_FIRST))]
    return surname + first + GIVEN_SECOND[int(rng.random() * len(GIVEN_SECOND))]


def mobile(rng: random.Random) -> str:
    prefix = PREFIXES[int(rng.random() * len(PREFIXES))]
    return f"{prefix}{int(rng.random() * 100_000_000):08d}"


def landline(rng: random.Random) -> str:
    return f"0454-{8_000_000 + int(rng.random() * 999_999)}"


@lru_cache(maxsize=20_000)
def official(key: str) -> tuple[str, str]:
    """The same post gives the same (name, mobile) on each call."""
    rng = random.Random(key)
    return person(rng), mobile(rng)
