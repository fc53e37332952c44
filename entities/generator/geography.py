"""Towns and villages of a county with the weight that businesses have in each."""

import csv
import random
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from jiamusi_foodsafety.jurisdiction.services import example_stations

# Towns that are the seat of a county or the busy part of a city.
SEATS = {"桦南镇", "悦来镇", "汤原镇", "抚远镇", "同江镇", "富锦镇", "城东街道", "城西街道", "繁荣街道", "兴华街道",
         "建三江管理局局直"}  # fmt: skip
KIND_WEIGHT = {"subdistrict": 12.0, "town": 3.2, "township": 2.0, "special": 1.5}
SHALLOW = ("阳光家园小区", "江畔人家小区", "金地花园小区", "铁路家属楼", "老粮库院内", "北头屯", "后窝棚屯", "河沿屯",
           "学府名苑小区", "客运站综合楼")  # fmt: skip
STREETS = ("长安路", "中山路", "光复路", "红旗街", "解放路", "友谊路", "和平街", "保卫路", "胜利街", "站前街", "西林路",
           "万新街", "新华街", "文明街", "育才路", "团结路", "振兴街", "兴隆街", "建设大街", "通江街", "滨江路",
           "江滨街", "富民路", "正阳路", "中央大街", "迎宾路", "工农街", "幸福路")  # fmt: skip


@dataclass(frozen=True)
class Village:
    code: str
    name: str
    short: str


@dataclass
class Town:
    code: str
    name: str
    kind: str
    alias: str
    county: str = ""
    villages: list[Village] = field(default_factory=list)
    streets: tuple[str, ...] = ()

    @property
    def is_urban(self) -> bool:
        return self.kind == "subdistrict" or self.name in SEATS

    @property
    def short(self) -> str:
        """The name without its kind, as a shop or a station carries it."""
        if self.kind == "special":
            return self.local
        for ending in ("街道", "镇", "乡"):
            if self.name.endswith(ending) and len(self.name) > len(ending) + 1:
                return self.name.removesuffix(ending)
        return self.name

    @property
    def local(self) -> str:
        """The name as it follows the county's in an address; villages right under a district have none."""
        name = self.name.removeprefix("黑龙江").removeprefix(self.county)
        return "" if name == "直辖村级区划" else name

    @property
    def weight(self) -> float:
        if self.name in SEATS:
            return 26.0 if len(self.villages) > 3 else 12.0
        if self.kind == "special" and len(self.villages) <= 2:
            return 0.25
        return KIND_WEIGHT[self.kind]


@dataclass
class County:
    code: str
    name: str
    towns: list[Town]

    def __post_init__(self):
        # as the demonstration's own stations are called
        stations = example_stations(self, sorted(self.towns, key=lambda town: town.code))
        self.stations = {place.code: name for name, places in stations for place in places}
        self.weights = list(accumulate(town.weight for town in self.towns))
        self.urban = [town for town in self.towns if town.is_urban] or self.towns
        self.urban_weights = list(accumulate(town.weight for town in self.urban))

    def station(self, town: Town | None) -> str:
        """The station of a town; of a business whose town is unknown, the county's first."""
        return self.stations[town.code] if town else next(iter(self.stations.values()))

    @property
    def path(self) -> str:
        """How an address begins."""
        return f"佳木斯市{self.name}"


def spoken(name: str) -> str:
    """A village as people write it: 大来村委会 → 大来村, 安民社区居委会 → 安民社区."""
    if name.endswith("社区居委会"):
        return name.removesuffix("居委会")
    if name.endswith("社区居民委员会"):
        return name.removesuffix("居民委员会")
    if name.endswith("村村委会"):
        return name.removesuffix("村委会")
    if name.endswith("村委会"):
        return name.removesuffix("委会")
    return name


def read_counties(path: Path) -> dict[str, County]:
    """The counties of an area file by code, each with its towns and villages."""
    with open(path, encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    towns = {
        r["code"]: Town(r["code"], r["name"], r["kind"], r["alias_name"])
        for r in rows
        if r["level"] == "township"
    }
    for r in rows:
        if r["level"] == "village" and "虚拟" not in r["name"]:
            towns[r["parent"]].villages.append(Village(r["code"], r["name"], spoken(r["name"])))
    for town in towns.values():
        town.streets = tuple(random.Random(town.code).sample(STREETS, 7))
    names = {r["code"]: r["name"] for r in rows if r["level"] == "county"}
    for town in towns.values():
        town.county = names[town.code[:6]]
    return {
        r["code"]: County(
            r["code"],
            r["name"],
            [town for code, town in towns.items() if code.startswith(r["code"])],
        )
        for r in rows
        if r["level"] == "county"
    }
