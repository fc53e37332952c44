"""The demonstration's problems: 785 found, 598 proven put right, the rest on their way (the figures of the
mock-ups; 富锦 126 and 97). Their clocks come from the rules that a real one follows."""

import datetime
import random
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import F

from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area, Station
from jiamusi_foodsafety.jurisdiction.querysets import station_id_of
from responsibility.queries.calendar import work_calendar

from ..enums import Cycle, DueState, ProblemAct, ProblemState, Side
from ..models import (
    ChecklistItem,
    DueVisit,
    IndustryUnit,
    Period,
    Problem,
    ProblemKind,
    ProblemMove,
    ProblemSerial,
    Visit,
)
from ..queries.reporting import clocks_of
from ..rules.checklists import checklist_level
from ..rules.deadlines import clock_of, day_of, end_of, fix_due
from ..rules.problems import derived_key, problem_number

# county: (found, settled), in 个
FOUND = {
    "230803": (131, 104), "230804": (98, 75), "230805": (71, 52), "230811": (67, 48),
    "230822": (78, 57), "230826": (42, 33), "230828": (49, 33), "230881": (50, 41),
    "230882": (126, 97), "230883": (38, 31), "2308G1": (35, 27),
}  # fmt: skip
# How the open ones of 富锦 stand (the mock-up's table); the other counties in the same proportion.
OPEN_MIX = {
    ProblemState.OPEN: 6, ProblemState.FIXED: 5, ProblemState.TO_CLAIM: 4,
    ProblemState.HANDLING: 9, ProblemState.TO_REVIEW: 3, ProblemState.FED_BACK: 2,
}  # fmt: skip
HANDED_WAY = (
    ProblemState.TO_CLAIM, ProblemState.HANDLING, ProblemState.TO_REVIEW, ProblemState.FED_BACK,
    ProblemState.CLOSED,
)  # fmt: skip
# Days since an open one was found: 0–2, 3–7, 8–15, 16 and more, as 14 : 11 : 3 : 1.
AGES = (0, 1, 1, 2, 0, 1, 2, 2, 0, 1, 1, 2, 0, 2, 3, 4, 5, 6, 7, 4, 3, 5, 6, 7, 4, 8, 11, 14, 18)
# Items at which something is found, on each list.
ITEMS = ("T04", "T06", "T09", "T12", "T16", "T17", "T18", "T20", "T21", "T23")
HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Wrong:
    """One due line at whose visit something is found: which items, on which day, and how it ends."""

    line_id: int
    entity_id: int
    county: str
    day: datetime.date
    items: tuple[str, ...]
    states: tuple[str, ...] = field(default=())


def choose_wrong(*, period: Period, days: list[datetime.date], today: datetime.date) -> list[Wrong]:
    """Which lines of a period find something: the settled ones lie in the quarters before, the open ones
    in the present quarter. One statement."""
    if period.cycle != Cycle.QUARTER:
        return []
    is_now = period.starts_on <= today <= period.ends_on
    lines = DueVisit.objects.filter(period=period, state=DueState.OPEN, cadre__isnull=False)
    rows = lines.order_by("pk").values_list("pk", "entity_id", "area_id")
    by_county: dict[str, list] = {}
    for pk, entity, area in rows:
        by_county.setdefault(area[:6], []).append((pk, entity))
    chosen = []
    for county, (found, settled) in FOUND.items():
        draw = random.Random(f"{county}{period.code}")
        states = _open_states(found - settled, draw) if is_now else _closed(settled, period, draw)
        pool = by_county.get(county, [])
        draw.shuffle(pool)
        for (pk, entity), state in zip(pool, states, strict=False):
            day = _day_of_age(draw, days, today) if is_now else draw.choice(days)
            chosen.append(Wrong(pk, entity, county, day, (draw.choice(ITEMS),), (state,)))
    return chosen


def _open_states(number, draw):
    mix = [state for state, share in OPEN_MIX.items() for _ in range(share)]
    states = [mix[at * len(mix) // number] for at in range(number)] if number else []
    draw.shuffle(states)
    return states


def _closed(settled, period, draw):
    """The settled ones of a county: two fifths in the quarter before the last, the rest in the last."""
    first = settled * 2 // 5
    number = first if _is_first(period) else settled - first
    return [
        ProblemState.CLOSED if draw.random() < 0.45 else ProblemState.CLEARED for _ in range(number)
    ]


def _is_first(period):
    """Whether this is the first quarter of all."""
    earlier = Period.objects.filter(
        area=period.area_id, cycle=Cycle.QUARTER, starts_on__lt=period.starts_on
    )
    return not earlier.exists()


def _kind_of(state, draw):
    """The class of a problem that has come to this state: what was handed over is 较大."""
    if state in HANDED_WAY:
        return "major"
    return "minor" if state == ProblemState.CLEARED and draw.random() < 0.3 else "general"


def _day_of_age(draw, days, today):
    """A working day some days back, of the present quarter."""
    wanted = today - datetime.timedelta(days=draw.choice(AGES))
    return max((day for day in days if day <= wanted), default=days[0])


def seed_problems(*, city: Area, wrong: list[Wrong], at: datetime.datetime) -> int:
    """Store the problems found at these visits, with every step that they have gone; how many."""
    maker = _Maker(city, wrong, at)
    problems, moves = [], []
    for row in sorted(wrong, key=lambda one: (one.day, one.line_id)):
        for item, state in zip(row.items, row.states, strict=True):
            problem, steps = maker.made(row, item, state)
            problems.append(problem)
            moves += steps
    Problem.objects.bulk_create(problems, batch_size=1000)
    ProblemMove.objects.bulk_create(moves, batch_size=2000)
    ProblemSerial.objects.bulk_create(
        [ProblemSerial(day=day, last=last) for day, last in maker.serials.items()],
        update_conflicts=True, unique_fields=["day"], update_fields=["last"],
    )  # fmt: skip
    return len(problems)


class _Maker:
    """What problems are made from, read once."""

    def __init__(self, city, wrong, at):
        self.at = at
        self.calendar = work_calendar()
        self.kinds = {kind.code: kind for kind in ProblemKind.objects.all()}
        self.serials: Counter = Counter()
        visits = Visit.objects.filter(due__in=[row.line_id for row in wrong])
        self.visits = {v.due_id: v for v in visits.select_related("cadre").order_by("pk")}
        entities = Entity.objects.filter(pk__in=[row.entity_id for row in wrong])
        entities = entities.annotate(station_key=station_id_of("area_id", "station_override_id"))
        self.entities = {e.pk: e for e in entities.select_related("category", "area")}
        self.stations = Station.objects.select_related("county").in_bulk()
        self.units = dict(IndustryUnit.objects.values_list("category_id", "name"))
        self.counties = dict(
            Area.objects.filter(parent=city).annotate(word=F("name")).values_list("pk", "word")
        )
        items = ChecklistItem.objects.filter(code__in=ITEMS).select_related("checklist")
        self.items = {(item.checklist.level, item.code): item for item in items}

    def made(self, row, item_code, state):
        visit, entity = self.visits[row.line_id], self.entities[row.entity_id]
        level = checklist_level(visit.level, is_small=entity.category.is_small)
        item = self.items.get((level, item_code)) or self.items["village", item_code]
        draw = random.Random(f"{row.line_id}{item_code}")
        kind = self.kinds[_kind_of(state, draw)]
        title = draw.choice(item.phrases) if item.phrases else item.text
        self.serials[visit.visited_on] += 1
        unit = self.units.get(entity.category_id, "")
        key = derived_key("demo", visit.key, item_code)
        clocks = clocks_of(kind)
        due_at = end_of(fix_due(clocks=clocks, found_on=visit.visited_on, calendar=self.calendar))
        problem = Problem(
            key=key, number=problem_number(visit.visited_on, self.serials[visit.visited_on]),
            entity=entity, area_id=entity.area_id, grade=entity.grade, visit=visit,
            cadre=visit.cadre, station_id=entity.station_key, item_code=item_code,
            item_text=item.text, title=title, kind=kind, state=state, found_on=visit.visited_on,
            found_at=visit.finished_at, found_by_id=visit.made_by_id, due_at=due_at,
            industry_unit=f"{self.counties.get(row.county, '')}{unit}" if unit else "",
        )  # fmt: skip
        steps = self._steps(problem, draw, clocks)
        problem.clock_at = clock_of(
            state=state, due_at=due_at, claim_due_on=problem.claim_due_on,
            feedback_due_on=problem.feedback_due_on,
        )  # fmt: skip
        problem.climb_at = problem.clock_at
        return problem, steps

    def _steps(self, problem, draw, clocks):
        """The way to the problem's state, each step some hours after the one before and none in the future."""
        station = self.stations.get(problem.station_id)
        station_words = station.name if station else "县区局"
        cadre = problem.cadre
        cadre_words = " ".join(part for part in (cadre.name, cadre.unit, cadre.post) if part)
        way = _Way(problem, draw, self.at)
        way.go(
            ProblemAct.REPORT, ProblemState.OPEN, Side.CADRE, cadre_words, problem.title, hours=0
        )
        if problem.kind.on_spot:
            way.go(
                ProblemAct.ON_SPOT, ProblemState.CLEARED, Side.CADRE, cadre_words,
                f"当场改正：{problem.title}", hours=0,
            )  # fmt: skip
            problem.fixed_at = problem.settled_at = way.now
            return way.steps
        if problem.state in (ProblemState.FIXED, ProblemState.CLEARED):
            way.go(
                ProblemAct.FIX, ProblemState.FIXED, Side.CADRE, cadre_words, "主体已整改，附照片"
            )
            problem.fixed_at = way.now
            problem.feedback_due_on = self.calendar.after(day_of(way.now), clocks.feedback_workdays)
        if problem.state == ProblemState.CLEARED:
            way.go(
                ProblemAct.CLEAR, ProblemState.CLEARED, Side.CADRE, cadre_words, "现场看过，已改"
            )
            problem.settled_at = way.now
        if problem.kind.must_transfer:
            way.go(
                ProblemAct.TRANSFER, ProblemState.TO_CLAIM, Side.SYSTEM, "系统",
                f"移交{station_words}", hours=0,
            )  # fmt: skip
            problem.claim_due_on = self.calendar.after(day_of(way.now), clocks.claim_workdays)
            self._handled(problem, way, station_words, cadre_words, clocks)
        return way.steps

    def _handled(self, problem, way, station_words, cadre_words, clocks):
        reached = HANDED_WAY.index(problem.state)
        if reached >= 1:
            way.go(ProblemAct.CLAIM, ProblemState.HANDLING, Side.STATION, station_words, "")
            problem.claimed_at = way.now
        if reached >= 2:
            way.go(
                ProblemAct.FINISH,
                ProblemState.TO_REVIEW,
                Side.STATION,
                station_words,
                "已责令改正并复核",
            )
            problem.fixed_at = way.now
            problem.feedback_due_on = self.calendar.after(day_of(way.now), clocks.feedback_workdays)
        if reached >= 3:
            way.go(
                ProblemAct.FEED_BACK, ProblemState.FED_BACK, Side.STATION, station_words, "复查通过"
            )
        if reached >= 4:
            way.go(ProblemAct.CLOSE, ProblemState.CLOSED, Side.CADRE, cadre_words, "")
            problem.settled_at = way.now


class _Way:
    """The moves of one problem, one after the other."""

    def __init__(self, problem, draw, at):
        self.problem, self.draw, self.at = problem, draw, at
        self.now, self.state = problem.found_at, ""
        self.steps: list[ProblemMove] = []

    def go(self, act, state, side, words, note, hours=None):
        if hours is None:
            hours = self.draw.randrange(2, 60)
        # what is left until now is shared by the steps that may still come
        self.now = min(self.now + HOUR * hours, self.now + (self.at - self.now) / 2)
        self.steps.append(
            ProblemMove(
                key=derived_key(self.problem.key, act), problem=self.problem, act=act, side=side,
                state_from=self.state, state_to=state, actor_words=words[:120], at=self.now,
                note=note,
            )
        )  # fmt: skip
        self.state = state
