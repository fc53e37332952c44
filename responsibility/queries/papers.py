"""The figures of 清单与承诺: pledges signed (K06) and the chain of letters (K07), from the whole scope in two
statements; every page, tile and export takes them from here.

A chain breaks at an unsigned letter with signed ones below it; those hang (悬空) and still count as signed.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q

from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.queries import home_place, place_of

from ..enums import LetterKind, LetterState, PledgeState
from ..models import Cadre, Letter, Pledge
from .pledges import TO_RESIGN

CHAIN = (LetterKind.COUNTY, LetterKind.TOWNSHIP, LetterKind.VILLAGE)
LENGTHS = (6, 9, 12)
BETWEEN = {6: "市与县", 9: "县与乡", 12: "乡与村"}


@dataclass
class PledgeCount:
    """In 人: 应签 = cadres in post = signed + waiting (drafts included) + resign (no new one made yet) + unmade."""

    due: int = 0
    signed: int = 0
    resign: int = 0
    draft: int = 0
    issued: int = 0

    @property
    def waiting(self) -> int:
        return self.draft + self.issued

    @property
    def unmade(self) -> int:
        """Those for whom none has been made."""
        return self.due - self.signed - self.resign - self.waiting

    def add(self, other):
        for name in ("due", "signed", "resign", "draft", "issued"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Chain:
    """Letters of one year by area code, without the members of the 食安委, and what follows from them."""

    state: dict[str, str] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    # by area code: letters of the next level below
    below: Counter = field(default_factory=Counter)
    below_signed: Counter = field(default_factory=Counter)
    # by area code: signed letters that hang below this unsigned one
    hanging: Counter = field(default_factory=Counter)
    hangs: set[str] = field(default_factory=set)

    @property
    def breaks(self) -> list[str]:
        """The unsigned letters below which something is signed."""
        return sorted(self.hanging)

    @property
    def between(self) -> str:
        """Between which levels it breaks: 县与乡."""
        return "、".join(
            BETWEEN[n] for n in LENGTHS if any(len(code) == n for code in self.hanging)
        )


def pledge_rates(*, user, area: str = "") -> dict[str, PledgeCount]:
    """{area code where the cadres stand: PledgeCount}; two statements whatever the number."""
    cadres = Cadre.objects.visible_to(user).in_post()
    rows = Pledge.objects.filter(cadre__is_in_post=True, cadre__in=Cadre.objects.visible_to(user))
    if area:
        cadres, rows = cadres.within(area), rows.filter(cadre__area__code__startswith=area)
    found = defaultdict(PledgeCount)
    for code, due in cadres.order_by().values_list("area_id").annotate(Count("pk")):
        found[code].due = due
    rows = (
        rows.order_by()
        .values_list("cadre__area_id")
        .annotate(
            signed=Count("pk", filter=Q(state=PledgeState.SIGNED)),
            resign=Count("pk", filter=TO_RESIGN),
            draft=Count("pk", filter=Q(state=PledgeState.DRAFT)),
            issued=Count("pk", filter=Q(state=PledgeState.WAITING)),
        )
    )
    for code, *numbers in rows:
        count = found[code]
        count.signed, count.resign, count.draft, count.issued = numbers
    return dict(found)


def rolled_up(counts: dict[str, PledgeCount]) -> dict[str, PledgeCount]:
    """The same summed over each area and all below it."""
    total = defaultdict(PledgeCount)
    for code, count in counts.items():
        for length in (4, 6, 9, 12):
            if length <= len(code):
                total[code[:length]].add(count)
    return total


def letter_rates(*, user, year: int, area: str = "") -> Chain:
    """The chain of a year within the user's scope (and `area`); one statement."""
    rows = Letter.objects.visible_to(user).filter(year=year, unit="", kind__in=CHAIN)
    rows = rows.exclude(state=LetterState.VOID)
    if area:
        rows = rows.filter(Q(area__code__startswith=area) | Q(area__in=_above(area)))
    chain = Chain()
    for pk, code, state in rows.order_by("area_id").values_list("pk", "area_id", "state"):
        chain.state[code], chain.keys[code] = state, pk
    for code, state in chain.state.items():
        if not code.startswith(area):
            continue
        is_signed = state == LetterState.SIGNED
        above = _above(code)
        chain.below[above[-1]] += 1
        chain.below_signed[above[-1]] += is_signed
        broken = [upper for upper in above[1:] if _is_missing(chain, upper, area)]
        if is_signed and broken:
            chain.hangs.add(code)
            chain.hanging.update(broken[-1:])
    chain.state = {code: state for code, state in chain.state.items() if code.startswith(area)}
    return chain


def _is_missing(chain, upper, area):
    """Whether the letter of `upper` is not signed. One that is outside of what was asked for and has no
    letter is not known to be missing."""
    state = chain.state.get(upper)
    return state != LetterState.SIGNED if state else upper.startswith(area)


def _above(code):
    return [code[:length] for length in (4, 6, 9) if length < len(code)]


def member_rates(*, user, year: int, area: str = "") -> tuple[int, int]:
    """Members of 食安委 that signed, and all, within the user's scope."""
    rows = Letter.objects.visible_to(user).filter(year=year, kind=LetterKind.MEMBER)
    rows = (
        rows.within(area)
        .exclude(state=LetterState.VOID)
        .aggregate(signed=Count("pk", filter=Q(state=LetterState.SIGNED)), total=Count("pk"))
    )
    return rows["signed"], rows["total"]


@dataclass
class TreeRow:
    """One line of the tree. `kind`: area, or own (the cadres who stand at the area above itself)."""

    kind: str
    code: str
    name: str
    depth: int
    count: PledgeCount
    level: str = ""
    has_children: bool = False
    is_open: bool = False
    letter: str = ""  # signed, waiting, "" = none
    letter_pk: int | None = None
    below: int = 0
    below_signed: int = 0
    hanging: int = 0
    hangs: bool = False

    @property
    def percent(self):
        return self.count.signed * 100 / self.count.due if self.count.due else None

    @property
    def below_missing(self) -> int:
        return self.below - self.below_signed

    @property
    def hanging_words(self) -> str:
        return f"下面 {self.hanging} 份悬空"

    @property
    def note(self) -> str:
        """What is missing below, in words."""
        if self.kind == "own":
            return ""
        if self.level == "county" and not self.has_children:
            return "不设乡镇"
        if self.below_missing and self.level in BELOW:
            return f"{self.below_missing} {BELOW[self.level]}未签"
        return ""


BELOW = {"city": "个县(市、区)", "county": "个乡镇", "township": "个村"}
OWN = {"city": "市级包保干部", "county": "县级包保干部", "township": "乡级包保干部"}


def papers_tree(
    *, user, code: str, opened: set[str], is_broken_only: bool, year: int
) -> tuple[list[TreeRow], Chain, PledgeCount] | None:
    """The tree below `code` (else the user's own place): its rows in the order of the screen, the lowest rate
    first at each level, the chain and the sum. Five statements whatever is open; None out of scope."""
    place = place_of(user=user, code=code) if code else home_place(user=user)
    if place is None:
        return None
    counts = pledge_rates(user=user, area=place.code)
    total = rolled_up(counts)
    chain = letter_rates(user=user, year=year, area=place.code)
    roots = [place.area] if place.area else place.children
    if is_broken_only:
        opened = {upper for found in chain.breaks for upper in [*_above(found), found]}
    opened = opened | {root.code for root in roots}
    children = defaultdict(list)
    for area in Area.objects.active().filter(parent__in=opened).order_by("code"):
        children[area.parent_id].append(area)
    grown = _Grower(counts, total, chain, children, opened, is_broken_only)
    for root in roots:
        grown.area(root, 0)
    whole = PledgeCount()
    for root in roots:
        whole.add(total[root.code])
    return grown.rows, chain, whole


@dataclass
class _Grower:
    """Lays the rows out, depth first."""

    counts: dict[str, PledgeCount]
    total: dict[str, PledgeCount]
    chain: Chain
    children: dict[str, list[Area]]
    opened: set[str]
    is_broken_only: bool
    rows: list[TreeRow] = field(default_factory=list)

    def __post_init__(self):
        # what has something below it
        self.inner = {code[:n] for code in self.total for n in (4, 6, 9) if n < len(code)}
        self.inner |= {code for code, number in self.chain.below.items() if number}

    def area(self, area, depth):
        code, chain = area.code, self.chain
        row = TreeRow(
            kind="area", code=code, name=area.name, depth=depth, count=self.total[code],
            level=area.level, has_children=code in self.inner, is_open=code in self.opened,
            letter=chain.state.get(code, ""), letter_pk=chain.keys.get(code),
            below=chain.below[code], below_signed=chain.below_signed[code],
            hanging=chain.hanging[code], hangs=code in chain.hangs,
        )  # fmt: skip
        self.rows.append(row)
        if not (row.has_children and row.is_open):
            return
        own = self.counts.get(code)
        if own and own.due and not self.is_broken_only:
            self.rows.append(
                TreeRow("own", code, OWN[area.level], depth + 1, own, level=area.level)
            )
        for child in sorted(self.children[code], key=self._rank):
            if not self.is_broken_only or self._leads_to_a_break(child.code):
                self.area(child, depth + 1)

    def _rank(self, area):
        count = self.total[area.code]
        return (count.signed / count.due if count.due else 2, area.code)

    def _leads_to_a_break(self, code):
        return code in self.chain.hangs or any(
            found.startswith(code) for found in self.chain.breaks
        )


def tiles(*, count: PledgeCount, chain: Chain, members: tuple[int, int]) -> dict:
    """The tiles above the tree: letters with the members of the 食安委."""
    signed = sum(state == LetterState.SIGNED for state in chain.state.values()) + members[0]
    total = len(chain.state) + members[1]
    return {
        "count": count,
        "letters": total,
        "letters_signed": signed,
        "breaks": len(chain.breaks),
        "hanging": sum(chain.hanging.values()),
        "between": chain.between,
    }
