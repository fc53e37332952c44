"""Rules of a 督查 round: its stages, the order of its sample, what an item scores, what the letter says."""

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# act → (states it may start from, state it leads to; "" = stays)
MOVES = {
    "draw": (("team",), "drawn"),
    "result": (("drawn", "on_site", "letter"), ""),
    "replace": (("drawn", "on_site"), ""),
    "generate": (("drawn", "on_site", "letter", "fixing"), "letter"),
    "issue": (("letter",), "fixing"),
    "answer": (("fixing", "review"), ""),
    "review": (("fixing", "review"), "review"),
    "close": (("fixing", "review"), "closed"),
    "void": (("team", "drawn", "on_site", "letter"), "void"),
}
# What a piece of evidence belongs to → the act whose time it may be withdrawn in: the team's until the letter
# is out, the checked unit's until the round is closed.
WITHDRAWN_IN = {"result": "result", "sample": "result", "finding": "answer"}
# The stages of the page, in order; closed is a state behind the last of them.
STAGES = ("team", "drawn", "on_site", "letter", "fixing", "review")
UPPER = {"city": 4, "county": 6, "township": 9}
LOWER = {"city": 6, "county": 9, "township": 12}
METHOD = (
    "按层抽取：每层按 SHA-256(种子|编号) 从小到大排序，取前 n 个；换一家取下一个。"
    "编号是本系统的主体编号、干部编号，不随改名换证而变。"
)


def may_move(act: str, state: str) -> bool:
    """Whether the act may be done on a round in this state."""
    return state in MOVES[act][0]


def draw_order(seed: str, keys: Iterable[int]) -> list[int]:
    """Keys in the order in which they are drawn: by SHA-256 of "seed|key" (UTF-8, hexadecimal, ascending),
    equal ones by key. The same seed gives the same order to anybody, with or without this system."""
    return sorted(keys, key=lambda key: (_digest(seed, key), key))


def _digest(seed, key):
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def draw(seed: str, strata: Mapping[str, Iterable[int]], quotas: Mapping[str, int]) -> dict:
    """What is drawn: {stratum: the first n keys of its order}. A stratum smaller than its quota is taken
    whole; one without a quota is not drawn from."""
    return {key: draw_order(seed, rows)[: quotas.get(key, 0)] for key, rows in strata.items()}


def seed_proposed(level: str, target: str, on: datetime.date, chance: str) -> str:
    """A seed to begin with: year and quarter, the unit's code, and what chance gave."""
    return f"{on.year}-Q{(on.month + 2) // 3}-{target}-{chance}"


def fits_target(level: str, owner: str, target: str) -> bool:
    """Whether this owner may check this target at this level: the next tier below it (codes). A county unit
    without towns has villages of none: then 县督乡 goes to nobody."""
    return (
        level in UPPER
        and len(owner) == UPPER[level]
        and len(target) == LOWER[level]
        and target.startswith(owner)
    )


def score_proposed(verdict: str, most: int, partly: int, fails: int) -> int | None:
    """The score of a verdict: all, `partly` percent or `fails` percent of the most, half up; none unchecked."""
    if not verdict:
        return None
    share = {"fits": 100, "partly": partly, "fails": fails}[verdict]
    return (most * share + 50) // 100


@dataclass(frozen=True)
class Tally:
    """How far a round is: items, businesses and cadres checked of those to be checked; points of the most
    that the checked items give."""

    items: int = 0
    items_all: int = 0
    entities: int = 0
    entities_all: int = 0
    cadres: int = 0
    cadres_all: int = 0
    points: int = 0
    most: int = 0

    @property
    def is_whole(self):
        return self.items == self.items_all and self.entities == self.entities_all

    @property
    def checked_words(self):
        """已查 10 项、26 家."""
        return f"已查 {self.items} 项、{self.entities} 家"

    @property
    def missing_words(self):
        """1 项、4 家: what is not checked yet."""
        left = [
            f"{number} {unit}"
            for number, unit in (
                (self.items_all - self.items, "项"),
                (self.entities_all - self.entities, "家"),
            )
            if number
        ]
        return "、".join(left)


def days_words(starts: datetime.date, ends: datetime.date) -> str:
    """11月2日至3日, 11月30日至12月1日, 11月2日."""
    first = f"{starts.month}月{starts.day}日"
    if starts == ends:
        return first
    last = f"{ends.day}日" if starts.month == ends.month else f"{ends.month}月{ends.day}日"
    return f"{first}至{last}"


def letter_words(
    *,
    starts: datetime.date,
    ends: datetime.date,
    team: str,
    place: str,
    tally: Tally,
    findings: Iterable[tuple[str, str]],
    due: datetime.date,
) -> str:
    """The text of a 反馈书, a line a paragraph: what was checked (and how much of it, when not all), what was
    found (text, item code), by when to put it right."""
    found = list(findings)
    drawn = f"随机抽取主体 {tally.entities_all} 家、包保干部 {tally.cadres_all} 人"
    part = "" if tally.is_whole else f"（{tally.checked_words}）"
    day = f"{due.year}年{due.month}月{due.day}日"
    asked = (
        f"发现问题 {len(found)} 个，请于{day}前整改并书面反馈。"
        if found
        else "没有发现需要整改的问题。"
    )
    lines = [
        f"{days_words(starts, ends)}，{team}对{place}落实食品安全“两个责任”情况开展督查，"
        f"{drawn}{part}。{asked}"
    ]
    for number, (text, code) in enumerate(found, 1):
        ending = text.rstrip("。；;.")
        lines.append(f"{number}. {ending}。" + (f"（{code}）" if code else ""))
    return "\n".join(lines)
