"""What a stage of the plan counts in a frozen line of a daily report."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """`part` of `whole`, sums of stored counts, in `unit`; `part_words` and `left_words` name what is done and
    what is left. Without counts the daily report does not freeze it: `indicator` then tells how it stands now."""

    part: tuple[str, ...]
    whole: tuple[str, ...]
    unit: str
    part_words: str
    left_words: str
    indicator: str = ""

    @property
    def is_frozen(self):
        return bool(self.part)


_CADRES = ("cadres_city", "cadres_county", "cadres_township", "cadres_village")
MEASURES: dict[str, Measure] = {
    "surveyed": Measure(("surveyed",), ("registered",), "家", "已摸底", "未摸底", "K01"),
    "covered": Measure(("covered",), ("obliged",), "家", "已包", "未包", "K04"),
    "graded": Measure(
        ("grade_a", "grade_b", "grade_c", "grade_d"), ("obliged",), "家", "已分级", "待分级", "K03"
    ),
    "ledgers": Measure(("ledgers_built",), ("ledgers_due",), "个乡镇", "已建立", "未建立"),
    "pledges": Measure(("pledges_signed",), _CADRES, "份", "已签", "未签", "K06"),
    "trained": Measure((), (), "人", "已合格", "未合格", "K18"),
    "visited": Measure(("visits_done",), ("visits_due",), "家", "已督导", "未督导", "K09"),
    "by_hand": Measure((), (), "", "", ""),
}


def counted(measure: Measure, counts: Mapping[str, int | None]) -> tuple[int, int] | None:
    """(done, whole) of a frozen line; nothing where the report did not know one of its counts yet."""
    sums = []
    for keys in (measure.part, measure.whole):
        found = [counts.get(key) for key in keys]
        if not found or None in found:
            return None
        sums.append(sum(found))
    return sums[0], sums[1]
