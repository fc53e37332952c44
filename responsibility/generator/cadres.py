"""The demonstration's 4,000 cadres: those whom the generated ledgers name, and their colleagues.

市 30, 县 252, 乡 912, 村 2,806 in post at the end of the story (domain guide §7). A key such as 230882103乡3
gives the same person here and in the ledgers (entities.generator.people.official).
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator

from entities.enums import OBLIGED
from entities.generator.businesses import LEADER_POSTS, TOWN_POSTS, VILLAGE_POSTS
from entities.generator.people import official
from entities.models import EntityTally
from jiamusi_foodsafety.jurisdiction.models import Area

from ..enums import CadreLevel
from ..models import Cadre

TOTALS = {
    CadreLevel.CITY: 30,
    CadreLevel.COUNTY: 252,
    CadreLevel.TOWNSHIP: 912,
    CadreLevel.VILLAGE: 2806,
}
PER_COUNTY, PER_TOWN = 22, 6
ZONE_TOWNSHIP, ZONE_VILLAGE = 7, 60
# What a village-level cadre can look after, in 家: decides how many a village has.
COMFORTABLE = 15
LIAISON_UNITS = (
    "市教育局", "市卫生健康委", "市农业农村局", "市商务局", "市公安局", "市住建局", "市民政局", "市文广旅局",
    "市交通运输局", "市工信局", "市发改委", "市财政局", "市司法局", "市人社局", "市城管局",
)  # fmt: skip


def made(key: str, posts: Iterable[str], *, area: Area, level: str, **rest) -> Cadre:
    """The cadre behind a key, as the ledgers call him."""
    name, phone = official(key)
    post = random.Random(key).choice(tuple(posts))
    return Cadre(name=name, phone=phone, post=post, area=area, level=level, **rest)


def _village_posts(area):
    return next(posts for word, posts in VILLAGE_POSTS.items() if word in area.name)


def graded_by_area(city: Area) -> Counter:
    """{(area code, grade): graded 应包 businesses}, from the counters."""
    rows = EntityTally.objects.filter(area__code__startswith=city.pk, status__in=OBLIGED)
    found: Counter = Counter()
    for code, grade, total in rows.exclude(grade="").values_list("area_id", "grade", "total"):
        found[code, grade] += total
    return found


def leaders(city: Area, counties: list[Area]) -> Iterator[Cadre]:
    """市 and 县: each with the unit that helps him and its liaison (domain guide §1.2)."""
    for number in range(1, TOTALS[CadreLevel.CITY] + 1):
        yield made(
            f"市{number}", LEADER_POSTS["市"], area=city, level=CadreLevel.CITY, unit="佳木斯市",
            **_liaison(f"市联{number}"),
        )  # fmt: skip
    rest = TOTALS[CadreLevel.COUNTY] - PER_COUNTY * len(counties)
    for index, county in enumerate(counties):
        posts = LEADER_POSTS.get(county.name[-1], LEADER_POSTS["区"])
        for number in range(1, PER_COUNTY + (index < rest) + 1):
            key = f"{county.pk}县{number}"
            yield made(
                key, posts, area=county, level=CadreLevel.COUNTY, unit=county.name,
                **_liaison(f"{key}联"),
            )  # fmt: skip


def _liaison(key):
    name, phone = official(key)
    unit = random.Random(key).choice(LIAISON_UNITS)
    return {"liaison_unit": unit, "liaison_name": name, "liaison_phone": phone}


def of_towns(towns: list[Area], zones: list[Area]) -> Iterator[Cadre]:
    """乡: six a town; where a county unit has no towns they stand at the unit."""
    for town in towns:
        for number in range(1, PER_TOWN + 1):
            yield made(
                f"{town.pk}乡{number}", TOWN_POSTS[town.kind], area=town,
                level=CadreLevel.TOWNSHIP, unit=town.name,
            )  # fmt: skip
    for zone in zones:
        for number in range(1, ZONE_TOWNSHIP + 1):
            yield made(
                f"{zone.pk}乡{number}", TOWN_POSTS[""], area=zone, level=CadreLevel.TOWNSHIP,
                unit=f"{zone.name}管委会",
            )  # fmt: skip


def of_villages(
    villages: list[Area], towns: list[Area], zones: list[Area], graded: Counter
) -> Iterator[Cadre]:
    """村: by the businesses there, one at least. Businesses whose village nobody knows yet are looked after
    by a 网格员 who stands at the town."""
    for village in villages:
        posts = _village_posts(village)
        for number in range(1, max(1, -(-graded[village.pk, "D"] // COMFORTABLE)) + 1):
            yield made(
                f"{village.pk}村{number}", posts, area=village, level=CadreLevel.VILLAGE,
                unit=village.name,
            )  # fmt: skip
    for town in towns:
        for number in range(1, -(-graded[town.pk, "D"] // COMFORTABLE) + 1):
            yield made(
                f"{town.pk}网格{number}", ("网格员", "网格长"), area=town,
                level=CadreLevel.VILLAGE, unit=town.name,
            )  # fmt: skip
    for zone in zones:
        for number in range(1, ZONE_VILLAGE + 1):
            yield made(
                f"{zone.pk}村{number}", ("社区书记", "社区网格员", "网格长"), area=zone,
                level=CadreLevel.VILLAGE, unit=f"{zone.name}社区",
            )  # fmt: skip
