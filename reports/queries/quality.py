"""数据质量: what in the register cannot be right, by area. Two statements whatever the size: the counters and
partial indexes of the rooms (entities.queries.quality, inspections.queries.unvisited), and the groups of twins that
wait. Figures are 家 of 应包; twins of 在册."""

import datetime
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from entities.queries.quality import QUALITY
from entities.queries.twins import twins_counts
from inspections.queries.unvisited import UNVISITED, periods_missed
from jiamusi_foodsafety.jurisdiction.queries import Place
from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.figures import read, within

# key → (heading, what it means), in the order of the page
RULES = {
    "twins": ("疑似重复", "信用代码或名称地址相同"),
    "expired": ("许可证已到期", "有效期已过，仍算应包"),
    "misnumbered": ("号码校验不过", "代码或证号校验位不符"),
    "shallow": ("属地只到县级", "没有落到乡镇、街道"),
    "differing": ("等级不一致", "在用等级与建议不同"),
    "phoneless": ("没有电话", "影响督导联系和核对"),
    "unvisited": ("两期未督导", "上上期至今没有督导"),
}


@dataclass(frozen=True)
class QualityRow:
    """One area's counts by rule, in 家. `doubtful`: 应包 with at least one doubt of the ledger's checks (K22)."""

    code: str
    name: str
    counts: dict[str, int]
    is_rest: bool = False
    has_children: bool = False

    @property
    def obliged(self):
        return self.counts.get("obliged", 0)

    @property
    def doubtful(self):
        return self.counts.get("doubtful", 0)

    @property
    def rate(self):
        """数据合格率 in % (K22); None where there is no 应包."""
        sound = self.obliged - self.doubtful
        return Decimal(sound) * 100 / Decimal(self.obliged) if self.obliged else None


@dataclass(frozen=True)
class Quality:
    """A place's total, its children by code, and whether two periods have ended yet."""

    total: QualityRow
    rows: list[QualityRow]
    counts_visits: bool


def quality_of(*, user, place: Place, on: datetime.date) -> Quality:
    """The counts below a place on the day `on`, grouped by its children."""
    length = place.group_length
    scope = area_scope(user)
    prefixes = within(None if scope.is_all else scope.prefixes, place.code)
    found = read([*QUALITY, UNVISITED], prefixes=prefixes, length=length, params={"on": on})
    for code, count in twins_counts(user=user, code=place.code, length=length).items():
        found.setdefault(code, Counter())["twins"] = count
    rows, rest = [], dict(found)
    for child in place.children:
        inside = {code: rest.pop(code) for code in list(rest) if code.startswith(child.code)}
        counts = sum(inside.values(), Counter())
        if child.is_active or counts:
            rows.append(QualityRow(child.code, child.name, counts, has_children=child.has_children))
    own = sum(rest.values(), Counter())
    if own:
        rows.append(QualityRow(place.code, f"{place.name}本级", own, is_rest=True))
    total = QualityRow(place.code, place.name, sum(found.values(), Counter()))
    return Quality(total, rows, periods_missed(on=on).exists())
