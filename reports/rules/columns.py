"""The columns of the 日报表 (domain §6.2), declared once: page, Excel, Word, PDF, the API's help and the list of
rows behind a figure all come from here.

A new source needs one entry in queries.sources and, where the column is not here yet, one here. A column
whose count no report line has shows "—" and its `since` sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .figures import percent

COUNT, SUM, MINUS, SAME, RATE, CHANGE, BUILT, RANK, WORDS = (
    "count", "sum", "minus", "same", "rate", "change", "built", "rank", "words",
)  # fmt: skip
# Which columns a tab of the page shows.
TABS = {
    "main": "主要指标",
    "survey": "摸底与台账",
    "visits": "督导与问题",
    "all": "全部",
}
VISITS_SINCE = "督导为本期(季度、半年)应督导主体，自督导任务下达之日起统计"
PROBLEMS_SINCE = "问题自首次督导之日起统计"


@dataclass(frozen=True)
class Column:
    """One column: its group and heading in the two-row head, and how its value comes about. `parts`: what is
    added (sum), taken from each other (minus), divided (rate, in %), or compared (built: so many of so many).
    `rows`: whose rows stand behind the figure ("" = none). `unit`: 家, 人, 份, 次."""

    key: str
    group: str
    heading: str = ""
    kind: str = COUNT
    parts: tuple[str, ...] = ()
    tabs: tuple[str, ...] = ()
    since: str = ""
    rows: str = ""
    unit: str = "家"
    width: float = 9.5
    # how the tab of main figures calls it, where that differs
    short: tuple[str, str] = ()

    @property
    def is_banded(self):
        """Whether the rate is coloured by RateBand."""
        return self.kind == RATE


def _rate(key, group, heading, part, whole, **rest):
    return Column(key, group, heading, RATE, (part, whole), unit="%", **rest)


ENTITY, CADRE, BOND, PLEDGE, LEDGER, CHANGES, DUE, PROBLEM = (
    "entity", "cadre", "bond", "pledge", "ledger", "change", "due", "problem",
)  # fmt: skip
MAIN, SURVEY, VISITS = ("main",), ("survey",), ("visits",)

COLUMNS: tuple[Column, ...] = (
    Column("registered", "在册获证主体", tabs=(*MAIN, *SURVEY), rows=ENTITY, width=11),
    Column("screened", "筛除异常", "累计", tabs=MAIN, rows=ENTITY),
    Column("new_screened", "筛除异常", "当日", CHANGE, tabs=MAIN),
    Column("obliged", "应包主体", "", MINUS, ("registered", "screened"), tabs=(*MAIN, *SURVEY),
           rows=ENTITY, width=10),
    Column("surveyed", "摸底调查", "已摸底", tabs=SURVEY, rows=ENTITY),
    _rate("rate_surveyed", "摸底调查", "率", "surveyed", "registered", tabs=SURVEY),
    *(Column(f"grade_{letter.lower()}", "主体分级", letter, tabs=MAIN, rows=ENTITY,
             width=7 if letter in "AB" else 9) for letter in "ABCD"),
    Column("graded", "主体分级", "小计", SUM, ("grade_a", "grade_b", "grade_c", "grade_d"),
           tabs=MAIN, rows=ENTITY),
    _rate("rate_gross", "主体分级", "率(毛)", "graded", "registered", tabs=MAIN),
    _rate("rate_net", "主体分级", "率(净)", "graded", "obliged", tabs=MAIN, width=10),
    Column("newly_graded", "主体分级", "当日新增", CHANGE, tabs=MAIN, rows=ENTITY),
    *(Column(f"cadres_{level}", "包保干部", word, tabs=SURVEY, rows=CADRE, unit="人", width=8)
      for level, word in (("city", "市"), ("county", "县"), ("township", "乡"), ("village", "村"))),
    Column("cadres", "包保干部", "小计", SUM,
           ("cadres_city", "cadres_county", "cadres_township", "cadres_village"),
           tabs=SURVEY, rows=CADRE, unit="人"),
    Column("covered", "包保关系", "已分配", tabs=MAIN, rows=BOND),
    _rate("rate_covered", "包保关系", "包保覆盖率", "covered", "obliged", tabs=MAIN, width=11),
    Column("pledges_due", "承诺书", "应签", SAME, ("cadres",), tabs=SURVEY, rows=CADRE, unit="份"),
    Column("pledges_signed", "承诺书", "已签", tabs=(*MAIN, *SURVEY), rows=PLEDGE, unit="份"),
    _rate("rate_pledges", "承诺书", "率", "pledges_signed", "pledges_due", tabs=(*MAIN, *SURVEY)),
    Column("ledgers", "台账建立(是/否)", "", BUILT, ("ledgers_built", "ledgers_due"), tabs=SURVEY,
           rows=LEDGER, unit="个", width=12),
    Column("visits_due", "督导", "应督", tabs=VISITS, since=VISITS_SINCE, rows=DUE),
    Column("visits_done", "督导", "已督", tabs=VISITS, since=VISITS_SINCE, rows=DUE),
    _rate("rate_visits", "督导", "率", "visits_done", "visits_due", tabs=VISITS,
          since=VISITS_SINCE),
    Column("problems_found", "问题", "发现", tabs=VISITS, since=PROBLEMS_SINCE, unit="个",
           rows=PROBLEM),
    Column("problems_fixed", "问题", "已整改", tabs=VISITS, since=PROBLEMS_SINCE, unit="个",
           rows=PROBLEM),
    _rate("rate_problems", "问题", "整改率", "problems_fixed", "problems_found", tabs=VISITS,
          since=PROBLEMS_SINCE),
    Column("changed_cadres", "变更", "干部", tabs=VISITS, rows=CHANGES, unit="次", width=7),
    Column("changed_entities", "变更", "主体", tabs=VISITS, rows=CHANGES, unit="次", width=7),
    Column("rank", "名次", "", RANK, ("rate_net",), tabs=MAIN, unit="", width=7),
    Column("new_graded", "较昨日±", "", CHANGE, ("graded",), tabs=VISITS, width=9),
    Column("reporter", "填报人", "", WORDS, tabs=VISITS, unit="", width=11),
    Column("checker", "审核人", "", WORDS, tabs=VISITS, unit="", width=11),
    Column("remark", "备注", "", WORDS, tabs=VISITS, unit="", width=24),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}
# Stored counts that only some columns are made of.
HELD_BACK = ("ledgers_built", "ledgers_due", "differing", "doubtful", "shallow", "unfit", "pending")
# 序号 and 县(市、区) stand before.
ALL_COLUMNS = len(COLUMNS) + 2
# What the city keeps for itself (市级 cadres and their pledges): told in a note, in no row of the table.
CITY_OWN = ("cadres_city", "cadres_county", "cadres_township", "cadres_village", "pledges_signed")


def count_of(column: Column, counts: Mapping[str, int | None]) -> int | None:
    """A column's count from the stored ones; nothing where its source is not there."""
    if column.kind == SUM:
        parts = [counts.get(key) for key in column.parts]
        return None if None in parts else sum(parts)
    if column.kind == MINUS:
        first, second = (counts.get(key) for key in column.parts)
        return None if None in (first, second) else first - second
    if column.kind == SAME:
        return count_of(BY_KEY[column.parts[0]], counts)
    return counts.get(column.key)


def rate_of(column: Column, counts: Mapping[str, int | None]) -> Decimal | None:
    """A rate in %, Σ/Σ; nothing without its source or where the denominator is 0."""
    part, whole = (count_of(BY_KEY[key], counts) for key in column.parts)
    return None if None in (part, whole) else percent(part, whole)


def built_word(counts: Mapping[str, int | None]) -> str:
    """台账建立: 是 where every town of it has its ledger, else 否 with how many have."""
    built, due = counts.get("ledgers_built"), counts.get("ledgers_due")
    if built is None or not due:
        return "—"
    return "是" if built >= due else f"否 {built}/{due}"


def head_groups(columns) -> list[tuple[str, list[Column]]]:
    """The two-row head: neighbours of one group together."""
    groups: list[tuple[str, list[Column]]] = []
    for column in columns:
        if groups and groups[-1][0] == column.group:
            groups[-1][1].append(column)
        else:
            groups.append((column.group, [column]))
    return groups


def columns_of(tab: str) -> list[Column]:
    """The columns that a tab shows, in the order of the table."""
    return [column for column in COLUMNS if tab == "all" or tab in column.tabs]


def missing_sources(columns, counts: Mapping[str, int | None]) -> list[str]:
    """The "from when" sentences of those columns whose source has no figure yet."""
    found = [
        column.since
        for column in columns
        if column.since and column.kind != RATE and counts.get(column.key) is None
    ]
    return list(dict.fromkeys(found))
