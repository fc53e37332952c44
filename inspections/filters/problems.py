"""The conditions of the list of problems, read from the query string."""

import datetime
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import cached_property

from ..enums import OPEN_STATES, ProblemSource, ProblemState
from ..queries.problem_board import TABS, Board, board, tab_counts
from ..queries.problem_list import (
    choices,
    count_of,
    in_tab,
    of_campaign,
    overdue,
    owed,
    owed_words,
    searched,
    with_age,
)
from ..rules.ages import AGES

CURSOR = ("after", "before", "page")
MOST_ID, MOST_CODE, MOST_UNIT = 18, 10, 40


@dataclass(frozen=True)
class Chip:
    """One condition in force: its words, and the list without it."""

    label: str
    url: str


def _id(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= MOST_ID else 0


class ProblemConditions:
    """One reading of a query string for one user on one day. Unknown values find nothing."""

    def __init__(self, data: QueryDict, *, user, on: datetime.date):
        self.data, self.user, self.on = data, user, on
        self.area = data.get("area", "").strip()[:12]
        self.tab = data.get("tab", "")
        self.state = data.get("state", "")
        if self.state in ProblemState.values and "tab" not in data:
            self.tab = next(key for key, (_, states) in TABS.items() if self.state in states)
        self.kind = data.get("kind", "")
        self.age = data.get("age", "")
        self.is_overdue = bool(data.get("overdue"))
        self.is_repeat = bool(data.get("repeat"))
        self.item = data.get("item", "").strip()[:10]
        self.source = data.get("source", "")
        self.mine = data.get("mine", "")
        self.unit = data.get("unit", "").strip()[:MOST_UNIT]
        self.text = data.get("q", "").strip()[:60]
        entity = data.get("entity", "")
        self.entity = _id(entity)
        campaign = data.get("campaign", "")
        self.campaign = _id(campaign)
        self.is_search_too_short = len(self.text) == 1
        self.is_known = (
            self.tab in TABS
            and (not self.state or self.state in TABS[self.tab][1])
            and len(self.kind) <= MOST_CODE
            and (not self.age or self.age in AGES)
            and (not self.source or self.source in ProblemSource.values)
            and (not self.mine or self.mine in owed_words())
            and (not entity or bool(self.entity))
            and (not campaign or bool(self.campaign))
        )
        if self.tab not in TABS:
            self.tab = ""
        self._board = None
        self.is_more = False

    @property
    def board(self) -> Board:
        """The board of the area and the class, read once."""
        if self._board is None:
            self._board = board(user=self.user, code=self.area, kind=self.kind, on=self.on)
        return self._board

    @cached_property
    def choices(self) -> tuple[list[tuple[int, str]], list[str]]:
        """The campaigns and the industry departments to filter by, read once."""
        return choices(user=self.user)

    def found(self):
        """The rows, unordered."""
        found = in_tab(user=self.user, tab=self.tab, code=self.area)
        if not self.is_known or self.is_search_too_short:
            return found.none()
        if self.mine:
            sets = owed(user=self.user, on=self.on)
            found = sets[self.mine] if self.mine in sets else found.none()
        if self.state:
            found = found.filter(state=self.state)
        if self.kind:
            found = found.filter(kind__code=self.kind)
        if self.age:
            found = with_age(found, age=self.age, on=self.on)
        if self.is_overdue:
            found = overdue(found, on=self.on)
        if self.is_repeat:
            found = found.filter(is_repeat=True)
        if self.item:
            found = found.filter(item_code=self.item)
        if self.source:
            found = found.filter(source=self.source)
        if self.unit:
            found = found.filter(industry_unit__endswith=self.unit)
        if self.entity:
            found = found.filter(entity=self.entity)
        if self.campaign:
            found = of_campaign(found, campaign_id=self.campaign)
        return searched(found, self.text) if self.text else found

    def count(self, found) -> int:
        """How many rows `found` has: from the board where the counters know, else counted up to a limit."""
        others = (
            self.is_repeat, self.item, self.source, self.mine, self.unit, self.entity, self.campaign,
            self.text,
        )  # fmt: skip
        if self.is_known and not any(others) and not (self.age and self.is_overdue):
            if not self.tab:
                return self.board.number(state=self.state, age=self.age, is_overdue=self.is_overdue)
            if not (self.state or self.age or self.is_overdue):
                return tab_counts(self.board.figures)[self.tab]
        number, self.is_more = count_of(found)
        return number

    def chips(self) -> list[Chip]:
        """What is applied, each with the way without it."""
        words = {
            "state": dict(ProblemState.choices).get(self.state, self.state),
            "kind": dict(self.board.kinds).get(self.kind, self.kind),
            "age": AGES[self.age][0] if self.age in AGES else self.age,
            "overdue": "逾期" if self.is_overdue else "",
            "repeat": "重复问题" if self.is_repeat else "",
            "item": f"条目 {self.item}" if self.item else "",
            "source": dict(ProblemSource.choices).get(self.source, self.source),
            "mine": owed_words().get(self.mine, self.mine),
            "unit": self.unit and f"行业主管：{self.unit}",
            "entity": "这一家" if self.entity else "",
            "campaign": dict(self.choices[0]).get(self.campaign, "这个专项")
            if self.campaign
            else "",
            "q": self.text,
        }
        return [Chip(word, self.without(key)) for key, word in words.items() if word]

    def without(self, *keys: str) -> str:
        """The query string without these conditions and without the pager's place."""
        query = self.data.copy()
        for key in (*keys, *CURSOR):
            query.pop(key, None)
        return f"?{query.urlencode()}"

    def clear_url(self) -> str:
        """The list of the tab and the area without any other condition."""
        query = QueryDict(mutable=True)
        for key, value in (("area", self.area), ("tab", self.tab)):
            if value:
                query[key] = value
        return f"?{query.urlencode()}"

    def link(self, **more: str) -> str:
        """The list of the area and class with these conditions: what a figure opens."""
        query = QueryDict(mutable=True)
        for key, value in {"area": self.area, "kind": self.kind, **more}.items():
            if value:
                query[key] = value
        return f"?{query.urlencode()}#list"

    @property
    def states(self) -> tuple[str, ...]:
        """The states of the tab."""
        return TABS[self.tab][1] if self.tab else OPEN_STATES
