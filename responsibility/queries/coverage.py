"""谁来管, in figures: from the counters that the database keeps, the same cost at 31 thousand businesses
and at a million. Always 应包 = 已包 + 待分级 + 未分配 + 层级不符 (with 属地不符); 待交接 is part of 未分配."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from entities.enums import OBLIGED
from entities.models import EntityTally
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.scopes import area_scope

from ..enums import CadreLevel, ChangeKind, Standing
from ..models import Assignment, AssignmentTally, Cadre, Change, GradeLevel, LoadCap

# Digits of the area where the cadres of a level usually stand.
DIGITS = {"city": 4, "county": 6, "township": 9, "village": 12}


@dataclass
class Coverage:
    """What stands below one area code, in 家; 空岗 in 处 (area and level), cadres in 人."""

    code: str = ""
    obliged: int = 0
    ungraded: int = 0
    held: int = 0
    excepted: int = 0
    unfit: int = 0
    pending: int = 0
    vacant: int = 0
    over: int = 0
    cadres: int = 0

    @property
    def covered(self) -> int:
        """已包: a bearer in post of the right level, or with a reason (K04's numerator)."""
        return self.held + self.excepted

    @property
    def unassigned(self) -> int:
        """未分配: has a grade and nobody in post; with 待交接."""
        return self.obliged - self.ungraded - self.covered - self.unfit

    @property
    def rate(self) -> Decimal | None:
        """K04 包保覆盖率 in percent; None without 应包."""
        return _ratio(100 * self.covered, self.obliged)

    @property
    def mean(self) -> Decimal | None:
        """K25 人均: 应包 / cadres in post."""
        return _ratio(self.obliged, self.cadres)

    def __add__(self, other):
        names = [field.name for field in fields(self) if field.name != "code"]
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        return Coverage(self.code, **sums)


def _ratio(part, whole):
    return Decimal(part) / whole if whole else None


@dataclass(frozen=True)
class Vacancy:
    """空岗: graded businesses of 应包 stand here, and nobody in post of their level above them."""

    area_id: str
    grade: str
    level: str
    total: int

    def cure(self, divided: set[str]) -> str:
        """What to do about it, in words; `divided`: the areas that have parts (see `divided_areas`). Where
        the businesses' area is known only to a level above that of the cadres, that comes first; a unit
        without towns and a farm without villages are as deep as can be."""
        if len(self.area_id) >= DIGITS.get(self.level, 0) or self.area_id not in divided:
            return "先确定干部，或指定就近干部并写明理由"
        word = CadreLevel(self.level).label
        if len(self.area_id) == DIGITS["township"]:
            return f"属地没有到{word}，先补主体的属地，或确定管整个乡镇的{word}干部"
        return f"属地没有到{word}，先补主体的属地"


@dataclass
class LevelLoad:
    """How the businesses of one level lie on its cadres in post, in 家 and 人."""

    level: str
    grades: str
    obliged: int
    most: int | None
    # load → how many cadres have it
    spread: dict[int, int]

    @property
    def cadres(self) -> int:
        return sum(self.spread.values())

    @property
    def mean(self) -> Decimal | None:
        return _ratio(sum(load * n for load, n in self.spread.items()), self.cadres)

    @property
    def least(self) -> int | None:
        return min(self.spread, default=None)

    @property
    def greatest(self) -> int | None:
        return max(self.spread, default=None)

    @property
    def over(self) -> int:
        """超载: cadres above the soft cap."""
        most = self.most
        return 0 if most is None else sum(n for load, n in self.spread.items() if load > most)

    @property
    def label(self) -> str:
        return CadreLevel(self.level).label

    def bars(self, step: int = 5, tail: int = 30) -> list[tuple[str, int, int]]:
        """(label, first load, cadres) of classes of `step` up to the cap, then 以上."""
        tail = self.most or tail
        edges = [(0, 0)] + [(at, min(at + step - 1, tail)) for at in range(1, tail + 1, step)]
        found = [
            (
                f"{low}–{high}" if high > low else str(low),
                low,
                sum(n for load, n in self.spread.items() if low <= load <= high),
            )
            for low, high in edges
        ]
        return [*found, (f"{tail + 1} 以上", tail + 1, self.over_of(tail))]

    def over_of(self, tail: int) -> int:
        return sum(n for load, n in self.spread.items() if load > tail)


def level_table() -> dict[str, str]:
    """Which level holds a grade by the rule (rank 1): {"A": "city", …}."""
    return dict(GradeLevel.objects.filter(rank=1).order_by("grade").values_list("grade", "level"))


def levels_and_caps() -> tuple[dict[str, str], dict[str, int]]:
    """Which level holds a grade by the rule, and the soft cap of each level in 家; one statement."""
    ruled = GradeLevel.objects.filter(level=OuterRef("level"), rank=1).order_by("grade")
    rows = LoadCap.objects.annotate(grades=ArraySubquery(ruled.values("grade")))
    rows = list(rows.values_list("level", "most", "grades"))
    levels = {grade: level for level, _, grades in rows for grade in grades}
    return dict(sorted(levels.items())), {level: most for level, most, _ in rows}


class CoverageTables:
    """The counters of one area in one user's scope, read once and added up as a page needs them: four
    statements, whatever the number of businesses."""

    def __init__(self, *, user, area: str):
        inside = area_scope(user).q("area__code") & Q(area__code__startswith=area)
        obliged = EntityTally.objects.filter(inside, status__in=OBLIGED)
        # (area, grade) → 应包
        self.businesses = {
            (code, grade): total
            for code, grade, total in obliged.values_list("area_id", "grade").annotate(Sum("total"))
            if total
        }
        bonds = AssignmentTally.objects.filter(inside, status__in=OBLIGED).exclude(grade="")
        # (area, grade, standing) → bonds in force
        self.bonds = {
            (code, grade, standing): total
            for code, grade, standing, total in bonds.values_list(
                "area_id", "grade", "standing"
            ).annotate(Sum("total"))
            if total
        }
        self.levels, self.caps = levels_and_caps()
        cadres = Cadre.objects.in_post().values_list("area_id", "level", Coalesce("load__total", 0))
        self.spots, self.loads = set(), Counter()
        scope = area_scope(user)
        for (code, level, load), n in Counter(cadres.order_by()).items():
            self.spots.add((code, level))
            if code.startswith(area) and scope.covers(code):
                self.loads[code, level, load] += n

    def by_area(self, length: int, grades: Sequence[str] = ()) -> list[Coverage]:
        """The figures by the first `length` characters of the area code (4, 6, 9, 12), of these grades only
        if given; what is known only to a higher level keeps its shorter code."""
        found: dict[str, Coverage] = {}

        def entry(code):
            return found.setdefault(code[:length], Coverage(code[:length]))

        for (code, grade), total in self.businesses.items():
            if grades and grade not in grades:
                continue
            entry(code).obliged += total
            if not grade:
                entry(code).ungraded += total
        for (code, grade, standing), total in self.bonds.items():
            if grades and grade not in grades:
                continue
            row = entry(code)
            setattr(row, standing, getattr(row, standing) + total)
        for vacancy in self.vacancies():
            entry(vacancy.area_id).vacant += 1
        for (code, level, load), n in self.loads.items():
            entry(code).cadres += n
            entry(code).over += n if load > self.caps.get(level, load) else 0
        return [found[key] for key in sorted(found)]

    def total(self, grades: Sequence[str] = (), own: str = "") -> Coverage:
        """The figures of all of it, of these grades only ("" is 待分级), of the area `own` itself only."""
        rows = self.by_area(12, grades)
        return sum((row for row in rows if not own or row.code == own), Coverage())

    def vacancies(self) -> list[Vacancy]:
        """空岗 by area and grade."""
        return [
            Vacancy(code, grade, self.levels.get(grade, ""), total)
            for (code, grade), total in sorted(self.businesses.items())
            if grade and not self._is_manned(code, self.levels.get(grade, ""))
        ]

    def _is_manned(self, code, level):
        return any((code[:digits], level) in self.spots for digits in (4, 6, 9, 12))

    def deficits(self) -> dict[str, list[str]]:
        """Grade → areas where 未分配 businesses of it are: the only ones in which to look for rows."""
        fixed = Counter()
        for (code, grade, standing), total in self.bonds.items():
            if standing != Standing.PENDING:
                fixed[code, grade] += total
        found: dict[str, list[str]] = {}
        for (code, grade), total in sorted(self.businesses.items()):
            if grade and total > fixed[code, grade]:
                found.setdefault(grade, []).append(code)
        return found

    def by_level(self) -> list[LevelLoad]:
        """Loads by level, from the city down."""
        rows = []
        for level in CadreLevel:
            grades = [grade for grade, found in self.levels.items() if found == level]
            spread = Counter()
            for (_, found, load), n in self.loads.items():
                if found == level:
                    spread[load] += n
            obliged = sum(n for (_, grade), n in self.businesses.items() if grade in grades)
            rows.append(
                LevelLoad(level.value, "".join(grades), obliged, self.caps.get(level), dict(spread))
            )
        return rows


def divided_areas(*, codes: Iterable[str]) -> set[str]:
    """Those of these areas that have areas in use below them."""
    below = Area.objects.active().filter(parent__in=set(codes)).order_by()
    return set(below.values_list("parent", flat=True).distinct())


def coverage(*, user, area: str, length: int) -> list[Coverage]:
    """Coverage below `area` by child area: see CoverageTables."""
    return CoverageTables(user=user, area=area).by_area(length)


def overdue_pending(*, user, area: str, on: datetime.date) -> int:
    """待交接 businesses whose cadre's hand-over is past its clock (7 working days) on the day `on`."""
    late = Change.objects.filter(
        cadre=OuterRef("cadre"), adjusted_on=None, adjust_due_on__lt=on, kind=ChangeKind.CADRE_LEFT
    )
    bonds = Assignment.objects.visible_to(user).within(area).pending()
    return bonds.filter(Exists(late), status__in=OBLIGED).exclude(grade="").count()
