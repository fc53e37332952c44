"""Kinds of food business: category, form, licence, weights by place, and the sizes that go with a grade.

The sizes follow the example standard (A largest … D smallest), so that the ledger's grade and the grade that the
standard suggests agree unless a row is meant to differ.
"""

from itertools import accumulate
from typing import NamedTuple

Span = tuple[int, int] | None


class Trade(NamedTuple):
    """One kind of business; spans are inclusive, `urban` and `rural` are weights."""

    category: str
    form: str
    licence: str  # JY1 JY2 JY3 SC-category YB SMALL
    style: str  # how it is named: see naming.py
    nouns: tuple[str, ...]
    urban: float
    rural: float
    area: Span = None
    seats: Span = None
    diners: Span = None
    staff: Span = (1, 3)
    output: Span = None


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _shop(
    form, nouns, urban, rural, area=(12, 190), licence="JY1", category="食品销售", staff=(1, 4)
):
    return Trade(category, form, licence, "shop", _words(nouns), urban, rural, area, staff=staff)


def _eatery(form, nouns, urban, rural, area, seats, staff, category="餐饮服务", licence="JY2"):
    return Trade(
        category, form, licence, "eatery", _words(nouns), urban, rural, area, seats, staff=staff
    )


def _canteen(form, style, nouns, urban, rural, diners, category="单位食堂"):
    low, high = diners
    seats = (max(8, low // 3), max(12, high // 2))
    staff = (max(2, low // 60), max(3, high // 45))
    area = (max(30, low), max(60, high * 3 // 2))
    return Trade(
        category, form, "JY3", style, _words(nouns), urban, rural, area, seats, diners, staff
    )


def _factory(form, code, nouns, urban, rural, output, staff, area):
    return Trade(
        "食品生产",
        form,
        f"SC{code}",
        "factory",
        _words(nouns),
        urban,
        rural,
        area,
        None,
        None,
        staff,
        output,
    )


SCHOOL = "学校幼儿园食堂"
PRESCHOOL = (
    "金色童年 小太阳 启明星 爱贝 育才 蓝天 阳光宝贝 彩虹 小天使 智慧树 春芽 童心 苗苗 星星河"
)
EAT = "饭店 家常菜馆 铁锅炖 烧烤店 饺子馆 杀猪菜馆 酱骨馆 火锅店 春饼店 冷面馆 江鱼馆 农家院 抻面馆 羊汤馆 炖鱼馆 串店"
SNACK = "麻辣烫 米线店 包子铺 小吃部 早餐店 快餐店 筋饼店 粥铺 煎饼店 馄饨馆 豆腐脑店 烤冷面 炸串店 拌饭馆 盒饭"
RICE = "米业有限公司 制米厂 粮食加工有限公司 粮油工贸有限公司 精米加工厂"

TRADES: dict[str, tuple[Trade, ...]] = {
    "A": (
        _canteen("学校食堂", "school", "实验中学 高级中学 职业技术学院", 10, 4, (3000, 5600), SCHOOL),
        _canteen("幼儿园食堂", "preschool", PRESCHOOL, 5, 2, (500, 760), SCHOOL),
        Trade("餐饮服务", "学校集中供餐配送", "JY2", "firm", _words("学生营养餐有限公司 配餐服务有限公司"), 3, 0.5,
              (1200, 3600), None, (3000, 9000), (40, 120)),
    ),
    "B": (
        _canteen("学校食堂", "school", "中学 实验中学 小学 中等职业学校", 14, 8, (1000, 2900), SCHOOL),
        _canteen("幼儿园食堂", "preschool", PRESCHOOL, 8, 3, (300, 495), SCHOOL),
        _eatery("特大型餐馆", "大酒店 国际酒店 宴会中心", 4, 1, (3050, 7800), (1010, 1600), (60, 180)),
        _shop("大型商超", "购物广场 商业城 生活广场", 6, 1, (5000, 16000), staff=(60, 260)),
        _canteen("医院食堂", "hospital", "医院", 3, 0.5, (1000, 2200)),
        _canteen("企业食堂", "works", "职工食堂", 2, 1, (1000, 1800)),
        Trade("餐饮服务", "集体用餐配送单位", "JY2", "firm", _words("配餐有限公司 餐饮管理有限公司"), 3, 0.5,
              (600, 2400), None, (300, 2600), (20, 60)),
        Trade("餐饮服务", "中央厨房", "JY2", "firm", _words("餐饮管理有限公司 食品配送有限公司"), 2, 0.3,
              (500, 2000), None, (300, 2600), (20, 50)),
        _factory("大米加工", 101, RICE, 5, 26, (2000, 26000), (30, 160), (3000, 26000)),
        _factory("肉制品加工", 104, "肉业有限公司 食品有限公司", 2, 2, (2000, 16000), (40, 180), (2000, 9000)),
        _factory("白酒酿造", 115, "酒业有限公司 酿酒有限公司", 2, 2, (2000, 9000), (30, 90), (2000, 8000)),
        _factory("保健食品生产", 127, "生物科技有限公司 药业有限公司", 2, 0.5, (600, 9000), (20, 90), (1000, 5000)),
        Trade("网络平台", "网络食品交易第三方平台", "JY1", "firm", _words("网络科技有限公司 信息技术有限公司"),
              1.2, 0.1, (80, 400), None, None, (6, 30)),
    ),
    "C": (
        _eatery("大型餐馆", "酒店 宾馆 大饭店 美食城", 9, 4, (510, 2600), (260, 900), (15, 60)),
        _eatery("中型餐馆", EAT, 27, 17, (155, 480), (80, 240), (5, 18)),
        _canteen("学校食堂", "school", "小学 中学 中心校 实验小学 学校", 9, 15, (40, 960), SCHOOL),
        _canteen("幼儿园食堂", "preschool", PRESCHOOL, 12, 10, (24, 280), SCHOOL),
        _canteen("校外托管", "care", "小饭桌 托管中心 课后托管班", 5, 2, (12, 60), SCHOOL),
        _shop("商场超市", "超市 生活超市 购物中心 百货超市", 14, 11, (210, 3800), staff=(5, 60)),
        Trade("食品销售", "食品批发", "JY1", "firm", _words("食品批发部 商贸有限公司 副食批发站"), 6, 3,
              (80, 1900), None, None, (3, 20)),
        _canteen("机关食堂", "office", "机关食堂", 3, 4, (100, 400)),
        _canteen("养老机构食堂", "care", "老年公寓 养老院 敬老院", 2, 4, (100, 320)),
        _canteen("企业食堂", "works", "职工食堂", 3, 2, (100, 900)),
        Trade("市场开办者", "农贸市场", "JY1", "firm", _words("农贸市场 早市 综合市场"), 1.6, 1.6,
              (600, 6000), None, None, (4, 20)),
        Trade("食品销售", "保健食品专营", "JY1", "shop", _words("保健品商行 健康生活馆 营养品店"), 2, 0.6,
              (30, 180), None, None, (1, 5)),
        _factory("大米加工", 101, RICE, 3, 20, (60, 1900), (4, 28), (600, 6000)),
        _factory("豆制品加工", 125, "豆制品厂 豆业有限公司", 1.5, 1.6, (40, 900), (4, 20), (300, 1500)),
        _factory("白酒酿造", 115, "酒厂 酒业有限公司", 1, 2.4, (40, 900), (4, 20), (400, 2500)),
        _factory("糕点加工", 124, "食品厂 糕点厂", 2.4, 0.8, (40, 1500), (5, 28), (300, 1800)),
        _factory("饮用水生产", 106, "饮品有限公司 山泉水厂", 1.2, 1, (40, 900), (4, 16), (300, 1600)),
        _factory("速冻食品加工", 111, "速冻食品有限公司 鲜食玉米有限公司", 1, 1.4, (60, 1800), (6, 40), (600, 4000)),
        _factory("山野菜加工", 116, "山产品有限公司 绿色食品有限公司", 0.8, 1.6, (40, 1500), (4, 24), (300, 2500)),
        _factory("蜂产品加工", 126, "蜂业有限公司 蜂产品厂", 0.3, 0.6, (30, 500), (3, 12), (200, 900)),
    ),
    "D": (
        _shop("便利店", "便利店 生活便利店 便民超市 食品超市", 20, 12),
        _shop("食杂店", "仓买 食杂店 综合商店 副食商店 小卖部", 14, 28, (10, 120), staff=(1, 2)),
        _shop("果蔬店", "水果店 果蔬超市 鲜果园 蔬菜水果店", 7, 2),
        _shop("粮油店", "粮油店 米面粮油店 粮油商行", 3, 2),
        _shop("肉类水产店", "冷鲜肉店 鲜肉铺 水产商店 海鲜冻品店", 5, 2),
        _shop("熟食店", "熟食店 酱肉坊 酱骨熟食", 3, 0.8, (10, 70)),
        _shop("烟酒店", "烟酒商行 名烟名酒店 酒行", 5, 1.2),
        _shop("母婴用品店", "母婴用品店 孕婴生活馆 宝贝奶粉店", 1.6, 0.6),
        _shop("预包装食品备案", "茶庄 药房 文具商店 日用百货店 食品店 特产店", 8, 5, licence="YB"),
        _shop("小食杂店", "小食杂店 小卖店 食杂店 小仓买", 5, 12, (6, 50), "SMALL", "小食杂", (1, 2)),
        _eatery("小型餐馆", EAT, 12, 8, (26, 145), (16, 72), (2, 7)),
        _eatery("快餐店", SNACK, 7, 3, (16, 120), (8, 60), (2, 6)),
        _eatery("饮品店", "奶茶店 冷饮厅 咖啡店 鲜榨果汁店", 3, 0.4, (10, 90), (4, 30), (1, 4)),
        _eatery("烘焙店", "蛋糕店 西饼屋 面包房", 1.6, 0.5, (20, 130), (0, 12), (2, 6)),
        _eatery("小餐饮店", SNACK, 7, 7, (8, 50), (4, 30), (1, 3), "小餐饮", "SMALL"),
        Trade("小作坊", "小作坊", "SMALL", "shop", _words("豆腐坊 油坊 煎饼坊 粉条作坊 烧酒坊 酱菜坊 馒头坊 黏豆包坊 熟食作坊"),
              1.6, 5, (15, 140), None, None, (1, 5)),
        Trade("小摊点", "食品小摊点", "SMALL", "stall", _words("烤冷面 煎饼果子 炸串 豆浆油条 烤地瓜 冰糖葫芦 水果摊 凉皮"),
              1.6, 0.7, (2, 8), None, None, (1, 2)),
    ),
}  # fmt: skip

# No rule of the standard grades these: they wait for a person.
UNGRADED_ONLY = (
    _canteen("机关食堂", "office", "机关食堂", 3, 5, (15, 95)),
    _canteen("工地食堂", "works", "项目部食堂", 3, 2, (20, 95)),
    _canteen("企业食堂", "works", "职工食堂", 4, 3, (12, 95)),
)

# Rice country: more mills along the Songhua and in the Sanjiang plain.
FACTORY_FACTOR = {"230803": 0.15, "230804": 0.2, "230805": 0.6, "2308G1": 1.6}


class Choice(NamedTuple):
    """Trades of one grade with cumulative weights, urban and rural."""

    trades: tuple[Trade, ...]
    urban: list[float]
    rural: list[float]


def choices_for(county: str) -> dict[str, Choice]:
    """What may be drawn in a county for each grade, and for ungraded rows (key "")."""
    factor = FACTORY_FACTOR.get(county, 1.0)

    def choice(trades: tuple[Trade, ...]) -> Choice:
        scale = [factor if t.category == "食品生产" else 1.0 for t in trades]
        return Choice(
            trades,
            list(accumulate(t.urban * f for t, f in zip(trades, scale, strict=True))),
            list(accumulate(t.rural * f for t, f in zip(trades, scale, strict=True))),
        )

    made = {grade: choice(trades) for grade, trades in TRADES.items()}
    made[""] = choice(TRADES["D"] + UNGRADED_ONLY + TRADES["C"][1:2])
    return made
