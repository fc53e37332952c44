"""K01–K25 of the domain guide (§1.8): what each indicator is made of. Screens, exports, reports, the API and
the proof take it from here.

A rate is Σ numerator / Σ denominator, of an area as of all of them; a denominator of 0 has no rate.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ...rules import CENT, percent
from . import rows

# What a high figure means.
UP, DOWN, NEITHER = "up", "down", ""


@dataclass(frozen=True)
class Side:
    """A numerator or a denominator: what it counts, in words; the keys of the counters that add up to it;
    and the rows that it counts (None: rows of a mean, or rows that no list shows)."""

    words: str
    keys: tuple[str, ...]
    rows: Callable | None = None

    def of(self, counts: Counter) -> int:
        """The number, from the counters of an area."""
        return sum(counts[key] for key in self.keys)


@dataclass(frozen=True)
class Indicator:
    """One indicator. `unit` is % or a mean's; `note` says what the words cannot."""

    code: str
    name: str
    numerator: Side
    denominator: Side
    unit: str = "%"
    direction: str = UP
    note: str = ""

    def value(self, counts: Counter) -> Decimal | None:
        """Two decimals, half up; nothing where the denominator is 0."""
        part, whole = self.numerator.of(counts), self.denominator.of(counts)
        if self.unit == "%":
            return percent(part, whole)
        return _mean(part, whole) if whole else None


def _mean(part, whole):
    return (Decimal(part) / whole).quantize(CENT, rounding=ROUND_HALF_UP)


def _registered(words="在册获证主体"):
    return Side(words, ("registered",), rows.registered)


def _obliged(words="应包主体(在册−已批准筛除)"):
    return Side(words, ("obliged",), rows.obliged)


_IN_POST = Side("在岗干部", ("in_post",), rows.cadres_in_post)

INDICATORS = (
    Indicator("K01", "摸底率", Side("已摸底主体", ("surveyed",), rows.surveyed), _registered()),
    Indicator("K02", "分级率(毛)", Side("已分级主体", ("graded",), rows.graded), _registered()),
    Indicator("K03", "分级率(净)", Side("已分级主体", ("graded",), rows.graded), _obliged()),
    Indicator(
        "K04", "包保覆盖率",
        Side("有一名在岗干部且层级对应(或有例外理由)的主体", ("held", "excepted"), rows.covered),
        _obliged(),
    ),
    Indicator(
        "K05", "层级对应率",
        Side("层级对应的主体", ("held",), rows.fit),
        Side("已分配在岗干部的主体", ("held", "excepted", "unfit"), rows.assigned),
    ),
    Indicator(
        "K06", "承诺书签订率", Side("承诺书有效的在岗干部", ("pledged",), rows.cadres_pledged), _IN_POST
    ),
    Indicator(
        "K07", "签状链完整率",
        Side("已签上级责任状的单位", ("letters_signed",), rows.letters_signed),
        Side("本年应签的单位", ("letters",), rows.letters),
    ),
    Indicator(
        "K08", "账号激活率", Side("登录过的在岗干部", ("activated",), rows.cadres_activated), _IN_POST
    ),
    Indicator(
        "K18", "培训率", Side("本年培训合格的在岗干部", ("trained",), rows.cadres_trained), _IN_POST
    ),
    Indicator(
        "K21", "变更及时率",
        Side("时限内完成调整的变更", ("changes_in_time",), rows.changes_in_time),
        Side("本年登记、已调整或已到期限的变更", ("changes_due",), rows.changes_due),
    ),
    Indicator("K22", "数据合格率", Side("没有疑点的应包主体", ("sound",), rows.sound), _obliged()),
    Indicator(
        "K23", "异常占比", Side("已筛除主体", ("screened",), rows.screened), _registered(),
        direction=NEITHER,
    ),
    Indicator(
        "K25", "人均包保", _obliged("应包主体"), _IN_POST, unit="家/人", direction=NEITHER,
        note="超载干部另数",
    ),
)  # fmt: skip
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
