"""K01–K25 of the domain guide (§1.8): what each indicator is made of. Screens, exports, reports, the API and
the proof take it from here. Where the guide names two or three rates under one number they are K19-1, K19-2 …

A rate is Σ numerator / Σ denominator, of an area as of all of them; a denominator of 0 has no rate.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Model

from entities.models import Entity
from inspections.models import DueVisit, EntityCompliance, Problem, Visit
from inspections.queries import figures_checks, figures_rows
from inspections.queries.figures_rows import compliance
from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Cadre, Change, Letter

from ...models import CountyReview
from ...rules import CENT, percent
from . import reviews, rows

# Whether a high figure is what is wanted, or says nothing by itself.
UP, NEITHER = "up", ""


@dataclass(frozen=True)
class Side:
    """A numerator or a denominator: what it counts, in words; the keys of the counters that add up to it;
    the rows that it counts (see rows.py), and what they are."""

    words: str
    keys: tuple[str, ...]
    rows: Callable
    model: type[Model]

    @property
    def area(self) -> str:
        """The column of its rows that holds the area's code."""
        return "code" if self.model is Area else "area_id"

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
    def is_banded(self) -> bool:
        """Whether its value is coloured by RateBand: a rate that is to be high."""
        return self.unit == "%" and self.direction == UP

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


def _visits(words, key, found):
    return Side(words, (key,), found, Visit)


def _problems(words, key, found):
    return Side(words, (key,), found, Problem)


def _enterprise(words, key):
    return Side(words, (key,), compliance(key), EntityCompliance)


_MUST = _visits("高风险主体的督导户次", "must", figures_rows.visits_must)
_VISITED = _visits("本季督导户次", "visits", figures_rows.visits)
_FOUND = _problems("发现问题", "problems", figures_rows.problems)
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
        "K09", "督导完成率(主体)",
        Side("本期内有合格督导的主体", ("done",), figures_rows.dues_done, DueVisit),
        Side("本期应督导主体", ("due",), figures_rows.dues, DueVisit),
    ),
    Indicator(
        "K10", "督导完成率(干部)",
        _cadres("本期全部完成的干部", "cadres_done", figures_rows.cadres_through),
        _cadres("本期有任务的干部", "cadres", figures_rows.cadres_owing),
    ),
    Indicator(
        "K11", "现场督导率", _visits("现场督导户次", "on_site", figures_rows.visits_on_site), _VISITED,
        direction=NEITHER,
    ),
    Indicator(
        "K11-1", "高风险现场督导率",
        _visits("高风险主体的现场督导户次", "must_on_site", figures_rows.visits_must_on_site), _MUST,
    ),
    Indicator(
        "K12", "问题发现率", _visits("发现问题的户次", "wrong", figures_rows.visits_wrong), _VISITED,
        direction=NEITHER,
    ),
    Indicator(
        "K13", "认领及时率",
        _problems("时限内认领的问题", "claimed_in_time", figures_rows.problems_claimed),
        _problems("移交问题", "transferred", figures_rows.problems_transferred),
    ),
    Indicator(
        "K14", "问题整改率",
        _problems("已整改(核查通过)的问题", "problems_verified", figures_rows.problems_verified),
        _FOUND,
    ),
    Indicator(
        "K15", "按期整改率",
        _problems("期限内整改的问题", "fixes_in_time", figures_rows.problems_in_time),
        _problems("已到期问题", "fixes_due", figures_rows.problems_due),
    ),
    Indicator(
        "K16", "闭环率",
        _problems("已反馈并销号的问题", "problems_settled", figures_rows.problems_settled), _FOUND,
    ),
    Indicator(
        "K17", "督查覆盖率",
        Side("已督查下级单位", ("checks_done",), figures_checks.checks_done, Area),
        Side("本周期应督查单位", ("checks_due",), figures_checks.checks_due, Area),
    ),
    Indicator(
        "K18", "培训率", _cadres("本年培训合格的在岗干部", "trained", rows.cadres_trained), _IN_POST
    ),
    Indicator(
        "K19-1", "总监配备率", _enterprise("已配食品安全总监的主体", "has_director"),
        _enterprise("应配食品安全总监的主体", "need_director"),
    ),
    Indicator(
        "K19-2", "安全员配备率", _enterprise("已配食品安全员的主体", "has_officer"),
        _enterprise("应配食品安全员的主体", "need_officer"),
    ),
    *(
        Indicator(
            f"K20-{number}", f"{name}落实率", _enterprise(f"核实有{name}记录的主体", f"{key}_held"),
            _enterprise(f"已核实{name}的主体", f"{key}_checked"),
        )
        for number, (key, name) in enumerate(
            (("daily", "日管控"), ("weekly", "周排查"), ("monthly", "月调度")), start=1
        )
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
        "K24", "日报及时率",
        Side("截止前上报的县·日", ("reviews_in_time",), reviews.reviews_in_time, CountyReview),
        Side("本年应报的县·日", ("reviews_due",), reviews.reviews_due, CountyReview),
    ),
    Indicator(
        "K25", "人均包保", _obliged("应包主体"), _IN_POST, unit="家/人", direction=NEITHER,
        more=(_cadres("超载干部", "over", rows.cadres_over),),
    ),
)  # fmt: skip
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
