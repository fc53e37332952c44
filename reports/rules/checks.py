"""Consistency checks of a day's report, on plain counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from .columns import BY_KEY, count_of

ANY = ("entity", "bond", "cadre")
# Cumulative figures: they may fall only with a record in the ledger of changes. key → word, families of
# records that explain a fall.
CUMULATIVE = {
    "registered": ("在册", ("entity",)),
    "screened": ("筛除", ("entity",)),
    "surveyed": ("已摸底", ("entity",)),
    "graded": ("已分级", ("entity",)),
    "covered": ("已分配", ANY),
    "pledges_signed": ("已签承诺书", ANY),
}
# 筛除 of a day is remarkable from so many on, and above so many times the mean of the last seven days.
MANY_SCREENED, TIMES_MEAN = 5, 2.5


@dataclass
class Check:
    """One check: whether it holds, its words and note; `where`: the areas that it is about, `rows`: whose
    rows explain them."""

    key: str
    words: str
    holds: bool
    note: str = ""
    where: list[str] = field(default_factory=list)
    rows: str = ""
    figure: str = ""

    def as_dict(self) -> dict:
        """Plain values, as they are frozen."""
        return asdict(self)


@dataclass(frozen=True)
class Line:
    """What the checks know of one row: `before` are the counts of the report before, `recorded` = how many
    records of each family explain a fall, `screened_before` the 筛除 of the last days."""

    code: str
    name: str
    counts: Mapping[str, int | None]
    before: Mapping[str, int | None] | None = None
    recorded: Mapping[str, int] = field(default_factory=dict)
    screened_before: tuple[int, ...] = ()


def consistency(*, lines: list[Line], total: Line, number_before: int | None) -> list[Check]:
    """All checks of a report: its rows and their total (the city's own line, counted apart)."""
    rows = [*lines, total]
    return [
        _sums(rows),
        _within(rows, "graded_in_obliged", "已分级 ≤ 应包", "graded", "obliged"),
        _within(rows, "covered_in_graded", "已分配 ≤ 已分级", "covered", "graded"),
        _within(rows, "signed_in_cadres", "已签承诺书 ≤ 包保干部", "pledges_signed", "cadres"),
        _total(lines, total),
        *_falls(lines, number_before),
        *_screened(lines),
    ]


def _value(line, key):
    return count_of(BY_KEY[key], line.counts)


def _names(lines):
    return "、".join(line.name for line in lines)


def _sums(rows):
    """A + B + C + D is what stands in the register as graded inside 应包, and 应包 = 在册 − 筛除."""
    wrong = [
        line
        for line in rows
        if _value(line, "graded") != line.counts.get("graded", _value(line, "graded"))
        or _value(line, "obliged") != line.counts.get("obliged", _value(line, "obliged"))
    ]
    note = _names(wrong) if wrong else f"{len(rows)} 行全部相等"
    return Check(
        "sums", "A＋B＋C＋D ＝ 已分级，应包 ＝ 在册 − 筛除", not wrong, note,
        [line.code for line in wrong], "entity", "graded",
    )  # fmt: skip


def _within(rows, key, words, part, whole):
    known = [line for line in rows if None not in (_value(line, part), _value(line, whole))]
    wrong = [line for line in known if _value(line, part) > _value(line, whole)]
    note = _names(wrong) if wrong else f"{len(known)} 行全部成立"
    return Check(
        key, words, not wrong, note, [line.code for line in wrong], BY_KEY[part].rows, part
    )


def _total(lines, total):
    """The rows add up to the city's own figures, so that 合计率 is Σ/Σ."""
    keys = ("registered", "screened", "grade_a", "grade_b", "grade_c", "grade_d", "surveyed")
    wrong = [
        key
        for key in keys
        if sum(line.counts.get(key) or 0 for line in lines) != (total.counts.get(key) or 0)
    ]
    note = f"{_value(total, 'graded'):,} / {_value(total, 'registered'):,}"
    if wrong:
        note = "、".join(BY_KEY[key].heading or BY_KEY[key].group for key in wrong)
    return Check("total", "合计 ＝ Σ各行，合计率 ＝ Σ分子/Σ分母", not wrong, note)


def _falls(lines, number_before):
    """Each fall of a cumulative figure that nothing in the ledger of changes explains."""
    if number_before is None:
        return []
    told, where, figure = [], [], ""
    for line in lines:
        for key, (word, families) in CUMULATIVE.items():
            old = None if line.before is None else count_of(BY_KEY[key], line.before)
            new = _value(line, key)
            if None in (old, new) or new >= old:
                continue
            if sum(line.recorded.get(family, 0) for family in families) < old - new:
                told.append(f"{line.name}{word} −{old - new}")
                where.append(line.code)
                figure = figure or key
    note = "；".join(told) if told else f"与第 {number_before} 期逐行比对"
    return [
        Check(
            "falls", "累计数没有无故下降", not told, note, list(dict.fromkeys(where)), "change",
            figure,
        )
    ]  # fmt: skip


def _screened(lines):
    """筛除 of one day far above that of the last seven: to be explained."""
    found = []
    for line in lines:
        new, known = line.counts.get("new_screened"), line.screened_before
        if new is None or len(known) < 3 or new < MANY_SCREENED:
            continue
        mean = sum(known) / len(known)
        if new > TIMES_MEAN * mean:
            found.append((line, new, mean))
    if not found:
        return [Check("screened_day", "单日筛除没有异常偏高", True, "与近 7 日平均比对")]
    note = "；".join(
        f"{line.name}当日 {new} 家，近 7 日平均 {mean:.1f} 家" for line, new, mean in found
    )
    where = [line.code for line, _, _ in found]
    return [Check("screened_day", "筛除数单日偏高", False, note, where, "entity", "screened")]
