"""K01–K25 of the domain guide (§1.8): what each indicator is made of. Screens, exports, reports, the API and
the proof take it from here.

A rate is Σ numerator / Σ denominator, of an area as of all of them; a denominator of 0 has no rate.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Model

from entities.models import Entity
from responsibility.models import Cadre, Change, Letter

from ...rules import CENT, percent
from . import rows

# What a high figure means.
UP, DOWN, NEITHER = "up", "down", ""


@dataclass(frozen=True)
class Side:
    """A numerator or a denominator: what it counts, in words; the keys of the counters that add up to it;
    the rows that it counts (see rows.py), and what they are."""

    words: str
    keys: tuple[str, ...]
    rows: Callable
    model: type[Model]

    def of(self, counts: Counter) -> int:
        """The number, from the counters of an area."""
        return sum(counts[key] for key in self.keys)


@dataclass(frozen=True)
class Indicator:
    """One indicator. `unit` is % or a mean's; `more`: further counts that belong to it (K25: 超载)."""

    code: str
    name: str
    numerator: Side
    denominator: Side
    unit: str = "%"
    direction: str = UP
    more: tuple[Side, ...] = ()

    @property
    def sides(self) -> dict[str, Side]:
        """The sides by the word that an address calls them by."""
        named = {"part": self.numerator, "whole": self.denominator}
        return named | {f"more{number}": side for number, side in enumerate(self.more, start=1)}

    def value(self, counts: Counter) -> Decimal | None:
        """Two decimals, half up; nothing where the denominator is 0."""
        part, whole = self.numerator.of(counts), self.denominator.of(counts)
        if self.unit == "%":
            return percent(part, whole)
        return _mean(part, whole) if whole else None


def _mean(part, whole):
    return (Decimal(part) / whole).quantize(CENT, rounding=ROUND_HALF_UP)


def _entities(words, keys, found):
    return Side(words, keys, found, Entity)


def _cadres(words, key, found):
    return Side(words, (key,), found, Cadre)


def _registered():
    return _entities("在册获证主体", ("registered",), rows.registered)


def _obliged(words="应包主体(在册−已批准筛除)"):
    return _entities(words, ("obliged",), rows.obliged)


_IN_POST = _cadres("在岗干部", "in_post", rows.cadres_in_post)

INDICATORS = (
    Indicator("K01", "摸底率", _entities("已摸底主体", ("surveyed",), rows.surveyed), _registered()),
    Indicator("K02", "分级率(毛)", _entities("已分级主体", ("graded",), rows.graded), _registered()),
    Indicator("K03", "分级率(净)", _entities("已分级主体", ("graded",), rows.graded), _obliged()),
    Indicator(
        "K04", "包保覆盖率",
        _entities("有一名在岗干部且层级对应(或有例外理由)的主体", ("held", "excepted"), rows.covered),
        _obliged(),
    ),
    Indicator(
        "K05", "层级对应率",
        _entities("层级对应的主体", ("held",), rows.fit),
        _entities("已分配在岗干部的主体", ("held", "excepted", "unfit"), rows.assigned),
    ),
    Indicator(
        "K06", "承诺书签订率", _cadres("承诺书有效的在岗干部", "pledged", rows.cadres_pledged), _IN_POST
    ),
    Indicator(
        "K07", "签状链完整率",
        Side("已签上级责任状的单位", ("letters_signed",), rows.letters_signed, Letter),
        Side("本年应签的单位", ("letters",), rows.letters, Letter),
    ),
    Indicator(
        "K08", "账号激活率", _cadres("登录过的在岗干部", "activated", rows.cadres_activated), _IN_POST
    ),
    Indicator(
        "K18", "培训率", _cadres("本年培训合格的在岗干部", "trained", rows.cadres_trained), _IN_POST
    ),
    Indicator(
        "K21", "变更及时率",
        Side("时限内完成调整的变更", ("changes_in_time",), rows.changes_in_time, Change),
        Side("本年登记、已调整或已到期限的变更", ("changes_due",), rows.changes_due, Change),
    ),
    Indicator("K22", "数据合格率", _entities("没有疑点的应包主体", ("sound",), rows.sound), _obliged()),
    Indicator(
        "K23", "异常占比", _entities("已筛除主体", ("screened",), rows.screened), _registered(),
        direction=NEITHER,
    ),
    Indicator(
        "K25", "人均包保", _obliged("应包主体"), _IN_POST, unit="家/人", direction=NEITHER,
        more=(_cadres("超载干部", "over", rows.cadres_over),),
    ),
)  # fmt: skip
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
